"""
Places as Graph shows them: buildings, their floors, the rooms there, and lists of rooms.

Buildings and floors are those that rooms say they are in. A placeId stays, an id need not; `parentId` is the placeId of
what a place lies in. https://learn.microsoft.com/graph/api/resources/place, …/room, …/floor, …/building
"""

from graph_emulator.errors import Json
from graph_emulator.tenant import Room, RoomList, Tenant


def of_kind(tenant: Tenant, kind: str) -> list[Json]:
    """All places of a kind; there are no sections, workspaces and desks."""
    rooms = tenant.rooms.values()
    match kind:
        case "room":
            return [room_json(tenant, room) for room in rooms]
        case "roomList":
            return [_room_list(tenant, room_list) for room_list in tenant.room_lists.values()]
        case "building":
            return [_building(tenant, name) for name in dict.fromkeys(room.building for room in rooms) if name]
        case "floor":
            floors = {(room.building, room.floor): room for room in rooms if room.building}
            return [_floor(tenant, room) for room in floors.values()]
        case _:
            return []


def room_json(tenant: Tenant, room: Room) -> Json:
    mailbox = tenant.mailbox(room.address)
    processing = mailbox and mailbox.processing
    place_id = tenant.object_id(f"place/{room.address}")
    return _place(place_id, room.name, _floor_id(tenant, room) if room.building else None) | {
        "id": tenant.object_id(room.address),
        "emailAddress": room.address,
        "phone": room.phone,
        "nickname": room.nickname or room.name,
        "label": room.label,
        "capacity": room.capacity,
        "building": room.building,
        "floorNumber": room.floor,
        "floorLabel": _floor_label(room),
        "isWheelChairAccessible": room.step_free,
        "bookingType": processing.booking_type.lower() if processing else "unknown",
        "tags": list(room.tags),
        "audioDeviceName": room.audio,
        "videoDeviceName": room.video,
        "displayDeviceName": room.display,
        "teamsEnabledState": "unknown",
    }


def _room_list(tenant: Tenant, room_list: RoomList) -> Json:
    place_id = tenant.object_id(f"place/{room_list.address}")
    own: Json = {"id": tenant.object_id(room_list.address), "emailAddress": room_list.address}
    return _place(place_id, room_list.name) | own


def _building(tenant: Tenant, name: str) -> Json:
    return _place(_building_id(tenant, name), name) | {"resourceLinks": [], "wifiState": "unknown"}


def _floor(tenant: Tenant, room: Room) -> Json:
    """The floor that a room is on."""
    shown = _place(_floor_id(tenant, room), _floor_label(room), _building_id(tenant, room.building))
    return shown | {"sortOrder": room.floor}


def _place(place_id: str, name: str, parent_id: str | None = None) -> Json:
    return {
        "id": place_id,
        "placeId": place_id,
        "parentId": parent_id,
        "displayName": name,
        "address": None,
        "geoCoordinates": None,
        "phone": None,
        "label": None,
        "isWheelChairAccessible": None,
        "tags": [],
    }


def _building_id(tenant: Tenant, name: str) -> str:
    return tenant.object_id(f"building/{name}")


def _floor_id(tenant: Tenant, room: Room) -> str:
    return tenant.object_id(f"floor/{room.floor}/{room.building}")


def _floor_label(room: Room) -> str:
    return str(room.floor) if room.floor_label is None else room.floor_label
