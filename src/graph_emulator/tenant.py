"""
A tenant: its people and rooms with their calendars, and the apps it lets in.

A test holds the tenant in its hands while it is served: it writes meetings with `add_event` and reads the truth with
`busy`.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from msgspec.structs import replace

from graph_emulator.exchange.calendar import Calendar
from graph_emulator.exchange.event import Attendee, Event, Location, Person
from graph_emulator.exchange.messages import Message
from graph_emulator.exchange.processing import CalendarProcessing
from graph_emulator.exchange.recurrence import Recurrence
from graph_emulator.exchange.schedule import FreeBusyError
from graph_emulator.exchange.scoping import Recipient, Scoping
from graph_emulator.exchange.sharing import Role
from graph_emulator.exchange.working_hours import OFFICE_HOURS, WorkingHours
from graph_emulator.exchange.zones import Zone
from graph_emulator.registrations import App, ServicePrincipal
from graph_emulator.tokens import Grant

if TYPE_CHECKING:
    from graph_emulator.cloud import Cloud
    from graph_emulator.scenario.types import Generated

Span = tuple[datetime, datetime]

STANDARD_ROOM = CalendarProcessing()


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
    nickname: str | None = None  # None: the name
    audio: str | None = None
    phone: str | None = None
    floor_label: str | None = None  # None: the number


@dataclass(frozen=True, slots=True)
class RoomList:
    name: str
    address: str
    rooms: tuple[str, ...]  # addresses


@dataclass(frozen=True, slots=True)
class Profile:
    """What the directory knows of a person beyond the name."""

    given_name: str | None = None
    surname: str | None = None
    job_title: str | None = None
    office: str | None = None
    phone: str | None = None
    language: str | None = None
    user_principal_name: str | None = None  # None: the address
    administrator: bool = False  # may consent for the whole organisation


@dataclass(slots=True)
class Mailbox:
    """A person's or room's mailbox; only a room's has a booking attendant, with its `processing`."""

    id: str
    person: Person
    _calendar: Calendar
    zone: Zone
    profile: Profile = Profile()
    photo: bytes | None = None  # a picture as it is sent
    processing: CalendarProcessing | None = None
    working_hours: WorkingHours = OFFICE_HOURS
    shared_with: dict[str, Role] = field(default_factory=dict)  # by address in lower case
    everybodys_role: Role = Role.freeBusyRead  # what everybody else in the organisation may see
    is_enabled: bool = True  # False: somebody in the directory without a mailbox
    inbox: deque[Message] = field(default_factory=lambda: deque(maxlen=1000))  # meeting messages nobody dealt with
    checked_in: set[str] = field(default_factory=set)  # keys of a room's events somebody came to
    draw: Callable[[Calendar], None] | None = None  # fills the calendar when somebody first looks at it

    @property
    def calendar(self) -> Calendar:
        if self.draw:
            draw, self.draw = self.draw, None
            draw(self._calendar)
        return self._calendar

    @property
    def recipient(self) -> Recipient:
        return Recipient(self.person.address, "RoomMailbox" if self.processing else "UserMailbox")

    def role_of(self, address: str) -> Role:
        """What somebody of that address may do with this calendar."""
        if address.lower() == self.person.address.lower():
            return Role.delegateWithPrivateEventAccess
        return self.granted_role(address, self.everybodys_role)

    def granted_role(self, address: str, otherwise: Role = Role.none) -> Role:
        """What the calendar's owner lets somebody do; a resource's delegates decide on what waits for approval."""
        delegates = self.processing.resource_delegates if self.processing else ()
        if address.lower() in (delegate.lower() for delegate in delegates):
            return Role.delegateWithoutPrivateEventAccess
        return self.shared_with.get(address.lower(), otherwise)


class Tenant:
    """A Microsoft 365 tenant: its directory and its mailboxes."""

    def __init__(self, cloud: "Cloud", id: str, domain: str, zone: Zone) -> None:
        self.cloud = cloud
        self.id = id
        self.domain = domain
        self.zone = zone
        self.service_principals: dict[str, ServicePrincipal] = {}  # by client id
        self.rooms: dict[str, Room] = {}
        self.room_lists: dict[str, RoomList] = {}
        self.schedule_errors: dict[str, FreeBusyError] = {}
        self.scoping = Scoping(
            lambda: cloud.clock() + cloud.behaviour.role_assignments_take,
            lambda: cloud.clock() + cloud.behaviour.access_policies_take,
        )
        self.generated: Generated | None = None  # the rooms and people of a scenario that are drawn
        self._mailboxes: dict[str, Mailbox] = {}

    # who is there

    def add_app(self, app: App) -> ServicePrincipal:
        """Registers an app and grants it here all it declares, as an administrator's consent does."""
        self.cloud.register(app)
        return self.install(app, app.roles, app.scopes)

    def install(self, app: App, roles: Iterable[str] = (), scopes: Iterable[str] = ()) -> ServicePrincipal:
        """Gives an app a service principal in this tenant; more permissions are added to those it has."""
        principal = self.service_principals.setdefault(app.client_id.lower(), ServicePrincipal(app))
        principal.roles |= set(roles)
        principal.scopes |= set(scopes)
        return principal

    def service_principal(self, client_id: str) -> ServicePrincipal | None:
        return self.service_principals.get(client_id.lower())

    def add_person(self, name: str, address: str, profile: Profile = Profile(), photo: bytes | None = None) -> Person:
        person = Person(name, address)
        self._add(Mailbox(self.object_id(address), person, Calendar(person), self.zone, profile, photo))
        return person

    def add_room(self, room: Room, processing: CalendarProcessing = STANDARD_ROOM) -> Room:
        owner = Person(room.name, room.address)
        self._add(Mailbox(self.object_id(room.address), owner, Calendar(owner), self.zone, processing=processing))
        self.rooms[room.address.lower()] = room
        return room

    def _add(self, mailbox: Mailbox) -> None:
        for name in (mailbox.id, mailbox.person.address, mailbox.profile.user_principal_name):
            if name:
                self._mailboxes[name.lower()] = mailbox

    def add_room_list(self, name: str, address: str, rooms: Iterable[str]) -> None:
        self.room_lists[address.lower()] = RoomList(name, address, tuple(rooms))

    def mailboxes(self) -> list[Mailbox]:
        return list({mailbox.id: mailbox for mailbox in self._mailboxes.values()}.values())

    def people(self) -> list[Person]:
        """Everybody with a mailbox who is no room."""
        return [mailbox.person for mailbox in self.mailboxes() if mailbox.processing is None]

    def object_id(self, address: str) -> str:
        """The directory's id of an address; the same in every run."""
        return str(uuid5(NAMESPACE_URL, f"{self.id}/{address.lower()}"))

    def mailbox(self, name: str) -> Mailbox | None:
        """The mailbox of that address, user principal name or object id."""
        return self._mailboxes.get(name.lower())

    def addressed(self, address: str) -> Mailbox | None:
        """The mailbox that mail to an address gets into; a user principal name need not be an address."""
        found = self.mailbox(address)
        return found if found and found.is_enabled and found.person.address.lower() == address.lower() else None

    def the_mailbox(self, name: str) -> Mailbox:
        """The mailbox that is known to be there."""
        return self._mailboxes[name.lower()]

    def calendar(self, mailbox: str) -> Calendar:
        return self.the_mailbox(mailbox).calendar

    def is_called(self, name: str) -> bool:
        """Whether a name in a path means this tenant."""
        return name.lower() in (self.id, self.domain.lower())

    # what a test does to it

    def app_token(self, app: App) -> str:
        """An access token of an app by itself, without asking for it at the identity platform."""
        principal = self.service_principals[app.client_id.lower()]
        return self._token(app, roles=frozenset(principal.roles))

    def person_token(self, app: App, address: str, scopes: Iterable[str]) -> str:
        """An access token of an app on a person's behalf."""
        return self._token(app, person=self.object_id(address), scopes=frozenset(scopes))

    def _token(
        self,
        app: App,
        *,
        roles: frozenset[str] = frozenset(),
        person: str | None = None,
        scopes: frozenset[str] = frozenset(),
    ) -> str:
        ends = self.cloud.clock() + self.cloud.tokens.lifetime()
        return self.cloud.issue(Grant(self.id, app.client_id, ends, roles, person, scopes))

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
        key, now = calendar.new_key(), self.cloud.clock()
        uid = uid or f"040000008200E00074C5B7101A82E00800000000{key.encode().hex().upper()}"
        return Event(key, uid, start, end, now, now, calendar.owner, start_zone=self.zone, end_zone=self.zone)

    def remove_event(self, mailbox: str, event: Event) -> None:
        self.calendar(mailbox).remove(event)

    def events(self, mailbox: str, start: datetime, end: datetime) -> list[Event]:
        """What lies in a calendar between two instants, series expanded, in order."""
        self.cloud.catch_up()
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
