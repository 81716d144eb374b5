"""Where words go in a room. All in metres, on the sheet turned by the plan's bearing."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Point, Polygon
from shapely.geometry.base import BaseGeometry

_Edges = tuple[float, float, float, float]  # west, south, east, north

# The label most often seen, around its spot, in heights of its text: a sign over a time, with some air.
# The sign needs less width than the words below it: much of a round room is high enough for it alone.
_SIGN: _Edges = (-0.7, -0.32, 0.7, 1.54)
_WORDS: _Edges = (-1.9, -1.54, 1.9, 0.06)
_HEIGHT = _SIGN[3] - _WORDS[1]
_NEARLY = 0.97  # a little smaller is fine where it is nearer to the middle
_STEP = 0.3
_MOST_STEPS = 24
_HALVINGS = 7


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


def label_spot(room: Polygon) -> Point:
    """Where a label can be almost as large as anywhere in the room, as near to its middle as that allows."""
    shapely.prepare(room)
    spots = _spots(room)
    sizes = _sizes(room, spots)
    roomy = [spot for spot, size in zip(spots, sizes, strict=True) if size >= _NEARLY * sizes.max()]
    middle = room.centroid
    return min(roomy, key=lambda spot: round(spot.distance(middle), 3))


def largest(shape: BaseGeometry) -> Polygon:
    """The largest part of a shape that has several."""
    part: Polygon = max(shapely.get_parts(shape), key=lambda part: part.area)
    return part


def _spots(room: Polygon) -> list[Point]:
    """The middle, the roomiest place, and a grid over the rest."""
    west, south, east, north = room.bounds
    xs, ys = np.meshgrid(_grid(west, east), _grid(south, north))
    grid = shapely.points(xs.ravel(), ys.ravel())
    calm = [room.centroid] if room.contains(room.centroid) else []
    return [*calm, anchor(room).point, *grid[shapely.contains(room, grid)]]


def _grid(low: float, high: float) -> NDArray[np.float64]:
    return np.linspace(low, high, 1 + max(1, min(_MOST_STEPS, round((high - low) / _STEP))))


def _sizes(room: Polygon, spots: Sequence[Point]) -> NDArray[np.float64]:
    """How large a label may be at each spot, found by halving."""
    at = np.tile(shapely.get_coordinates(spots), 2)
    _, south, _, north = room.bounds
    fits, fails = np.zeros(len(at)), np.full(len(at), (north - south) / _HEIGHT)
    for _ in range(_HALVINGS):
        size = (fits + fails) / 2
        is_inside = _is_inside(room, at, size, _WORDS) & _is_inside(room, at, size, _SIGN)
        fits, fails = np.where(is_inside, size, fits), np.where(is_inside, fails, size)
    return fits


def _is_inside(room: Polygon, at: NDArray[np.float64], size: NDArray[np.float64], part: _Edges) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = shapely.covers(room, shapely.box(*(at + np.outer(size, part)).T))
    return inside
