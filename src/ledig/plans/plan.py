"""What a map file says about a venue: its spaces, the doors between them, and what lies around.

A *space* is a shape on one level, in WGS 84 as everything here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from shapely.geometry.base import BaseGeometry

from ledig.venue import Attribution, Level, StepFree

SpaceKind = Literal["room", "corridor", "area"]
OutsideKind = Literal["path", "steps", "plaza"]

_SERVICE = frozenset({"stairs", "elevator", "restroom"})


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

    source: str
    level: float
    point: BaseGeometry
    width: float | None  # metres, if recorded
    entrance: str | None  # OpenStreetMap's word: main, secondary, emergency, …
    spaces: tuple[str, ...]


@dataclass(frozen=True)
class Connector:
    """Stairs or a lift: the spaces, one per level, that it joins."""

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

    def by_source(self) -> Mapping[str, tuple[Space, ...]]:
        """The spaces that each object of the map file became, lowest level first."""
        found: dict[str, tuple[Space, ...]] = {}
        for space in self.spaces:
            found[space.source] = (*found.get(space.source, ()), space)
        return found
