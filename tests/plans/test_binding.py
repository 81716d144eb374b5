"""The list of bookable rooms, and what stays when a plan is imported again."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledig.plans import osm
from ledig.plans.binding import bind, read_rows, rebind
from ledig.plans.errors import RoomsError
from ledig.plans.plan import Plan
from ledig.venue import Binding
from plans.house import APB_ROOMS, House, apb, apb_bound

HEAD = "osm_id,ref,display_name,capacity,booking,equipment,mailbox"


def rows_of(*lines: str, head: str = HEAD) -> bytes:
    return "\n".join((head, *lines)).encode()


def plan_of(*numbers: str) -> Plan:
    """A row of rooms; the first is way/1."""
    house = House()
    for x, number in enumerate(numbers):
        house.room(x * 5, 0, 5, 4, ref=number)
    return osm.read(house.xml()).plan


def ids(bindings: tuple[Binding, ...]) -> dict[str, str]:
    return {binding.mailbox: binding.room.id for binding in bindings}


def test_the_demo_rooms() -> None:
    """All thirty rooms of the demo find their space and get the id that is on the door."""
    bound = apb_bound()
    egg = next(binding for binding in bound.bindings if binding.room.id == "1096")

    assert len(bound.bindings) == 30
    assert bound.lost == ()
    assert {binding.room.id for binding in bound.bindings} >= {"1096", "e001", "3057"}
    assert (egg.room.name, egg.room.number, egg.room.level, egg.room.capacity) == ("The Egg", "1096", 1, 21)
    assert egg.room.equipment == ("display", "video", "whiteboard")
    assert (egg.mailbox, egg.sources) == ("room-1096@rooms.example.org", ("way/870541236",))
    assert [b.room.id for b in bound.bindings if b.room.booking == "approval"] == ["1004"]


def test_the_mailbox_is_no_part_of_the_room() -> None:
    """What is shown of a room has no address in it."""
    assert "@" not in repr([binding.room for binding in apb_bound().bindings])


def test_rooms_are_found_by_their_number() -> None:
    """Without an osm_id the number decides, in upper or lower case."""
    bound = bind(plan_of("E001", "E002"), read_rows(rows_of(",e002,Spree,4,auto,,b@example.org")))

    assert bound.bindings[0].sources == ("way/2",)
    assert bound.bindings[0].room.number == "E002"


def test_a_room_of_two_spaces() -> None:
    """A room made of two map objects is one room with one mailbox."""
    bound = bind(plan_of("1", "2"), read_rows(rows_of("way/1;way/2,,Hall,40,auto,display,a@example.org")))

    assert [binding.sources for binding in bound.bindings] == [("way/1", "way/2")]


def test_ids_are_short_and_differ() -> None:
    """Ids come from the number, else from the name; a taken one gets a suffix."""
    lines = [
        "way/1,,Ångström Saal,4,auto,,a@example.org",
        "way/2,,x,4,auto,,b@example.org",
        "way/3,,x,4,auto,,c@example.org",
        "way/4,,会議室,4,auto,,d@example.org",
    ]
    bound = bind(plan_of("", "1.07/B", "1 07 b", ""), read_rows(rows_of(*lines)))

    assert [binding.room.id for binding in bound.bindings] == ["angstrom-saal", "1-07-b", "1-07-b-2", "room"]


def test_step_free_is_what_the_map_says() -> None:
    """Step-free is yes, no or unknown, never a guess."""
    house = House()
    for x, word in enumerate(("yes", "no", "limited")):
        house.room(x * 5, 0, 5, 4, wheelchair=word)
    lines = [f"way/{i},,x,4,auto,,r{i}@example.org" for i in (1, 2, 3)]
    bound = bind(osm.read(house.xml()).plan, read_rows(rows_of(*lines)))

    assert [binding.room.step_free for binding in bound.bindings] == ["yes", "no", "unknown"]


# Importing again


def test_a_room_keeps_its_id() -> None:
    """A mailbox known before keeps its room id, whatever happened to number, name and order."""
    lines = [f"way/{i},,x,4,auto,,r{i}@example.org" for i in (1, 2, 3)]
    before = bind(plan_of("1", "2", "3"), read_rows(rows_of(*lines)))
    moved = rows_of(
        "way/2,,New name,4,auto,,R1@example.org",
        "way/1,,x,4,auto,,new@example.org",
        "way/3,,x,4,auto,,r3@example.org",
    )

    after = bind(plan_of("1", "2", "99"), read_rows(moved), before.bindings)

    assert ids(after.bindings) == {"R1@example.org": "1", "new@example.org": "1-2", "r3@example.org": "3"}
    assert after.bindings[0].room.name == "New name"
    assert after.lost == ()


def test_the_demo_again_with_its_objects_reordered_and_a_room_gone() -> None:
    """Of thirty rooms twenty-nine keep their ids; the one whose space vanished is lost, and said so."""
    gone = "way/870541236"
    plan = apb().plan
    smaller = Plan(**{**vars(plan), "spaces": tuple(s for s in reversed(plan.spaces) if s.source != gone)})
    before = apb_bound().bindings

    after = bind(smaller, list(reversed(read_rows(APB_ROOMS))), before)

    assert [binding.room.id for binding in after.lost] == ["1096"]
    kept = {mailbox: room for mailbox, room in ids(before).items() if room != "1096"}
    assert ids(after.bindings) == kept


def test_a_new_plan_without_a_list() -> None:
    """A plan that comes without a list keeps the rooms of before, and loses those without a space."""
    lines = ["way/1,,a,4,auto,,a@example.org", "way/2,,b,4,auto,,b@example.org"]
    before = bind(plan_of("1", "2"), read_rows(rows_of(*lines)))

    after = rebind(plan_of("1"), before.bindings)

    assert after.bindings == before.bindings[:1]
    assert after.lost == before.bindings[1:]


# Lists with mistakes


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (rows_of("x", head="osm_id,ref,display_name,capacity,booking,mailbox"), 1, "missing column: equipment"),
        (rows_of("x", head="display_name,capacity,booking,equipment,mailbox"), 1, "missing column: osm_id (or ref)"),
        (rows_of("way/1;1;x;4;auto;;a@example.org", head=HEAD.replace(",", ";")), 1, "Columns are separated by commas"),
        (b"", 1, "missing column"),
        (rows_of(), None, "names no room"),
        (rows_of("way/1,1,x,4,auto,,a@example.org", "way/2,2,x,4,auto,,A@Example.org"), 3, "already in line 2"),
        (rows_of("way/1,1,x,four,auto,,a@example.org"), 2, 'capacity "four"'),
        (rows_of("way/1,1,x,0,auto,,a@example.org"), 2, 'capacity "0"'),
        (rows_of("way/1,1,x,-3,auto,,a@example.org"), 2, 'capacity "-3"'),
        (rows_of("way/1,1,x,,auto,,a@example.org"), 2, 'capacity ""'),
        (rows_of("way/1,1,x,٣,auto,,a@example.org"), 2, "capacity"),
        (rows_of("way/1,1,x,4,auto,,example.org"), 2, "not an address"),
        (rows_of("way/1,1,x,4,auto,,a@@example.org"), 2, "not an address"),
        (rows_of("way/1,1,x,4,auto,,a/../b@example.org?x"), 2, "not an address"),
        (rows_of("way/1,1,x,4,maybe,,a@example.org"), 2, "neither auto nor approval"),
        (rows_of("way/1,1,,4,auto,,a@example.org"), 2, "display_name is empty"),
        (rows_of(",,x,4,auto,,a@example.org"), 2, "neither osm_id nor ref"),
        (rows_of("way/1,1,x,4"), 2, "more or fewer fields"),
        (rows_of("way/1,1,x,4,auto,,a@example.org,extra"), 2, "more or fewer fields"),
        (rows_of('way/1,1,"x,4,auto,,a@example.org'), 2, "not readable as CSV"),
        (HEAD.encode() + b"\nway/1,1,Caf\xe9,4,auto,,a@example.org", 2, "not UTF-8"),
        (b"x" * (4 * 1024 * 1024 + 1), None, "larger than 4 MB"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line(content: bytes, line: int | None, words: str) -> None:
    """Every mistake in the list is one sentence that says where it is."""
    with pytest.raises(RoomsError, match=re.escape(words)) as caught:
        read_rows(content)
    assert caught.value.line == line
    assert line is None or f"line {line}:" in str(caught.value)


@pytest.mark.parametrize(
    ("lines", "line", "words"),
    [
        (["way/77,,x,4,auto,,a@example.org"], 2, "way/77 is not in the plan"),
        ([",77,x,4,auto,,a@example.org"], 2, "ref 77 is not in the plan"),
        ([",2,x,4,auto,,a@example.org"], 2, "ref 2 is the number of 2 rooms"),
        (["way/1,,x,4,auto,,a@example.org", ",1,y,4,auto,,b@example.org"], 3, "belongs to the room in line 2"),
    ],
)  # fmt: skip
def test_a_list_that_does_not_fit_the_plan(lines: list[str], line: int, words: str) -> None:
    """A room that cannot be placed is refused, not left out."""
    with pytest.raises(RoomsError, match=re.escape(words)) as caught:
        bind(plan_of("1", "2", "2"), read_rows(rows_of(*lines)))
    assert caught.value.line == line


def test_a_spreadsheet_adds_a_mark_and_quotes() -> None:
    """Byte order mark, quotes, and Windows line ends are fine."""
    content = b"\xef\xbb\xbf" + rows_of('way/1,1,"Ada, Countess",4,auto,display| video |,a@example.org').replace(
        b"\n", b"\r\n"
    )
    row = read_rows(content)[0]

    assert (row.name, row.equipment) == ("Ada, Countess", ("display", "video"))


def test_a_list_that_is_not_there(tmp_path: Path) -> None:
    """A missing list is named."""
    with pytest.raises(RoomsError, match="cannot be read: No such file"):
        read_rows(tmp_path / "none.csv")


@given(st.binary(max_size=300))
def test_any_bytes_are_rows_or_a_sentence(content: bytes) -> None:
    """No list leads to a traceback."""
    with pytest.raises(RoomsError):
        read_rows(HEAD.encode() + b"\nway/1,1,x,?," + content)
