"""Draws a plan: everything the map shows of a building, as GeoJSON, in the layers that its style knows."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import shapely
from shapely.geometry import MultiLineString, Polygon
from shapely.geometry.base import BaseGeometry

from ledig.plans import frame, surfaces
from ledig.plans.areas import only_surfaces
from ledig.plans.entrances import turn
from ledig.plans.frame import Frame
from ledig.plans.geojson import Feature, FeatureCollection, Property, collection, feature
from ledig.plans.labels import anchor, label_spot, largest
from ledig.plans.plan import Opening, Outside, Plan, Space
from ledig.plans.stairs import treads
from ledig.plans.walls import Door, Shape, walls
from ledig.venue import Binding

_INSET = 0.15  # a tile stands this far inside its walls
_CORNER = 0.3
_ENTRANCES = frozenset({"main", "yes", "secondary", "staircase"})
_PATH = 2.5
_WIDEST_PATH = 2.6


def bearing(plan: Plan) -> float:
    """MapLibre's bearing at which the longest walls of the plan are level."""
    return frame.bearing((space.polygon for space in plan.spaces), plan.bounds)


def draw(plan: Plan, bindings: Iterable[Binding]) -> FeatureCollection:
    """The drawing of a plan with its bookable rooms."""
    sheet = Frame(plan.bounds, bearing(plan))
    rooms = {source: binding.room.id for binding in bindings for source in binding.sources}
    features = list(_outside(plan))
    for level in plan.levels:
        features += _Floor(plan, level.ordinal, rooms, sheet).features()
    return collection(features)


@dataclass(frozen=True)
class _Place:
    """A space with its shape on the sheet."""

    space: Space
    shape: BaseGeometry


class _Floor:
    """One level on the drawing board."""

    def __init__(self, plan: Plan, level: float, rooms: Mapping[str, str], sheet: Frame) -> None:
        self._level = level
        self._sheet = sheet
        self._rooms = rooms
        self._places = [_Place(s, sheet.to_metres(s.polygon)) for s in plan.spaces if s.level == level]
        self._openings = [opening for opening in plan.openings if opening.level == level]
        self._floor = surfaces.floor(place.shape for place in self._places)
        self._solid = surfaces.solid(self._floor)
        on_level = {place.space.id for place in self._places}
        self._lifts = [c.point for c in plan.connectors if c.point is not None and on_level.intersection(c.spaces)]

    def features(self) -> Iterator[Feature]:
        yield self._feature("floor", self._floor)
        yield self._feature("shadow", surfaces.shadow(self._floor, self._solid))
        if not self._solid.is_empty:
            yield self._feature("solid", self._solid)
        for place in self._places:
            yield self._space(place)
        yield from self._treads()
        yield from self._tiles()
        yield from self._walls()
        yield from self._labels()
        for place in self._places:
            if place.space.source not in self._rooms:
                yield from self._words(place)
        yield from self._entrances()
        for point in self._lifts:
            yield self._feature("icon", self._sheet.to_metres(point), icon="lift", area=0)

    def _feature(self, layer: str, shape: BaseGeometry, ident: str | None = None, **properties: Property) -> Feature:
        level = int(self._level) if self._level.is_integer() else self._level
        return feature(_sound(self._sheet.to_degrees(shape)), {"layer": layer, "level": level, **properties}, ident)

    def _space(self, place: _Place) -> Feature:
        space = place.space
        return self._feature(
            "space",
            place.shape,
            space.id,
            **{"category": space.category, "class": _class(space), "number": space.number, "name": space.name},
        )

    def _treads(self) -> Iterator[Feature]:
        for place in self._places:
            lines = treads(place.shape) if place.space.category == "stairs" else None
            if lines is not None:
                yield self._feature("tread", lines)

    def _tiles(self) -> Iterator[Feature]:
        for place in self._places:
            if room := self._rooms.get(place.space.source):
                yield self._feature("tile", tile(place.shape), room=room)

    def _walls(self) -> Iterator[Feature]:
        shapes = [Shape(place.shape, place.space.is_open) for place in self._places]
        drawn = walls(shapes, self._solid, [self._door(opening) for opening in self._openings])
        for layer, shape, properties in (
            ("wall", drawn.inner, {"outer": False}),
            ("wall", drawn.outer, {"outer": True}),
            ("door", drawn.thresholds, {}),
        ):
            if not shape.is_empty:
                yield self._feature(layer, shape, None, **properties)

    def _door(self, opening: Opening) -> Door:
        point = self._sheet.to_metres(opening.point)
        return Door((point.x, point.y), opening.width)

    def _labels(self) -> Iterator[Feature]:
        """One label per room and level, in the largest of its spaces."""
        biggest: dict[str, _Place] = {}
        for place in self._places:
            room = self._rooms.get(place.space.source)
            if room and (room not in biggest or place.shape.area > biggest[room].shape.area):
                biggest[room] = place
        for room, place in biggest.items():
            yield self._feature("label", label_spot(tile(place.shape)), room=room)

    def _words(self, place: _Place) -> Iterator[Feature]:
        """The number, name or icon of a space that nobody books."""
        space, spot = place.space, anchor(place.shape)
        area = round(place.shape.area, 1)
        if icon := _icon(space):
            yield self._feature("icon", spot.point, icon=icon, area=area)
        elif space.is_open:
            if space.name:
                yield self._feature("name", spot.point, text=space.name)
        elif text := space.number or space.name:
            yield self._feature("number", spot.point, text=text, area=area, radius=round(spot.radius, 2))

    def _entrances(self) -> Iterator[Feature]:
        for opening in self._openings:
            if opening.entrance in _ENTRANCES:
                spot = self._sheet.to_metres(opening.point)
                way = turn(spot, self._floor, self._sheet.bearing)
                yield self._feature("icon", spot, icon="entrance", area=0, turn=way)


def tile(shape: BaseGeometry) -> Polygon:
    """A room's tile: inside its walls, with round corners, in metres."""
    inner = shape.buffer(-_INSET - _CORNER, join_style="mitre")
    if inner.is_empty:
        # A cupboard: rather a small sharp tile than none.
        slim = shape.buffer(-_INSET, join_style="mitre")
        return largest(shape if slim.is_empty else slim)
    return largest(inner.buffer(_CORNER, quad_segs=5))


def _sound(shape: BaseGeometry) -> BaseGeometry:
    """The shape in degrees without what rounding folded together."""
    if shape.is_valid:
        return shapely.orient_polygons(shape)
    if shape.geom_type.endswith("Polygon"):
        return shapely.orient_polygons(only_surfaces(shapely.make_valid(shape)))
    return MultiLineString([line for line in shapely.get_parts(shape) if line.length > 0])


def _class(space: Space) -> str:
    if space.is_service:
        return "service"
    return "open" if space.is_open else "room"


def _icon(space: Space) -> str | None:
    words = space.category.split(".")
    match words[0]:
        case "stairs":
            return "stairs"
        case "elevator":
            return "lift"
        case "restroom" if "wheelchair" in words:
            return "wc_accessible"
        case "restroom" if "female" in words:
            return "wc_women"
        case "restroom" if "male" in words:
            return "wc_men"
        case "restroom":
            return "wc"
        case _:
            return None


def _outside(plan: Plan) -> Iterator[Feature]:
    for building in plan.buildings:
        yield feature(building.outline, {"layer": "outside", "kind": "building"})
    for thing in plan.outside:
        yield feature(thing.shape, {"layer": "outside", "kind": thing.kind, **_width(thing)})


def _width(thing: Outside) -> dict[str, Property]:
    return {"width": min(thing.width or _PATH, _WIDEST_PATH)} if thing.kind == "path" else {}
