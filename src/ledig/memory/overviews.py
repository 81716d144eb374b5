"""Overviews: the busy times of all rooms of a venue for one day, remembered for moments.

While somebody watches a day it is read again and again in the background; however many look, one reads (single flight),
and meanwhile all are shown what is known. A room that fails to answer keeps what was read of it before, as long as that
will do until whoever looks comes again; then it is unknown.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Mapping, Set
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import structlog
from msgspec import Struct
from numpy import bool_
from numpy.typing import NDArray

from ledig.availability import FreeBusy, Mailbox, Unknown
from ledig.booking import Attempt, Outcome
from ledig.busy import Busy
from ledig.clock import Clock
from ledig.intervals import Interval
from ledig.memory.day import FRESH, LASTS, NO_TIME, Overview, RememberedDay, Rooms
from ledig.memory.own import OwnBookings
from ledig.troubles import Troubles

log = structlog.get_logger()

PATIENCE = timedelta(seconds=1)  # with a read under way where what is remembered is old; then it is shown meanwhile
FIRST = 10  # times as patient where nothing is remembered
WATCHED = timedelta(seconds=90)  # so long after the last look somebody is taken to be watching
DAYS = 64


class Change(Struct, frozen=True):
    """What whoever follows a day is told: the rooms that are not what they were (none: it was only read again)."""

    venue: str
    date: date
    rooms: Set[str]
    overview: Overview


class _Watched:
    """A remembered day, who looks at it, and what is being done about it."""

    def __init__(self, day: RememberedDay) -> None:
        self.day = day
        self.asked_at: datetime | None = None
        self.read_at: datetime | None = None
        self.looked_at: datetime | None = None
        self.followers = 0
        self.period = FRESH
        self.reading: asyncio.Task[None] | None = None
        self.refreshing: asyncio.Task[None] | None = None

    def is_fresh(self, now: datetime) -> bool:
        """Whether it need not be asked for again; it has to be when the clock was set back."""
        return self.asked_at is not None and NO_TIME <= now - self.asked_at < self.period

    def is_current(self, now: datetime) -> bool:
        """Whether it is as new as refreshing in the background keeps it."""
        if self.read_at is None:
            return False
        age = now - self.read_at
        return age >= NO_TIME and (age < self.period or age < 1.5 * self.period)

    def is_watched(self, now: datetime) -> bool:
        return self.followers > 0 or (self.looked_at is not None and now - self.looked_at <= WATCHED)

    def read(self, read: Callable[[], Coroutine[None, None, None]]) -> None:
        self.reading = asyncio.create_task(read())
        self.reading.add_done_callback(_ended)

    def end(self) -> None:
        for task in (self.refreshing, self.reading):
            if task:
                task.cancel()
        self.refreshing = self.reading = None
        self.read_at_once()

    def read_at_once(self) -> None:
        """Also after a read that is under way."""
        self.asked_at = self.read_at = None


class Overviews:
    """Reads each day at most once in a while, however many look, and only while somebody does."""

    def __init__(
        self,
        free_busy: FreeBusy,
        clock: Clock,
        patience: timedelta = PATIENCE,
        tell: Callable[[Change], None] = lambda _: None,
    ) -> None:
        self._free_busy = free_busy
        self._patience = patience
        self._clock = clock
        self._tell = tell
        self._days: dict[tuple[str, date], _Watched] = {}
        self._rooms: dict[str, Rooms] = {}
        self._own = OwnBookings()
        self._troubles = Troubles("rooms", clock)
        self.refreshes = 0

    async def of(self, venue: str, day: date, zone: ZoneInfo, mailboxes: Mapping[str, Mailbox]) -> Overview:
        """The overview of `day` in `zone`; `mailboxes` by room id."""
        watched = await self._looked_at(venue, day, zone, mailboxes)
        return watched.day.overview()

    def free(self, venue: str, day: date, wish: Interval) -> NDArray[bool_]:
        """Of each room in order, whether it is free for the part of `wish` on a day that was looked at just now."""
        return self._days[venue, day].day.free(wish)

    def current(self, venue: str, day: date, mailboxes: Mapping[str, Mailbox], now: datetime) -> Overview | None:
        """The overview if it is at hand and nobody has to wait for anything."""
        watched = self._days.get((venue, day))
        if not watched or not watched.refreshing or not watched.is_current(now):
            return None
        if watched.day.rooms.mailboxes is not mailboxes:
            return None
        self._days[venue, day] = self._days.pop((venue, day))
        watched.looked_at = now
        self._pass_time(watched.day, now)
        return watched.day.overview()

    def is_cold(self, venue: str, day: date) -> bool:
        """Whether looking at it would ask for something that nobody asked for lately."""
        watched = self._days.get((venue, day))
        if watched is None:
            return True
        return not (watched.day.as_of or watched.reading or watched.is_fresh(self._clock.now()))

    def remembered(self, venue: str, day: date) -> Overview | None:
        """What is known already; does not count as looking."""
        watched = self._days.get((venue, day))
        if watched is None:
            return None
        self._pass_time(watched.day, self._clock.now())
        return watched.day.overview() if watched.day.as_of else None

    def known(self, venue: str, day: date, room: str, mailbox: Mailbox) -> Busy | Unknown | None:
        """What is remembered of a room, if it had the same mailbox then."""
        watched = self._days.get((venue, day))
        if watched is None or watched.day.rooms.mailboxes.get(room) != mailbox:
            return None
        overview = self.remembered(venue, day)
        return overview.busy[room] if overview else None

    @contextmanager
    def followed(self, venue: str, day: date) -> Iterator[None]:
        """As long as the block lasts somebody watches that day, which was looked at just now."""
        watched = self._days.get((venue, day))
        if watched is None:  # so many other days were looked at meanwhile
            yield
            return
        watched.followers += 1
        try:
            yield
        finally:
            watched.followers -= 1
            watched.looked_at = self._clock.now()

    def read_at_once(self, venue: str, day: date) -> None:
        """The next look waits for a read that begins then."""
        self._days[venue, day].read_at_once()

    def own(self, venue: str, room: str) -> Busy:
        """Our own bookings of the last minute."""
        return self._own.times(venue, room)

    def lay_over(self, attempt: Attempt) -> None:
        """Shows a booking of ours at once, or no longer."""
        wish = attempt.wish
        if attempt.outcome is Outcome.CONFIRMED:
            self._own.put(wish, self._clock.now())
        else:
            self._own.remove(wish)
        for (venue, day), watched in self._days.items():
            if venue == wish.venue:
                watched.day.show_again([wish.room])
                if attempt.outcome in (Outcome.CANCELLED, Outcome.DECLINED):
                    watched.read_at_once()
                self._tell_changes(venue, day, watched)

    def ages(self) -> Counter[timedelta]:
        """How many rooms are shown by how old what is known of them is, over all days that are watched."""
        now = self._clock.now()
        found = Counter[timedelta]()
        for watched in self._days.values():
            if watched.is_watched(now):
                for at, rooms in watched.day.ages.items():
                    found[now - at] += rooms
        return found

    def unknown(self) -> Counter[str]:
        """How many rooms are unknown for which reason, over all days that are watched."""
        now = self._clock.now()
        found = Counter[str]()
        for watched in self._days.values():
            if watched.is_watched(now):
                found.update(watched.day.unknown)
        return found

    async def close(self) -> None:
        """Ends all reading."""
        tasks = [task for day in self._days.values() for task in (day.refreshing, day.reading) if task]
        for watched in self._days.values():
            watched.end()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _looked_at(self, venue: str, day: date, zone: ZoneInfo, mailboxes: Mapping[str, Mailbox]) -> _Watched:
        watched = self._remembered(venue, day, Interval.of_day(day, zone), mailboxes)
        now = watched.looked_at = self._clock.now()
        self._pass_time(watched.day, now)
        read = partial(self._read, venue, day, watched, zone)
        if watched.reading is None and not watched.is_fresh(now):
            watched.read(read)
        if watched.refreshing is None:
            watched.refreshing = asyncio.create_task(self._refresh(watched, read))
        if watched.reading and not watched.is_current(now):
            patience = self._patience * (1 if watched.day.as_of else FIRST)
            done, _ = await asyncio.wait({watched.reading}, timeout=patience.total_seconds())
            for reading in done:
                reading.result()
        return watched

    def _remembered(self, venue: str, day: date, window: Interval, mailboxes: Mapping[str, Mailbox]) -> _Watched:
        found, rooms = self._days.pop((venue, day), None), self._rooms_of(venue, mailboxes)
        if found is None:
            found = _Watched(RememberedDay(window, rooms, partial(self._own.times, venue)))
        elif found.day.rooms is not rooms or found.day.window != window:  # the venue was imported anew
            found.end()
            found.day = found.day.anew(window, rooms)
        self._days[venue, day] = found  # the one looked at last is forgotten last
        if len(self._days) > DAYS and (oldest := next((key for key, one in self._days.items() if not one.followers))):
            self._days.pop(oldest).end()
        return found

    def _rooms_of(self, venue: str, mailboxes: Mapping[str, Mailbox]) -> Rooms:
        rooms = self._rooms.get(venue)
        if rooms is None or (rooms.mailboxes is not mailboxes and [*rooms.mailboxes.items()] != [*mailboxes.items()]):
            rooms = self._rooms[venue] = Rooms(mailboxes)
        rooms.mailboxes = mailboxes  # the same in the same order, and known again at a glance
        return rooms

    def _pass_time(self, day: RememberedDay, now: datetime) -> None:
        """What was read too long ago, and bookings that have lain over for long enough, are shown no longer."""
        day.forget_old(now)
        for wish in self._own.end(now):
            for (venue, _), watched in self._days.items():
                if venue == wish.venue:
                    watched.day.show_again([wish.room])

    async def _refresh(self, watched: _Watched, read: Callable[[], Coroutine[None, None, None]]) -> None:
        """Reads the day again and again, as long as it is watched."""
        try:
            while True:
                await self._clock.sleep(watched.period)
                if not watched.is_watched(self._clock.now()):
                    return
                if watched.reading is None and not watched.is_fresh(self._clock.now()):
                    watched.read(read)
                if watched.reading:
                    await asyncio.wait({watched.reading})
        finally:
            if watched.refreshing is asyncio.current_task():
                watched.refreshing = None

    async def _read(self, venue: str, day: date, watched: _Watched, zone: ZoneInfo) -> None:
        remembered = watched.day
        watched.asked_at = began = self._clock.now()

        def learn(told: Mapping[Mailbox, Busy | Unknown]) -> None:
            remembered.learn(told, began)

        try:
            await self._free_busy.busy_times(remembered.to_ask, remembered.window, zone, learn)
            now = self._clock.now()
            watched.period = min(max(FRESH, 2 * (now - began)), LASTS)
            if watched.asked_at is not None:  # else somebody wants it read once more
                watched.read_at = began
            self.refreshes += 1
            self._pass_time(remembered, now)
            self._tell_changes(venue, day, watched, was_read=True)
            self._say_unknown(venue, remembered)
        except BaseException as error:
            watched.asked_at = None
            if isinstance(error, Exception):
                log.error("reading_failed", exc_info=True)
            raise
        finally:
            if watched.reading is asyncio.current_task():
                watched.reading = None

    def _tell_changes(self, venue: str, day: date, watched: _Watched, *, was_read: bool = False) -> None:
        changed, watched.day.changed = watched.day.changed, set()
        if watched.followers and (changed or was_read):
            self._tell(Change(venue, day, changed, watched.day.overview()))

    def _say_unknown(self, venue: str, day: RememberedDay) -> None:
        unknown = day.unknown
        for reason, rooms in unknown.items():
            self._troubles.failed(venue, reason, reason=str(reason), rooms=rooms)
        if not unknown:
            self._troubles.went_well(venue)


def _ended(reading: asyncio.Task[None]) -> None:
    """What went wrong is logged already, and whoever waits for it hears of it."""
    if not reading.cancelled():
        reading.exception()
