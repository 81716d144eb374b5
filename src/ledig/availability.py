"""Which rooms are free, from busy times; pure, but for the calendars it describes.

A room that could not be read is Unknown with a reason. It is never an empty list, because an empty list means *free*.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from msgspec import Struct

from ledig.busy import Busy, instant, minute, minute_after, spans
from ledig.intervals import Interval

Mailbox = str


class Reason(StrEnum):
    """Why a room is unknown, in our own words."""

    NOT_FOUND = "not_found"
    NO_ACCESS = "no_access"
    TOO_MANY = "too_many"
    UNAVAILABLE = "unavailable"
    UNEXPECTED = "unexpected"


class Unknown(Struct, frozen=True):
    """The room could not be read."""

    reason: Reason


Tell = Callable[[Mapping[Mailbox, "Busy | Unknown"]], None]


class FreeBusy(Protocol):
    """Somewhere that knows when mailboxes are busy."""

    async def busy_times(self, mailboxes: Sequence[Mailbox], during: Interval, zone: ZoneInfo, tell: Tell) -> None:
        """Tells busy times within `during`, some mailboxes at a time as they come; none is ever left out.

        `zone` is the building's: an all-day event is a day there.
        """


class State(StrEnum):
    FREE = "free"
    BUSY = "busy"
    UNKNOWN = "unknown"


class Standing(Struct, frozen=True):
    """How a room stands for a wish. `until` is when that changes; None when nothing known changes it."""

    state: State
    until: datetime | None = None
    reason: Reason | None = None

    @property
    def is_free(self) -> bool:
        return self.state is State.FREE


def standing(busy: Busy | Unknown, wish: Interval) -> Standing:
    """Free only if the whole of `wish` is."""
    if isinstance(busy, Unknown):
        return Standing(State.UNKNOWN, reason=busy.reason)
    passed = bisect_right(busy, minute(wish.start))
    if passed == len(busy):
        return Standing(State.FREE)
    taken = passed // 2 * 2  # where the first time that ends after the wish begins starts
    if busy[taken] < minute_after(wish.end):
        return Standing(State.BUSY, instant(busy[taken + 1]))
    return Standing(State.FREE, instant(busy[taken]))


def next_free(busy: Busy | Unknown, wish: Interval, end: datetime) -> datetime | None:
    """The first time from the wish's begin on at which the room is free for as long, over by `end`."""
    if isinstance(busy, Unknown):
        return None
    start, length = minute(wish.start), minute_after(wish.end) - minute(wish.start)
    for taken, released in spans(busy):
        if released > start:
            if taken - start >= length:
                break
            start = released
    found = max(wish.start, instant(start))
    return found if found + wish.length <= end else None
