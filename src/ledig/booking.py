"""Booking a room without a person: the only place that decides whether a booking stands.

Exchange does not check conflicts when somebody writes straight into a room's calendar. So a booking is
claimed among our own writers first, then read, written, and read again; where somebody else turns out to
be there, we withdraw. The key of a wish is the event's transactionId, so nothing is written twice.

A claim has a lease, and only who holds it sends anything for it. When its holder died, the lease runs out: then the
repeated key completes the booking, or recovery removes what was written and lets the time go.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from enum import StrEnum
from secrets import token_hex
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog
from msgspec import Struct

from ledig.availability import Mailbox
from ledig.clock import Clock
from ledig.errors import CalendarUnavailable, Invalid, KeyReused, NotFound, RoomTaken
from ledig.intervals import Interval
from ledig.settings import BookingSettings

log = structlog.get_logger()

RE_READS = (timedelta(seconds=0.5), timedelta(seconds=1))
JUST_BEGUN = timedelta(minutes=5)
LOOKS_FOR_ANOTHER = 10  # times that a repeated key looks whether another worker has settled it
BETWEEN_LOOKS = timedelta(seconds=1)
STILL_UNDER_WAY = "This booking is still under way. Ask again in a moment."


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
    """A wish and how it ended; a claim as long as `outcome` is None. If it is leaving, its event may still be there."""

    wish: Wish
    outcome: Outcome | None = None
    event_id: str | None = None
    is_leaving: bool = False


class Lease(Struct, frozen=True):
    """The right to act for an attempt: its holder sends nothing after `last_send`, nobody else does before `ends`."""

    holder: str
    last_send: datetime
    ends: datetime


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
    """The rooms' calendars. All raise CalendarUnavailable where no answer came, and send nothing after `until`."""

    async def entries(self, target: Target, during: Interval) -> Sequence[Entry]:
        """What blocks `during` right now, read afresh."""

    async def write(self, target: Target, during: Interval, key: str, *, until: datetime) -> str:
        """Writes an event and returns its id; with the same key again, the same event."""

    async def remove(self, target: Target, event_id: str, *, until: datetime) -> None:
        """Removes an event; one that is gone already is no error."""

    async def end(self, target: Target, event_id: str, at: datetime) -> None:
        """Lets a running event end at `at`; one that is gone already is no error."""


class Attempts(Protocol):
    """The stored attempts; the database refuses overlapping claims. What is False was somebody else's by then."""

    async def claim(self, wish: Wish, lease: Lease, now: datetime) -> Attempt | None:
        """None when the time is now claimed for `wish`, else the attempt that its key named before.

        Raises RoomTaken where another claim overlaps, PolicyBroken where the kiosk holds too many rooms.
        """

    async def take(self, key: str, lease: Lease, now: datetime, *, is_repeat: bool = False) -> bool:
        """Goes on with an attempt whose lease has run out, or, for its repeated key, was let go."""

    async def let_go(self, key: str, lease: Lease) -> None:
        """Ends the holder's part: its repeated key may go on at once, recovery when the lease runs out."""

    async def settle(self, attempt: Attempt, lease: Lease, now: datetime, due: datetime | None = None) -> bool:
        """Ends the claim; but while the attempt is leaving it still blocks. Others look after it when it is `due`."""

    async def revoke(self, attempt: Attempt, lease: Lease) -> bool:
        """Makes of a confirmed booking what `attempt` says."""

    async def gone(self, key: str, lease: Lease) -> None:
        """An attempt that was leaving has no event any more."""

    async def looked(self, key: str) -> None:
        """The later look found nobody else."""

    async def due(self, tenant: str, now: datetime) -> Sequence[Attempt]:
        """Some of those whose lease has run out, or whose later look did not take place."""

    async def get(self, tenant: str, kiosk: str, key: str) -> Attempt | None: ...

    async def held(self, tenant: str, kiosk: str, now: datetime) -> Sequence[Attempt]:
        """The kiosk's confirmed and declined attempts that are not over yet, earliest first."""


class Bookings:
    """Makes and undoes anonymous bookings; `changed` is told of every attempt that was settled or undone."""

    def __init__(
        self,
        calendar: Calendar,
        attempts: Attempts,
        clock: Clock,
        times: BookingSettings,
        changed: Callable[[Attempt], None] = lambda _: None,
    ) -> None:
        self._calendar = calendar
        self._attempts = attempts
        self._clock = clock
        self._times = times
        self._changed = changed
        self._running: dict[str, tuple[Wish, asyncio.Task[tuple[Attempt, bool]]]] = {}
        self._later: set[asyncio.Task[None]] = set()
        self.late_losses = 0

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
        if attempt.outcome is Outcome.CONFIRMED:
            await self._undo(attempt, attempt.event_id, target_of(attempt.wish))
        elif attempt.outcome is Outcome.CANCELLED and attempt.is_leaving:  # an earlier try got no answer
            lease = self._lease()
            if not await self._attempts.take(key, lease, self._clock.now(), is_repeat=True):
                raise CalendarUnavailable(STILL_UNDER_WAY)
            await self._remove(attempt, target_of(attempt.wish), lease)

    async def recover(self, tenant: str, target_of: Callable[[Wish], Awaitable[Target | None]]) -> None:
        """Brings to an end what others of us left behind. A room without a target is left as it is."""
        due = await self._attempts.due(tenant, self._clock.now())
        await asyncio.gather(*(self._recover(attempt, target_of) for attempt in due))

    async def close(self) -> None:
        """Waits for bookings under way (10 s at most); the rest is left to its lease, or to be looked at later."""
        if tasks := [task for _, task in self._running.values()]:
            await asyncio.wait(tasks, timeout=10)
        left = [*self._later, *(task for _, task in self._running.values())]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _ended(self, key: str, task: asyncio.Task[tuple[Attempt, bool]]) -> None:
        del self._running[key]
        # Asked for here too, because the caller may have left.
        if not task.cancelled() and (error := task.exception()):
            log.info("not_booked", reason=type(error).__name__)

    def _lease(self) -> Lease:
        """A new one. What is sent last has the last third of it to arrive, and clocks may differ by as much."""
        now = self._clock.now()
        return Lease(token_hex(8), now + self._times.lease * 2 / 3, now + self._times.lease)

    async def _claim_and_make(self, wish: Wish, target: Target) -> tuple[Attempt, bool]:
        for _ in range(LOOKS_FOR_ANOTHER):
            lease, now = self._lease(), self._clock.now()
            earlier = await self._attempts.claim(wish, lease, now)
            if earlier is None:
                return await self._make(wish, target, lease, may_exist=False), True
            if earlier.wish != wish:
                raise KeyReused
            match earlier.outcome:
                case Outcome.ROOM_TAKEN | Outcome.DECLINED:
                    raise RoomTaken
                case Outcome.CONFIRMED | Outcome.CANCELLED:
                    return earlier, False
                case None if await self._attempts.take(wish.key, lease, now, is_repeat=True):
                    return await self._make(wish, target, lease, may_exist=True), False
            await self._clock.sleep(BETWEEN_LOOKS)  # another worker is at it
        raise CalendarUnavailable(STILL_UNDER_WAY)

    async def _undo(self, attempt: Attempt, event_id: str, target: Target) -> None:
        wish, now, lease = attempt.wish, self._clock.now(), self._lease()
        if wish.during.end <= now:
            raise Invalid("That booking is over already.")
        is_leaving = now < wish.during.start + JUST_BEGUN
        if not is_leaving:
            await self._calendar.end(target, event_id, now)
        undone = Attempt(wish, Outcome.CANCELLED, event_id, is_leaving)
        if await self._attempts.revoke(undone, lease):
            await self._leave(undone, target, lease)

    async def _make(self, wish: Wish, target: Target, lease: Lease, *, may_exist: bool) -> Attempt:
        """Where our event may exist although no answer came, the claim stays until its key or recovery ends it."""
        event_id = None
        try:
            await self._require_free(wish, target)
            may_exist = True
            event_id = await self._write(wish, target, lease)
            await self._require_alone(wish, target)
        except RoomTaken:
            await self._give_up(Attempt(wish, Outcome.ROOM_TAKEN, event_id, may_exist), target, lease)
            raise
        except CalendarUnavailable as error:
            if may_exist and not error.is_refusal:
                await self._attempts.let_go(wish.key, lease)
            else:
                await self._give_up(Attempt(wish, Outcome.UNAVAILABLE, event_id, may_exist), target, lease)
            raise
        return await self._confirm(Attempt(wish, Outcome.CONFIRMED, event_id), target, lease)

    async def _confirm(self, attempt: Attempt, target: Target, lease: Lease) -> Attempt:
        await self._settle(attempt, lease, self._clock.now() + self._times.later_look + self._times.lease)
        self._changed(attempt)
        later = asyncio.create_task(self._look_later(attempt, target))
        self._later.add(later)
        later.add_done_callback(self._later.discard)
        return attempt

    async def _give_up(self, attempt: Attempt, target: Target, lease: Lease) -> None:
        """Recorded before it is sent, so that recovery goes on with it."""
        await self._settle(attempt, lease)
        with suppress(CalendarUnavailable):
            await self._leave(attempt, target, lease)

    async def _settle(self, attempt: Attempt, lease: Lease, due: datetime | None = None) -> None:
        """Raises CalendarUnavailable where the lease ran out and somebody else went on."""
        if not await self._attempts.settle(attempt, lease, self._clock.now(), due):
            raise CalendarUnavailable(STILL_UNDER_WAY)

    async def _write(self, wish: Wish, target: Target, lease: Lease) -> str:
        async with self._may_send(lease):
            return await self._calendar.write(target, wish.during, wish.key, until=lease.last_send)

    async def _leave(self, attempt: Attempt, target: Target, lease: Lease) -> None:
        if attempt.is_leaving:
            await self._remove(attempt, target, lease)
        else:
            self._changed(attempt)

    async def _remove(self, attempt: Attempt, target: Target, lease: Lease) -> None:
        key = attempt.wish.key
        try:
            for event_id in await self._written(attempt, target):
                async with self._may_send(lease):
                    await self._calendar.remove(target, event_id, until=lease.last_send)
        except CalendarUnavailable:
            await self._attempts.let_go(key, lease)
            raise
        await self._attempts.gone(key, lease)
        self._changed(attempt)

    async def _written(self, attempt: Attempt, target: Target) -> Sequence[str]:
        """The ids of what we wrote, also where we were not told them."""
        if attempt.event_id:
            return [attempt.event_id]
        wish = attempt.wish
        return [entry.id for entry in await self._calendar.entries(target, wish.during) if entry.key == wish.key]

    @asynccontextmanager
    async def _may_send(self, lease: Lease) -> AsyncIterator[None]:
        left = (lease.last_send - self._clock.now()).total_seconds()
        if left <= 0:
            raise CalendarUnavailable(STILL_UNDER_WAY)
        try:
            async with asyncio.timeout(left):
                yield
        except TimeoutError:
            raise CalendarUnavailable(STILL_UNDER_WAY) from None

    async def _require_free(self, wish: Wish, target: Target) -> None:
        if await self._is_foreign(wish, target):
            raise RoomTaken

    async def _require_alone(self, wish: Wish, target: Target) -> None:
        """Whoever else is there may leave during a few short re-reads."""
        for pause in RE_READS:
            if not await self._is_foreign(wish, target):
                return
            await self._clock.sleep(pause)
        await self._require_free(wish, target)

    async def _is_foreign(self, wish: Wish, target: Target) -> bool:
        return any(entry.key != wish.key for entry in await self._calendar.entries(target, wish.during))

    async def _look_later(self, attempt: Attempt, target: Target) -> None:
        await self._clock.sleep(self._times.later_look)
        wish = attempt.wish
        try:
            current = await self._attempts.get(wish.tenant, wish.kiosk, wish.key)
            if current and current.outcome is Outcome.CONFIRMED:
                await self._look(attempt, target)
        except CalendarUnavailable:
            log.warning("later_look_failed", room=wish.room)

    async def _look(self, attempt: Attempt, target: Target) -> None:
        """Catches a booking attendant that accepted somebody else while we wrote."""
        wish = attempt.wish
        if not await self._is_foreign(wish, target):
            await self._attempts.looked(wish.key)
            return
        lease, lost = self._lease(), Attempt(wish, Outcome.DECLINED, attempt.event_id, is_leaving=True)
        if await self._attempts.revoke(lost, lease):
            self.late_losses += 1
            log.warning("late_loss", room=wish.room)
            await self._remove(lost, target, lease)

    async def _recover(self, attempt: Attempt, target_of: Callable[[Wish], Awaitable[Target | None]]) -> None:
        wish, lease = attempt.wish, self._lease()
        if (target := await target_of(wish)) is None:
            log.warning("not_recovered", room=wish.room)
            return
        with suppress(CalendarUnavailable):  # the next round tries again
            if attempt.outcome is Outcome.CONFIRMED:
                await self._look(attempt, target)
            elif await self._attempts.take(wish.key, lease, self._clock.now()):
                log.info("recovering", room=wish.room)
                if attempt.outcome is None:
                    await self._give_up(Attempt(wish, Outcome.UNAVAILABLE, is_leaving=True), target, lease)
                else:
                    await self._remove(attempt, target, lease)
