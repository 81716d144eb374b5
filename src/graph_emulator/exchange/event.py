"""
What stands in a calendar: an event, and the people, places and answers in it.

An event's start and end are instants; the zones it was made in say on which wall time a series recurs and on which days
an all-day event lies. Events never change: an update puts a new version in the place of the old one.
https://learn.microsoft.com/graph/api/resources/event
"""

from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct

from graph_emulator.exchange.recurrence import Recurrence
from graph_emulator.exchange.zones import UTC_ZONE, Zone, floating_day

DAY_MARK = "."  # between the key of a series and the day of an occurrence
_TIMES = ("start", "end", "all_day", "recurrence", "recurrence_zone")


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Address:
    """Where something is, as one writes it on a letter."""

    street: str | None = None
    city: str | None = None
    state: str | None = None
    country_or_region: str | None = None
    postal_code: str | None = None


@dataclass(frozen=True, slots=True)
class Coordinates:
    latitude: float | None = None
    longitude: float | None = None
    accuracy: float | None = None
    altitude: float | None = None
    altitude_accuracy: float | None = None


@dataclass(frozen=True, slots=True)
class Location:
    name: str
    address: str = ""  # of its mailbox, if it has one
    postal: Address | None = None
    coordinates: Coordinates | None = None
    uri: str = ""


@dataclass(frozen=True, slots=True)
class OnlineMeeting:
    """Where a meeting is held online; `provider` is one that the calendar allows."""

    provider: str
    join_url: str
    conference: str
    toll_number: str | None = None


@dataclass(frozen=True, slots=True)
class Tag:
    """
    What a program attached to an event under a name of its own: one named property of the mailbox.

    An open extension (`name` is its extensionName, `value` its JSON without the name) or an extended property (`name`
    is its id, `value` a string or a list of them).
    """

    name: str
    value: object


@dataclass(frozen=True, slots=True)
class Attendee:
    person: Person
    kind: str = "required"
    response: str = "none"
    answered: datetime | None = None
    proposed: tuple[datetime, datetime] | None = None  # another time, which the attendee would like better


# Made and changed by the ten thousand: 25 times faster than a dataclass.
class Event(Struct, frozen=True, gc=False, omit_defaults=True, forbid_unknown_fields=True):
    """One thing in a calendar: a single instance, the master of a series, an occurrence of one, or an exception."""

    key: str
    uid: str
    start: datetime
    end: datetime
    created: datetime
    modified: datetime
    organizer: Person
    is_organizer: bool = True
    start_zone: Zone = UTC_ZONE
    end_zone: Zone = UTC_ZONE
    version: int = 1
    subject: str = ""
    body: str = ""
    show_as: str = "busy"
    sensitivity: str = "normal"
    importance: str = "normal"
    all_day: bool = False
    cancelled: bool = False
    locations: tuple[Location, ...] = ()
    attendees: tuple[Attendee, ...] = ()
    categories: tuple[str, ...] = ()
    reminder: int = 15
    has_reminder: bool = True
    asks_for_responses: bool = True
    allows_proposals: bool = True
    hides_attendees: bool = False
    has_attachments: bool = False
    online: OnlineMeeting | None = None
    extensions: tuple[Tag, ...] = ()
    properties: tuple[Tag, ...] = ()
    recurrence: Recurrence | None = None
    recurrence_zone: Zone | None = None  # where the series keeps its wall time; None: the zone of its start
    transaction_id: str | None = None
    response: str = "accepted"  # the owner's own, to somebody else's meeting
    responded: datetime | None = None
    intended: str = "busy"  # how the organizer wants somebody else's meeting to show once it is accepted
    sequence: int = 0  # grows when a meeting moves, which makes earlier answers void
    series: str | None = None  # the master's key, of an occurrence or exception
    is_exception: bool = False
    original_start: datetime | None = None

    @property
    def kind(self) -> str:
        if self.series is None:
            return "seriesMaster" if self.recurrence else "singleInstance"
        return "exception" if self.is_exception else "occurrence"

    @property
    def day(self) -> str:
        """The day of an occurrence in its series, as keys write it; an exception keeps it when it moves."""
        return day_in(self.key) if self.series else ""

    @property
    def blocks(self) -> bool:
        """Whether it takes the calendar's time; cancelled leftovers and free items do not."""
        return not self.cancelled and self.show_as != "free"

    def floating(self) -> tuple[datetime, datetime]:
        """Start and end as calendarView shows them: an all-day event is midnight to midnight whatever zone is asked."""
        if not self.all_day:
            return self.start, self.end
        return floating_day(self.start, self.start_zone), floating_day(self.end, self.end_zone)


def has_moved(before: Event, event: Event) -> bool:
    """Whether a change is one of times, after which everybody is asked for an answer again."""
    return any(getattr(before, name) != getattr(event, name) for name in _TIMES)


def day_in(key: str) -> str:
    """The day in an occurrence's key, as keys write it."""
    return key.rpartition(DAY_MARK)[2]
