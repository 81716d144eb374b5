"""Binds bookable rooms to the spaces of a plan, from a list that people keep as CSV."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from msgspec import Struct
from msgspec.structs import replace

from ledig.plans.errors import RoomsError
from ledig.plans.plan import Plan, Space
from ledig.venue import Binding, BookingMode, Room

_COLUMNS = ("display_name", "capacity", "booking", "equipment", "mailbox")
_MOST_BYTES = 4 * 1024 * 1024
_MOST_ROWS = 20_000
_MOST_SEATS = 10_000
_LONGEST_TEXT = 255
_ADDRESS = re.compile(r"[!-?A-~]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.ASCII | re.IGNORECASE)


class RoomRow(Struct, frozen=True):
    """One line of the list: a bookable room, and the map objects or the room number it is found by."""

    line: int
    sources: tuple[str, ...]
    number: str
    name: str
    capacity: int
    booking: BookingMode
    equipment: tuple[str, ...]
    mailbox: str


@dataclass(frozen=True)
class Bound:
    """Rooms with their spaces; `lost` are rooms of before whose space is no longer in the plan."""

    bindings: tuple[Binding, ...]
    lost: tuple[Binding, ...]


def read_rows(source: Path | bytes) -> tuple[RoomRow, ...]:
    """The rooms in a CSV file. Raises a RoomsError that names the line."""
    reader = csv.DictReader(io.StringIO(_text(source), newline=""), strict=True)
    rows: list[RoomRow] = []
    mailboxes: dict[str, int] = {}
    try:
        _check_columns(reader.fieldnames or ())
        for fields in reader:
            row = _row(reader.line_num, fields)
            first = mailboxes.setdefault(row.mailbox.casefold(), row.line)
            if first != row.line:
                raise RoomsError(f"the mailbox {row.mailbox} is already in line {first}.", row.line)
            rows.append(row)
            if len(rows) > _MOST_ROWS:
                raise RoomsError(f"more than {_MOST_ROWS:,} rooms.")
    except csv.Error as error:
        raise RoomsError(f"not readable as CSV ({error}).", reader.line_num + 1) from error
    if not rows:
        raise RoomsError("it names no room.")
    return tuple(rows)


def bind(plan: Plan, rows: Sequence[RoomRow], existing: Iterable[Binding] = ()) -> Bound:
    """Every listed room bound to its spaces. A mailbox known before keeps its room id.

    A known room whose space vanished is lost; a new room whose space is not there is a RoomsError.
    """
    finder = _Finder(plan)
    known = {binding.mailbox.casefold(): binding for binding in existing}
    ids = _Ids(binding.room.id for binding in known.values())
    bindings, lost = [], []
    taken: dict[str, int] = {}
    for row in rows:
        before = known.get(row.mailbox.casefold())
        spaces = finder.spaces(row)
        if not spaces and before is not None:
            lost.append(before)
            continue
        if not spaces:
            raise RoomsError(f"{_wanted(row)} is not in the plan.", row.line)
        for source in (space.source for space in spaces):
            first = taken.setdefault(source, row.line)
            if first != row.line:
                raise RoomsError(f"{source} already belongs to the room in line {first}.", row.line)
        number = spaces[0].number or row.number
        room_id = before.room.id if before else ids.new(number or row.name)
        bindings.append(_binding(room_id, number, row, spaces))
    return Bound(tuple(bindings), tuple(lost))


def rebind(plan: Plan, existing: Iterable[Binding]) -> Bound:
    """The rooms of before on a new plan, when no list comes with it."""
    places = plan.by_source()
    bindings, lost = [], []
    for binding in existing:
        if not all(source in places for source in binding.sources):
            lost.append(binding)
            continue
        level = min(space.level for source in binding.sources for space in places[source])
        bindings.append(replace(binding, room=replace(binding.room, level=level)))
    return Bound(tuple(bindings), tuple(lost))


def slug(text: str) -> str:
    """A short id for addresses; empty where the text has no letter or digit of the Latin alphabet."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:40].strip("-")


def _text(source: Path | bytes) -> str:
    try:
        content = source if isinstance(source, bytes) else source.read_bytes()
    except OSError as error:
        raise RoomsError(f"{source!s} cannot be read: {error.strerror or 'unknown reason'}.") from error
    if len(content) > _MOST_BYTES:
        raise RoomsError(f"larger than {_MOST_BYTES >> 20} MB.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RoomsError("not UTF-8 text; save it as CSV UTF-8.", content[: error.start].count(b"\n") + 1) from error


def _check_columns(columns: Sequence[str]) -> None:
    missing = [column for column in _COLUMNS if column not in columns]
    if "osm_id" not in columns and "ref" not in columns:
        missing.insert(0, "osm_id (or ref)")
    if missing:
        raise RoomsError(f"missing column: {', '.join(missing)}. Columns are separated by commas.", 1)


def _row(line: int, fields: Mapping[str | None, str | list[str] | None]) -> RoomRow:
    if None in fields or None in fields.values():
        raise RoomsError("more or fewer fields than columns; quote texts that hold a comma.", line)
    text = {str(column): " ".join(str(value).split())[:_LONGEST_TEXT] for column, value in fields.items()}
    sources = tuple(source.strip() for source in text.get("osm_id", "").split(";") if source.strip())
    number = text.get("ref", "")
    if not sources and not number:
        raise RoomsError("neither osm_id nor ref is given.", line)
    if not text["display_name"]:
        raise RoomsError("display_name is empty.", line)
    if not _ADDRESS.fullmatch(text["mailbox"]):
        raise RoomsError(f'mailbox "{text["mailbox"]}" is not an address.', line)
    return RoomRow(
        line=line,
        sources=sources,
        number=number,
        name=text["display_name"],
        capacity=_capacity(text["capacity"], line),
        booking=_booking(text["booking"], line),
        equipment=tuple(word.strip() for word in text["equipment"].split("|") if word.strip()),
        mailbox=text["mailbox"],
    )


def _capacity(text: str, line: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= _MOST_SEATS):
        raise RoomsError(f'capacity "{text}" is not a number from 1 to {_MOST_SEATS}.', line)
    return int(text)


def _booking(text: str, line: int) -> BookingMode:
    if text not in {"", "auto", "approval"}:
        raise RoomsError(f'booking "{text}" is neither auto nor approval.', line)
    return cast(BookingMode, text or "auto")


class _Finder:
    """Finds the spaces that a line of the list means."""

    def __init__(self, plan: Plan) -> None:
        self._by_source = plan.by_source()
        self._by_number: dict[str, set[str]] = {}
        for space in plan.spaces:
            self._by_number.setdefault(space.number.casefold(), set()).add(space.source)

    def spaces(self, row: RoomRow) -> list[Space]:
        """Lowest level first; empty if one of them is not in the plan."""
        found = [self._by_source.get(source, ()) for source in row.sources or self._by_ref(row)]
        return sorted((s for spaces in found for s in spaces), key=lambda s: s.level) if all(found) else []

    def _by_ref(self, row: RoomRow) -> Sequence[str]:
        sources = sorted(self._by_number.get(row.number.casefold(), ()))
        if len(sources) > 1:
            raise RoomsError(f"ref {row.number} is the number of {len(sources)} rooms; give osm_id as well.", row.line)
        return sources


class _Ids:
    """Hands out short room ids that are not in use."""

    def __init__(self, used: Iterable[str]) -> None:
        self._used = set(used)

    def new(self, wanted: str) -> str:
        stem = slug(wanted) or "room"
        found, suffix = stem, 1
        while found in self._used:
            suffix += 1
            found = f"{stem}-{suffix}"
        self._used.add(found)
        return found


def _binding(room_id: str, number: str, row: RoomRow, spaces: Sequence[Space]) -> Binding:
    words = {space.step_free for space in spaces}
    room = Room(
        id=room_id,
        name=row.name,
        number=number,
        level=spaces[0].level,
        capacity=row.capacity,
        equipment=row.equipment,
        step_free=words.pop() if len(words) == 1 else "unknown",
        booking=row.booking,
    )
    return Binding(room, row.mailbox, tuple(dict.fromkeys(space.source for space in spaces)))


def _wanted(row: RoomRow) -> str:
    return " or ".join(row.sources) if row.sources else f"ref {row.number}"
