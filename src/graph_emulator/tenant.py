"""
A tenant: its people and rooms with their calendars, the apps registered in it, and what it was asked.

A test holds the tenant in its hands while it is served: it writes meetings with `add_event`, reads the truth with
`busy`, steps between requests and answers with `intercept`, and looks at `calls`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from graph_emulator.calendar import Attendee, Calendar, Event, Location, Person
from graph_emulator.calls import Call, Intercept
from graph_emulator.clock import Clock
from graph_emulator.recurrence import Recurrence
from graph_emulator.schedule import FreeBusyError
from graph_emulator.tokens import Tokens
from graph_emulator.zones import Zone

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Room:
    """What the places service knows of a room."""

    name: str
    address: str
    label: str = ""
    building: str = ""
    floor: int = 0
    capacity: int | None = None
    display: str | None = None
    video: str | None = None
    tags: tuple[str, ...] = ()
    step_free: bool | None = None


@dataclass(frozen=True, slots=True)
class RoomList:
    name: str
    address: str
    rooms: tuple[str, ...]  # addresses


@dataclass(frozen=True, slots=True)
class App:
    """An app registration that has a service principal in the tenant; `roles` are what an administrator granted."""

    client_id: str
    secret: str
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Where sources leave open or contradict each other what the service does, this says what the emulator does."""

    max_schedules: int = 100  # documented: 20, seen: 100
    schedule_details: bool = True  # subjects and locations of others, as a leaky service would show them
    all_day_floats_in_schedule: bool = False  # in getSchedule all-day events lie on the days of UTC
    duplicate_transaction_status: int = 400  # 400 and 409 have been reported
    max_page: int = 1000


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A person's or room's mailbox."""

    id: str
    person: Person
    calendar: Calendar
    zone: Zone


@dataclass
class Tenant:
    """A Microsoft 365 tenant in memory."""

    id: str
    domain: str
    zone: Zone
    clock: Clock
    seed: int = 0
    behaviour: Behaviour = field(default_factory=Behaviour)
    intercept: Intercept | None = None

    def __post_init__(self) -> None:
        self.tokens = Tokens(self.seed)
        self.apps: dict[str, App] = {}
        self.rooms: dict[str, Room] = {}
        self.room_lists: dict[str, RoomList] = {}
        self.calls: list[Call] = []
        self.schedule_errors: dict[str, FreeBusyError] = {}
        self._mailboxes: dict[str, Mailbox] = {}

    # who is there

    def add_app(self, app: App) -> App:
        self.apps[app.client_id.lower()] = app
        return app

    def add_person(self, name: str, address: str) -> Person:
        person = Person(name, address)
        mailbox = Mailbox(self.object_id(address), person, Calendar(person), self.zone)
        self._mailboxes[address.lower()] = self._mailboxes[mailbox.id] = mailbox
        return person

    def add_room(self, room: Room) -> Room:
        self.add_person(room.name, room.address)
        self.rooms[room.address.lower()] = room
        return room

    def add_room_list(self, name: str, address: str, rooms: Iterable[str]) -> None:
        self.room_lists[address.lower()] = RoomList(name, address, tuple(rooms))

    def people(self) -> list[Person]:
        """Everybody with a mailbox who is no room."""
        people = {mailbox.id: mailbox.person for mailbox in self._mailboxes.values()}
        return [person for person in people.values() if person.address.lower() not in self.rooms]

    def object_id(self, address: str) -> str:
        """The directory's id of an address; the same in every run."""
        return str(uuid5(NAMESPACE_URL, f"{self.id}/{address.lower()}"))

    def mailbox(self, name: str) -> Mailbox | None:
        """The mailbox of that address or object id."""
        return self._mailboxes.get(name.lower())

    def calendar(self, mailbox: str) -> Calendar:
        if found := self.mailbox(mailbox):
            return found.calendar
        raise KeyError(mailbox)

    def is_called(self, name: str) -> bool:
        """Whether a name in a path means this tenant."""
        return name.lower() in (self.id, self.domain.lower())

    # what a test does to it

    def add_event(
        self,
        mailbox: str,
        start: datetime,
        end: datetime,
        *,
        subject: str = "",
        show_as: str = "busy",
        body: str = "",
        location: str = "",
        organizer: Person | None = None,
        attendees: Sequence[Attendee] = (),
        all_day: bool = False,
        cancelled: bool = False,
        sensitivity: str = "normal",
        recurrence: Recurrence | None = None,
        transaction_id: str | None = None,
        uid: str | None = None,
    ) -> Event:
        """Writes an event into a calendar, as somebody else would; times carry a zone."""
        calendar = self.calendar(mailbox)
        event = replace(
            self.draft(calendar, start.astimezone(UTC), end.astimezone(UTC), uid),
            subject=subject,
            body=body,
            show_as=show_as,
            locations=(Location(location),) if location else (),
            organizer=organizer or calendar.owner,
            is_organizer=organizer in (None, calendar.owner),
            attendees=tuple(attendees),
            all_day=all_day,
            cancelled=cancelled,
            sensitivity=sensitivity,
            recurrence=recurrence,
            transaction_id=transaction_id,
        )
        return calendar.add(event)

    def draft(self, calendar: Calendar, start: datetime, end: datetime, uid: str | None = None) -> Event:
        """An event not yet in the calendar: its key, its times in the tenant's zone, its owner as organizer."""
        key, now = calendar.new_key(), self.clock()
        uid = uid or f"040000008200E00074C5B7101A82E00800000000{key.encode().hex().upper()}"
        return Event(key, uid, start, end, now, now, calendar.owner, start_zone=self.zone, end_zone=self.zone)

    def remove_event(self, mailbox: str, event: Event) -> None:
        self.calendar(mailbox).remove(event)

    def events(self, mailbox: str, start: datetime, end: datetime) -> list[Event]:
        """What lies in a calendar between two instants, series expanded, in order."""
        return sorted(self.calendar(mailbox).view(start, end), key=lambda event: (event.start, event.end))

    def busy(self, mailbox: str, start: datetime, end: datetime) -> list[Span]:
        """The truth: when the calendar is taken between two instants, merged and clipped."""
        merged: list[Span] = []
        for event in self.events(mailbox, start, end):
            begin, finish = max(event.start, start), min(event.end, end)
            if not event.blocks or begin >= finish:
                continue
            if merged and begin <= merged[-1][1]:
                merged[-1] = merged[-1][0], max(merged[-1][1], finish)
            else:
                merged.append((begin, finish))
        return merged

    def calls_to(self, route: str) -> list[Call]:
        """The calls of one route, such as "POST /users/{id}/events"."""
        return [call for call in self.calls if call.route == route]
