"""What is drawn of a plan: held against the rooms it was drawn from."""

import gzip
import json
import math
from collections.abc import Sequence
from functools import cache
from typing import TypedDict

import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st
from shapely.geometry import LineString, Point, box, shape
from shapely.geometry.base import BaseGeometry

from ledig.plans import drawing, osm
from ledig.plans.binding import bind, read_rows
from ledig.plans.frame import Frame
from ledig.plans.geojson import encode, version
from ledig.plans.labels import anchor, label_spot
from ledig.plans.plan import Plan, Space
from ledig.plans.stairs import treads
from ledig.venue import Binding
from plans.house import DEGREE, House, apb, apb_bound, caserne

CENTIMETRE = 0.02  # coordinates are rounded to one; two corners may differ by two


class Properties(TypedDict, total=False):
    layer: str
    level: float
    room: str
    width: float
    outer: bool
    kind: str
    icon: str
    turn: int
    text: str
    area: float
    radius: float


class Drawn:
    """A drawing as its readers see it, laid flat."""

    def __init__(self, plan: Plan, bindings: Sequence[Binding] = ()) -> None:
        self.plan = plan
        self.content = encode(drawing.draw(plan, bindings))
        self.sheet = Frame(plan.bounds, drawing.bearing(plan))
        self.raw = json.loads(self.content)["features"]
        self.features: list[tuple[Properties, BaseGeometry]] = [
            (feature["properties"], self.sheet.to_metres(shape(feature["geometry"]))) for feature in self.raw
        ]

    def layer(self, layer: str, level: float | None = None) -> list[tuple[Properties, BaseGeometry]]:
        return [(p, g) for p, g in self.features if p["layer"] == layer and level in (None, p.get("level"))]

    def merged(self, layer: str, level: float) -> BaseGeometry:
        return shapely.union_all([g for _, g in self.layer(layer, level)])

    def flat(self, space: Space) -> BaseGeometry:
        return self.sheet.to_metres(space.polygon)


@cache
def drawn() -> Drawn:
    return Drawn(apb().plan, apb_bound().bindings)


@cache
def rooms() -> dict[str, BaseGeometry]:
    places = apb().plan.by_source()
    return {b.room.id: drawn().flat(places[source][0]) for b in apb_bound().bindings for source in b.sources}


# The whole


def test_same_plan_same_bytes() -> None:
    """The same file gives the same bytes, so the version is a name for them."""
    again = encode(drawing.draw(apb().plan, apb_bound().bindings))

    assert again == drawn().content
    assert version(again) == version(drawn().content)
    assert version(again[:-1]) != version(again)


def test_the_size_of_the_demo_plan() -> None:
    """The plan of 400 rooms stays a small download."""
    assert len(drawn().content) < 600_000
    assert len(gzip.compress(drawn().content, 6, mtime=0)) < 100_000


def test_everything_has_its_layer_and_level() -> None:
    """Every feature names its layer and, but for what is outside, its level."""
    surfaces = {"outside", "floor", "shadow", "solid", "space", "tread", "tile", "wall", "door"}
    words = {"label", "number", "name", "icon"}

    assert {properties["layer"] for properties, _ in drawn().features} == surfaces | words
    assert {p["level"] for p, _ in drawn().features if p["layer"] != "outside"} == {-1, 0, 1, 2, 3}
    assert all("level" not in properties for properties, _ in drawn().layer("outside"))


def test_every_surface_is_sound() -> None:
    """No polygon crosses itself, not even after rounding."""
    assert all(shape(feature["geometry"]).is_valid for feature in drawn().raw)


def test_coordinates_are_degrees_and_not_longer_than_needed() -> None:
    """Coordinates are WGS 84, longitude first, with eight decimals at most."""
    for feature in drawn().raw:
        for x, y in shapely.get_coordinates(shape(feature["geometry"])):
            assert 13.71 < x < 13.74
            assert 51.01 < y < 51.04
            assert x == round(x, 8)


def test_every_space_is_drawn_with_its_own_id() -> None:
    """Each space is a feature whose id stays the same over imports."""
    spaces = [feature for feature in drawn().raw if feature["properties"]["layer"] == "space"]

    assert {feature["id"] for feature in spaces} == {space.id for space in apb().plan.spaces}
    assert len(spaces) == 476
    assert {feature["properties"]["class"] for feature in spaces} == {"room", "service", "open"}


def test_no_mailbox_is_drawn() -> None:
    """The plan everybody downloads has no address in it."""
    assert b"@" not in drawn().content


def test_an_untidy_building_is_drawn_too() -> None:
    """Untidy tags, no rooms to book, several houses: still a drawing."""
    untidy = Drawn(caserne().plan)

    assert len(untidy.layer("space")) == 73
    assert untidy.layer("wall")
    assert not untidy.layer("tile")


# The turned sheet


def test_the_demo_building_is_turned_by_16_degrees() -> None:
    """The plan is turned as in the pictures, and most of its walls are then level or upright."""
    walls = shapely.union_all([g for _, g in drawn().layer("wall", 1)])
    lines = [LineString(pair) for part in walls.geoms for pair in zip(part.coords, part.coords[1:], strict=False)]
    straight = sum(line.length for line in lines if min(_extent(line)) < 0.05 * line.length)

    assert drawing.bearing(apb().plan) == pytest.approx(16, abs=0.5)
    assert straight > 0.9 * walls.length


@pytest.mark.parametrize("turned", [-40, -16, 0, 10, 44])
def test_bearing_makes_long_walls_level(turned: float) -> None:
    """MapLibre's bearing is clockwise: a house standing clockwise of north is turned by as much."""
    house = House()
    frame = Frame((-1, -1, 1, 1), turned)
    for x in range(4):
        corners = [(x * 5, 0), (x * 5 + 5, 0), (x * 5 + 5, 4), (x * 5, 4)]
        spots = [frame.to_degrees(Point(corner)) for corner in corners]
        house.area([(spot.x / DEGREE, spot.y / DEGREE) for spot in spots])

    assert drawing.bearing(osm.read(house.xml()).plan) == pytest.approx(turned, abs=0.3)


# Walls and doors


def test_no_wall_stands_in_a_door() -> None:
    """At the middle of every door there is no wall, and a threshold lies in the gap."""
    for level in (0, 1, 2, 3):
        walls, thresholds = drawn().merged("wall", level), drawn().merged("door", level)
        openings = [o for o in apb().plan.openings if o.level == level and o.spaces]
        for opening in openings:
            point = drawn().sheet.to_metres(opening.point)
            gap = (opening.width or 0.95) / 2
            assert walls.distance(point) > min(gap, 0.475) - 0.1, opening.source
            between = {space.id: space for space in apb().plan.spaces if space.id in opening.spaces}
            if not all(space.is_open for space in between.values()):
                assert thresholds.distance(point) < CENTIMETRE, opening.source


def test_a_gap_is_as_wide_as_its_door() -> None:
    """A gap has the recorded width, else 0.95 m, and does not go round a corner."""
    house = House()
    house.room(0, 0, 10, 4)
    house.room(0, 4, 10, 2, indoor="corridor")
    house.door(2, 4, width="1.4")
    house.door(7, 4)
    house.door(9.9, 4)
    found = Drawn(osm.read(house.xml()).plan)
    doors = sorted((part.centroid.x, part.length) for part in found.merged("door", 0).geoms)

    assert [length for _, length in doors] == pytest.approx([1.4, 0.95, 0.475 + 0.1], abs=0.02)


def test_walls_by_what_is_on_either_side() -> None:
    """Room to corridor is a wall, corridor to corridor is none, towards the open air it is an outer one."""
    house = House()
    house.room(0, 0, 10, 4)
    house.room(0, 4, 5, 2, indoor="corridor")
    house.room(5, 4, 5, 2, indoor="corridor")
    found = Drawn(osm.read(house.xml()).plan)
    lengths = {p["outer"]: g.length for p, g in found.layer("wall")}

    assert lengths[False] == pytest.approx(10, abs=0.1)
    assert lengths[True] == pytest.approx(32, abs=0.2)


def test_a_narrow_void_is_solid() -> None:
    """A shaft between rooms is drawn as solid building, a courtyard is not."""
    house = House()
    house.room(0, 0, 4, 12)
    house.room(5, 0, 4, 12)
    house.room(0, 12, 30, 3)
    house.room(26, 0, 4, 12)
    house.room(0, -3, 30, 3)
    found = Drawn(osm.read(house.xml()).plan)

    assert found.merged("solid", 0).area == pytest.approx(12, rel=0.1)
    outer = next(g for p, g in found.layer("wall") if p["outer"])
    assert outer.length == pytest.approx(2 * (30 + 18) + 2 * (17 + 12), rel=0.02)


def test_rooms_are_closed() -> None:
    """All around every room there is wall or threshold."""
    for level in (0, 1, 2, 3):
        around = drawn().merged("wall", level).union(drawn().merged("door", level)).buffer(0.03)
        for space in apb().plan.spaces:
            if space.level == level and space.kind == "room":
                assert drawn().flat(space).boundary.difference(around).length < 0.05, space.source


def test_walls_are_where_rooms_end() -> None:
    """Every wall lies on the boundary of a space, or closes a solid part."""
    for level in (0, 1, 2, 3):
        spaces = [drawn().flat(space) for space in apb().plan.spaces if space.level == level]
        edges = shapely.union_all([space.boundary for space in spaces]).buffer(0.05)
        solid = drawn().merged("solid", level).buffer(0.05)
        assert drawn().merged("wall", level).difference(edges.union(solid)).length < 0.01


# Tiles, labels, numbers


def test_every_bookable_room_has_a_tile_and_a_label() -> None:
    """Thirty rooms, thirty tiles, thirty labels."""
    expected = sorted(rooms())

    assert sorted(properties["room"] for properties, _ in drawn().layer("tile")) == expected
    assert sorted(properties["room"] for properties, _ in drawn().layer("label")) == expected


def test_tiles_lie_inside_their_rooms() -> None:
    """A tile stays 15 cm inside the walls of its room and covers most of it."""
    for properties, tile in drawn().layer("tile"):
        room = rooms()[properties["room"]]
        assert tile.geom_type == "Polygon"
        assert room.buffer(-0.15 + CENTIMETRE).covers(tile)
        assert tile.area > 0.75 * room.area


def test_tiles_never_touch() -> None:
    """Neighbouring tiles keep apart, so that their edges can be told."""
    for level in (0, 1, 2, 3):
        tiles = [tile for _, tile in drawn().layer("tile", level)]
        for index, tile in enumerate(tiles):
            assert all(tile.distance(other) > 0.2 for other in tiles[index + 1 :])


def test_a_label_stands_inside_its_own_tile() -> None:
    """What the map measures words against lies around their spot, for the demo's odd shapes too."""
    tiles = {(p["room"], p["level"]): tile for p, tile in drawn().layer("tile")}

    for properties, spot in drawn().layer("label"):
        tile = tiles[properties["room"], properties["level"]]
        assert tile.contains(spot)


def test_labels_of_upright_rooms_stand_in_the_middle() -> None:
    """Only where a room is round or has corners cut out does its label leave the middle."""
    off = {p["room"]: spot.distance(rooms()[p["room"]].centroid) for p, spot in drawn().layer("label")}

    assert {room for room, distance in off.items() if distance > 0.1} == {"e005", "e007", "1096", "2101", "3105"}


@pytest.mark.parametrize("room", ["1096", "2101", "3105"])
def test_a_round_room_has_room_for_words(room: str) -> None:
    """Words need width at their own height only: below its sign, The Egg takes a line of 7.5 m."""
    tile = next(tile for p, tile in drawn().layer("tile") if p["room"] == room)
    spot = next(spot for p, spot in drawn().layer("label") if p["room"] == room)
    sign = box(spot.x - 1, spot.y, spot.x + 1, spot.y + 2.2)
    line = box(spot.x - 3.75, spot.y - 1.6, spot.x + 3.75, spot.y)

    assert tile.covers(sign.union(line))


@pytest.mark.parametrize(
    ("corners", "x", "y"),
    [
        ([(0, 0), (8, 0), (8, 5), (0, 5)], 4, 2.5),
        ([(0, 0), (6, 0), (6, 14), (0, 14)], 3, 7),
        ([(0, 0), (10, 0), (10, 6), (6, 6), (6, 1), (0, 1)], 8, 3),
        ([(0, 0), (8, 0), (4, 8)], 4, 2.3),
        ([(0, 0), (0.3, 0), (0.3, 0.3), (0, 0.3)], 0.15, 0.15),
    ],
    ids=["wide", "high", "L", "triangle", "cupboard"],
)
def test_a_label_stands_where_it_can_be_large(corners: list[tuple[float, float]], x: float, y: float) -> None:
    """In an L the words go where the room is wide, in a plain room to its middle."""
    spot = label_spot(shapely.Polygon(corners))

    assert [spot.x, spot.y] == pytest.approx([x, y], abs=0.5)


@given(
    st.lists(st.floats(0, 2 * math.pi), min_size=3, max_size=12, unique_by=lambda turned: round(turned, 2)),
    st.lists(st.floats(1, 9), min_size=12, max_size=12),
)
def test_a_label_never_leaves_a_room_of_any_shape(turns: list[float], reaches: list[float]) -> None:
    """Whatever the shape of a room, the spot of its label is inside."""
    corners = [(r * math.cos(t), r * math.sin(t)) for t, r in zip(sorted(turns), reaches, strict=False)]
    shape = shapely.Polygon(corners)
    assume(shape.is_valid and shape.area > 0.1)

    assert shape.contains(label_spot(shape))


def test_numbers_are_of_rooms_nobody_books() -> None:
    """A number stands inside its room with the room it has around; bookable rooms have a label instead."""
    booked = {binding.room.number for binding in apb_bound().bindings}
    numbers = drawn().layer("number")

    assert booked.isdisjoint(properties["text"] for properties, _ in numbers)
    assert len(numbers) == 332
    places = [((s.number, s.level), drawn().flat(s)) for s in apb().plan.spaces]
    for properties, point in numbers:
        wanted = (properties["text"], properties["level"])
        room = next(shape for which, shape in places if which == wanted and shape.covers(point))
        assert room.boundary.distance(point) == pytest.approx(properties["radius"], abs=0.03)
        assert room.area == pytest.approx(properties["area"], abs=0.1)


def test_the_middle_if_it_is_roomy() -> None:
    """A number stands in the middle of a plain room, and in the roomy end of an L."""
    assert anchor(box(0, 0, 6, 4)).point.distance(Point(3, 2)) < 0.01
    assert anchor(shapely.Polygon([(0, 0), (9, 0), (9, 6), (4, 6), (4, 1), (0, 1)])).point.x > 6


def test_the_foyer_is_named() -> None:
    """Named open areas carry their name."""
    assert [(p["text"], p["level"]) for p, _ in drawn().layer("name")] == [("Foyer", 0)]


# Icons


def test_what_people_look_for_has_an_icon() -> None:
    """Stairs and lifts on every floor they serve, toilets by kind, entrances."""
    found: dict[str, int] = {}
    for properties, _ in drawn().layer("icon"):
        found[properties["icon"]] = found.get(properties["icon"], 0) + 1

    assert found == {
        "stairs": 32, "lift": 8, "wc_women": 13, "wc_men": 15, "wc_accessible": 2, "entrance": 5,
    }  # fmt: skip


def test_a_lift_that_is_only_a_point_has_an_icon() -> None:
    """A lift without an area is shown on every floor it serves."""
    house = House()
    house.room(0, 0, 9, 6, indoor="corridor", level="0-1")
    house.point(2, 2, highway="elevator", level="0-1")

    assert [p["level"] for p, _ in Drawn(osm.read(house.xml()).plan).layer("icon")] == [0, 1]


@pytest.mark.parametrize(("x", "y", "turn"), [(0, 2, 90), (10, 2, 270), (5, 0, 0), (5, 4, 180)])
def test_an_entrance_points_into_the_building(x: float, y: float, turn: int) -> None:
    """The triangle of an entrance points inwards, in degrees clockwise from north."""
    house = House()
    house.room(0, 0, 10, 4)
    house.door(x, y, entrance="main")
    house.door(1, 0, entrance="emergency")
    icons = Drawn(osm.read(house.xml()).plan).layer("icon")

    assert [(p["icon"], p["turn"]) for p, _ in icons] == [("entrance", turn)]


def test_entrances_of_the_demo_lead_inside() -> None:
    """A step in the direction of an entrance is a step onto the floor, a step back is not."""
    floor = drawn().merged("floor", 0)
    for properties, point in drawn().layer("icon"):
        if properties["icon"] == "entrance":
            ahead = Frame(apb().plan.bounds, properties["turn"])
            here = ahead.to_metres(drawn().sheet.to_degrees(point))
            steps = [Point(here.x, here.y + step) for step in (0.5, -0.5)]
            inside = [floor.covers(drawn().sheet.to_metres(ahead.to_degrees(step))) for step in steps]
            assert inside == [True, False]


# Stairs and surroundings


def test_treads_stay_on_their_stairs() -> None:
    """Treads lie across the long side of a staircase and inside it."""
    stairs = box(0, 0, 2.4, 6)
    lines = treads(stairs)

    assert lines is not None
    assert stairs.buffer(-0.29).covers(lines)
    assert all(_extent(line)[1] == pytest.approx(0, abs=1e-9) for line in lines.geoms)
    assert len(lines.geoms) == 12
    assert treads(box(0, 0, 0.5, 0.5)) is None


def test_the_surroundings() -> None:
    """Outside are the building, paths no wider than 2.6 m, steps and plazas, and nothing that is indoors."""
    found = [properties for properties, _ in drawn().layer("outside")]

    assert {properties["kind"] for properties in found} == {"building", "path", "steps", "plaza"}
    assert all(0 < properties["width"] <= 2.6 for properties in found if properties["kind"] == "path")


def test_the_floor_covers_its_spaces() -> None:
    """The floor outline holds every space of its level, and the shadow holds the floor but for small notches."""
    for level in (-1, 0, 1, 2, 3):
        floor, shadow = drawn().merged("floor", level), drawn().merged("shadow", level)
        spaces = shapely.union_all([drawn().flat(s) for s in apb().plan.spaces if s.level == level])
        assert floor.buffer(CENTIMETRE).covers(spaces)
        assert floor.difference(shadow.buffer(0.3)).area < 0.1


def test_a_cupboard_can_be_booked() -> None:
    """A phone booth of one square metre has a tile and a label of its own."""
    house = House()
    house.room(0, 0, 0.8, 0.8, ref="1")
    house.room(0.8, 0, 9, 4)
    plan = osm.read(house.xml()).plan
    rows = b"osm_id,ref,display_name,capacity,booking,equipment,mailbox\nway/1,,Booth,1,auto,,a@example.org"
    found = Drawn(plan, bind(plan, read_rows(rows)).bindings)

    assert len(found.layer("tile")) == len(found.layer("label")) == 1


def _extent(line: BaseGeometry) -> tuple[float, float]:
    west, south, east, north = line.bounds
    return east - west, north - south
