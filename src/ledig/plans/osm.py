"""Reads OpenStreetMap XML with Simple Indoor Tagging into a plan."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast
from uuid import NAMESPACE_URL, uuid5

import numpy as np
import shapely
from shapely import STRtree
from shapely.geometry import Point, box
from shapely.geometry.base import BaseGeometry

from ledig.plans import elements as osm_xml
from ledig.plans import levels as osm_levels
from ledig.plans.areas import Areas
from ledig.plans.categories import Tags, category
from ledig.plans.elements import Elements
from ledig.plans.errors import NoIndoorData, NotOsm, TooLarge
from ledig.plans.frame import Frame
from ledig.plans.plan import Building, Connector, Opening, Outside, OutsideKind, Plan, Space, SpaceKind
from ledig.plans.progress import Progress, silent
from ledig.plans.remarks import Remark, Remarks
from ledig.venue import Attribution, Level, StepFree

ATTRIBUTION = Attribution("© OpenStreetMap contributors", "https://www.openstreetmap.org/copyright")
LICENCE = "ODbL-1.0"

_MOST_SPACES = 50_000
_WIDEST = 5_000.0  # metres; beyond that a flat sheet is no longer true, and it is not one venue
_AROUND = 100.0  # metres around the rooms that are worth drawing
_TOUCHES = 0.1  # metres between a door and the outline it stands in
_PATHS = frozenset({"footway", "path", "pedestrian", "service", "cycleway", "living_street", "corridor"})
_KINDS = frozenset({"room", "corridor", "area"})
_WIDTH = re.compile(r"(\d{1,3}(?:\.\d{1,3})?)\s*m?", re.ASCII)


@dataclass(frozen=True)
class Reading:
    """What came out of a file: the plan, and what was odd."""

    plan: Plan
    remarks: tuple[Remark, ...]


def read(source: Path | bytes, progress: Progress = silent) -> Reading:
    """The plan in an OSM XML file. Raises a PlanError, with a sentence for people, if there is none."""
    content = source if isinstance(source, bytes) else _content(source)
    remarks = Remarks()
    elements = osm_xml.parse(content, remarks, progress)
    plan = _Reader(elements, remarks, progress).plan()
    return Reading(plan, remarks.all())


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(osm_xml.MOST_BYTES + 1)
    except OSError as error:
        raise NotOsm(f"The map file {path} cannot be read: {error.strerror or 'unknown reason'}.") from error


@dataclass(frozen=True)
class _Area:
    """An indoor object, before it becomes one space per level."""

    source: str
    tags: Tags
    levels: tuple[float, ...]
    polygon: BaseGeometry

    def space(self, level: float) -> Space:
        return Space(
            id=_id(self.source, level),
            source=self.source,
            level=level,
            kind=cast(SpaceKind, self.tags["indoor"]),
            category=category(self.tags),
            number=self.tags.get("ref", ""),
            name=self.tags.get("name", ""),
            step_free=_step_free(self.tags),
            polygon=self.polygon,
        )


class _Reader:
    def __init__(self, elements: Elements, remarks: Remarks, progress: Progress) -> None:
        self._elements = elements
        self._remarks = remarks
        self._progress = progress
        self._areas = Areas(elements, remarks)

    def plan(self) -> Plan:
        areas = self._indoor_areas()
        spaces = sorted((area.space(level) for area in areas for level in area.levels), key=_by_level_and_source)
        if not spaces:
            raise NoIndoorData(
                "The map file has no rooms: nothing in it is tagged indoor=room, corridor or area with a level. "
                "Export a building that is mapped with Simple Indoor Tagging."
            )
        bounds = _bounds(spaces)
        finder = _Finder(spaces, Frame(bounds))
        near = _around(bounds)
        buildings = self._buildings(near)
        return Plan(
            name=_name(buildings, spaces),
            levels=self._levels(spaces),
            spaces=tuple(spaces),
            openings=self._openings(finder),
            connectors=(*_own_connectors(areas), *self._lifts(finder)),
            buildings=buildings,
            outside=self._outside(near),
            bounds=bounds,
            attribution=ATTRIBUTION,
            licence=LICENCE,
        )

    def _indoor_areas(self) -> list[_Area]:
        objects = [(source, tags) for source, tags in self._areas if tags.get("indoor") in _KINDS]
        found, spaces = [], 0
        for done, (source, tags) in enumerate(objects):
            self._progress(done, len(objects), "reading the rooms")
            area = self._indoor_area(source, tags)
            if area is None:
                continue
            found.append(area)
            spaces += len(area.levels)
            if spaces > _MOST_SPACES:
                raise TooLarge(f"The map file has more than {_MOST_SPACES:,} indoor areas. Export only the venue.")
        self._progress(len(objects), len(objects), "reading the rooms")
        return found

    def _indoor_area(self, source: str, tags: Tags) -> _Area | None:
        polygon = self._areas.polygon(source)
        if polygon is None:
            return None
        levels = self._levels_of(source, tags)
        if not levels:
            self._remarks.add("no_level", source)
            return None
        return _Area(source, tags, levels, polygon)

    def _levels_of(self, source: str, tags: Tags) -> tuple[float, ...]:
        found: set[float] = set()
        for key in ("level", "repeat_on"):
            if key in tags:
                levels, garbage = osm_levels.parse(tags[key])
                found |= levels
                if garbage:
                    self._remarks.add("bad_level", source, tags[key])
        return tuple(sorted(found))

    def _levels(self, spaces: Iterable[Space]) -> tuple[Level, ...]:
        """The levels that hold something, named as in the file, else by their number."""
        names: dict[float, tuple[str, str]] = {}
        for source, tags in self._areas:
            if tags.get("indoor") != "level":
                continue
            for ordinal in self._levels_of(source, tags):
                names[ordinal] = (tags.get("name", ""), tags.get("level:ref", "") or tags.get("ref", ""))
        return tuple(_level(ordinal, *names.get(ordinal, ("", ""))) for ordinal in sorted({s.level for s in spaces}))

    def _openings(self, finder: "_Finder") -> tuple[Opening, ...]:
        doors = [(i, tags) for i, tags in self._elements.point_tags.items() if "door" in tags or "entrance" in tags]
        found = []
        for done, (ident, tags) in enumerate(sorted(doors)):
            self._progress(done, len(doors), "reading the doors")
            source, point = f"node/{ident}", Point(self._elements.points[ident])
            levels = self._levels_of(source, tags) or finder.only_level(point)
            if not levels:
                self._remarks.add("door_level", source)
            found += [_opening(source, tags, level, point, finder) for level in levels]
        self._progress(len(doors), len(doors), "reading the doors")
        return tuple(sorted(found, key=_by_level_and_source))

    def _lifts(self, finder: "_Finder") -> list[Connector]:
        """Lifts that are mapped as a point: they join the spaces they stand in."""
        found = []
        for ident, tags in sorted(self._elements.point_tags.items()):
            if tags.get("highway") != "elevator":
                continue
            point = Point(self._elements.points[ident])
            levels = self._levels_of(f"node/{ident}", tags)
            spaces = tuple(space.id for level in levels for space in finder.around(point, level)[:1])
            if spaces:
                found.append(Connector(spaces, point))
        return found

    def _buildings(self, near: BaseGeometry) -> tuple[Building, ...]:
        found = []
        for source, tags in self._areas:
            if tags.get("building", "no") in {"no", "roof"}:
                continue
            outline = self._areas.polygon(source)
            if outline is not None and outline.intersects(near):
                found.append(Building(source, tags.get("name", ""), outline))
        return tuple(found)

    def _outside(self, near: BaseGeometry) -> tuple[Outside, ...]:
        found = []
        for source, tags in self._areas:
            kind = _outside_kind(tags, is_closed=self._areas.is_closed(source))
            if kind is None:
                continue
            shape = self._areas.polygon(source) if kind == "plaza" else self._areas.line(source)
            if shape is not None and shape.intersects(near):
                found.append(Outside(kind, shape.intersection(near), _width(tags)))
        return tuple(found)


class _Finder:
    """Finds the spaces at a point of a level."""

    def __init__(self, spaces: Sequence[Space], frame: Frame) -> None:
        self._frame = frame
        self._spaces = spaces
        self._levels = np.array([space.level for space in spaces])
        self._shapes = [frame.to_metres(space.polygon) for space in spaces]
        self._tree = STRtree(self._shapes)
        self._outlines = STRtree([shape.boundary for shape in self._shapes])

    def touching(self, point: BaseGeometry, level: float) -> list[Space]:
        """The spaces in whose outline the point stands."""
        return [space for space in self._touching(point) if space.level == level]

    def around(self, point: BaseGeometry, level: float) -> list[Space]:
        """The spaces that hold the point, the smallest first."""
        hits = self._tree.query(self._frame.to_metres(point), predicate="intersects")
        hits = sorted(hits[self._levels[hits] == level], key=lambda hit: self._shapes[hit].area)
        return [self._spaces[hit] for hit in hits]

    def only_level(self, point: BaseGeometry) -> tuple[float, ...]:
        """The level of everything that the point touches, if that is one."""
        levels = {space.level for space in self._touching(point)}
        return tuple(levels) if len(levels) == 1 else ()

    def _touching(self, point: BaseGeometry) -> list[Space]:
        hits = self._outlines.query(self._frame.to_metres(point), predicate="dwithin", distance=_TOUCHES)
        return [self._spaces[hit] for hit in sorted(hits)]


def _opening(source: str, tags: Tags, level: float, point: BaseGeometry, finder: _Finder) -> Opening:
    return Opening(
        source=source,
        level=level,
        point=point,
        width=_width(tags),
        entrance=tags.get("entrance") if tags.get("entrance") != "no" else None,
        spaces=tuple(space.id for space in finder.touching(point, level)),
    )


def _own_connectors(areas: Iterable[_Area]) -> list[Connector]:
    """Stairs and lifts that are areas on more than one level."""
    return [
        Connector(tuple(_id(area.source, level) for level in area.levels))
        for area in areas
        if category(area.tags) in {"stairs", "elevator"} and len(area.levels) > 1
    ]


def _level(ordinal: float, name: str, short_name: str) -> Level:
    text = osm_levels.label(ordinal)
    return Level(ordinal, name or f"Floor {text}", short_name or text)


def _name(buildings: Iterable[Building], spaces: Sequence[Space]) -> str:
    """The name of the building that holds the most spaces; empty if it has none."""
    tree = STRtree([space.polygon.representative_point() for space in spaces])
    held = Counter({b.name: len(tree.query(b.outline, predicate="contains")) for b in buildings})
    return max(held, key=lambda name: held[name], default="")


def _outside_kind(tags: Tags, *, is_closed: bool) -> OutsideKind | None:
    highway = tags.get("highway")
    if "indoor" in tags or highway is None:
        return None
    if is_closed and (tags.get("area") == "yes" or highway == "pedestrian"):
        return "plaza"
    if highway == "steps":
        return "steps"
    return "path" if highway in _PATHS else None


def _step_free(tags: Tags) -> StepFree:
    wheelchair = tags.get("wheelchair")
    return cast(Literal["yes", "no"], wheelchair) if wheelchair in {"yes", "no"} else "unknown"


def _width(tags: Tags) -> float | None:
    match = _WIDTH.fullmatch(tags.get("width", "").replace(",", "."))
    return float(match[1]) or None if match else None


def _bounds(spaces: Sequence[Space]) -> tuple[float, float, float, float]:
    west, south, east, north = (float(edge) for edge in shapely.total_bounds([space.polygon for space in spaces]))
    across = Frame((west, south, east, north)).to_metres(box(west, south, east, north)).length / 2
    if across > 2 * _WIDEST:
        raise TooLarge(f"The rooms lie {across / 2000:.0f} km apart. Export one venue at a time.")
    return west, south, east, north


def _around(bounds: tuple[float, float, float, float]) -> BaseGeometry:
    frame = Frame(bounds)
    return frame.to_degrees(frame.to_metres(box(*bounds)).buffer(_AROUND, join_style="mitre"))


def _by_level_and_source(thing: Space | Opening) -> tuple[float, str, int]:
    sort, ident = thing.source.split("/")
    return thing.level, sort, int(ident)


def _id(source: str, level: float) -> str:
    return str(uuid5(NAMESPACE_URL, f"osm:{source}@{osm_levels.label(level)}"))
