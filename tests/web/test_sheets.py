"""The overview in bytes: the same again as values, and a tag that changes exactly when they do."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Sequence
from datetime import UTC, date, datetime
from random import Random
from zoneinfo import ZoneInfo

import brotli
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from ledig.availability import Reason, Unknown
from ledig.busy import Busy, Span, minute, of, spans
from ledig.importing import Import
from ledig.intervals import Interval
from ledig.memory.day import Overview
from ledig.venue import Venue
from ledig.web.sheets import Coding, OverviewDay, Sheet, Sheets, Written

DAY = date(2026, 11, 24)
WINDOW = Interval.of_day(DAY, ZoneInfo("Europe/Berlin"))
START = minute(WINDOW.start)
AS_OF = datetime(2026, 11, 23, 9, tzinfo=UTC)
ROOMS = ("egg", "cave", 'the "odd" one')

stretch = some.tuples(some.integers(0, 1439), some.integers(1, 300)).map(
    lambda told: (START + told[0], START + min(1440, told[0] + told[1]))
)
known = some.lists(stretch, max_size=5).map(of)
unknown = some.sampled_from(Reason).map(Unknown)
rooms = some.fixed_dictionaries({room: some.one_of(known, unknown) for room in ROOMS}).map(
    lambda told: {room: told[room] for room in ROOMS}
)


def overview(busy: dict[str, Busy | Unknown]) -> Overview:
    return Overview(WINDOW, busy, AS_OF, 1)


async def written(sheet: Sheet, busy: dict[str, Busy | Unknown]) -> Written:
    return await sheet.write(overview(busy), "identity")


@pytest.fixture(scope="module")
def venue(imported: Import) -> Venue:
    return imported.venue


@given(some.lists(rooms, min_size=1, max_size=6))
def test_what_is_read_is_what_was_written_however_it_came_about(
    venue: Venue, history: list[dict[str, Busy | Unknown]]
) -> None:
    """Only what changed is written again, and that is enough."""

    async def run() -> None:
        sheet = Sheet(venue, DAY, overview(history[0]))
        tags: dict[bytes, str] = {}
        for busy in history:
            told = await written(sheet, busy)
            content = told.packed["identity"]
            day = msgspec.json.decode(content, type=OverviewDay)
            assert (day.venue, day.date, day.zone, day.start, day.minutes) == (
                venue.id,
                DAY,
                venue.zone,
                WINDOW.start,
                1440,
            )
            assert day.rooms == list(ROOMS)
            assert day.busy == [_since(busy[room]) for room in ROOMS]
            assert day.unknown == {room: b.reason for room, b in busy.items() if isinstance(b, Unknown)}
            assert tags.setdefault(content, told.etag) == told.etag
        assert len(set(tags.values())) == len(tags), "another content has another tag"

    asyncio.run(run())


async def test_each_coding_is_packed_once_and_holds_the_same(venue: Venue) -> None:
    sheets, now = Sheets(), overview({"egg": (START, START + 30), "cave": Unknown(Reason.NO_ACCESS)})

    packed = [(await sheets.write(venue, DAY, now, coding)).packed for coding in ("br", "gzip", "identity")]

    content = packed[0]["identity"]
    assert brotli.decompress(packed[0]["br"]) == gzip.decompress(packed[0]["gzip"]) == content
    assert packed[0] is packed[1] is packed[2]


async def test_a_day_of_a_thousand_rooms_is_short(venue: Venue) -> None:
    """Twelve meetings a room and day, in 16 kB; the page then asks for nothing while its slider moves."""
    random = Random(20261124)
    busy = {f"{n}": of(_half_hours(random.sample(range(14, 40), 12))) for n in range(1000)}
    sheet = Sheet(venue, DAY, overview(dict(busy)))

    codings: tuple[Coding, ...] = ("br", "gzip")
    for coding in codings:
        packed = (await sheet.write(overview(dict(busy)), coding)).packed
        assert len(packed[coding]) <= 16_000


async def test_many_who_ask_at_once_are_one_writing(venue: Venue) -> None:
    sheets, now = Sheets(), overview({"egg": ()})

    told = await asyncio.gather(*(sheets.write(venue, DAY, now, "br") for _ in range(20)))

    assert {id(each) for each in told} == {id(told[0])}


async def test_rooms_that_come_or_go_are_written_anew(venue: Venue) -> None:
    sheets = Sheets()
    await sheets.write(venue, DAY, overview({"egg": ()}), "identity")
    more = overview({"egg": (), "cave": ()})

    assert await sheets.rewrite(venue.id, DAY, more) is None
    told = await sheets.write(venue, DAY, more, "identity")
    assert msgspec.json.decode(told.packed["identity"], type=OverviewDay).rooms == ["egg", "cave"]


def _half_hours(slots: Sequence[int]) -> list[Span]:
    return [(START + 30 * slot, START + 30 * slot + 30) for slot in slots]


def _since(busy: Busy | Unknown) -> list[tuple[int, int]] | None:
    return None if isinstance(busy, Unknown) else [(a - START, b - START) for a, b in spans(busy)]
