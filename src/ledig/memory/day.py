"""What is remembered of one venue on one day: what each room's calendar said and when, and what is shown of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from ledig.availability import Mailbox, Reason, Unknown
from ledig.busy import Busy, Span, span, spans, together, within
from ledig.intervals import Interval
from ledig.memory.slots import Slots

NO_TIME = timedelta(0)
FRESH = timedelta(seconds=30)
TOO_OLD = timedelta(minutes=5)  # such a read is shown nowhere any more
# A page keeps what it gets until its next look, so nothing is given out that would be too old by then.
LASTS = TOO_OLD - 2 * FRESH


class Overview(Struct, frozen=True):
    """One day of one venue: what is known of each room by its id; `as_of` is the oldest read among those known.

    `version` rises when the day or what is known of a room changes, and not when it was only read again.
    """

    day: Interval
    busy: Mapping[str, Busy | Unknown]
    as_of: datetime | None
    version: int


class _Read(Struct, frozen=True, gc=False):
    busy: Busy
    at: datetime


class Rooms:
    """The rooms of a venue and their mailboxes: the same for all its days."""

    def __init__(self, mailboxes: Mapping[str, Mailbox]) -> None:
        self.mailboxes = mailboxes
        self.places = {room: place for place, room in enumerate(mailboxes)}
        self.of_mailbox: dict[Mailbox, tuple[str, ...]] = {}
        for room, mailbox in mailboxes.items():
            self.of_mailbox[mailbox] = (*self.of_mailbox.get(mailbox, ()), room)


class RememberedDay:
    """Takes in what is read, a few rooms at a time; an overview given out never changes any more."""

    def __init__(self, window: Interval, rooms: Rooms, own: Callable[[str], Busy], began: int = 1) -> None:
        self.window = window
        self.rooms = rooms
        self.changed: set[str] = set()  # since whoever follows the day was told last
        self._own = own
        self._minutes = span(window)
        self._reads: dict[str, _Read] = {}
        self._ages = Counter[datetime]()
        self._as_of: datetime | None = None  # to be found out
        self._failures: dict[str, Reason] = {}
        self._shown: dict[str, Busy | Unknown] = dict.fromkeys(rooms.mailboxes, Unknown(Reason.UNAVAILABLE))
        self._is_given_out = False
        self._version = began
        self._slots = Slots(window.length // timedelta(minutes=1), len(rooms.mailboxes))

    @property
    def as_of(self) -> datetime | None:
        """When the oldest of what is shown as known was read."""
        if self._as_of is None:
            self._as_of = min(self._ages, default=None)
        return self._as_of

    @property
    def unknown(self) -> Counter[Reason]:
        """How many rooms are unknown, by the reason."""
        return Counter(shown.reason for shown in self._shown.values() if isinstance(shown, Unknown))

    @property
    def ages(self) -> Mapping[datetime, int]:
        """How many rooms were read when."""
        return self._ages

    @property
    def to_ask(self) -> list[Mailbox]:
        return list(self.rooms.of_mailbox)

    def learn(self, told: Mapping[Mailbox, Busy | Unknown], at: datetime) -> None:
        """A room that fails to answer keeps what was read of it before, as long as that lasts."""
        for mailbox, times in told.items():
            for room in self.rooms.of_mailbox[mailbox]:
                if isinstance(times, Unknown):
                    self._failures[room] = times.reason
                else:
                    self._failures.pop(room, None)
                    self._keep(room, _Read(times, at))
                self._show(room)

    def anew(self, window: Interval, rooms: Rooms) -> RememberedDay:
        """Nothing but what the same day said of mailboxes that are still there."""
        day = RememberedDay(window, rooms, self._own, self._version + 1)
        for room, read in self._reads.items() if window == self.window else ():
            if rooms.mailboxes.get(room) == self.rooms.mailboxes[room]:
                day._keep(room, read)
                day._show(room)
        return day

    def forget_old(self, now: datetime) -> None:
        """Rooms whose last read is too old, or from before the clock was set back, are unknown from now on."""
        as_of = self.as_of
        if as_of is None or abs(now - as_of) <= LASTS:
            return
        for room, read in list(self._reads.items()):
            if abs(now - read.at) > LASTS:
                self._forget(room)
                self._show(room)

    def show_again(self, rooms: Iterable[str]) -> None:
        """Our own bookings of these rooms have changed."""
        for room in rooms:
            if room in self.rooms.mailboxes:
                self._show(room)

    def overview(self) -> Overview:
        self._is_given_out = True
        return Overview(self.window, self._shown, self.as_of, self._version)

    def free(self, wish: Interval) -> NDArray[np.bool_]:
        """Of each room, in order, whether it is known to be free for the part of `wish` on this day."""
        start, end = span(wish)
        return self._slots.free((start - self._minutes[0], end - self._minutes[0]))

    def _keep(self, room: str, read: _Read) -> None:
        self._forget(room)
        self._reads[room] = read
        self._ages[read.at] += 1
        self._as_of = None

    def _forget(self, room: str) -> None:
        if before := self._reads.pop(room, None):
            self._ages[before.at] -= 1
            if not self._ages[before.at]:
                del self._ages[before.at]
            self._as_of = None

    def _show(self, room: str) -> None:
        shown = self._to_show(room)
        if shown == self._shown[room]:
            return
        if self._is_given_out:
            self._shown, self._is_given_out = dict(self._shown), False
        self._shown[room] = shown
        self._slots.put(self.rooms.places[room], None if isinstance(shown, Unknown) else map(self._since, spans(shown)))
        self._version += 1
        self.changed.add(room)

    def _to_show(self, room: str) -> Busy | Unknown:
        read = self._reads.get(room)
        if read is None:
            return Unknown(self._failures.get(room, Reason.UNAVAILABLE))
        own = self._own(room)
        return within(together(read.busy, own), self._minutes) if own else read.busy

    def _since(self, taken: Span) -> Span:
        return taken[0] - self._minutes[0], taken[1] - self._minutes[0]
