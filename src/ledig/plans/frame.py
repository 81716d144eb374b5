"""A flat sheet of paper laid on the venue: metres, turned so that its longest walls are level."""

import math
from collections.abc import Iterable

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Array = NDArray[np.float64]

_DECIMALS = 7  # about a centimetre, as in OpenStreetMap itself
_NEAR = 5.0  # degrees around the commonest direction that belong to it


class Frame:
    """Turns degrees into metres and back. `bearing` is MapLibre's: the compass direction that is up on the sheet."""

    def __init__(self, bounds: tuple[float, float, float, float], bearing: float = 0.0) -> None:
        west, south, east, north = bounds
        self.bearing = bearing
        self._origin = np.array([(west + east) / 2, (south + north) / 2])
        self._scale = np.array(_metres_per_degree(self._origin[1]))
        turn = math.radians(bearing)
        self._turn = np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])

    def to_metres(self, shape: BaseGeometry) -> BaseGeometry:
        """The shape on the sheet: x to the right, y up."""
        flat: BaseGeometry = shapely.transform(shape, self._flatten)
        return flat

    def to_degrees(self, shape: BaseGeometry) -> BaseGeometry:
        """The shape on the earth, longitude first."""
        curved: BaseGeometry = shapely.transform(shape, self._unflatten)
        return curved

    def _flatten(self, points: Array) -> Array:
        flat: Array = ((points - self._origin) * self._scale) @ self._turn
        return flat

    def _unflatten(self, points: Array) -> Array:
        degrees: Array = (points @ self._turn.T) / self._scale + self._origin
        return np.round(degrees, _DECIMALS)


def bearing(shapes: Iterable[BaseGeometry], bounds: tuple[float, float, float, float]) -> float:
    """How far to turn the map so that most wall length is level or upright: between -45 and 45 degrees, to a tenth."""
    flat = Frame(bounds)
    steps = np.concatenate([_steps(flat.to_metres(shape)) for shape in shapes])
    lengths = np.hypot(steps[:, 0], steps[:, 1])
    angles = np.degrees(np.arctan2(steps[:, 1], steps[:, 0])) % 90
    common = np.argmax(np.bincount(np.rint(angles).astype(int) % 90, weights=lengths, minlength=90))
    off = (angles - common + 45) % 90 - 45
    near = np.abs(off) <= _NEAR
    wall = common + np.average(off[near], weights=lengths[near])
    return round(float((-wall + 45) % 90 - 45), 1) + 0.0


def _steps(shape: BaseGeometry) -> Array:
    lines = shapely.get_parts(shape.boundary)
    return np.concatenate([np.diff(shapely.get_coordinates(line), axis=0) for line in lines])


def _metres_per_degree(latitude: float) -> tuple[float, float]:
    """Of longitude and of latitude on the WGS 84 ellipsoid."""
    phi = math.radians(latitude)
    return (
        111412.84 * math.cos(phi) - 93.5 * math.cos(3 * phi) + 0.118 * math.cos(5 * phi),
        111132.92 - 559.82 * math.cos(2 * phi) + 1.175 * math.cos(4 * phi) - 0.0023 * math.cos(6 * phi),
    )
