"""Closed ways and multipolygon relations as polygons."""

from collections.abc import Iterator

import shapely
from shapely.geometry import LineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from ledig.plans.categories import Tags
from ledig.plans.elements import Elements, Relation, Way
from ledig.plans.remarks import Remarks

_LONGEST_WAY = 2000  # points, as in OpenStreetMap itself


class Areas:
    """The tagged surfaces of a file; asks for a shape only where somebody wants it."""

    def __init__(self, elements: Elements, remarks: Remarks) -> None:
        self._elements = elements
        self._remarks = remarks

    def __iter__(self) -> Iterator[tuple[str, Tags]]:
        """Every object that may be a surface: its source, such as "way/1", and its tags, in the order of their ids."""
        for ident, way in sorted(self._elements.ways.items()):
            if way.tags:
                yield f"way/{ident}", way.tags
        for ident, relation in sorted(self._elements.relations.items()):
            if relation.tags.get("type") in {"multipolygon", "boundary"}:
                yield f"relation/{ident}", relation.tags

    def polygon(self, source: str) -> BaseGeometry | None:
        """The surface of an object, or None with a remark."""
        sort, ident = source.split("/")
        if sort == "way":
            return self._of_way(source, self._elements.ways[int(ident)])
        return self._of_relation(source, self._elements.relations[int(ident)])

    def line(self, source: str) -> BaseGeometry | None:
        """The course of a way, or None with a remark."""
        sort, ident = source.split("/")
        if sort == "relation":
            return None
        refs = self._refs(source, self._elements.ways[int(ident)])
        return LineString(self._points(refs)) if len(refs) > 1 else None

    def is_closed(self, source: str) -> bool:
        sort, ident = source.split("/")
        return sort == "relation" or _closes(self._elements.ways[int(ident)].refs)

    def _of_way(self, source: str, way: Way) -> BaseGeometry | None:
        if not _closes(way.refs):
            self._remarks.add("not_closed", source)
            return None
        refs = self._refs(source, way)
        return self._sound(source, Polygon(self._points(refs))) if refs else None

    def _of_relation(self, source: str, relation: Relation) -> BaseGeometry | None:
        rings: dict[bool, list[list[int]]] = {True: [], False: []}
        for ident, role in relation.members:
            way = self._elements.ways.get(ident)
            if way is None:
                self._remarks.add("missing_ways", source)
                return None
            refs = self._refs(source, way)
            if not refs:
                return None
            rings[role != "inner"].append(refs)
        outer, inner = (join(rings[is_outer]) for is_outer in (True, False))
        if not outer or any(not _closes(ring) for ring in (*outer, *inner)):
            self._remarks.add("not_closed", source)
            return None
        whole, holes = (shapely.union_all([self._ring(ring) for ring in part]) for part in (outer, inner))
        return self._sound(source, whole.difference(holes))

    def _ring(self, refs: list[int]) -> BaseGeometry:
        return shapely.make_valid(Polygon(self._points(refs)))

    def _refs(self, source: str, way: Way) -> list[int]:
        if len(way.refs) > _LONGEST_WAY:
            self._remarks.add("too_long", source)
            return []
        if any(ref not in self._elements.points for ref in way.refs):
            self._remarks.add("missing_nodes", source)
            return []
        return way.refs

    def _points(self, refs: list[int]) -> list[tuple[float, float]]:
        return [self._elements.points[ref] for ref in refs]

    def _sound(self, source: str, shape: BaseGeometry) -> BaseGeometry | None:
        if not shape.is_valid:
            self._remarks.add("repaired", source)
            shape = shapely.make_valid(shape, method="structure", keep_collapsed=False)
        shape = only_surfaces(shape)
        if shape.is_empty:
            self._remarks.add("empty", source)
            return None
        return shapely.orient_polygons(shape)


def only_surfaces(shape: BaseGeometry) -> BaseGeometry:
    """Only what has a surface, without the lines and points that repairing or cutting leaves over."""
    parts = [part for part in shapely.get_parts(shape) if isinstance(part, Polygon) and part.area > 0]
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def join(lines: list[list[int]]) -> list[list[int]]:
    """Lines joined at their ends into rings, as far as they fit."""
    rings: list[list[int]] = []
    rest = list(lines)
    while rest:
        ring = list(rest.pop())
        while not _closes(ring):
            following = next((line for line in rest if ring[-1] in (line[0], line[-1])), None)
            if following is None:
                break
            rest.remove(following)
            ring += following[1:] if following[0] == ring[-1] else following[-2::-1]
        rings.append(ring)
    return rings


def _closes(refs: list[int]) -> bool:
    return len(refs) > 3 and refs[0] == refs[-1]
