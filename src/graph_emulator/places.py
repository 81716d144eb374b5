"""Rooms and room lists as the places service shows them. https://learn.microsoft.com/graph/api/place-list"""

from graph_emulator.errors import GraphError, Json
from graph_emulator.tenant import Room, RoomList, Tenant


def rooms(tenant: Tenant) -> list[Json]:
    return [_room(tenant, room) for room in tenant.rooms.values()]


def room_lists(tenant: Tenant) -> list[Json]:
    return [_room_list(tenant, room_list) for room_list in tenant.room_lists.values()]


def rooms_in(tenant: Tenant, room_list: str) -> list[Json]:
    """The rooms of a list, which is named by its address, not by its id."""
    if found := tenant.room_lists.get(room_list.lower()):
        return [_room(tenant, tenant.rooms[address.lower()]) for address in found.rooms]
    raise _no_place(room_list)


def place(tenant: Tenant, name: str) -> Json:
    """The room or room list of that id or address."""
    for kind, found in (("room", rooms(tenant)), ("roomList", room_lists(tenant))):
        for entity in found:
            if name.lower() in (entity["id"], str(entity["emailAddress"]).lower()):
                return {"@odata.type": f"#microsoft.graph.{kind}"} | entity
    raise _no_place(name)


def _room(tenant: Tenant, room: Room) -> Json:
    return _place(tenant, room.name, room.address) | {
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
    return _place(tenant, room_list.name, room_list.address) | {
        "label": None,
        "isWheelChairAccessible": None,
        "tags": [],
    }


def _place(tenant: Tenant, name: str, address: str) -> Json:
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
