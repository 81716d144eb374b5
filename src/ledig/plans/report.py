"""What is in a plan, for whoever looks at a map before it is imported."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from msgspec import Struct
from shapely import STRtree

from ledig.plans.plan import Plan, Space


class Counts(Struct, frozen=True):
    """How much of everything is in a plan. An object on several levels counts once, except where a level is named."""

    rooms: int
    rooms_per_level: Mapping[float, int]
    rooms_connected: int  # in the largest part of the venue that doors hold together
    doors: int
    entrances: int
    stairs: int
    lifts: int
    toilets: int


def count(plan: Plan) -> Counts:
    """The numbers of a plan."""
    areas = {space.source: space for space in plan.spaces}.values()
    return Counts(
        rooms=sum(space.kind == "room" for space in areas),
        rooms_per_level=Counter(space.level for space in plan.spaces if space.kind == "room"),
        rooms_connected=_connected(plan),
        doors=len({opening.source for opening in plan.openings}),
        entrances=len({opening.source for opening in plan.openings if opening.entrance}),
        stairs=_of_category(areas, "stairs"),
        lifts=_of_category(areas, "elevator"),
        toilets=_of_category(areas, "restroom"),
    )


def lines(plan: Plan) -> Iterator[str]:
    """The same as people read it."""
    counts = count(plan)
    per_level = (f"{counts.rooms_per_level.get(level.ordinal, 0)} on {level.name}" for level in plan.levels)
    yield plan.name or "A building without a name"
    yield f"Rooms: {counts.rooms}, of which {counts.rooms_connected} reach each other through doors"
    yield f"Per level: {', '.join(per_level)}"
    yield f"Doors: {counts.doors}, of which {counts.entrances} are entrances"
    yield f"Stairs: {counts.stairs}, lifts: {counts.lifts}, toilets: {counts.toilets}"


def _of_category(spaces: Iterable[Space], category: str) -> int:
    return sum(space.category.split(".")[0] == category for space in spaces)


def _connected(plan: Plan) -> int:
    """How many rooms reach each other through doors, corridors, stairs and lifts."""
    parts = _Parts(space.id for space in plan.spaces)
    for a, b in _passages(plan):
        parts.join(a, b)
    held = {parts.of(space) for opening in plan.openings if len(opening.spaces) > 1 for space in opening.spaces}
    rooms: dict[str, set[str]] = {}
    for space in plan.spaces:
        if space.kind == "room" and parts.of(space.id) in held:
            rooms.setdefault(parts.of(space.id), set()).add(space.source)
    return max(map(len, rooms.values()), default=0)


def _passages(plan: Plan) -> Iterator[tuple[str, str]]:
    for opening in plan.openings:
        yield from pairwise(opening.spaces)
    for connector in plan.connectors:
        yield from pairwise(connector.spaces)
    surfaces = [space for space in plan.spaces if space.is_open]
    tree = STRtree([space.polygon for space in surfaces])
    for a, b in zip(*tree.query([space.polygon for space in surfaces], predicate="intersects"), strict=True):
        if surfaces[a].level == surfaces[b].level:
            yield surfaces[a].id, surfaces[b].id


class _Parts:
    """Things that hang together."""

    def __init__(self, things: Iterable[str]) -> None:
        self._above = {thing: thing for thing in things}

    def of(self, thing: str) -> str:
        while self._above[thing] != thing:
            self._above[thing] = self._above[self._above[thing]]
            thing = self._above[thing]
        return thing

    def join(self, a: str, b: str) -> None:
        self._above[self.of(a)] = self.of(b)
