"""Overviews: the busy times of all rooms of a venue for one day, remembered for moments.

While somebody watches a day it is read again and again in the background; however many look, one reads (single flight).
A room that fails to answer keeps what was read of it before, as long as that will do until whoever looks comes again;
then it is unknown.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from ledig.availability import FreeBusy, Mailbox, Reason, Unknown
from ledig.booking import Attempt, Outcome, Wish
from ledig.busy import Busy, Span, of, span, together, within
from ledig.clock import Clock
from ledig.intervals import Interval

FRESH = timedelta(seconds=30)
TOO_OLD = timedelta(minutes=5)  # such a read is shown nowhere any more
# A page keeps what it gets until its next look, so nothing is given out that would be too old by then.
LASTS = TOO_OLD - 2 * FRESH
LIES_OVER = timedelta(seconds=60)  # how long our own booking is shown before the calendars are believed alone
PATIENCE = timedelta(seconds=1)  # with a read under way; after that what is remembered is shown meanwhile
WATCHED = timedelta(seconds=90)  # so long after the last look somebody is taken to be watching
DAYS = 64
NEVER = timedelta(days=36_500)


class Read(Struct, frozen=True, gc=False):
    """What one room's calendar said, and when."""

    busy: Busy
    at: datetime


class Overview(Struct, frozen=True):
    """One day of one venue: what is known of each room by its id; `as_of` is the oldest read among those known.

    `version` rises when the day or what is known of a room changes, and not when it was only read again.
    """

    day: Interval
    busy: Mapping[str, Busy | Unknown]
    as_of: datetime | None
    version: int


class _Day:
    """What is remembered of one venue and day."""

    def __init__(self) -> None:
        self.reads: dict[str, Read] = {}
        self.failures: dict[str, Reason] = {}
        self.asked_at: datetime | None = None
        self.looked_at: datetime | None = None
        self.period = FRESH
        self.reading: asyncio.Task[None] | None = None
        self.refreshing: asyncio.Task[None] | None = None
        self.seen: Overview | None = None
        self.seen_until: datetime | None = None  # when it has to be looked through again although nothing was read

    def lasts(self, now: datetime) -> bool:
        """Whether something is remembered that may still be shown."""
        return any(now - read.at <= LASTS for read in self.reads.values())

    def is_fresh(self, now: datetime) -> bool:
        return self.asked_at is not None and now - self.asked_at < self.period

    def is_watched(self, now: datetime) -> bool:
        return self.looked_at is not None and now - self.looked_at <= WATCHED


class Overviews:
    """Reads each day at most once in a while, however many look, and only while somebody does."""

    def __init__(self, free_busy: FreeBusy, clock: Clock, patience: timedelta = PATIENCE) -> None:
        self._free_busy = free_busy
        self._patience = patience
        self._clock = clock
        self._days: dict[tuple[str, date], _Day] = {}
        self._ours: dict[str, tuple[Wish, datetime]] = {}

    async def of(self, venue: str, day: date, zone: ZoneInfo, mailboxes: Mapping[str, Mailbox]) -> Overview:
        """The overview of `day` in `zone`; `mailboxes` by room id."""
        window = Interval.of_day(day, zone)
        remembered = self._remembered(venue, day)
        now = remembered.looked_at = self._clock.now()
        if remembered.reading is None and not remembered.is_fresh(now):
            remembered.reading = asyncio.create_task(self._read(remembered, window, zone, mailboxes))
        if remembered.refreshing is None:
            refresh = self._refresh(remembered, window, zone, mailboxes)
            remembered.refreshing = asyncio.create_task(refresh)
        if remembered.reading:
            patience = self._patience.total_seconds() if remembered.lasts(now) else None
            done, _ = await asyncio.wait({remembered.reading}, timeout=patience)
            for reading in done:
                reading.result()
        return self._seen(venue, remembered, window, mailboxes)

    def lay_over(self, attempt: Attempt) -> None:
        """Shows a booking of ours at once, or no longer."""
        wish = attempt.wish
        for (venue, _), day in self._days.items():
            if venue == wish.venue:
                day.seen_until = None
                if attempt.outcome in (Outcome.CANCELLED, Outcome.DECLINED):
                    day.asked_at = None  # look again at once, also after a read that is under way
        if attempt.outcome is Outcome.CONFIRMED:
            self._ours[wish.key] = wish, self._clock.now()
        else:
            self._ours.pop(wish.key, None)

    async def close(self) -> None:
        """Ends all reading."""
        tasks = [task for day in self._days.values() for task in (day.refreshing, day.reading) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _remembered(self, venue: str, day: date) -> _Day:
        found = self._days.pop((venue, day), None) or _Day()
        self._days[venue, day] = found  # the one looked at last is forgotten last
        if len(self._days) > DAYS:
            forgotten = self._days.pop(next(iter(self._days)))
            if forgotten.refreshing:
                forgotten.refreshing.cancel()
        return found

    async def _refresh(self, day: _Day, window: Interval, zone: ZoneInfo, mailboxes: Mapping[str, Mailbox]) -> None:
        """Reads the day again and again, as long as it is watched."""
        try:
            while True:
                await self._clock.sleep(day.period)
                if not day.is_watched(self._clock.now()):
                    return
                if day.reading is None and not day.is_fresh(self._clock.now()):
                    day.reading = asyncio.create_task(self._read(day, window, zone, mailboxes))
                if day.reading:
                    await asyncio.wait({day.reading})
        finally:
            day.refreshing = None

    async def _read(self, day: _Day, window: Interval, zone: ZoneInfo, mailboxes: Mapping[str, Mailbox]) -> None:
        day.asked_at = began = self._clock.now()
        try:
            told = await self._free_busy.busy_times(list(mailboxes.values()), window, zone)
            for room, mailbox in mailboxes.items():
                match told[mailbox]:
                    case Unknown(reason):
                        day.failures[room] = reason
                    case busy:
                        day.failures.pop(room, None)
                        day.reads[room] = Read(busy, began)
            day.period = max(FRESH, 2 * (self._clock.now() - began))
        except BaseException:
            day.asked_at = None
            raise
        finally:
            day.reading = None
            day.seen_until = None

    def _seen(self, venue: str, day: _Day, window: Interval, mailboxes: Mapping[str, Mailbox]) -> Overview:
        """What there is to see now; the same object as before if nothing can have changed."""
        now = self._clock.now()
        if day.seen and day.seen_until and now <= day.seen_until and day.seen.busy.keys() == mailboxes.keys():
            return day.seen
        ours = self._own_bookings(venue, now, span(window))
        busy: dict[str, Busy | Unknown] = {}
        known: list[datetime] = []
        for room in mailboxes:
            read = day.reads.get(room)
            if read is None or now - read.at > LASTS:
                busy[room] = Unknown(day.failures.get(room, Reason.UNAVAILABLE))
                continue
            known.append(read.at)
            busy[room] = together(read.busy, ours[room]) if room in ours else read.busy
        as_of = min(known, default=None)
        ends = [at + LIES_OVER for _, at in self._ours.values()] + ([as_of + LASTS] if as_of else [])
        day.seen_until = min(ends, default=now + NEVER)
        if day.seen and day.seen.busy == busy and day.seen.day == window:
            day.seen = Overview(window, day.seen.busy, as_of, day.seen.version)
        else:
            day.seen = Overview(window, busy, as_of, day.seen.version + 1 if day.seen else 1)
        return day.seen

    def _own_bookings(self, venue: str, now: datetime, window: Span) -> dict[str, Busy]:
        """The times of those settled lately, by room."""
        self._ours = {key: kept for key, kept in self._ours.items() if now - kept[1] <= LIES_OVER}
        found: dict[str, list[Span]] = {}
        for wish, _ in self._ours.values():
            if wish.venue == venue:
                found.setdefault(wish.room, []).append(span(wish.during))
        return {room: within(of(spans), window) for room, spans in found.items()}
