"""Which way an entrance leads, in metres."""

import math

import numpy as np
import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points

_AROUND = 0.8
_LOOKS = 72
_UPRIGHT = 8.0  # degrees; a wall that is nearly level is meant to be


def turn(spot: Point, floor: BaseGeometry, bearing: float) -> int:
    """Degrees clockwise from north, pointing into the building."""
    on_edge = nearest_points(floor.boundary, spot)[0]
    angles = (np.arange(_LOOKS) + 0.5) * (2 * np.pi / _LOOKS)
    right, up = np.sin(angles) * _AROUND, np.cos(angles) * _AROUND
    inside = shapely.contains_xy(floor, on_edge.x + right, on_edge.y + up)
    angle = math.degrees(math.atan2(right[inside].sum(), up[inside].sum()))
    level = round(angle / 90) * 90
    if abs(angle - level) < _UPRIGHT:
        angle = level
    return round(angle + bearing) % 360
