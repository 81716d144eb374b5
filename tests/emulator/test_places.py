"""GET /places/…"""

from collections.abc import Callable, Iterator

import httpx
import pytest

from graph_emulator.registrations import App
from graph_emulator.tenant import Room, Tenant

from .conftest import READER, code


@pytest.fixture
def ritz(tenant: Tenant) -> Iterator[Room]:
    """A room that is fully described, on a list of its own."""
    room = Room("Ritz", "ritz@contoso.example", "2.04", "B1", 2, 12, "Display", "Camera", ("whiteboard",), True)
    yield tenant.add_room(room)
    del tenant.rooms[room.address]
    tenant.room_lists.clear()


def test_rooms_are_listed(graph: httpx.Client, ritz: Room) -> None:
    """With the names and types of the schema: numbers are numbers."""
    answer = graph.get("/places/microsoft.graph.room", params={"$top": "1000"})

    assert answer.status_code == 200
    shown = next(room for room in answer.json()["value"] if room["emailAddress"] == ritz.address)
    assert (shown["displayName"], shown["label"], shown["building"]) == ("Ritz", "2.04", "B1")
    assert (shown["capacity"], shown["floorNumber"], shown["floorLabel"]) == (12, 2, "2")
    assert (shown["displayDeviceName"], shown["videoDeviceName"]) == ("Display", "Camera")
    assert (shown["bookingType"], shown["tags"], shown["isWheelChairAccessible"]) == ("standard", ["whiteboard"], True)


def test_a_place_is_found_by_id_and_by_address(graph: httpx.Client, ritz: Room) -> None:
    by_address = graph.get(f"/places/{ritz.address.upper()}").json()
    by_id = graph.get(f"/places/{by_address['id']}").json()

    assert by_id == by_address
    assert by_id["@odata.type"] == "#microsoft.graph.room"


def test_room_lists_name_their_rooms_by_address_only(graph: httpx.Client, tenant: Tenant, ritz: Room) -> None:
    tenant.add_room_list("Building 1", "b1@contoso.example", [ritz.address])

    (listed,) = graph.get("/places/microsoft.graph.roomList").json()["value"]
    rooms = graph.get("/places/b1@contoso.example/microsoft.graph.roomlist/rooms").json()["value"]

    assert (listed["displayName"], listed["emailAddress"]) == ("Building 1", "b1@contoso.example")
    assert [room["displayName"] for room in rooms] == ["Ritz"]
    assert graph.get("/places/b1@contoso.example").json()["@odata.type"] == "#microsoft.graph.roomList"
    assert graph.get(f"/places/{listed['id']}/microsoft.graph.roomlist/rooms").status_code == 404


def test_lists_come_in_pages(graph: httpx.Client, tenant: Tenant, room: str, ritz: Room) -> None:
    first = graph.get("/places/microsoft.graph.room", params={"$top": "1", "$select": "emailAddress", "$count": "true"})
    second = graph.get(first.json()["@odata.nextLink"])

    assert first.json()["@odata.count"] == len(tenant.rooms)
    assert first.json()["value"][0].keys() == {"id", "emailAddress"}
    assert first.json()["value"] != second.json()["value"]


def test_the_hundred_and_first_room_is_on_the_second_page(graph: httpx.Client, tenant: Tenant) -> None:
    for number in range(101):
        tenant.add_room(Room(f"Many {number}", f"many-{number}@contoso.example"))

    pages = [graph.get("/places/microsoft.graph.room").json()]
    while link := pages[-1].get("@odata.nextLink"):
        pages.append(graph.get(link).json())

    assert len(pages[0]["value"]) == 100
    assert sum(len(page["value"]) for page in pages) == len(tenant.rooms)


def test_it_refuses(graph: httpx.Client, authorised: Callable[[App], httpx.Client]) -> None:
    missing = graph.get("/places/nowhere@contoso.example")
    denied = authorised(READER).get("/places/microsoft.graph.room")

    assert (missing.status_code, code(missing)) == (404, "ErrorItemNotFound")
    assert (denied.status_code, code(denied)) == (403, "ErrorAccessDenied")
