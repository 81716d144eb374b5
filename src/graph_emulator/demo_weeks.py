"""
Five weeks of the demo tenant: most of the time people would meet, as it is in a house like that.

Everything follows from a Monday and a seed, so that meetings stay where they are when the day moves on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random

from graph_emulator.exchange.event import Attendee, Person
from graph_emulator.exchange.recurrence import DAYS, Recurrence, days_of
from graph_emulator.exchange.zones import instant
from graph_emulator.scenario.names import SUBJECTS
from graph_emulator.tenant import Room, Tenant

# How much of the time from that hour on people would meet on an ordinary day.
DEMAND = {
    8: 0.28,
    9: 0.5,
    10: 0.76,
    11: 0.66,
    12: 0.1,
    13: 0.42,
    14: 0.6,
    15: 0.52,
    16: 0.36,
    17: 0.16,
    18: 0.07,
    19: 0.03,
}
EAGERNESS = (1.0, 1.06, 1.06, 1.0, 0.5)  # Monday … Friday
LENGTHS = (30, 30, 45, 50, 60, 60, 60, 60, 90, 90, 120)
STEP = timedelta(minutes=15)
QUIET_FROM, QUIET_TO = time(10), time(11, 15)  # mid-morning, when some rooms are always left free
QUIET_ROOMS = range(9, 13)


@dataclass(frozen=True, slots=True)
class Series:
    """A standing meeting: a room (by its label), weekdays, a wall time, a length; every `weeks` weeks."""

    room: str
    subject: str
    days: tuple[int, ...]
    at: time
    minutes: int
    weeks: int = 1

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.minutes)


STANDING = (
    Series("E001", "Stand-up Systems", (0, 1, 2, 3, 4), time(9, 15), 15),
    Series("1053", "Stand-up Web", (0, 1, 2, 3, 4), time(9, 30), 15),
    Series("2071", "Stand-up Data", (0, 1, 2, 3, 4), time(10), 15),
    Series("3060", "Stand-up Services", (0, 1, 2, 3), time(9), 15),
    Series("2009", "Daily sync", (0, 2, 4), time(11, 30), 30),
    Series("E010", "Team week", (0,), time(10), 60),
    Series("1072", "Algebra seminar", (1,), time(14), 90),
    Series("2042", "Colloquium", (3,), time(16, 15), 90),
    Series("1004", "Faculty council", (2,), time(13), 150, weeks=2),
    Series("2101", "Reading group", (3,), time(11), 60),
    Series("3105", "Writing hour", (4,), time(9), 120),
    Series("3057", "Office hour", (1, 3), time(13), 60),
    Series("E052", "Choir", (1,), time(19), 90),
)  # fmt: skip


def _steps(length: timedelta) -> int:
    return -(-length // STEP)


def _chance(share: float) -> float:
    """How often a meeting must begin in a free quarter of an hour for meetings, an hour long, to fill that share."""
    return share / (share + 4 * (1 - share))


@dataclass
class Weeks:
    """Draws meetings, each into the room's and its organizer's calendar; nobody is in two rooms at once."""

    tenant: Tenant
    seed: int
    taken: set[tuple[str, datetime]] = field(default_factory=set)  # (address, wall time of a quarter of an hour)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def fill(self, mondays: Sequence[date]) -> None:
        self.people = self.tenant.people()
        self.rooms = list(self.tenant.rooms.values())
        self._standing(mondays)
        for monday in mondays:
            random = Random(f"{self.seed}/{monday}")  # noqa: S311 - a reproducible drawing
            self._oddities(monday, random)
            for weekday in range(5):
                self._day(monday + timedelta(days=weekday), random)
            self._weekend(monday + timedelta(days=5), random)

    def _standing(self, mondays: Sequence[date]) -> None:
        """Recurring series, begun long enough ago to hold in every week; their times are taken before all others."""
        for number, series in enumerate(STANDING):
            room = next(room for room in self.rooms if room.label == series.room)
            organizer = self.people[number * 3 % len(self.people)]
            # The parity of weeks is that of the calendar, so a fortnightly series keeps its weeks as days go by.
            anchor = mondays[0] - timedelta(weeks=4 + mondays[0].toordinal() // 7 % series.weeks)
            first = anchor + timedelta(days=series.days[0])
            days = tuple(DAYS[day] for day in series.days)
            recurrence = Recurrence("weekly", first, series.weeks, days, "monday")
            for day in days_of(recurrence, mondays[0], mondays[-1] + timedelta(weeks=1)):
                self._take(room.address, datetime.combine(day, series.at), series.length)
                self._take(organizer.address, datetime.combine(day, series.at), series.length)
            start = datetime.combine(first, series.at)
            self._write(room, start, series.length, organizer, series.subject, recurrence=recurrence)

    def _oddities(self, monday: date, random: Random) -> None:
        """What real calendars hold besides meetings: whole days, a cancelled leftover, an item that takes no time."""
        whole_day, other, leftover, note = random.sample([room for room in self.rooms if not self._stands(room)], 4)
        self._whole_day(whole_day, monday + timedelta(days=random.choice((1, 2, 3))), random, "Block seminar")
        if random.random() < 0.5:
            self._whole_day(other, monday + timedelta(days=random.choice((0, 4))), random, "Inventory")
        at = datetime.combine(monday + timedelta(days=random.randrange(4)), time(10))
        self._write(leftover, at, timedelta(hours=1), random.choice(self.people), "Steering committee", cancelled=True)
        at = datetime.combine(monday + timedelta(days=random.randrange(5)), time(9, 30))
        self._write(
            note, at, timedelta(hours=2), random.choice(self.people), "Window cleaning, room stays open", show_as="free"
        )

    def _stands(self, room: Room) -> bool:
        return any(series.room == room.label for series in STANDING)

    def _whole_day(self, room: Room, day: date, random: Random, subject: str) -> None:
        start = datetime.combine(day, time())
        self._take(room.address, start, timedelta(days=1))
        self._write(room, start, timedelta(days=1), random.choice(self.people), subject, all_day=True)

    def _day(self, day: date, random: Random) -> None:
        quiet_from, quiet_to = datetime.combine(day, QUIET_FROM), datetime.combine(day, QUIET_TO)
        idle = [room for room in self.rooms if self._is_free(room.address, quiet_from, quiet_to)]
        quiet = random.sample(idle, random.choice(QUIET_ROOMS))
        for room in self.rooms:
            at, night = datetime.combine(day, time(8)), datetime.combine(day, time(20))
            while at < night:
                length = timedelta(minutes=random.choice(LENGTHS))
                rests = room in quiet and at < quiet_to and at + length > quiet_from
                wanted = random.random() < _chance(DEMAND[at.hour] * EAGERNESS[day.weekday()])
                meets = wanted and not rests and self._meet(room, at, length, random)
                at += STEP * _steps(length) if meets else STEP

    def _weekend(self, saturday: date, random: Random) -> None:
        for room in random.sample(self.rooms, 2):
            self._meet(room, datetime.combine(saturday, time(random.randrange(9, 14))), timedelta(hours=2), random)

    def _meet(self, room: Room, at: datetime, length: timedelta, random: Random) -> bool:
        """A meeting of somebody who has time, if the room is free; whether there is one."""
        end = at + length
        asked = random.sample(self.people, 6)
        organizer = next((one for one in asked if self._is_free(one.address, at, end)), None)
        if organizer is None or not self._is_free(room.address, at, end):
            return False
        self._take(room.address, at, length)
        self._take(organizer.address, at, length)
        show_as = "tentative" if random.random() < 0.04 else "busy"
        self._write(room, at, length, organizer, random.choice(SUBJECTS), show_as=show_as)
        return True

    def _write(
        self,
        room: Room,
        at: datetime,
        length: timedelta,
        organizer: Person,
        subject: str,
        *,
        show_as: str = "busy",
        all_day: bool = False,
        cancelled: bool = False,
        recurrence: Recurrence | None = None,
    ) -> None:
        """The organizer's event, and the room's copy of it: with the organizer's name for a subject, and no body."""
        start = instant(at, self.tenant.zone)
        end = instant(at + length, self.tenant.zone)
        invited = Attendee(Person(room.name, room.address), "resource", "accepted", start - timedelta(days=9))
        uid = f"040000008200E00074C5B7101A82E00800000000{'0' * 24}10000000{next(self.numbers):032X}"
        if not cancelled:  # the organizer's own event is gone; only the room still has it
            self.tenant.add_event(
                organizer.address,
                start,
                end,
                subject=subject,
                body=f"<html><head></head><body>{subject}</body></html>",
                location=room.name,
                attendees=[invited],
                all_day=all_day,
                show_as=show_as,
                recurrence=recurrence,
                uid=uid,
            )
        self.tenant.add_event(
            room.address,
            start,
            end,
            subject=organizer.name,
            location=room.name,
            organizer=organizer,
            attendees=[Attendee(organizer, "required"), invited],
            all_day=all_day,
            show_as=show_as,
            cancelled=cancelled,
            recurrence=recurrence,
            uid=uid,
        )

    def _take(self, address: str, at: datetime, length: timedelta) -> None:
        self.taken.update((address, at + STEP * n) for n in range(_steps(length)))

    def _is_free(self, address: str, start: datetime, end: datetime) -> bool:
        return all((address, start + STEP * n) not in self.taken for n in range(_steps(end - start)))
