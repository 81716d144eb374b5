"""GET and PATCH /places/…"""

from collections.abc import Callable, Iterator

import httpx
import pytest

from graph_emulator.exchange.processing import CalendarProcessing
from graph_emulator.exchange.scoping import AccessPolicy, Right
from graph_emulator.registrations import App
from graph_emulator.tenant import Room, Tenant

from .callers import app_with, as_app, on_behalf
from .conftest import APP, READER, code


@pytest.fixture
def ritz(tenant: Tenant) -> Iterator[Room]:
    """A room that is fully described, on a list of its own."""
    room = Room("Ritz", "ritz@contoso.example", "2.04", "B1", 2, 12, "Display", "Camera", ("whiteboard",), True)
    yield tenant.add_room(room)
    del tenant.rooms[room.address]
    tenant.room_lists.clear()


def named(graph: httpx.Client, path: str, **query: str) -> list[str]:
    answer = graph.get(f"/places/{path}", params=query)
    assert answer.status_code == 200, answer.text
    return [place["displayName"] for place in answer.json()["value"]]


def test_rooms_are_listed(graph: httpx.Client, tenant: Tenant, ritz: Room) -> None:
    """With the names and types of the schema, not those of the samples: numbers are numbers."""
    answer = graph.get("/places/microsoft.graph.room", params={"$filter": "displayName eq 'Ritz'"})

    assert answer.json()["@odata.context"].endswith("$metadata#places/microsoft.graph.room")
    (shown,) = answer.json()["value"]
    floor = tenant.object_id("floor/2/B1")
    assert shown == {
        "id": tenant.object_id(ritz.address),
        "placeId": tenant.object_id(f"place/{ritz.address}"),
        "parentId": floor,
        "displayName": "Ritz",
        "nickname": "Ritz",
        "emailAddress": ritz.address,
        "address": None,
        "geoCoordinates": None,
        "phone": None,
        "label": "2.04",
        "building": "B1",
        "floorNumber": 2,
        "floorLabel": "2",
        "capacity": 12,
        "isWheelChairAccessible": True,
        "bookingType": "standard",
        "tags": ["whiteboard"],
        "audioDeviceName": None,
        "videoDeviceName": "Camera",
        "displayDeviceName": "Display",
        "teamsEnabledState": "unknown",
    }


def test_a_place_is_found_by_any_of_its_names(graph: httpx.Client, ritz: Room) -> None:
    by_address = graph.get(f"/places/{ritz.address.upper()}").json()

    assert by_address["@odata.type"] == "#microsoft.graph.room"
    assert by_address["@odata.context"].endswith("$metadata#places/$entity")
    for name in (by_address["id"], by_address["placeId"]):
        assert graph.get(f"/places/{name}").json() == by_address
    assert graph.get(f"/places/{ritz.address}/graph.room").json() == by_address
    assert graph.get(f"/places/{ritz.address}/microsoft.graph.roomList").status_code == 404


def test_rooms_lie_on_floors_and_floors_in_buildings(graph: httpx.Client, ritz: Room) -> None:
    room = graph.get(f"/places/{ritz.address}").json()
    floor = graph.get(f"/places/{room['parentId']}").json()
    building = graph.get(f"/places/{floor['parentId']}").json()

    assert (floor["@odata.type"], floor["displayName"], floor["sortOrder"]) == ("#microsoft.graph.floor", "2", 2)
    assert (building["@odata.type"], building["displayName"]) == ("#microsoft.graph.building", "B1")
    assert (building["parentId"], building["wifiState"], building["resourceLinks"]) == (None, "unknown", [])
    assert named(graph, "microsoft.graph.building") == ["B1"]
    assert named(graph, "microsoft.graph.floor", **{"$filter": f"parentId eq '{building['id']}'"}) == ["2"]


def test_a_room_that_names_no_building_lies_nowhere(graph: httpx.Client, room: str) -> None:
    assert graph.get(f"/places/{room}").json()["parentId"] is None
    assert named(graph, "microsoft.graph.building") == []


@pytest.mark.parametrize("kind", ["section", "desk", "workspace"])
def test_of_some_kinds_there_are_none(graph: httpx.Client, kind: str) -> None:
    assert named(graph, f"microsoft.graph.{kind}") == []


def test_first_come_first_served_rooms_are_reserved(graph: httpx.Client, tenant: Tenant) -> None:
    tenant.add_room(Room("Nook", "nook@contoso.example"), CalendarProcessing(booking_type="Reserved"))

    assert graph.get("/places/nook@contoso.example").json()["bookingType"] == "reserved"
    assert named(graph, "microsoft.graph.room", **{"$filter": "bookingType eq 'reserved'"}) == ["Nook"]
    del tenant.rooms["nook@contoso.example"]


def test_room_lists_name_their_rooms_by_address_only(graph: httpx.Client, tenant: Tenant, ritz: Room) -> None:
    tenant.add_room_list("Building 1", "b1@contoso.example", [ritz.address])

    (listed,) = graph.get("/places/microsoft.graph.roomList").json()["value"]
    rooms = graph.get("/places/b1@contoso.example/microsoft.graph.roomlist/rooms").json()

    assert (listed["displayName"], listed["emailAddress"]) == ("Building 1", "b1@contoso.example")
    assert [room["displayName"] for room in rooms["value"]] == ["Ritz"]
    assert rooms["@odata.context"].endswith("#places('b1%40contoso.example')/microsoft.graph.roomList/rooms")
    assert named(graph, "b1@contoso.example/microsoft.graph.roomlist/workspaces") == []
    assert graph.get("/places/b1@contoso.example").json()["@odata.type"] == "#microsoft.graph.roomList"
    assert graph.get(f"/places/{listed['id']}/microsoft.graph.roomlist/rooms").status_code == 404


def test_lists_come_in_pages(graph: httpx.Client, tenant: Tenant, room: str, ritz: Room) -> None:
    first = graph.get("/places/microsoft.graph.room", params={"$top": "1", "$select": "emailAddress", "$count": "true"})
    second = graph.get(first.json()["@odata.nextLink"])

    assert first.json()["@odata.count"] == len(tenant.rooms)
    assert first.json()["value"][0].keys() == {"id", "emailAddress"}
    assert first.json()["value"] != second.json()["value"]
    assert named(graph, "microsoft.graph.room", **{"$skip": str(len(tenant.rooms) - 1)}) == ["Ritz"]


def test_the_hundred_and_first_room_is_on_the_second_page(graph: httpx.Client, tenant: Tenant) -> None:
    for number in range(101):
        tenant.add_room(Room(f"Many {number}", f"many-{number}@contoso.example"))

    pages = [graph.get("/places/microsoft.graph.room").json()]
    while link := pages[-1].get("@odata.nextLink"):
        pages.append(graph.get(link).json())

    assert len(pages[0]["value"]) == 100
    assert sum(len(page["value"]) for page in pages) == len(tenant.rooms)


def test_a_room_is_changed(graph: httpx.Client, tenant: Tenant, ritz: Room) -> None:
    """As the published sample does it; what is not sent stays."""
    writer = as_app(tenant, app_with(tenant, "Place.ReadWrite.All"))
    sent = {
        "@odata.type": "microsoft.graph.room",
        "nickname": "Conf Room",
        "building": "1",
        "label": "100",
        "capacity": 50,
        "isWheelChairAccessible": False,
    }

    answer = graph.patch(f"/places/{ritz.address}", json=sent, headers=writer)

    assert answer.status_code == 200
    assert answer.json() | sent | {"@odata.type": "#microsoft.graph.room"} == answer.json()
    assert answer.json()["videoDeviceName"] == "Camera"
    assert graph.get(f"/places/{ritz.address}").json() == answer.json()
    assert graph.patch(f"/places/{ritz.address}", json={"capacity": None}, headers=writer).json()["capacity"] is None


@pytest.mark.parametrize(
    "sent", [{"capacity": "50"}, {"capacity": 2**31}, {"tags": "bean bags"}, {"emailAddress": "x@y.example"}, []]
)
def test_what_a_room_cannot_be_is_refused(graph: httpx.Client, tenant: Tenant, ritz: Room, sent: object) -> None:
    writer = as_app(tenant, app_with(tenant, "Place.ReadWrite.All"))

    answer = graph.patch(f"/places/{ritz.address}", json=sent, headers=writer)

    assert (answer.status_code, code(answer)) == (400, "RequestBodyRead")
    assert tenant.rooms[ritz.address] == ritz


def test_permission(graph: httpx.Client, tenant: Tenant, ann: object, ritz: Room) -> None:
    """Place.Read.All, by itself or on somebody's behalf; writing takes more."""
    person = next(person for person in tenant.people() if person == ann)
    list_rooms, change = "/places/microsoft.graph.room", f"/places/{ritz.address}"

    for permission, reads, writes in (
        ("Place.Read.All", 200, 403),
        ("Place.ReadWrite.All", 200, 200),
        ("Calendars.ReadWrite", 403, 403),
    ):
        for headers in (as_app(tenant, app_with(tenant, permission)), on_behalf(tenant, person, permission)):
            assert graph.get(list_rooms, headers=headers).status_code == reads
            assert graph.patch(change, json={}, headers=headers).status_code == writes


def test_access_policies_do_not_reach_places(graph: httpx.Client, tenant: Tenant, ritz: Room) -> None:
    policy = AccessPolicy(APP.client_id, Right.DENY, frozenset({ritz.address}))
    tenant.scoping.add_policy(policy)

    assert graph.get(f"/places/{ritz.address}").status_code == 200
    assert graph.get(f"/users/{ritz.address}/events/x").status_code == 403
    tenant.scoping.remove_policy(policy)


def test_it_refuses(graph: httpx.Client, authorised: Callable[[App], httpx.Client], tenant: Tenant) -> None:
    tenant.add_room_list("Building 1", "b1@contoso.example", [])
    writer = as_app(tenant, app_with(tenant, "Place.ReadWrite.All"))
    rooms = "/places/microsoft.graph.room"

    for answer, status, error in (
        (graph.get("/places/nowhere@contoso.example"), 404, "ErrorItemNotFound"),
        (graph.patch("/places/nowhere@contoso.example", json={}, headers=writer), 404, "ErrorItemNotFound"),
        (graph.patch("/places/b1@contoso.example", json={}, headers=writer), 400, "BadRequest"),
        (authorised(READER).get(rooms), 403, "ErrorAccessDenied"),
        (graph.get("/places/nowhere@contoso.example/microsoft.graph.roomlist/rooms"), 404, "ErrorItemNotFound"),
        (graph.get(rooms, params={"$select": "isManaged"}), 400, "RequestBroker--ParseUri"),
        (graph.get(rooms, params={"$top": "many"}), 400, "BadRequest"),
        (graph.get(rooms, params={"$search": "ritz"}), 400, "BadRequest"),
        (graph.get(rooms, params={"$orderby": "capacity"}), 400, "ErrorInvalidUrlQuery"),
        (graph.post(rooms, json={}), 405, "MethodNotAllowed"),
    ):
        assert (answer.status_code, code(answer)) == (status, error), answer.request.url
    tenant.room_lists.clear()
