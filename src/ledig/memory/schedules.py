"""One room for some days: cut from the overviews that are remembered, and read where none is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from ledig.availability import FreeBusy, Mailbox, Unknown
from ledig.busy import Busy, span, together, within
from ledig.clock import Clock
from ledig.intervals import Interval
from ledig.memory.day import FRESH
from ledig.memory.overviews import Overviews

KEPT = 1024


class _Read(Struct, frozen=True):
    during: Interval
    busy: Busy | Unknown
    at: datetime


class Schedules:
    def __init__(self, free_busy: FreeBusy, overviews: Overviews, clock: Clock) -> None:
        self._free_busy = free_busy
        self._overviews = overviews
        self._clock = clock
        self._reads: dict[tuple[str, Mailbox], _Read] = {}

    async def of(
        self,
        venue: str,
        room: str,
        mailbox: Mailbox,
        days: Sequence[date],
        zone: ZoneInfo,
        before_asking: Callable[[], None],
    ) -> Busy | Unknown:
        """When the room is taken on days that follow each other. `before_asking` may refuse that Microsoft is asked."""
        remembered = [self._overviews.known(venue, day, room, mailbox) for day in days]
        missing = [day for day, busy in zip(days, remembered, strict=True) if busy is None]
        known = [busy for busy in remembered if busy is not None]
        if missing:
            during = Interval(Interval.of_day(missing[0], zone).start, Interval.of_day(missing[-1], zone).end)
            known.append(await self._read(venue, room, mailbox, during, zone, before_asking))
        for each in known:
            if isinstance(each, Unknown):
                return each
        return together(*(each for each in known if not isinstance(each, Unknown)))

    async def _read(
        self,
        venue: str,
        room: str,
        mailbox: Mailbox,
        during: Interval,
        zone: ZoneInfo,
        before_asking: Callable[[], None],
    ) -> Busy | Unknown:
        now = self._clock.now()
        read = self._reads.pop((venue, mailbox), None)
        if read is None or now - read.at >= FRESH or read.during.start > during.start or read.during.end < during.end:
            before_asking()
            told: dict[Mailbox, Busy | Unknown] = {}
            await self._free_busy.busy_times([mailbox], during, zone, told.update)
            read = _Read(during, told[mailbox], now)
        self._reads[venue, mailbox] = read
        if len(self._reads) > KEPT:
            del self._reads[next(iter(self._reads))]
        if isinstance(read.busy, Unknown):
            return read.busy
        return within(together(read.busy, self._overviews.own(venue, room)), span(during))
