"""
What a scenario says. Names are those of Graph and Exchange where they have one, else those of the emulator's own types.

A time without an offset is wall time in its tenant's zone. Nothing unknown is passed over.
"""

from datetime import date, datetime, time
from typing import Annotated, Literal

from cryptography.x509 import load_pem_x509_certificate
from msgspec import Meta, Struct

from graph_emulator.exchange.calendar import Contents
from graph_emulator.faults import AnyFault
from graph_emulator.scenario.settings import BehaviourSettings, ProcessingSettings

# What may stand in one: https://learn.microsoft.com/entra/identity-platform/reply-url
RedirectUri = Annotated[str, Meta(pattern=r"^([A-Za-z][A-Za-z0-9+.-]*://|urn:)[A-Za-z0-9/?:@&=+._~%-]+$")]
Address = Annotated[str, Meta(pattern=r"^[^@\s/]+@[^@\s/]+$")]
Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
RoleName = Literal[
    "none",
    "freeBusyRead",
    "limitedRead",
    "read",
    "write",
    "delegateWithoutPrivateEventAccess",
    "delegateWithPrivateEventAccess",
]
Count = Annotated[int, Meta(ge=0, le=10_000)]


class Part(Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of a scenario."""


class Clock(Part):
    now: datetime
    runs: bool = True


# apps


class Secret(Part):
    value: str
    ends: datetime | None = None


class FederatedCredential(Part):
    issuer: str
    subject: str
    keys: str  # the issuer's JSON Web Key Set
    audience: str = "api://AzureADTokenExchange"


class Redirect(Part):
    uri: RedirectUri
    kind: Literal["spa", "web", "public"] = "spa"


class App(Part):
    client_id: str
    name: str = ""
    home: str | None = None
    multitenant: bool = True
    secrets: tuple[Secret, ...] = ()
    certificates: tuple[str, ...] = ()
    federated: Annotated[tuple[FederatedCredential, ...], Meta(max_length=20)] = ()  # as many as Entra allows
    redirects: tuple[Redirect, ...] = ()
    roles: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    implicit: bool = False

    def __post_init__(self) -> None:
        for pem in self.certificates:
            load_pem_x509_certificate(pem.encode())


class ServicePrincipal(Part):
    """An app in a tenant, and what it was granted there; people are named by address."""

    app: str  # its client id
    roles: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    scopes_of: dict[Address, tuple[str, ...]] = {}
    assigned: tuple[Address, ...] | None = None


class RoleAssignment(Part):
    app: str
    role: Literal["Application Calendars.Read", "Application Calendars.ReadWrite", "Application Exchange Full Access"]
    addresses: tuple[Address, ...] | None = None
    kind: Literal["RoomMailbox", "UserMailbox"] | None = None


class AccessPolicy(Part):
    app: str
    right: Literal["RestrictAccess", "DenyAccess"]
    group: tuple[Address, ...]


# mailboxes


class WorkingHours(Part):
    days: tuple[Day, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday")
    start: time = time(8)
    end: time = time(17)


class Mailbox(Part):
    name: str
    address: Address
    zone: str | None = None
    working_hours: WorkingHours | None = None  # none: Monday to Friday, 8 to 17
    shared_with: dict[Address, RoleName] = {}
    everybodys_role: RoleName = "freeBusyRead"
    is_enabled: bool = True
    calendar: Contents | None = None  # as a dump has it; meetings are more easily said in `meetings`


class PersonMailbox(Mailbox):
    given_name: str | None = None
    surname: str | None = None
    job_title: str | None = None
    office: str | None = None
    phone: str | None = None
    language: str | None = None
    user_principal_name: str | None = None
    administrator: bool = False
    photo: bytes | None = None  # base64


class RoomMailbox(Mailbox):
    label: str = ""
    building: str = ""
    floor: int = 0
    floor_label: str | None = None
    nickname: str | None = None
    capacity: int | None = None
    display: str | None = None
    video: str | None = None
    audio: str | None = None
    phone: str | None = None
    tags: tuple[str, ...] = ()
    step_free: bool | None = None
    processing: ProcessingSettings | None = None  # type: ignore[valid-type]
    checked_in: tuple[str, ...] = ()


class RoomList(Part):
    name: str
    address: Address
    rooms: tuple[Address, ...]


class ScheduleError(Part):
    code: str
    message: str


# meetings


class Repeats(Part):
    """Graph's recurrence pattern, from the meeting's own day on."""

    kind: Literal["daily", "weekly", "absoluteMonthly", "relativeMonthly", "absoluteYearly", "relativeYearly"]
    interval: Annotated[int, Meta(ge=1, le=99)] = 1
    days: tuple[Day, ...] = ()
    first_day_of_week: Day = "sunday"
    index: Literal["first", "second", "third", "fourth", "last"] = "first"
    until: date | None = None
    times: Annotated[int, Meta(ge=1, le=999)] | None = None


class Attendee(Part):
    address: Address
    name: str = ""
    kind: Literal["required", "optional", "resource"] = "required"
    response: Literal["none", "accepted", "tentativelyAccepted", "declined"] = "none"


class Meeting(Part):
    """
    A meeting that its organizer sent some time ago: rooms have accepted it, people have answered as it says.

    With a room for an organizer it is a direct write, which asks nobody.
    """

    organizer: Address
    start: datetime
    end: datetime
    subject: str = ""
    rooms: tuple[Address, ...] = ()
    attendees: tuple[Attendee, ...] = ()
    body: str = ""
    location: str = ""  # empty: the rooms' names
    all_day: bool = False
    show_as: Literal["free", "tentative", "busy", "oof", "workingElsewhere"] = "busy"
    sensitivity: Literal["normal", "personal", "private", "confidential"] = "normal"
    cancelled: bool = False  # only the rooms' leftovers are there
    repeats: Repeats | None = None


class Generated(Part):
    """
    Many rooms and people, and drawn meetings; a calendar is drawn when somebody first looks at it.

    Those of them that `people` and `rooms` name are as they say there.
    """

    rooms: Count
    people: Annotated[int, Meta(ge=1, le=10_000)]
    first: date | None = None  # none: the Monday of the clock's week
    days: Annotated[int, Meta(ge=0, le=400)] = 30
    meetings: Annotated[int, Meta(ge=0, le=40)] = 6  # of a room on a working day


class Tenant(Part):
    domain: str
    id: str = ""  # none: made of the domain
    zone: str = "UTC"
    people: tuple[PersonMailbox, ...] = ()
    rooms: tuple[RoomMailbox, ...] = ()
    room_lists: tuple[RoomList, ...] = ()
    service_principals: tuple[ServicePrincipal, ...] = ()
    role_assignments: tuple[RoleAssignment, ...] = ()
    access_policies: tuple[AccessPolicy, ...] = ()
    schedule_errors: dict[Address, ScheduleError] = {}
    meetings: tuple[Meeting, ...] = ()
    generated: Generated | None = None


class Scenario(Part):
    seed: int = 0
    clock: Clock | None = None  # none: it stays as it is
    behaviour: BehaviourSettings | None = None  # type: ignore[valid-type]
    apps: tuple[App, ...] = ()
    tenants: tuple[Tenant, ...] = ()
    faults: tuple[AnyFault, ...] = ()
