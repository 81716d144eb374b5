"""What programs attach to events: open extensions and extended properties."""

from collections.abc import Callable

import httpx
import pytest

from graph_emulator.exchange.sharing import Role
from graph_emulator.registrations import App
from graph_emulator.tenant import Tenant

from .conftest import APP, HOUR, READER, TEN, at, code
from .wishes import changed, made, read

NAME = "com.contoso.roomBooking"
DEAL = {"extensionName": NAME, "kiosk": "k-7", "seats": 4, "tags": ["a", "b"]}
TAG = "String {66f5a359-4659-4830-9070-00047ec6ac6e} Name Booking"
LIST = "StringArray {66f5a359-4659-4830-9070-00047ec6ac6e} Name Keys"


def test_an_extension_is_made_with_its_event_and_shown_on_request_only(graph: httpx.Client, room: str) -> None:
    event = made(graph, room, extensions=[{"@odata.type": "microsoft.graph.openTypeExtension"} | DEAL])

    (shown,) = read(graph, room, event, **{"$expand": f"extensions($filter=id eq '{NAME}')"}).each("extensions")

    assert "extensions" not in event
    assert "extensions" not in read(graph, room, event)
    assert shown == {
        "@odata.type": "#microsoft.graph.openTypeExtension",
        "id": f"Microsoft.OutlookServices.OpenTypeExtension.{NAME}",
    } | DEAL  # fmt: skip
    other = read(graph, room, event, **{"$expand": "extensions($filter=id eq 'com.contoso.other')"})
    assert other["extensions"] == []


def test_an_extension_is_added_read_changed_and_removed(graph: httpx.Client, room: str) -> None:
    event = made(graph, room)
    path = f"/users/{room}/events/{event['id']}/extensions"

    created = graph.post(path, json=DEAL)
    assert created.status_code == 201
    assert created.json()["id"] == f"microsoft.graph.openTypeExtension.{NAME}"
    for name in (NAME, created.json()["id"], f"Microsoft.OutlookServices.OpenTypeExtension.{NAME}"):
        assert graph.get(f"{path}/{name}").json()["kiosk"] == "k-7"

    patched = graph.patch(f"{path}/{NAME}", json={"kiosk": None, "seats": 5})
    assert (patched.status_code, patched.json()["seats"], "kiosk" in patched.json()) == (200, 5, False)
    assert [one["tags"] for one in graph.get(path).json()["value"]] == [["a", "b"]]
    assert read(graph, room, event)["changeKey"] != event["changeKey"]

    assert graph.delete(f"{path}/{NAME}").status_code == 204
    for gone in (graph.get(f"{path}/{NAME}"), graph.patch(f"{path}/{NAME}", json={}), graph.delete(f"{path}/{NAME}")):
        assert (gone.status_code, code(gone)) == (404, "ErrorItemNotFound")


def test_a_second_extension_of_a_name_takes_the_place_of_the_first(graph: httpx.Client, room: str) -> None:
    path = f"/users/{room}/events/{made(graph, room, extensions=[DEAL])['id']}/extensions"

    graph.post(path, json={"extensionName": NAME, "kiosk": "k-8"})

    (only,) = graph.get(path).json()["value"]
    assert (only["kiosk"], "seats" in only) == ("k-8", False)


def test_an_extension_holds_four_thousand_characters(graph: httpx.Client, room: str) -> None:
    event = made(graph, room, extensions=[{"extensionName": NAME, "text": "x" * 4000}])

    assert read(graph, room, event, **{"$expand": "extensions"}).each("extensions")[0]["text"] == "x" * 4000


@pytest.mark.parametrize("body", [{"kiosk": "k-7"}, {"extensionName": ""}, {"extensionName": 7}])
def test_it_refuses_an_extension_without_a_name(graph: httpx.Client, room: str, body: dict[str, object]) -> None:
    refused = graph.post(f"/users/{room}/events/{made(graph, room)['id']}/extensions", json=body)

    assert (refused.status_code, code(refused)) == (400, "RequestBodyRead")


def test_the_least_permission_does_not_read_them(
    graph: httpx.Client, authorised: Callable[[App], httpx.Client], room: str
) -> None:
    path = f"/users/{room}/events/{made(graph, room, extensions=[DEAL])['id']}/extensions"
    reader = authorised(READER)

    for refused in (reader.get(path), reader.get(f"{path}/{NAME}"), reader.post(path, json=DEAL)):
        assert (refused.status_code, code(refused)) == (403, "ErrorAccessDenied")


def test_a_delegate_makes_no_event_with_an_extension(
    authorised: Callable[[App], httpx.Client], tenant: Tenant, room: str
) -> None:
    """A limitation that the pages name."""
    ann = tenant.add_person("Ann", f"ann.of.{room}")
    mailbox = tenant.mailbox(room)
    assert mailbox is not None
    mailbox.shared_with[ann.address] = Role.write
    graph = authorised(APP)
    token = tenant.person_token(APP, ann.address, {"Calendars.ReadWrite.Shared"})
    graph.headers["Authorization"] = f"Bearer {token}"
    wish = {"start": at(TEN), "end": at(TEN + HOUR)}

    refused = graph.post(f"/users/{room}/events", json=wish | {"extensions": [DEAL]})

    assert (refused.status_code, code(refused)) == (403, "ErrorAccessDenied")
    assert graph.post(f"/users/{room}/events", json=wish).status_code == 201


def test_extended_properties_are_kept_and_shown_on_request_only(graph: httpx.Client, room: str) -> None:
    event = made(
        graph,
        room,
        singleValueExtendedProperties=[{"id": TAG, "value": "ledig"}],
        multiValueExtendedProperties=[{"id": LIST, "value": ["one", "two"]}],
    )
    guid = TAG.replace("66f5a359", "66F5A359")

    single = read(graph, room, event, **{"$expand": f"singleValueExtendedProperties($filter=id eq '{guid}')"})
    other = read(graph, room, event, **{"$expand": "singleValueExtendedProperties($filter=id eq 'String 0x001A')"})
    multi = read(graph, room, event, **{"$expand": "multiValueExtendedProperties", "$select": "subject"})

    assert "singleValueExtendedProperties" not in read(graph, room, event)
    assert single["singleValueExtendedProperties"] == [{"id": TAG, "value": "ledig"}]
    assert other["singleValueExtendedProperties"] == []
    assert multi["multiValueExtendedProperties"] == [{"id": LIST, "value": ["one", "two"]}]


def test_an_update_changes_the_properties_it_names(graph: httpx.Client, room: str) -> None:
    other = TAG.replace("Booking", "Other")
    event = made(graph, room, singleValueExtendedProperties=[{"id": TAG, "value": "1"}, {"id": other, "value": "2"}])

    changed(graph, room, event, subject="x", singleValueExtendedProperties=[{"id": TAG, "value": "3"}])
    after = read(graph, room, event, **{"$expand": "singleValueExtendedProperties"})
    changed(graph, room, event, singleValueExtendedProperties=[{"id": other, "value": None}])
    at_last = read(graph, room, event, **{"$expand": "singleValueExtendedProperties"})

    assert after["singleValueExtendedProperties"] == [{"id": TAG, "value": "3"}, {"id": other, "value": "2"}]
    assert at_last["singleValueExtendedProperties"] == [{"id": TAG, "value": "3"}]
