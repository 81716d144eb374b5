"""What calendars tell each other by mail about a meeting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from graph_emulator.exchange.event import Event, day_in


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """An invitation to a meeting or an update of it, as its organizer had it when this was sent."""

    meeting: Event  # a single instance, a series, or an occurrence of one
    exceptions: tuple[Event, ...] = ()  # of a series
    removed: frozenset[str] = frozenset()  # of a series: the days without an occurrence, as keys write them


@dataclass(frozen=True, slots=True, eq=False)
class Cancellation:
    meeting: Event
    comment: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Response:
    """An attendee's answer to what a request of that sequence asked."""

    uid: str
    sequence: int
    attendee: str  # the address
    response: str
    at: datetime
    proposed: tuple[datetime, datetime] | None = None


Message: TypeAlias = Request | Cancellation


def request_to(address: str, meeting: Event, exceptions: Sequence[Event], removed: Sequence[str]) -> Request:
    """What one guest is asked to come to: of a series not the days that are gone, or are without that guest."""
    invited = tuple(one for one in exceptions if is_invited(address, one))
    days = [one.day for one in exceptions if one not in invited] + [day_in(key) for key in removed]
    return Request(meeting, invited, frozenset(days))


def is_invited(address: str, meeting: Event) -> bool:
    return any(attendee.person.address.lower() == address.lower() for attendee in meeting.attendees)
