"""What a building and a room are: plain values, no files, no network, no geometry.

A *room* is a bookable thing bound to one or more spaces of a plan. What people may see of a room is a `Room`; its
mailbox is only in the `Binding` and never leaves the server.
"""

from typing import Literal

from msgspec import Struct

from ledig.policy import Policy

StepFree = Literal["yes", "no", "unknown"]
BookingMode = Literal["auto", "approval"]


class Level(Struct, frozen=True):
    """One floor. 0 is the ground floor, a mezzanine may be 0.5; the ordinal sorts, the name is what people read."""

    ordinal: float
    name: str
    short_name: str


class Attribution(Struct, frozen=True):
    """Whom to thank for the map, shown wherever the map is."""

    text: str
    url: str


class Room(Struct, frozen=True):
    """What everybody may know of a bookable room. Its id is ours and survives a re-import."""

    id: str
    name: str
    number: str
    level: float
    capacity: int
    equipment: tuple[str, ...]
    step_free: StepFree
    booking: BookingMode


class Binding(Struct, frozen=True):
    """A room, its mailbox, and the map objects it is made of. Stays on the server."""

    room: Room
    mailbox: str
    sources: tuple[str, ...]


class Venue(Struct, frozen=True, kw_only=True):
    """What everybody may know of a venue. `plan` is the version of its drawing; `zone` an IANA name."""

    id: str
    name: str
    zone: str
    attribution: Attribution
    licence: str
    plan: str
    bearing: float  # degrees clockwise by which a map is turned so that the longest walls are level
    bounds: tuple[float, float, float, float]  # west, south, east, north
    levels: tuple[Level, ...]  # ascending
    rooms: tuple[Room, ...]
    policy: Policy = Policy()
