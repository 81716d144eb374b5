"""
The demo tenant: thirty rooms of one building, some forty invented people, and five believable weeks of meetings.

Everything follows from the building's local date and a seed: the same day gives the same tenant. A week is drawn from
its Monday, so that meetings stay where they are when the day moves on within the week.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from itertools import count
from random import Random
from unicodedata import normalize

from graph_emulator.clock import Clock
from graph_emulator.cloud import Cloud
from graph_emulator.exchange.calendar import Attendee, Event, Person
from graph_emulator.exchange.recurrence import DAYS, Recurrence, days_of
from graph_emulator.exchange.zones import instant, wall, zone
from graph_emulator.registrations import App, Secret
from graph_emulator.tenant import Room, Tenant

TENANT_ID = "5f6c1d3e-8a0b-4c1e-9d7a-2b4e6f8091a3"
DOMAIN = "rooms.example.org"
CLIENT_ID = "0b7e4c52-1f3d-4a68-8e95-7c2d9f10a4b6"
CLIENT_SECRET = "demo~secret.of+the/emulator"  # noqa: S105 - opens nothing but the emulator
ROLES = frozenset({"Calendars.ReadWrite", "Place.Read.All"})
ROOM_LIST = "apb@rooms.example.org"
ZONE = "Europe/Berlin"

WEEKS_BEFORE, WEEKS_AFTER = 2, 2

NAMES = (
    "Amara Okafor", "Anneke de Vries", "Astrid Lindqvist", "Benedikt Hofer", "Camila Rojas", "Chidi Eze",
    "Daniela Moretti", "Dmitri Sokolov", "Elif Yıldız", "Emeka Nwosu", "Eoin Gallagher", "Fatima Zahra Alaoui",
    "Freya Halvorsen", "Giulia Ferraro", "Hana Novotná", "Haruto Tanaka", "Ines Carvalho", "Ivana Petrović",
    "Jasper Visser", "João Almeida", "Katarzyna Wójcik", "Kwame Mensah", "Lars Østergaard", "Leila Haddad",
    "Lien Nguyen", "Lukas Brandt", "Maeve O'Connor", "Mateo Fernández", "Mehmet Kaya", "Mei Lin Chua",
    "Nadia Rahmani", "Noor van den Berg", "Oksana Kovalenko", "Pavel Dvořák", "Priya Raghunathan", "Rosa Jiménez",
    "Samuel Abebe", "Sofia Papadopoulou", "Tomáš Horák", "Yuki Mori",
)  # fmt: skip

SUBJECTS = (
    "Project review", "Exam board", "Thesis talk", "Planning", "Interview", "Research seminar", "Budget",
    "Retrospective",
    "Supervision", "Workshop preparation", "Grant proposal", "Reading group", "Lab meeting", "Course planning",
)  # fmt: skip

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


def tenant(clock: Clock, seed: int = 0, *, client_id: str = CLIENT_ID, client_secret: str = CLIENT_SECRET) -> Tenant:
    """The demo tenant as of the clock's day, with its one app registration."""
    demo = _building(clock, seed)
    demo.add_app(App(client_id, "ledig", demo.id, secrets=(Secret(client_secret),), roles=ROLES))
    today = wall(clock(), demo.zone).date()
    for address, events in _five_weeks(today - timedelta(days=today.weekday()), seed).items():
        demo.calendar(address).fill(events)
    return demo


def _building(clock: Clock, seed: int) -> Tenant:
    """Rooms and people, and nothing in their calendars."""
    demo = Cloud(clock, seed).add_tenant(TENANT_ID, DOMAIN, zone(ZONE))
    for name in NAMES:
        demo.add_person(name, f"{_ascii(name)}@example.org")
    for room in _rooms():
        demo.add_room(room)
    demo.add_room_list("Andreas-Pfitzmann-Bau", ROOM_LIST, [room.address for room in demo.rooms.values()])
    return demo


@cache
def _five_weeks(monday: date, seed: int) -> dict[str, tuple[Event, ...]]:
    """The events of every mailbox around the week of that Monday; drawn once, whatever the number of tenants."""
    mondays = [monday + timedelta(weeks=n) for n in range(-WEEKS_BEFORE, WEEKS_AFTER + 1)]
    made = instant(datetime.combine(mondays[0], time()), zone(ZONE))
    demo = _building(lambda: made, seed)
    _Weeks(demo, seed).fill(mondays)
    everybody = [*demo.rooms, *(person.address for person in demo.people())]
    return {address: demo.calendar(address).events() for address in everybody}


def _ascii(name: str) -> str:
    """The local part of somebody's address."""
    plain = normalize("NFKD", name.lower().translate(str.maketrans("ıłø", "ilo"))).encode("ascii", "ignore").decode()
    return ".".join(plain.replace("'", "").split())


def _rooms() -> Iterator[Room]:
    with files(__package__).joinpath("demo_rooms.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            equipment = row["equipment"].split("|") if row["equipment"] else []
            yield Room(
                row["display_name"],
                row["mailbox"],
                row["label"],
                row["building"],
                int(row["floor"]),
                int(row["capacity"]),
                display="Display" if "display" in equipment else None,
                video="Conference camera" if "video" in equipment else None,
                tags=tuple(thing for thing in equipment if thing not in ("display", "video")),
            )


def _steps(length: timedelta) -> int:
    return -(-length // STEP)


def _chance(share: float) -> float:
    """How often a meeting must begin in a free quarter of an hour for meetings, an hour long, to fill that share."""
    return share / (share + 4 * (1 - share))


@dataclass
class _Weeks:
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
