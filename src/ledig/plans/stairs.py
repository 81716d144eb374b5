"""Treads: a pattern that says *stairs*, not a survey of them."""

import shapely
from shapely.geometry import LineString, MultiLineString
from shapely.geometry.base import BaseGeometry

_SPACING = 0.45
_MARGIN = 0.3
_SQUARE = 1.15  # nearly as long as wide, or round: then the sheet's own directions look calmest


def treads(shape: BaseGeometry) -> BaseGeometry | None:
    """Lines across the long side of a staircase, in metres; None where there is no place for them."""
    inside = shape.buffer(-_MARGIN)
    if inside.is_empty:
        return None
    corner, along, across = _sides(shape)
    count = int(_length(along) / _SPACING)
    lines = []
    for step in range(1, count):
        part = (step + (_length(along) / _SPACING - count) / 2) * _SPACING / _length(along)
        x, y = corner[0] + along[0] * part, corner[1] + along[1] * part
        lines.append(LineString([(x, y), (x + across[0], y + across[1])]))
    found = shapely.intersection(MultiLineString(lines), inside)
    pieces = [part for part in shapely.get_parts(found) if part.length > _MARGIN]
    return MultiLineString(pieces) if pieces else None


_Vector = tuple[float, float]


def _sides(shape: BaseGeometry) -> tuple[_Vector, _Vector, _Vector]:
    """A corner of the box around the stairs, its long side and its short side."""
    around = shape.minimum_rotated_rectangle
    long, short = _edges(around)[1:]
    if _length(long) < _SQUARE * _length(short):
        return _edges(shape.envelope)
    return _edges(around)


def _edges(rectangle: BaseGeometry) -> tuple[_Vector, _Vector, _Vector]:
    corners = [(float(x), float(y)) for x, y in shapely.get_coordinates(rectangle)]
    first, second = (_minus(corners[1], corners[0]), _minus(corners[3], corners[0]))
    long, short = (first, second) if _length(first) >= _length(second) else (second, first)
    return corners[0], long, short


def _minus(a: _Vector, b: _Vector) -> _Vector:
    return a[0] - b[0], a[1] - b[1]


def _length(vector: _Vector) -> float:
    return float((vector[0] ** 2 + vector[1] ** 2) ** 0.5)
