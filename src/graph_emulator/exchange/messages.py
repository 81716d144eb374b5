"""What calendars tell each other by mail about a meeting."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from graph_emulator.exchange.calendar import Event


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """An invitation to a meeting or an update of it, as its organizer had it when this was sent."""

    meeting: Event  # a single instance, a series, or an occurrence of one
    exceptions: tuple[Event, ...] = ()  # of a series
    removed: tuple[str, ...] = ()  # of a series: the keys of the organizer's occurrences that are gone


@dataclass(frozen=True, slots=True, eq=False)
class Cancellation:
    meeting: Event


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
