"""What an import found, in numbers: for `ledig venue check` and for the tests."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from statistics import median

from msgspec import Struct
from shapely import STRtree

from ledig.plans.frame import Frame
from ledig.plans.levels import label
from ledig.plans.osm import Reading
from ledig.plans.remarks import Remark
from ledig.venue import Plan, Space


class Counts(Struct, frozen=True):
    """How much of everything is in a plan. An object on several levels counts once, except where a level is named."""

    nodes: int
    ways: int
    relations: int
    areas: Mapping[str, int]  # by kind
    areas_per_level: Mapping[str, int]
    rooms_per_level: Mapping[str, int]
    on_several_levels: int
    rooms_labelled: int
    rooms_with_number: int
    rooms_with_name: int
    room_sizes: tuple[float, float, float]  # m²: smallest, median, largest
    rooms_connected: int  # in the largest part of the venue that doors hold together
    doors: int
    entrances: int
    stairs: int
    lifts: int
    toilets: int
    buildings: tuple[tuple[str, str], ...]  # source, name
    bounds: tuple[float, float, float, float]
    remarks: tuple[Remark, ...]


def count(reading: Reading) -> Counts:
    """The numbers of an import."""
    plan = reading.plan
    areas = {space.source: space for space in reversed(plan.spaces)}
    rooms = [space for space in areas.values() if space.kind == "room"]
    return Counts(
        nodes=reading.nodes,
        ways=reading.ways,
        relations=reading.relations,
        areas=Counter(space.kind for space in areas.values()),
        areas_per_level=_per_level(plan.spaces),
        rooms_per_level=_per_level(space for space in plan.spaces if space.kind == "room"),
        on_several_levels=sum(len(spaces) > 1 for spaces in plan.by_source().values()),
        rooms_labelled=sum(bool(room.number or room.name) for room in rooms),
        rooms_with_number=sum(bool(room.number) for room in rooms),
        rooms_with_name=sum(bool(room.name) for room in rooms),
        room_sizes=_sizes(rooms, Frame(plan.bounds)),
        rooms_connected=_connected(plan),
        doors=len({opening.source for opening in plan.openings}),
        entrances=len({opening.source for opening in plan.openings if opening.entrance}),
        stairs=_of_category(areas.values(), "stairs"),
        lifts=_of_category(areas.values(), "elevator"),
        toilets=_of_category(areas.values(), "restroom"),
        buildings=tuple((building.source, building.name) for building in plan.buildings),
        bounds=plan.bounds,
        remarks=reading.remarks,
    )


def _per_level(spaces: Iterable[Space]) -> Mapping[str, int]:
    return Counter(label(space.level) for space in spaces)


def _of_category(spaces: Iterable[Space], category: str) -> int:
    return sum(space.category.split(".")[0] == category for space in spaces)


def _sizes(rooms: Iterable[Space], frame: Frame) -> tuple[float, float, float]:
    sizes = [frame.to_metres(room.polygon).area for room in rooms]
    return (round(min(sizes), 1), round(median(sizes), 1), round(max(sizes), 1)) if sizes else (0.0, 0.0, 0.0)


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
