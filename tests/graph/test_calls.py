"""The table of calls, and the page that administrators read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct
from msgspec.inspect import ListType, StructType, Type, UnionType, type_info

from ledig.graph import calendar, freebusy, me
from ledig.graph.calls import BUSY_TIMES, CALLS, CONSENT_VERSION, ENTRIES, ME, ONE_ROOM, WRITE, document
from ledig.graph.stamps import Stamp

PAGE = Path(__file__).parents[2] / "docs" / "data-access.md"
FOR_ROOMS = {
    ("see when rooms are taken", "Calendars.ReadBasic", "application"),
    ("look at one room afresh before and after booking it", "Calendars.ReadBasic", "application"),
    (
        "book a room for a kiosk; carries a transactionId, so that a repeat finds the same event",
        "Calendars.ReadWrite",
        "application",
    ),
    ("let a kiosk's running booking end now", "Calendars.ReadWrite", "application"),
    ("undo a kiosk's booking, or withdraw it where somebody else was there", "Calendars.ReadWrite", "application"),
}
OF_PEOPLE = {
    ("show people who signed in their own name, and nobody else's", "User.Read", "delegated"),
    ("show people who signed in their own picture, and nobody else's", "User.Read", "delegated"),
}
RIGHTS = {1: FOR_ROOMS, 2: FOR_ROOMS | OF_PEOPLE}
"""What each version of the consent asks for. A version that is out there never changes; a new right is a new one."""


def fields(kind: type[Struct]) -> tuple[str, ...]:
    """What is taken from an answer, by its name on the wire."""
    return tuple(_names(type_info(kind)))


def test_the_page_for_administrators_is_up_to_date() -> None:
    """`python -m ledig.graph.calls > docs/data-access.md` makes it."""
    assert PAGE.read_text() == document()


def test_the_page_names_every_call_with_its_right_and_its_purpose() -> None:
    page = PAGE.read_text()

    for call in CALLS:
        assert f"| `{call.method} {call.path}` | {call.permission} | {call.kind} |" in page
        assert call.purpose in page


def test_no_right_is_added_without_asking_again() -> None:
    """Add a version to RIGHTS and raise CONSENT_VERSION, so that organisations consent to what is new."""
    assert max(RIGHTS) == CONSENT_VERSION
    assert {(call.purpose, call.permission, call.kind) for call in CALLS} == RIGHTS[CONSENT_VERSION]


def test_what_a_call_is_said_to_read_is_what_is_read() -> None:
    """A field more in the code is a line more on the page."""
    assert fields(freebusy._Schedule) == BUSY_TIMES.reads
    assert fields(freebusy._Event) == ONE_ROOM.reads
    assert fields(calendar._Event) == ENTRIES.reads
    assert fields(calendar._Written) == WRITE.reads
    assert fields(me._Me) == ME.reads


def test_only_bookings_are_waited_for() -> None:
    assert [call for call in CALLS if call.gives_way] == [BUSY_TIMES, ONE_ROOM]


def _names(kind: Type) -> Iterator[str]:
    for field in kind.fields if isinstance(kind, StructType) else ():
        inner = _inner(field.type)
        names = [] if inner is None or inner.cls is Stamp else list(_names(inner))
        yield from (f"{field.encode_name}.{name}" for name in names)
        if not names:
            yield field.encode_name


def _inner(kind: Type) -> StructType | None:
    match kind:
        case StructType():
            return kind
        case ListType(item_type=item):
            return _inner(item)
        case UnionType(types=types):
            return next((inner for each in types if (inner := _inner(each))), None)
        case _:
            return None
