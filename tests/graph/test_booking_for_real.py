"""Booking against the emulator: over https, with calendars that accept overlaps as Exchange's do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from starlette.responses import Response

from faults import Fault, answers, cut, done_but_cut, on
from graph.conftest import HOUR, TEN, TEN_TO_ELEVEN
from graph_emulator.log import Answer
from graph_emulator.tenant import Tenant
from ledig.booking import Attempt, Bookings, Outcome, Target, Wish
from ledig.errors import CalendarUnavailable, RoomTaken
from ledig.graph.calendar import GraphCalendar
from ledig.intervals import Interval
from ledig.settings import BookingSettings
from ledig.store.attempts import StoredAttempts
from ledig.store.database import opened
from lobby import ToldClock

LOOK = "GET /users/{id}/calendarView"
WRITE = "POST /users/{id}/events"
TIMES = BookingSettings()


class Desk:
    """Where bookings are made, and what it told of."""

    def __init__(self, bookings: Bookings, changes: asyncio.Queue[Attempt]) -> None:
        self.bookings = bookings
        self.changes = changes


@pytest.fixture
async def desk(calendar: GraphCalendar, clock: ToldClock, tmp_path: Path) -> AsyncIterator[Desk]:
    changes: asyncio.Queue[Attempt] = asyncio.Queue()
    async with opened(tmp_path / "ledig.db") as engine:
        bookings = Bookings(calendar, StoredAttempts(engine, TIMES.settle), clock, TIMES, changes.put_nowait)
        yield Desk(bookings, changes)
        await bookings.close()


def wish(key: str = "mine", kiosk: str = "lobby", during: Interval = TEN_TO_ELEVEN) -> Wish:
    return Wish(key=key, tenant="t", venue="apb", room="egg", kiosk=kiosk, during=during)


def keys(tenant: Tenant, target: Target) -> list[str | None]:
    """Whose events are in the room."""
    return [event.transaction_id for event in tenant.calendar(target.mailbox).events()]


async def test_of_eight_wishes_for_one_slot_exactly_one_gets_it(desk: Desk, tenant: Tenant, target: Target) -> None:
    wishes = [wish(f"key {n}", f"kiosk {n}") for n in range(8)]

    ends = await asyncio.gather(*(desk.bookings.book(each, target) for each in wishes), return_exceptions=True)

    (winner,) = [each for each, end in zip(wishes, ends, strict=True) if isinstance(end, tuple)]
    assert [type(end) for end in ends].count(RoomTaken) == 7
    assert keys(tenant, target) == [winner.key]


async def test_bookings_that_touch_both_succeed(desk: Desk, tenant: Tenant, target: Target) -> None:
    after = Interval(TEN + HOUR, TEN + 2 * HOUR)

    await asyncio.gather(desk.bookings.book(wish("one"), target), desk.bookings.book(wish("two", during=after), target))

    assert sorted(map(str, keys(tenant, target))) == ["one", "two"]


async def test_a_meeting_that_slips_in_before_we_write_wins(desk: Desk, tenant: Tenant, target: Target) -> None:
    async def slip_in(answer: Answer) -> Response:
        tenant.add_event(target.mailbox, TEN + HOUR / 2, TEN + 2 * HOUR)
        return await answer()

    tenant.cloud.intercept = on(WRITE, slip_in)

    with pytest.raises(RoomTaken):
        await desk.bookings.book(wish(), target)
    assert keys(tenant, target) == [None]


async def test_an_all_day_event_is_in_the_way(desk: Desk, tenant: Tenant, target: Target) -> None:
    midnight = TEN.replace(hour=0)
    tenant.add_event(target.mailbox, midnight, midnight + 24 * HOUR, all_day=True)

    with pytest.raises(RoomTaken):
        await desk.bookings.book(wish(), target)


async def test_a_write_whose_answer_is_lost_is_repeated_and_makes_one_event(
    desk: Desk, tenant: Tenant, target: Target
) -> None:
    tenant.cloud.intercept = on(WRITE, done_but_cut, done_but_cut)

    attempt, _ = await desk.bookings.book(wish(), target)

    assert attempt.outcome is Outcome.CONFIRMED
    assert keys(tenant, target) == ["mine"]


@pytest.mark.parametrize("fault", [done_but_cut, cut, answers(503)], ids=["done but cut", "cut", "503"])
async def test_a_write_that_is_never_answered_is_completed_by_its_key(
    desk: Desk, tenant: Tenant, target: Target, fault: Fault
) -> None:
    tenant.cloud.intercept = on(WRITE, then=fault)
    with pytest.raises(CalendarUnavailable):
        await desk.bookings.book(wish(), target)
    tenant.cloud.intercept = None
    with pytest.raises(RoomTaken):
        await desk.bookings.book(wish("other", "attic"), target)

    attempt, _ = await desk.bookings.book(wish(), target)

    assert attempt.outcome is Outcome.CONFIRMED
    assert keys(tenant, target) == ["mine"]


async def test_a_calendar_that_does_not_answer_blocks_nobody(desk: Desk, tenant: Tenant, target: Target) -> None:
    tenant.cloud.intercept = on(LOOK, then=answers(503, retry_after="60"))
    with pytest.raises(CalendarUnavailable) as error:
        await desk.bookings.book(wish(), target)
    tenant.cloud.intercept = None

    assert error.value.retry_after.total_seconds() == 60
    assert (await desk.bookings.book(wish("other", "attic"), target))[1]


async def test_an_attendants_acceptance_is_found_later(
    desk: Desk, tenant: Tenant, target: Target, clock: ToldClock
) -> None:
    """Somebody was invited in meanwhile: we give the room up, and say so."""
    await desk.bookings.book(wish(), target)
    desk.changes.get_nowait()
    tenant.add_event(target.mailbox, TEN, TEN + HOUR)

    await clock.move(TIMES.later_look)
    declined = await asyncio.wait_for(desk.changes.get(), 5)

    assert declined.outcome is Outcome.DECLINED
    assert keys(tenant, target) == [None]


async def test_undoing_takes_the_event_away(desk: Desk, tenant: Tenant, target: Target) -> None:
    await desk.bookings.book(wish(), target)

    await desk.bookings.undo("t", "lobby", "mine", lambda _: target)

    assert keys(tenant, target) == []


async def test_undoing_a_running_booking_frees_what_is_left_of_it(
    desk: Desk, tenant: Tenant, target: Target, clock: ToldClock
) -> None:
    await desk.bookings.book(wish(), target)
    await clock.move(TEN + HOUR / 2 - clock.now())

    await desk.bookings.undo("t", "lobby", "mine", lambda _: target)

    assert tenant.busy(target.mailbox, TEN, TEN + HOUR) == [(TEN, TEN + HOUR / 2)]
    rest = Interval(TEN + HOUR / 2, TEN + HOUR)
    assert (await desk.bookings.book(wish("next", during=rest), target))[1]
