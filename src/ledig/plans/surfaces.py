"""What a floor covers, in metres: its outline, the solid parts of the house, and its shadow."""

from collections.abc import Iterable

import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from ledig.plans.areas import only_surfaces

_SEAM = 0.02  # between areas that were drawn to touch
_CRACK = 0.25
_GAP = 2.2  # narrower than this between two areas is wall, shaft or duct
_VOID = 9.0  # m²; a smaller hole is no courtyard
_SPECK = 0.03  # m²
_TOUCHES = 0.1
_MOUTH = 0.15  # share of a gap's outline that may be open
_SHADOW = 0.8


def floor(shapes: Iterable[BaseGeometry]) -> BaseGeometry:
    """The outline of everything on a level."""
    grown = shapely.union_all([shape.buffer(_SEAM, join_style="mitre") for shape in shapes])
    return only_surfaces(_closed(grown, _CRACK))


def solid(floor: BaseGeometry) -> BaseGeometry:
    """Small voids and narrow gaps: building, but nothing to walk in."""
    wide = _closed(floor, _GAP / 2)
    beside = floor.buffer(_TOUCHES)
    gaps = [part for part in shapely.get_parts(wide.difference(floor)) if _is_gap(part, beside)]
    return only_surfaces(shapely.union_all([*gaps, *_small_holes(wide)]))


def shadow(floor: BaseGeometry, solid: BaseGeometry) -> BaseGeometry:
    """The outline of the floor without its small notches."""
    return only_surfaces(_closed(floor.union(solid), _SHADOW).simplify(0.25))


def _closed(shape: BaseGeometry, by: float) -> BaseGeometry:
    return shape.buffer(by, join_style="mitre").buffer(-by, join_style="mitre")


def _is_gap(part: BaseGeometry, beside: BaseGeometry) -> bool:
    """Deep rather than wide: a niche or corner in the outer wall stays open air."""
    return bool(part.area > _SPECK and part.boundary.difference(beside).length < _MOUTH * part.length)


def _small_holes(shape: BaseGeometry) -> list[Polygon]:
    rings = [ring for part in shapely.get_parts(shape) for ring in part.interiors]
    return [hole for hole in map(Polygon, rings) if hole.area < _VOID]
