"""What a space and a room are."""

import msgspec
from shapely.geometry import box

from ledig.venue import Binding, Room, Space, SpaceKind


def space(kind: SpaceKind, category: str) -> Space:
    return Space("id", "way/1", 0, kind, category, "1", "", "unknown", box(0, 0, 1, 1))


def test_a_surface_to_walk_on() -> None:
    """Corridors and areas are open to each other; a staircase in the open is not."""
    assert space("corridor", "walkway").is_open
    assert space("area", "unenclosedarea").is_open
    assert not space("area", "stairs").is_open
    assert not space("room", "office").is_open


def test_what_people_look_for() -> None:
    """Toilets of every kind, stairs and lifts are service."""
    assert space("room", "restroom.female.wheelchair").is_service
    assert space("area", "stairs").is_service
    assert space("room", "elevator").is_service
    assert not space("room", "conferenceroom").is_service


def test_a_room_on_the_wire_has_no_mailbox() -> None:
    """What is sent of a room has exactly these fields; a binding survives being written down."""
    room = Room("1096", "The Egg", "1096", 1, 21, ("display",), "unknown", "auto")
    binding = Binding(room, "egg@example.org", ("way/1",))

    sent = msgspec.to_builtins(room)
    assert list(sent) == ["id", "name", "number", "level", "capacity", "equipment", "step_free", "booking"]
    assert msgspec.json.decode(msgspec.json.encode(binding), type=Binding) == binding
