"""Walls from the boundaries of spaces, with a gap at every door. All in metres."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from typing import Literal

import numpy as np
import shapely
from shapely import STRtree
from shapely.geometry import LineString, MultiLineString, Point
from shapely.geometry.base import BaseGeometry

Side = Literal["inner", "outer"]
Spot = tuple[float, float]

_GRID = 0.001  # boundaries are joined to the millimetre
_REACH = 0.06  # how far beside a boundary to look for what is there
_DOOR = 0.95  # width of a door that has none recorded
_WIDEST = 12.0
_STRAIGHT = math.cos(math.radians(45))  # a gap does not go round a corner
_SEAM = 0.05
_SHORTEST_FACE = 0.5
_DOUBLE = 0.15
_PARALLEL = math.cos(math.radians(15))
_NEAR = 0.6  # a door may stand this far beside its wall


@dataclass(frozen=True)
class Shape:
    """A space as walls see it."""

    polygon: BaseGeometry
    is_open: bool


@dataclass(frozen=True)
class Door:
    spot: Spot
    width: float | None


@dataclass(frozen=True)
class Walls:
    """Walls of one level without their door gaps, and the thresholds that fill the gaps."""

    outer: BaseGeometry
    inner: BaseGeometry
    thresholds: BaseGeometry


def walls(shapes: Sequence[Shape], solid: BaseGeometry, doors: Iterable[Door]) -> Walls:
    """The walls of a level."""
    boundaries = _boundaries(shapes)
    for boundary, side in zip(boundaries, _sides(boundaries, shapes, solid), strict=True):
        boundary.side = side
    net = _Net(boundaries)
    for door in doors:
        net.cut(door)
    outer, inner = ([piece for b in boundaries if b.side == side for piece in b.rest()] for side in ("outer", "inner"))
    return Walls(
        outer=_joined([*outer, *_faces(shapes, solid)]),
        inner=_joined(inner),
        thresholds=_joined(piece for b in boundaries for piece in b.gaps()),
    )


@dataclass
class _Boundary:
    """A straight piece of boundary between two points where boundaries meet or bend."""

    start: Spot
    end: Spot
    side: Side | None = None  # None: nothing to see, as between two corridors
    cuts: list[tuple[float, float]] = field(default_factory=list)  # metres from the start

    @property
    def length(self) -> float:
        return math.dist(self.start, self.end)

    @property
    def heading(self) -> Spot:
        return ((self.end[0] - self.start[0]) / self.length, (self.end[1] - self.start[1]) / self.length)

    def other(self, spot: Spot) -> Spot:
        return self.end if spot == self.start else self.start

    def cut_from(self, spot: Spot, metres: float) -> None:
        """A gap beginning at one end."""
        metres = min(metres, self.length)
        self.cuts.append((0.0, metres) if spot == self.start else (self.length - metres, self.length))

    def gaps(self) -> Iterator[LineString]:
        for begin, end in self._merged():
            yield self._piece(begin, end)

    def rest(self) -> Iterator[LineString]:
        at = 0.0
        for begin, end in [*self._merged(), (self.length, self.length)]:
            if begin - at > _GRID:
                yield self._piece(at, begin)
            at = end

    def _merged(self) -> list[tuple[float, float]]:
        merged: list[tuple[float, float]] = []
        for begin, end in sorted(cut for cut in self.cuts if cut[0] < cut[1]):
            if merged and begin <= merged[-1][1]:
                begin, end = merged[-1][0], max(end, merged.pop()[1])
            merged.append((begin, end))
        return merged

    def _piece(self, begin: float, end: float) -> LineString:
        return LineString([self._at(begin), self._at(end)])

    def _at(self, metres: float) -> Spot:
        # Ends are given back as they are: lines are joined where their ends are equal.
        if metres <= 0:
            return self.start
        if metres >= self.length:
            return self.end
        part = metres / self.length
        (x, y), (to_x, to_y) = self.start, self.end
        return (x + (to_x - x) * part, y + (to_y - y) * part)


class _Net:
    """Boundaries joined at their ends, so that a gap can go on along a wall."""

    def __init__(self, boundaries: Sequence[_Boundary]) -> None:
        self._boundaries = boundaries
        self._tree = STRtree([LineString([b.start, b.end]) for b in boundaries])
        self._ends: dict[Spot, list[_Boundary]] = defaultdict(list)
        for boundary in boundaries:
            self._ends[boundary.start].append(boundary)
            self._ends[boundary.end].append(boundary)

    def cut(self, door: Door) -> None:
        """Takes the door's width out of the wall in which it stands."""
        half = min(door.width or _DOOR, _WIDEST) / 2
        spot = (round(door.spot[0] / _GRID) * _GRID, round(door.spot[1] / _GRID) * _GRID)
        nearest = self._nearest(spot)
        if nearest is None:
            return
        end = min((nearest.start, nearest.end), key=lambda end: math.dist(end, spot))
        if math.dist(end, spot) <= 2 * _GRID:
            for boundary in self._pair(end):
                self._walk(boundary, end, half)
                self._cut_beside(boundary, spot, half)
        elif nearest.side is not None:
            self._cut_beside(nearest, spot, half)

    def _nearest(self, spot: Spot) -> _Boundary | None:
        hits = [int(hit) for hit in self._tree.query_nearest(Point(spot), max_distance=_NEAR)]
        return self._boundaries[min(hits)] if hits else None

    def _pair(self, spot: Spot) -> list[_Boundary]:
        """The two walls that go on into each other at a point; at a T the straight ones."""
        here = [boundary for boundary in self._ends[spot] if boundary.side is not None]
        if len(here) < 3:
            return here
        first, second = min(combinations(here, 2), key=lambda pair: _bend(pair[0], pair[1], spot))
        return [first, second]

    def _walk(self, boundary: _Boundary, spot: Spot, metres: float) -> None:
        """A gap along the wall, from a point of it, as far as it is straight."""
        while True:
            boundary.cut_from(spot, metres)
            metres -= boundary.length
            if metres <= 0:
                return
            heading, spot = _away(boundary, spot), boundary.other(spot)
            ahead = [b for b in self._ends[spot] if b is not boundary and b.side is not None]
            following = max(ahead, key=lambda b: _cosine(heading, _away(b, spot)), default=None)
            if following is None or _cosine(heading, _away(following, spot)) < _STRAIGHT:
                return
            boundary = following

    def _cut_beside(self, wall: _Boundary, spot: Spot, half: float) -> None:
        """The same gap in all that runs along the wall: two spaces may be drawn a hand's breadth apart."""
        (x, y), (dx, dy) = spot, wall.heading
        way = LineString([(x - dx * half, y - dy * half), (x + dx * half, y + dy * half)])
        for hit in self._tree.query(way, predicate="dwithin", distance=_DOUBLE):
            other = self._boundaries[int(hit)]
            if other.side is not None and abs(_cosine(other.heading, wall.heading)) > _PARALLEL:
                at = _cosine(other.heading, (x - other.start[0], y - other.start[1]))
                other.cuts.append((max(0.0, at - half), min(other.length, at + half)))


def _boundaries(shapes: Sequence[Shape]) -> list[_Boundary]:
    noded = shapely.union_all([shape.polygon.boundary for shape in shapes], grid_size=_GRID)
    found = []
    for line in shapely.get_parts(noded):
        spots = [(float(x), float(y)) for x, y in shapely.get_coordinates(line)]
        found += [_Boundary(a, b) for a, b in pairwise(spots) if a != b]
    return found


def _sides(boundaries: Sequence[_Boundary], shapes: Sequence[Shape], solid: BaseGeometry) -> list[Side | None]:
    """What each boundary is: judged by what lies a step to its left and a step to its right."""
    ends = np.array([(b.start, b.end) for b in boundaries])
    along = ends[:, 1] - ends[:, 0]
    across = np.column_stack([-along[:, 1], along[:, 0]]) / np.linalg.norm(along, axis=1)[:, None] * _REACH
    middle = ends.mean(axis=1)
    beside = shapely.points(np.concatenate([middle + across, middle - across]))
    is_solid = shapely.contains(solid, beside)
    around: list[set[int]] = [set() for _ in beside]
    tree = STRtree([shape.polygon for shape in shapes])
    for point, shape in zip(*tree.query(beside, predicate="intersects"), strict=True):
        around[point].add(int(shape))
    count = len(boundaries)
    return [
        _side(around[i], around[i + count], shapes, in_solid=bool(is_solid[i] or is_solid[i + count]))
        for i in range(count)
    ]


def _faces(shapes: Sequence[Shape], solid: BaseGeometry) -> list[LineString]:
    """Where solid parts of the house meet the open air."""
    spaces = shapely.union_all([shape.polygon for shape in shapes])
    free = shapely.line_merge(solid.boundary.difference(spaces.buffer(_SEAM)))
    return [line for line in shapely.get_parts(free) if line.length > _SHORTEST_FACE]


def _side(left: set[int], right: set[int], shapes: Sequence[Shape], *, in_solid: bool) -> Side | None:
    only_here = left ^ right
    if not only_here:
        return None
    if left and right:
        return None if all(shapes[index].is_open for index in only_here) else "inner"
    return "inner" if in_solid else "outer"


def _away(boundary: _Boundary, spot: Spot) -> Spot:
    """The direction of a boundary, seen from one of its ends."""
    x, y = boundary.heading
    return (x, y) if spot == boundary.start else (-x, -y)


def _bend(a: _Boundary, b: _Boundary, spot: Spot) -> float:
    """-1 where one boundary goes straight on into the other."""
    return _cosine(_away(a, spot), _away(b, spot))


def _cosine(a: Spot, b: Spot) -> float:
    return a[0] * b[0] + a[1] * b[1]


def _joined(pieces: Iterable[LineString]) -> BaseGeometry:
    lines = shapely.line_merge(MultiLineString(list(pieces)))
    return lines.simplify(0.005)
