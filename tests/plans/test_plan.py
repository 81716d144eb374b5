"""What a space is."""

from shapely.geometry import box

from ledig.plans.plan import Space, SpaceKind


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
