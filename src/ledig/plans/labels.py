"""Where words fit in a room. All in metres, on the sheet turned by the plan's bearing."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import shapely
from shapely.geometry import Point, Polygon
from shapely.geometry.base import BaseGeometry

_SHAPE = 1.3  # words are this much wider than high: a sign over a name over a time
_ROOMY = 0.85  # a little smaller is fine where it is nearer to the middle
_STEP = 0.5
_MOST_STEPS = 24
_FINEST = 0.02


@dataclass(frozen=True)
class LabelBox:
    """A box that lies in the room; every word in it does too."""

    middle: Point
    width: float
    height: float


@dataclass(frozen=True)
class Anchor:
    """A calm place in a shape, and how far it is from there to the next wall."""

    point: Point
    radius: float


def anchor(shape: BaseGeometry) -> Anchor:
    """The middle if it is almost as roomy, else the roomiest place."""
    part = largest(shape)
    roomiest = shapely.maximum_inscribed_circle(part, tolerance=0.1)
    middle = part.centroid
    room = middle.distance(part.boundary)
    if part.contains(middle) and room >= 0.8 * roomiest.length:
        return Anchor(middle, room)
    return Anchor(Point(roomiest.coords[0]), roomiest.length)


def label_box(shape: BaseGeometry) -> LabelBox:
    """The best upright box for a label: rooms are L-shaped, so it is looked for, not measured through the middle."""
    room = largest(shape)
    shapely.prepare(room)
    boxes = list(_boxes(room))
    if not boxes:
        place = anchor(room)
        side = place.radius * 2**0.5
        return LabelBox(place.point, side, side)
    roomy = max(map(_fit, boxes)) * _ROOMY
    middle = room.centroid
    best = min((edges for edges in boxes if _fit(edges) >= roomy), key=lambda edges: _calm(edges, middle))
    west, south, east, north = _grown(room, best)
    return LabelBox(Point((west + east) / 2, (south + north) / 2), east - west, north - south)


def largest(shape: BaseGeometry) -> Polygon:
    """The largest part of a shape that has several."""
    part: Polygon = max(shapely.get_parts(shape), key=lambda part: part.area)
    return part


_Edges = tuple[float, float, float, float]  # west, south, east, north


def _fit(edges: _Edges) -> float:
    """How large a label may be in the box."""
    return min((edges[2] - edges[0]) / _SHAPE, edges[3] - edges[1])


def _calm(edges: _Edges, middle: Point) -> tuple[float, float]:
    """Nearest to the middle of the room first, then largest."""
    west, south, east, north = edges
    off = math.dist(((west + east) / 2, (south + north) / 2), (middle.x, middle.y))
    return round(off / _STEP), -round((east - west) * (north - south), 3)


def _boxes(room: Polygon) -> Iterator[_Edges]:
    """Every box of whole cells of a coarse grid that lies in the room."""
    west, south, east, north = room.bounds
    xs, ys = _grid(west, east), _grid(south, north)
    inside = _cells(room, xs, ys)
    for low in range(len(ys) - 1):
        free = [True] * (len(xs) - 1)
        for high in range(low, len(ys) - 1):
            free = [above and below for above, below in zip(free, inside[high], strict=True)]
            for left, right in _runs(free):
                yield xs[left], ys[low], xs[right], ys[high + 1]


def _grid(low: float, high: float) -> list[float]:
    steps = max(1, min(_MOST_STEPS, round((high - low) / _STEP)))
    return [float(value) for value in np.linspace(low, high, steps + 1)]


def _cells(room: Polygon, xs: list[float], ys: list[float]) -> list[list[bool]]:
    """Row by row: whether the cell lies in the room."""
    left, low = np.meshgrid(xs[:-1], ys[:-1])
    right, high = np.meshgrid(xs[1:], ys[1:])
    inside: list[list[bool]] = shapely.covers(room, shapely.box(left, low, right, high)).tolist()
    return inside


def _runs(free: list[bool]) -> Iterator[tuple[int, int]]:
    """Begin and end of each run of free cells."""
    end = 0
    for is_free, run in groupby(free):
        begin, end = end, end + len(list(run))
        if is_free:
            yield begin, end


def _grown(room: Polygon, edges: _Edges) -> _Edges:
    """The box pushed outwards until it meets walls: the grid was coarse."""
    found = list(edges)
    step = _STEP
    while step > _FINEST:
        for index, outwards in enumerate((-1, -1, 1, 1)):
            pushed = list(found)
            pushed[index] += outwards * step
            if shapely.covers(room, shapely.box(*pushed)):
                found = pushed
        step /= 2
    return found[0], found[1], found[2], found[3]
