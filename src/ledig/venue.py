"""What a building and a room are: plain values, no files, no network.

A *space* is a shape on one level. A *room* is a bookable thing bound to one or more spaces. What people may see of a
room is a `Room`; its mailbox is only in the `Binding` and never leaves the server.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from msgspec import Struct
from shapely.geometry.base import BaseGeometry

from ledig.policy import Policy

StepFree = Literal["yes", "no", "unknown"]
SpaceKind = Literal["room", "corridor", "area"]
ConnectorKind = Literal["stairs", "elevator"]
OutsideKind = Literal["path", "steps", "plaza"]
BookingMode = Literal["auto", "approval"]

_SERVICE = frozenset({"stairs", "elevator", "restroom"})


class Level(Struct, frozen=True):
    """One floor. 0 is the ground floor, a mezzanine may be 0.5; the ordinal sorts, the name is what people read."""

    ordinal: float
    name: str
    short_name: str


class Attribution(Struct, frozen=True):
    """Whom to thank for the map, shown wherever the map is."""

    text: str
    url: str


@dataclass(frozen=True)
class Space:
    """A shape on one level. Its id survives a re-import; `source` is where it came from, such as "way/870541359"."""

    id: str
    source: str
    level: float
    kind: SpaceKind  # a room has walls, a corridor or area is open to others of its sort
    category: str  # IMDF unit category
    number: str
    name: str
    step_free: StepFree
    polygon: BaseGeometry = field(repr=False)

    @property
    def is_service(self) -> bool:
        """Stairs, lifts and toilets: what people look for on the way to a room."""
        return self.category.split(".")[0] in _SERVICE

    @property
    def is_open(self) -> bool:
        """A surface to walk on, without a wall towards others of its sort."""
        return self.kind != "room" and not self.is_service


@dataclass(frozen=True)
class Opening:
    """A door, or a gap without one, on one level; `spaces` are the ids of the spaces it touches."""

    id: str
    source: str
    level: float
    point: BaseGeometry
    is_door: bool
    width: float | None  # metres, if recorded
    entrance: str | None  # OpenStreetMap's word: main, secondary, emergency, …
    step_free: StepFree
    spaces: tuple[str, ...]


@dataclass(frozen=True)
class Connector:
    """Stairs or a lift: the spaces, one per level, that it joins."""

    id: str
    source: str
    kind: ConnectorKind
    step_free: StepFree
    spaces: tuple[str, ...]
    point: BaseGeometry | None = None  # a lift that is recorded as a point has no space of its own


@dataclass(frozen=True)
class Building:
    """The outline of a house."""

    source: str
    name: str
    outline: BaseGeometry = field(repr=False)


@dataclass(frozen=True)
class Outside:
    """What lies around the building and helps to find the door."""

    source: str
    kind: OutsideKind
    shape: BaseGeometry = field(repr=False)
    width: float | None = None


@dataclass(frozen=True)
class Plan:
    """Everything one map file says about a venue, in WGS 84, in an order that does not depend on the file's."""

    name: str
    levels: tuple[Level, ...]  # ascending
    spaces: tuple[Space, ...]
    openings: tuple[Opening, ...]
    connectors: tuple[Connector, ...]
    buildings: tuple[Building, ...]
    outside: tuple[Outside, ...]
    bounds: tuple[float, float, float, float]  # west, south, east, north of all spaces
    attribution: Attribution
    licence: str
    sha256: str  # of the file it was read from

    def by_source(self) -> Mapping[str, tuple[Space, ...]]:
        """The spaces that each object of the map file became, lowest level first."""
        found: dict[str, tuple[Space, ...]] = {}
        for space in self.spaces:
            found[space.source] = (*found.get(space.source, ()), space)
        return found


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
