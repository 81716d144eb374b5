"""
Tenants of any size: numbered rooms and people, and meetings that are drawn when somebody first looks at a calendar.

What a room's days hold follows from the seed and the room's number alone, in whatever order calendars are looked at.
Every room has its regulars, a few people who organize what is in it; so a person's calendar takes few rooms to draw.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cached_property, partial
from hashlib import blake2b
from random import Random
from typing import NamedTuple

from msgspec.structs import replace

from graph_emulator.exchange.calendar import Calendar
from graph_emulator.exchange.event import Attendee, Event, Location, Person
from graph_emulator.exchange.zones import instant, wall
from graph_emulator.scenario import types
from graph_emulator.scenario.names import NAMES, SUBJECTS
from graph_emulator.tenant import Mailbox, Room, Tenant

REGULARS = 5
FLOORS, ROOMS_OF_A_FLOOR = 5, 20
OPENS, QUARTERS = time(8), 40
LENGTHS = (2, 2, 3, 4, 4, 4, 6)  # quarters of an hour


class _Meeting(NamedTuple):
    number: int
    organizer: int
    start: datetime
    end: datetime
    subject: str


def generate(tenant: Tenant, said: types.Generated) -> None:
    """Adds the rooms, a room list for each building, and the people."""
    today = wall(tenant.cloud.clock(), tenant.zone).date()
    first = said.first or today - timedelta(days=today.weekday())
    tenant.generated = replace(said, first=first)
    _Drawing(tenant, said, first).add()


class _Drawing:
    def __init__(self, tenant: Tenant, said: types.Generated, first: date) -> None:
        self.tenant = tenant
        self.said = said
        self.first = first
        self.made = instant(datetime.combine(first, time()), tenant.zone)
        self.people: list[Mailbox] = []
        self.rooms: list[Mailbox] = []
        self._drawn: dict[int, list[_Meeting]] = {}  # by the number of the room

    def add(self) -> None:
        for number in range(self.said.people):
            name = NAMES[number % len(NAMES)]
            person = self.tenant.add_person(name, f"person-{number + 1:04}@{self.tenant.domain}")
            self.people.append(self._hooked(person.address, partial(self.fill_person, number)))
        for number in range(self.said.rooms):
            room = self.tenant.add_room(self._room(number))
            self.rooms.append(self._hooked(room.address, partial(self.fill_room, number)))
        self._list_buildings()

    def _list_buildings(self) -> None:
        size = FLOORS * ROOMS_OF_A_FLOOR
        for begin in range(0, self.said.rooms, size):
            rooms = [room.person.address for room in self.rooms[begin : begin + size]]
            number = begin // size + 1
            self.tenant.add_room_list(f"Building {number}", f"building-{number}@{self.tenant.domain}", rooms)

    def _hooked(self, address: str, draw: partial[None]) -> Mailbox:
        mailbox = self.tenant.the_mailbox(address)
        mailbox.draw = draw
        return mailbox

    def _room(self, number: int) -> Room:
        building, rest = divmod(number, FLOORS * ROOMS_OF_A_FLOOR)
        floor, place = divmod(rest, ROOMS_OF_A_FLOOR)
        return Room(
            f"Room {building + 1}.{floor}.{place + 1:02}",
            f"room-{number + 1:04}@{self.tenant.domain}",
            f"{floor}.{place + 1:02}",
            f"Building {building + 1}",
            floor,
            capacity=4 + number * 7 % 20,
        )

    # meetings

    def meetings(self, room: int) -> list[_Meeting]:
        if room not in self._drawn:
            self._drawn[room] = list(self._draw(room))
        return self._drawn[room]

    def _draw(self, room: int) -> Iterator[_Meeting]:
        random = Random(f"{self.tenant.cloud.seed}/{self.tenant.id}/{room}")  # noqa: S311 - a reproducible drawing
        numbers = iter(range(room * 1_000_000, (room + 1) * 1_000_000))
        for day in range(self.said.days):
            on = self.first + timedelta(days=day)
            for begin, quarters in self._times(random) if on.weekday() < 5 else ():
                start = instant(_at(on, begin), self.tenant.zone)
                end = start + timedelta(minutes=15 * quarters)
                organizer = random.choice(self.regulars[room])
                yield _Meeting(next(numbers), organizer, start, end, random.choice(SUBJECTS))

    def _times(self, random: Random) -> Iterator[tuple[int, int]]:
        """As many meetings as are wanted, of which none meets another: quarters of an hour since the day began."""
        lengths = [random.choice(LENGTHS) for _ in range(self.said.meetings)]
        while sum(lengths) > QUARTERS:
            lengths = [max(1, length - 1) for length in lengths]
        gaps = sorted(random.randrange(QUARTERS - sum(lengths) + 1) for _ in lengths)
        taken = 0
        for gap, length in zip(gaps, lengths, strict=True):
            yield gap + taken, length
            taken += length

    @cached_property
    def regulars(self) -> list[list[int]]:
        """The people who meet in each room."""
        random = Random(f"{self.tenant.cloud.seed}/{self.tenant.id}/regulars")  # noqa: S311 - a reproducible drawing
        return [[random.randrange(self.said.people) for _ in range(REGULARS)] for _ in range(self.said.rooms)]

    # calendars

    def fill_room(self, number: int, calendar: Calendar) -> None:
        room = self.rooms[number].person
        calendar.fill(self._copy(calendar, room, meeting) for meeting in self.meetings(number))

    def fill_person(self, number: int, calendar: Calendar) -> None:
        rooms = [room for room, regulars in enumerate(self.regulars) if number in regulars]
        calendar.fill(
            self._own(calendar, self.rooms[room].person, meeting)
            for room in rooms
            for meeting in self.meetings(room)
            if meeting.organizer == number
        )

    def _own(self, calendar: Calendar, room: Person, meeting: _Meeting) -> Event:
        return Event(
            calendar.new_key(),
            self._uid(meeting),
            meeting.start,
            meeting.end,
            self.made,
            self.made,
            calendar.owner,
            subject=meeting.subject,
            start_zone=self.tenant.zone,
            end_zone=self.tenant.zone,
            locations=(Location(room.name, room.address),),
            attendees=(Attendee(room, "resource", "accepted"),),
        )

    def _copy(self, calendar: Calendar, room: Person, meeting: _Meeting) -> Event:
        organizer = self.people[meeting.organizer].person
        return Event(
            calendar.new_key(),
            self._uid(meeting),
            meeting.start,
            meeting.end,
            self.made,
            self.made,
            organizer,
            is_organizer=False,
            subject=organizer.name,
            start_zone=self.tenant.zone,
            end_zone=self.tenant.zone,
            locations=(Location(room.name, room.address),),
            attendees=(Attendee(organizer), Attendee(room, "resource")),
        )

    def _uid(self, meeting: _Meeting) -> str:
        digest = blake2b(f"{self.tenant.id}/{meeting.number}".encode(), digest_size=24).hexdigest().upper()
        return f"040000008200E00074C5B7101A82E00800000000{digest}"


def _at(day: date, quarter: int) -> datetime:
    return datetime.combine(day, OPENS) + timedelta(minutes=15 * quarter)
