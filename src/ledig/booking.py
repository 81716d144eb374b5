"""Booking a room without a person: the only place that decides whether a booking stands.

Exchange does not check conflicts when somebody writes straight into a room's calendar. So a booking is
claimed among our own writers first, then read, written, and read again; where somebody else turns out to
be there, we withdraw. The key of a wish is the event's transactionId, so nothing is written twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog
from msgspec import Struct

from ledig.availability import Mailbox
from ledig.clock import Clock
from ledig.errors import CalendarUnavailable, Invalid, KeyReused, NotFound, RoomTaken
from ledig.intervals import Interval

log = structlog.get_logger()

RE_READS = (timedelta(seconds=0.5), timedelta(seconds=1))
LATER_LOOK = timedelta(seconds=30)
JUST_BEGUN = timedelta(minutes=5)


class Outcome(StrEnum):
    """How an attempt ended; all that stays of it in the end."""

    CONFIRMED = "confirmed"
    ROOM_TAKEN = "room_taken"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    UNAVAILABLE = "calendar_unavailable"


class Wish(Struct, frozen=True, kw_only=True):
    """A room and a time that a kiosk wants; `key` is the client's own (UUIDv7) and names the wish."""

    key: str
    tenant: str
    venue: str
    room: str
    kiosk: str
    during: Interval


class Attempt(Struct, frozen=True):
    """A wish and how it ended; a claim as long as `outcome` is None."""

    wish: Wish
    outcome: Outcome | None = None
    event_id: str | None = None


class Target(Struct, frozen=True):
    """Where a room's calendar is: its mailbox, and the zone of the building for events that last all day."""

    mailbox: Mailbox
    zone: ZoneInfo


class Entry(Struct, frozen=True):
    """As much of a calendar's event as a booking needs; `key` is its transactionId."""

    id: str
    during: Interval
    key: str | None


class Calendar(Protocol):
    """The rooms' calendars. Each method raises CalendarUnavailable where no answer came."""

    async def entries(self, target: Target, during: Interval) -> Sequence[Entry]:
        """What blocks `during` right now, read afresh."""

    async def write(self, target: Target, during: Interval, key: str) -> str:
        """Writes an event and returns its id; with the same key again, the same event."""

    async def remove(self, target: Target, event_id: str) -> None:
        """Removes an event; one that is gone already is no error."""

    async def end(self, target: Target, event_id: str, at: datetime) -> None:
        """Lets a running event end at `at`; one that is gone already is no error."""


class Attempts(Protocol):
    """The stored attempts; the database refuses overlapping claims."""

    async def claim(self, wish: Wish, now: datetime) -> Attempt | None:
        """None when the time is now claimed for `wish`, else the attempt that its key named before.

        Raises RoomTaken where another claim overlaps, PolicyBroken where the kiosk holds too many rooms.
        """

    async def settle(self, key: str, outcome: Outcome, now: datetime, event_id: str | None = None) -> None:
        """Ends the claim."""

    async def get(self, tenant: str, kiosk: str, key: str) -> Attempt | None: ...

    async def held(self, tenant: str, kiosk: str, now: datetime) -> Sequence[Attempt]:
        """The kiosk's confirmed and declined attempts that are not over yet, earliest first."""


class Bookings:
    """Makes and undoes anonymous bookings; `changed` is told of every attempt that was settled or undone."""

    def __init__(
        self, calendar: Calendar, attempts: Attempts, clock: Clock, changed: Callable[[Attempt], None] = lambda _: None
    ) -> None:
        self._calendar = calendar
        self._attempts = attempts
        self._clock = clock
        self._changed = changed
        self._running: dict[str, tuple[Wish, asyncio.Task[tuple[Attempt, bool]]]] = {}
        self._later: set[asyncio.Task[None]] = set()

    async def book(self, wish: Wish, target: Target) -> tuple[Attempt, bool]:
        """The settled attempt, and whether it is new. Goes on to an honest end when the caller leaves.

        Raises RoomTaken, KeyReused, PolicyBroken or CalendarUnavailable; the same key may be tried again after that.
        """
        if earlier := self._running.get(wish.key):
            if earlier[0] != wish:
                raise KeyReused
            return (await asyncio.shield(earlier[1]))[0], False
        task = asyncio.create_task(self._claim_and_make(wish, target))
        self._running[wish.key] = wish, task
        task.add_done_callback(lambda _: self._ended(wish.key, task))
        return await asyncio.shield(task)

    async def undo(self, tenant: str, kiosk: str, key: str, target_of: Callable[[Wish], Target]) -> None:
        """Removes a booking that has not begun, ends one that runs; what is undone already stays undone."""
        attempt = await self._attempts.get(tenant, kiosk, key)
        if attempt is None or attempt.event_id is None:
            raise NotFound("This kiosk has no such booking.")
        if attempt.outcome is not Outcome.CONFIRMED:
            return
        wish, now = attempt.wish, self._clock.now()
        if wish.during.end <= now:
            raise Invalid("That booking is over already.")
        if now < wish.during.start + JUST_BEGUN:
            await self._calendar.remove(target_of(wish), attempt.event_id)
        else:
            await self._calendar.end(target_of(wish), attempt.event_id, now)
        await self._settle(wish, Outcome.CANCELLED, attempt.event_id)

    async def close(self) -> None:
        """Waits for bookings under way (10 s at most) and drops what would be looked at later."""
        if tasks := [task for _, task in self._running.values()]:
            await asyncio.wait(tasks, timeout=10)
        for later in self._later:
            later.cancel()
        await asyncio.gather(*self._later, return_exceptions=True)

    def _ended(self, key: str, task: asyncio.Task[tuple[Attempt, bool]]) -> None:
        del self._running[key]
        # Asked for here too, because the caller may have left.
        if not task.cancelled() and (error := task.exception()):
            log.info("not_booked", reason=type(error).__name__)

    async def _claim_and_make(self, wish: Wish, target: Target) -> tuple[Attempt, bool]:
        earlier = await self._attempts.claim(wish, self._clock.now())
        if earlier is None:
            return await self._make(wish, target, may_exist=False), True
        if earlier.wish != wish:
            raise KeyReused
        match earlier.outcome:
            case Outcome.ROOM_TAKEN | Outcome.DECLINED:
                raise RoomTaken
            case None:  # left open when an answer was lost
                return await self._make(wish, target, may_exist=True), False
            case _:
                return earlier, False

    async def _make(self, wish: Wish, target: Target, *, may_exist: bool) -> Attempt:
        """Where our event may exist although no answer came, the claim stays until its key completes it."""
        try:
            await self._require_free(wish, target)
        except RoomTaken:
            await self._settle(wish, Outcome.ROOM_TAKEN)
            raise
        except CalendarUnavailable:
            if not may_exist:
                await self._settle(wish, Outcome.UNAVAILABLE)
            raise
        try:
            event_id = await self._calendar.write(target, wish.during, wish.key)
        except CalendarUnavailable as error:
            if error.is_refusal and not may_exist:
                await self._settle(wish, Outcome.UNAVAILABLE)
            raise
        if await self._is_contested(wish, target):
            await self._calendar.remove(target, event_id)
            await self._settle(wish, Outcome.ROOM_TAKEN)
            raise RoomTaken
        attempt = await self._settle(wish, Outcome.CONFIRMED, event_id)
        later = asyncio.create_task(self._look_later(attempt, target, event_id))
        self._later.add(later)
        later.add_done_callback(self._later.discard)
        return attempt

    async def _require_free(self, wish: Wish, target: Target) -> None:
        entries = await self._calendar.entries(target, wish.during)
        if not any(entry.key != wish.key for entry in entries):
            return
        for entry in entries:  # written by an earlier try whose answer was lost
            if entry.key == wish.key:
                await self._calendar.remove(target, entry.id)
        raise RoomTaken

    async def _is_contested(self, wish: Wish, target: Target) -> bool:
        """Whether somebody else is there too and stays there for a few short re-reads."""
        for pause in RE_READS:
            if not await self._foreign(wish, target):
                return False
            await self._clock.sleep(pause)
        return await self._foreign(wish, target)

    async def _foreign(self, wish: Wish, target: Target) -> bool:
        return any(entry.key != wish.key for entry in await self._calendar.entries(target, wish.during))

    async def _look_later(self, attempt: Attempt, target: Target, event_id: str) -> None:
        """Catches a booking attendant that accepted somebody else while we wrote."""
        await self._clock.sleep(LATER_LOOK)
        wish = attempt.wish
        try:
            current = await self._attempts.get(wish.tenant, wish.kiosk, wish.key)
            if current and current.outcome is Outcome.CONFIRMED and await self._foreign(wish, target):
                await self._calendar.remove(target, event_id)
                await self._settle(wish, Outcome.DECLINED, event_id)
                log.warning("late_loss", room=wish.room)
        except CalendarUnavailable:
            log.warning("later_look_failed", room=wish.room)

    async def _settle(self, wish: Wish, outcome: Outcome, event_id: str | None = None) -> Attempt:
        attempt = Attempt(wish, outcome, event_id)
        await self._attempts.settle(wish.key, outcome, self._clock.now(), event_id)
        self._changed(attempt)
        return attempt
