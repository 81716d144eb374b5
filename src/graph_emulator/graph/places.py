"""Rooms and room lists, as the places service shows them. https://learn.microsoft.com/graph/api/place-list"""

from collections.abc import Sequence

from starlette.responses import Response

from graph_emulator.errors import GraphError, Json
from graph_emulator.graph.ask import Ask, context, json
from graph_emulator.graph.entities import ROOM, ROOM_LIST
from graph_emulator.graph.odata import OF_MANY, Options
from graph_emulator.tenant import Room, RoomList, Tenant

PAGE = 100
TYPES = {"room": ROOM, "roomList": ROOM_LIST}


async def rooms(ask: Ask) -> Response:
    return _page(ask, _rooms(ask.tenant), "room")


async def room_lists(ask: Ask) -> Response:
    return _page(ask, _room_lists(ask.tenant), "roomList")


async def rooms_in(ask: Ask) -> Response:
    """The rooms of a list, which is named by its address, not by its id."""
    name = ask.path["place"]
    found = ask.tenant.room_lists.get(name.lower())
    if found is None:
        raise _no_place(name)
    return _page(ask, [_room(ask.tenant, ask.tenant.rooms[address.lower()]) for address in found.rooms], "room")


async def place(ask: Ask) -> Response:
    """The room or room list of that id or address."""
    name = ask.path["place"]
    for kind, found in (("room", _rooms(ask.tenant)), ("roomList", _room_lists(ask.tenant))):
        for entity in found:
            if name.lower() in (entity["id"], str(entity["emailAddress"]).lower()):
                chosen = Options.of(ask.request.query_params, TYPES[kind]).selected(entity)
                kinds = {"@odata.context": context("places/$entity"), "@odata.type": f"#microsoft.graph.{kind}"}
                return json(kinds | chosen)
    raise _no_place(name)


def _page(ask: Ask, entities: Sequence[Json], kind: str) -> Response:
    options = Options.of(ask.request.query_params, TYPES[kind], OF_MANY)
    what = f"microsoft.graph.{kind}"
    return ask.page(f"places/{what}", entities, lambda entity: entity, options, PAGE)


def _rooms(tenant: Tenant) -> list[Json]:
    return [_room(tenant, room) for room in tenant.rooms.values()]


def _room_lists(tenant: Tenant) -> list[Json]:
    return [_room_list(tenant, room_list) for room_list in tenant.room_lists.values()]


def _room(tenant: Tenant, room: Room) -> Json:
    return _common(tenant, room.name, room.address) | {
        "nickname": room.name,
        "label": room.label,
        "capacity": room.capacity,
        "building": room.building,
        "floorNumber": room.floor,
        "floorLabel": str(room.floor),
        "isWheelChairAccessible": room.step_free,
        "bookingType": "standard",
        "tags": list(room.tags),
        "audioDeviceName": None,
        "videoDeviceName": room.video,
        "displayDeviceName": room.display,
    }


def _room_list(tenant: Tenant, room_list: RoomList) -> Json:
    own: Json = {"label": None, "isWheelChairAccessible": None, "tags": []}
    return _common(tenant, room_list.name, room_list.address) | own


def _common(tenant: Tenant, name: str, address: str) -> Json:
    return {
        "id": tenant.object_id(address),
        "placeId": tenant.object_id(f"place/{address}"),
        "parentId": None,
        "displayName": name,
        "emailAddress": address,
        "address": None,
        "geoCoordinates": None,
        "phone": None,
    }


def _no_place(name: str) -> GraphError:
    return GraphError(404, "ErrorItemNotFound", f"The place '{name}' was not found.")
