"""Overviews: the busy times of all rooms of a venue for one day, remembered for moments.

Many may look at once; one reads (single flight). A room that fails to answer keeps what was read of it before, as long
as that will do until whoever looks comes again; then it is unknown.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from ledig.availability import Busy, FreeBusy, Mailbox, Reason, Unknown
from ledig.booking import Attempt, Outcome, Wish
from ledig.clock import Clock
from ledig.intervals import Interval, busy_within

FRESH = timedelta(seconds=30)
TOO_OLD = timedelta(minutes=5)  # such a read is shown nowhere any more
# A page keeps what it gets until its next look, so nothing is given out that would be too old by then.
LASTS = TOO_OLD - 2 * FRESH
LIES_OVER = timedelta(seconds=60)  # how long our own booking is shown before the calendars are believed alone
PATIENCE = timedelta(seconds=1)  # with a read under way; after that what is remembered is shown meanwhile
DAYS = 64


class Read(Struct, frozen=True):
    """What one room's calendar said, and when."""

    busy: Busy
    at: datetime


class Overview(Struct, frozen=True):
    """One day of one venue: what is known of each room by its id; `as_of` is the oldest read among those known."""

    day: Interval
    busy: Mapping[str, Busy | Unknown]
    as_of: datetime | None


class _Day:
    """What is remembered of one venue and day."""

    def __init__(self) -> None:
        self.reads: dict[str, Read] = {}
        self.failures: dict[str, Reason] = {}
        self.asked_at: datetime | None = None
        self.reading: asyncio.Task[None] | None = None

    def lasts(self, now: datetime) -> bool:
        """Whether something is remembered that may still be shown."""
        return any(now - read.at <= LASTS for read in self.reads.values())

    def is_fresh(self, now: datetime) -> bool:
        return self.asked_at is not None and now - self.asked_at < FRESH


class Overviews:
    """Reads each day at most once in a while, however many look."""

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
        if remembered.reading is None and not remembered.is_fresh(self._clock.now()):
            remembered.reading = asyncio.create_task(self._read(remembered, window, zone, mailboxes))
        if remembered.reading:
            patience = self._patience.total_seconds() if remembered.lasts(self._clock.now()) else None
            done, _ = await asyncio.wait({remembered.reading}, timeout=patience)
            for reading in done:
                reading.result()
        return self._seen(venue, remembered, window, mailboxes)

    def lay_over(self, attempt: Attempt) -> None:
        """Shows a booking of ours at once, or no longer."""
        wish = attempt.wish
        if attempt.outcome is Outcome.CONFIRMED:
            self._ours[wish.key] = wish, self._clock.now()
            return
        self._ours.pop(wish.key, None)
        if attempt.outcome in (Outcome.CANCELLED, Outcome.DECLINED):
            for (venue, _), day in self._days.items():
                if venue == wish.venue:
                    day.asked_at = None  # look again at once, also after a read that is under way

    def _remembered(self, venue: str, day: date) -> _Day:
        found = self._days.pop((venue, day), None) or _Day()
        self._days[venue, day] = found  # the one looked at last is forgotten last
        if len(self._days) > DAYS:
            del self._days[next(iter(self._days))]
        return found

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
        except BaseException:
            day.asked_at = None
            raise
        finally:
            day.reading = None

    def _seen(self, venue: str, day: _Day, window: Interval, mailboxes: Mapping[str, Mailbox]) -> Overview:
        now = self._clock.now()
        ours = self._own_bookings(venue, now)
        seen: dict[str, Busy | Unknown] = {}
        known: list[datetime] = []
        for room in mailboxes:
            read = day.reads.get(room)
            if read is None or now - read.at > LASTS:
                seen[room] = Unknown(day.failures.get(room, Reason.UNAVAILABLE))
                continue
            known.append(read.at)
            seen[room] = busy_within([*read.busy, *ours[room]], window) if room in ours else read.busy
        return Overview(window, seen, min(known, default=None))

    def _own_bookings(self, venue: str, now: datetime) -> dict[str, list[Interval]]:
        """The times of those settled lately, by room."""
        self._ours = {key: kept for key, kept in self._ours.items() if now - kept[1] <= LIES_OVER}
        found: dict[str, list[Interval]] = {}
        for wish, _ in self._ours.values():
            if wish.venue == venue:
                found.setdefault(wish.room, []).append(wish.during)
        return found
