"""OpenStreetMap files in, good and bad."""

import re
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledig.plans import elements, levels, osm
from ledig.plans.categories import category
from ledig.plans.errors import NoIndoorData, NotOsm, PlanError, TooLarge
from ledig.plans.frame import Frame
from ledig.plans.osm import Reading
from ledig.plans.plan import Plan
from ledig.plans.progress import silent
from ledig.plans.remarks import Remarks
from ledig.plans.report import count
from plans.house import APB, CASERNE, House, apb, caserne, facts


def kinds(reading: Reading) -> dict[str, int]:
    return {remark.kind: remark.count for remark in reading.remarks}


# The two real buildings


def _as_facts(reading: Reading) -> dict[str, object]:
    plan, counts = reading.plan, count(reading.plan)
    areas = {space.source: space for space in plan.spaces}.values()
    rooms = [space for space in areas if space.kind == "room"]
    several = [spaces for spaces in plan.by_source().values() if len(spaces) > 1]
    return {
        "areas by indoor value": Counter(space.kind for space in areas),
        "rooms (elements)": counts.rooms,
        "named rooms (ref or name)": sum(bool(room.number or room.name) for room in rooms),
        "rooms with ref": sum(bool(room.number) for room in rooms),
        "rooms with name": sum(bool(room.name) for room in rooms),
        "areas without a usable level": kinds(reading).get("no_level", 0),
        "areas per level": Counter(space.level for space in plan.spaces),
        "rooms per level (a multi-level room counts on each)": counts.rooms_per_level,
        "levels": [level.ordinal for level in plan.levels],
        "multi-level areas": len(several),
        "door nodes (door=* or entrance=*)": counts.doors,
        "entrance nodes": counts.entrances,
        "stairs areas": counts.stairs,
        "elevator areas": counts.lifts,
        "toilet areas": counts.toilets,
        "bbox of indoor areas (W,S,E,N)": list(plan.bounds),
        "invalid polygons": kinds(reading).get("repaired", 0),
        "buildings": [{"name": building.name or None, "osm": building.source} for building in plan.buildings],
        "rooms in the largest door-connected component": counts.rooms_connected,
    }


def _expected(name: str) -> dict[str, object]:
    found = facts(name)
    for key in ("areas per level", "rooms per level (a multi-level room counts on each)"):
        per_level = found[key]
        assert isinstance(per_level, dict)
        found[key] = {float(level): number for level, number in per_level.items()}
    del found["file"], found["sha256"]  # which file was counted
    return found


def _content(file: Path) -> list[int]:
    found = elements.parse(file.read_bytes(), Remarks(), silent)
    return [len(found.points), len(found.ways), len(found.relations)]


def _sizes_agree(plan: Plan, expected: object) -> bool:
    frame = Frame(plan.bounds)
    rooms = {space.source: space.polygon for space in plan.spaces if space.kind == "room"}
    sizes = [frame.to_metres(polygon).area for polygon in rooms.values()]
    # The facts were measured on a slightly rounder earth.
    return [min(sizes), median(sizes), max(sizes)] == pytest.approx(expected, rel=0.012, abs=0.1)


def test_every_count_of_the_demo_building() -> None:
    """The demo building comes in whole: every number counted by other means is found again."""
    expected = _expected("apb")

    assert _sizes_agree(apb().plan, expected.pop("room area m2: min/median/max"))
    assert _content(APB) == expected.pop("nodes/ways/relations")
    assert _as_facts(apb()) == expected
    assert apb().remarks == ()


def test_every_count_of_an_untidy_building() -> None:
    """Of a shopping centre with untidy tags nothing is lost but what the remarks name."""
    expected, found = _expected("caserne"), _as_facts(caserne())
    buildings = expected.pop("buildings")
    assert isinstance(buildings, list)

    # One named room has no level: it is reported, and on no floor.
    expected["areas by indoor value"] = {"room": 57, "corridor": 9}
    expected |= {"rooms (elements)": 57, "named rooms (ref or name)": 37, "rooms with name": 37}
    assert _sizes_agree(caserne().plan, expected.pop("room area m2: min/median/max"))
    assert _content(CASERNE) == expected.pop("nodes/ways/relations")
    # One outline does not close.
    assert found.pop("buildings") == [b for b in buildings if b["osm"] != "way/27061605"]
    assert found == expected
    assert {remark.kind: remark.named for remark in caserne().remarks} == {
        "no_level": ("way/398056943",),
        "not_closed": ("way/398056956", "way/27061605"),
    }


def test_the_foyer_is_one_area_with_holes() -> None:
    """A multipolygon relation becomes one space with holes."""
    foyer = next(space for space in apb().plan.spaces if space.name == "Foyer")

    assert foyer.source == "relation/11878686"
    assert len(foyer.polygon.interiors) > 1
    assert foyer.is_open


def test_no_contact_of_anybody_is_kept() -> None:
    """Phone numbers and mail addresses in the file are not read."""
    content = APB.read_text(encoding="utf-8")
    contacts = re.findall(r"k='[^']*(?:phone|email|website|fax)[^']*' v='([^']+)'", content)
    plan = repr(apb().plan)

    assert len(contacts) > 3
    assert not [contact for contact in contacts if contact in plan]


# Levels

_ORDINALS = st.integers(-20, 20).map(float)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", {1}),
        ("-1", {-1}),
        ("0.5", {0.5}),
        ("0;2", {0, 2}),
        ("-2;-1;0", {-2, -1, 0}),
        ("0-3", {0, 1, 2, 3}),
        ("-1-3", {-1, 0, 1, 2, 3}),
        ("-3--1", {-3, -2, -1}),
        ("3-1", {1, 2, 3}),
        ("0.5-2", {0.5, 1, 2}),
        (" 1 ; 2 ", {1, 2}),
        ("-0", {0}),
    ],
)
def test_levels(text: str, expected: set[float]) -> None:
    """A minus between numbers is a range, a minus before one its sign."""
    assert levels.parse(text) == (frozenset(expected), ())


@pytest.mark.parametrize(
    "text", ["GF", "1a", "", "1-2-3", "--1", "1e3", "0-100000", "nan", "٣", "1,5", "0-" + "9" * 400]
)
def test_levels_that_are_not_guessed(text: str) -> None:
    """What is not a level is named, not guessed."""
    found, garbage = levels.parse(text)
    assert not found
    assert garbage == (text.strip(),)


def test_a_level_beside_garbage() -> None:
    """The good part of a list counts, the other is named."""
    assert levels.parse("1;Brühlsche_Terasse") == (frozenset({1.0}), ("Brühlsche_Terasse",))


@given(_ORDINALS, _ORDINALS)
def test_a_range_holds_both_ends_and_every_floor_between(low: float, high: float) -> None:
    """A range from a to b is the same as the list of its floors."""
    low, high = sorted((low, high))
    between = range(int(low), int(high) + 1)

    as_range = levels.parse(f"{levels.label(low)}-{levels.label(high)}")

    assert as_range == levels.parse(";".join(str(floor) for floor in between))
    assert len(as_range[0]) == high - low + 1


@given(st.lists(st.decimals(-99, 99, places=1).map(float), min_size=1, max_size=20))
def test_a_label_reads_back(ordinals: list[float]) -> None:
    """Levels written as text are read as the same levels."""
    assert levels.parse(";".join(map(levels.label, ordinals))) == (frozenset(ordinals), ())


@given(st.text(max_size=60))
def test_any_text_is_a_level_or_garbage(text: str) -> None:
    """Whatever a tag says, the answer is a bounded set of levels."""
    found, _ = levels.parse(text)
    assert all(abs(level) <= 200 for level in found)


# Stairs, lifts, doors


def test_stairs_over_several_levels() -> None:
    """Stairs on four floors become one space per floor and one connector."""
    house = House()
    house.room(0, 0, 3, 6, stairs="yes", level="-1-1", repeat_on="2")
    house.room(3, 0, 9, 6)
    plan = osm.read(house.xml()).plan

    stairs = [space for space in plan.spaces if space.category == "stairs"]
    assert [space.level for space in stairs] == [-1, 0, 1, 2]
    assert len({space.id for space in stairs}) == 4
    assert [connector.spaces for connector in plan.connectors] == [tuple(space.id for space in stairs)]


def test_a_lift_that_is_only_a_point() -> None:
    """A lift mapped as a point joins the spaces it stands in."""
    house = House()
    house.room(0, 0, 9, 6, indoor="corridor", level="0-1")
    house.point(2, 2, highway="elevator", level="0-1")
    plan = osm.read(house.xml()).plan

    assert [connector.spaces for connector in plan.connectors] == [tuple(space.id for space in plan.spaces)]


def test_a_room_on_two_levels_is_no_connector() -> None:
    """A lecture hall two floors high is two spaces, and nobody climbs through it."""
    house = House()
    house.room(0, 0, 9, 6, level="0;1")
    plan = osm.read(house.xml()).plan

    assert len(plan.spaces) == 2
    assert plan.connectors == ()


def test_a_door_joins_what_it_touches() -> None:
    """A door knows the two spaces beside it; door=no is a gap without a door."""
    house = House()
    room = house.room(0, 0, 4, 4)
    corridor = house.room(4, 0, 2, 4, indoor="corridor")
    house.door(4, 2, width="1.2")
    house.door(4, 1, door="no")
    house.door(0, 2, entrance="main")
    plan = osm.read(house.xml()).plan
    by_id = {space.id: space.source for space in plan.spaces}

    openings = [({by_id[s] for s in o.spaces}, o.width, o.entrance) for o in plan.openings]

    assert openings == [
        ({room, corridor}, 1.2, None),
        ({room, corridor}, None, None),
        ({room}, None, "main"),
    ]


def test_a_door_without_a_level() -> None:
    """A door without a level takes it from what it touches, but only if that is one level."""
    house = House()
    house.room(0, 0, 4, 4, level="2")
    house.door(0, 2, level="")
    house.room(9, 0, 4, 4, level="0-1")
    house.door(9, 2, level="")
    reading = osm.read(house.xml())

    assert [opening.level for opening in reading.plan.openings] == [2]
    assert kinds(reading)["door_level"] == 1


def test_levels_are_named_by_the_file_if_it_does() -> None:
    """indoor=level gives a floor its name and the text on the lift button."""
    house = House()
    house.room(0, 0, 4, 4, level="0;1")
    house.way([(0, 0), (4, 0), (4, 4), (0, 4), (0, 0)], indoor="level", level="0", name="Erdgeschoss", ref="EG")
    plan = osm.read(house.xml()).plan

    assert [(level.name, level.short_name) for level in plan.levels] == [("Erdgeschoss", "EG"), ("Floor 1", "1")]


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"indoor": "room", "amenity": "toilets"}, "restroom"),
        ({"indoor": "room", "amenity": "toilets", "female": "yes"}, "restroom.female"),
        ({"indoor": "room", "amenity": "toilets", "female": "yes", "male": "yes"}, "restroom"),
        ({"indoor": "room", "room": "toilet", "male": "yes", "wheelchair": "yes"}, "restroom.male.wheelchair"),
        ({"indoor": "room", "amenity": "toilets", "unisex": "yes"}, "restroom.unisex"),
        ({"indoor": "area", "stairs": "yes"}, "stairs"),
        ({"indoor": "room", "highway": "elevator"}, "elevator"),
        ({"indoor": "room", "room": "meeting"}, "conferenceroom"),
        ({"indoor": "room", "office": "association"}, "office"),
        ({"indoor": "room", "room": "class"}, "classroom"),
        ({"indoor": "corridor"}, "walkway"),
        ({"indoor": "area"}, "unenclosedarea"),
        ({"indoor": "room", "room": "something new"}, "room"),
    ],
)
def test_categories(tags: dict[str, str], expected: str) -> None:
    """Tags become the category that IMDF has for them."""
    assert category(tags) == expected


def test_only_rooms_corridors_and_areas_are_spaces() -> None:
    """Walls, walking lines and furniture are not rooms."""
    house = House()
    kept = [house.room(x * 9, 0, 4, 4, indoor=word) for x, word in enumerate(("room", "corridor", "area"))]
    for x, word in enumerate(("yes", "wall", "pathway", "column", "level")):
        house.room(x * 9, 9, 4, 4, indoor=word)

    assert [space.source for space in osm.read(house.xml()).plan.spaces] == kept


# What files out in the world hold


def test_ids_do_not_depend_on_the_order_of_the_file() -> None:
    """The same objects in another order give the same plan."""
    house = House()
    for x in range(5):
        house.room(x * 4, 0, 4, 4, ref=str(x))
    before = osm.read(house.xml()).plan
    house.ways = dict(reversed(house.ways.items()))
    house.points = dict(reversed(house.points.items()))
    after = osm.read(house.xml()).plan

    assert [(s.id, s.polygon.wkt) for s in after.spaces] == [(s.id, s.polygon.wkt) for s in before.spaces]


def test_deleted_objects_are_gone() -> None:
    """What was deleted in the editor is not imported; negative ids are."""
    house = House()
    house.room(0, 0, 4, 4)
    house.raw_room("way id='-7' action='modify'", [1, 2, 3, 4, 1])
    house.raw_room("way id='8' action='delete'", [1, 2, 3, 4, 1])

    assert [space.source for space in osm.read(house.xml()).plan.spaces] == ["way/-7", "way/1"]


def test_a_crossed_outline_is_repaired() -> None:
    """A room whose outline crosses itself is repaired and named."""
    house = House()
    house.area([(0, 0), (4, 4), (4, 0), (0, 4)])
    reading = osm.read(house.xml())

    assert kinds(reading) == {"repaired": 1}
    assert reading.plan.spaces[0].polygon.is_valid
    assert reading.plan.spaces[0].polygon.area > 0


_MEMBER = "<member type='way' ref='99' role='outer'/>"
_MULTIPOLYGON = "<tag k='type' v='multipolygon'/><tag k='indoor' v='area'/><tag k='level' v='0'/>"


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (lambda house: house.way([(20, 0), (24, 0), (24, 4)], indoor="room", level="0"), "not_closed"),
        (lambda house: house.room(20, 0, 4, 4, level="GF"), "bad_level"),
        (lambda house: house.area([(20, 0), (24, 0), (20, 0), (24, 0)]), "empty"),
        (lambda house: house.raw_room("way id='9'", [77, 1, 2, 77]), "missing_nodes"),
        (lambda house: house.raw_room("way id='9'", [*[1, 2] * 1001, 1]), "too_long"),
        (lambda house: house.raw("relation id='9'", _MEMBER, _MULTIPOLYGON), "missing_ways"),
        (lambda house: house.raw("node id='900' lon='nan' lat='0'"), "bad_position"),
        (lambda house: house.raw("node id='900' lon='1' lat='91'"), "bad_position"),
        (lambda house: house.raw("node id='900' lon='1'"), "bad_position"),
        (lambda house: house.raw("way id='one'"), "bad_id"),
    ],
)
def test_a_broken_object_is_named_and_the_rest_imported(spoil: Callable[[House], object], kind: str) -> None:
    """One broken object costs that object, never the import."""
    house = House()
    house.room(0, 0, 4, 4)
    spoil(house)
    reading = osm.read(house.xml())

    assert kinds(reading)[kind] == 1
    assert [space.source for space in reading.plan.spaces] == ["way/1"]
    assert re.match(r"1 .+: .+", str(reading.remarks[0]))


def test_remarks_are_counted_and_the_first_named() -> None:
    """A thousand broken rooms are one sentence with twenty names."""
    house = House()
    house.room(0, 0, 4, 4)
    for _ in range(1000):
        house.room(0, 0, 4, 4, level="upstairs")
    remark = next(remark for remark in osm.read(house.xml()).remarks if remark.kind == "no_level")

    assert (remark.count, len(remark.named)) == (1000, 20)
    assert str(remark).endswith("and 980 more")


def test_markup_in_names_is_text() -> None:
    """A name is text of bounded length, whatever it looks like."""
    house = House()
    house.room(0, 0, 4, 4, name="<script>alert(1)</script> & \n co", ref="9" * 999)
    space = osm.read(house.xml()).plan.spaces[0]

    assert space.name == "<script>alert(1)</script> & co"
    assert len(space.number) == 255


# Files that are refused

_BOMB = b"""<?xml version="1.0"?><!DOCTYPE osm [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<osm version="0.6"><node id="1" lat="0" lon="0"><tag k="name" v="&b;"/></node></osm>"""
_OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE osm SYSTEM "file:///etc/passwd"><osm version="0.6"/>"""


@pytest.mark.parametrize(
    ("content", "error", "words"),
    [
        (APB.read_bytes()[:300_000], NotOsm, "breaks off"),
        (b"", NotOsm, "not complete XML"),
        (b"PK\x03\x04\x00\x00", NotOsm, "not complete XML"),
        (b"<?xml version='1.0' encoding='rot13'?><osm/>", NotOsm, "not complete XML"),
        (b"<osm>&undefined;</osm>", NotOsm, "not complete XML"),
        (b"<kml><way id='1'/></kml>", NotOsm, "begins with <kml>"),
        (_BOMB, NotOsm, "entities"),
        (_OUTSIDE, NotOsm, "document type"),
        (b"<!DOCTYPE osm><osm/>", NotOsm, "document type"),
        (b"<osm version='0.6'/>", NoIndoorData, "no rooms"),
        (b" " * (elements.MOST_BYTES + 1), TooLarge, "larger than 50 MB"),
        (b"<osm>" + b"<a>" * 100_000, NotOsm, "not complete XML"),
    ],
    ids=[
        "truncated",
        "empty",
        "zip",
        "encoding",
        "entity",
        "kml",
        "bomb",
        "external",
        "doctype",
        "no rooms",
        "large",
        "deep",
    ],
)
def test_hostile_and_broken_files(content: bytes, error: type[PlanError], words: str) -> None:
    """Whatever is wrong with a file, its importer reads one clear sentence."""
    with pytest.raises(error, match=re.escape(words)) as caught:
        osm.read(content)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """A missing file is named."""
    with pytest.raises(NotOsm, match="cannot be read: No such file"):
        osm.read(tmp_path / "none.osm")


def test_rooms_across_a_country_are_refused() -> None:
    """Two rooms a thousand kilometres apart are not one venue."""
    house = House()
    house.room(0, 0, 4, 4)
    house.room(1_000_000, 0, 4, 4)
    with pytest.raises(TooLarge, match="km apart"):
        osm.read(house.xml())


@pytest.mark.parametrize(("limit", "words"), [("_MOST_ELEMENTS", "objects"), ("_MOST_REFERENCES", "points")])
def test_too_many_objects(limit: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts are bounded while reading, not after."""
    monkeypatch.setattr(elements, limit, 100)
    with pytest.raises(TooLarge, match=words):
        osm.read(APB)


def test_too_many_spaces(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few objects that claim hundreds of levels each are stopped."""
    monkeypatch.setattr(osm, "_MOST_SPACES", 300)
    house = House()
    for x in range(3):
        house.room(x * 4, 0, 4, 4, level="-99-99")
    with pytest.raises(TooLarge, match="indoor areas"):
        osm.read(house.xml())


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_plan_or_a_sentence(content: bytes) -> None:
    """No bytes lead to a traceback."""
    with pytest.raises(PlanError):
        osm.read(b"<osm>" + content)


@settings(deadline=None)
@given(st.data())
def test_a_damaged_file_is_a_plan_or_a_sentence(data: st.DataObject) -> None:
    """A small file with a few bytes changed is read or refused, never a crash."""
    house = House()
    house.room(0, 0, 4, 4, ref="1")
    house.door(0, 2)
    content = bytearray(house.xml())
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(PlanError):
        assert osm.read(bytes(content)).plan.spaces


def test_progress_is_told() -> None:
    """Reading tells how far it is, and ends at the end."""
    told: list[tuple[int, int, str]] = []
    osm.read(APB, lambda done, total, what: told.append((done, total, what)))

    assert all(0 <= done <= total for done, total, _ in told)
    last = {what: done == total for done, total, what in told}
    assert last == {"reading the file": True, "reading the rooms": True, "reading the doors": True}
