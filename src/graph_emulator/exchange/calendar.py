"""What a calendar holds, and what of it falls into a window. https://learn.microsoft.com/graph/api/resources/calendar"""

from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from hashlib import blake2b
from itertools import chain

from msgspec import Struct
from msgspec.structs import replace

from graph_emulator.exchange.event import DAY_MARK, Event, Person
from graph_emulator.exchange.index import Index
from graph_emulator.exchange.occurrences import key_on, occurrence, series_of_key, series_of_uid
from graph_emulator.exchange.recurrence import days_of


class Contents(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Everything in a calendar, to be put into another one."""

    made: int = 0
    changes: int = 1
    events: tuple[Event, ...] = ()
    exceptions: tuple[Event, ...] = ()
    removed: tuple[str, ...] = ()  # keys of occurrences


_MARGIN = timedelta(days=2)


class Calendar:
    """The events of one mailbox. It accepts overlaps: refusing them is nobody's job on a direct write."""

    def __init__(self, owner: Person) -> None:
        self.owner = owner
        self.online_providers: tuple[str, ...] = ("teamsForBusiness",)  # the first is the default
        self._made = 0
        self._changes = 1
        self._events: dict[str, Event] = {}
        self._exceptions: dict[str, Event | None] = {}  # by key of the occurrence; None: that one was removed
        self._transactions: dict[str, tuple[object, str]] = {}
        self._known: Index | None = None

    @property
    def _index(self) -> Index:
        """Is made when somebody first looks something up: most calendars of a large tenant nobody ever opens."""
        if self._known is None:
            exceptions = (event for event in self._exceptions.values() if event)
            self._known = Index(chain(self._events.values(), exceptions))
        return self._known

    def new_key(self) -> str:
        """A key no other event of any mailbox has; ids are made of it."""
        self._made += 1
        digest = blake2b(f"{self.owner.address}/{self._made}".encode(), digest_size=24).digest()
        return urlsafe_b64encode(digest).decode()

    def add(self, event: Event) -> Event:
        self._events[event.key] = event
        if self._known:
            self._known.put(event)
        return event

    def fill(self, events: Iterable[Event]) -> None:
        """Takes over events that were made for this mailbox elsewhere, keys and all."""
        self._events |= {event.key: event for event in events}
        self._made = len(self._events)
        self._known = None

    def contents(self) -> Contents:
        exceptions = tuple(event for event in self._exceptions.values() if event)
        removed = tuple(key for key, event in self._exceptions.items() if event is None)
        return Contents(
            made=self._made, changes=self._changes, events=self.events(), exceptions=exceptions, removed=removed
        )

    def restore(self, contents: Contents) -> None:
        """Takes over what another calendar held; a transactionId stays taken, but what was asked under it is lost."""
        self.fill(contents.events)
        self._made, self._changes = contents.made, contents.changes
        self._exceptions |= {event.key: event for event in contents.exceptions}
        self._exceptions |= dict.fromkeys(contents.removed)
        self._known = None
        for event in contents.events:
            if event.transaction_id:
                self.remember(event.transaction_id, None, event)

    def find(self, key: str) -> Event | None:
        """The event, master or occurrence of that key."""
        if key in self._exceptions:
            return self._exceptions[key]
        if event := self._events.get(key):
            return event
        series, day = series_of_key(key) or ("", date.min)
        master = self._events.get(series)
        if master is None or master.recurrence is None:
            return None
        return next((occurrence(master, day) for day in days_of(master.recurrence, day, day + timedelta(days=1))), None)

    def put(self, event: Event) -> Event:
        """Takes the new version of an event, under a number no other had; of an occurrence it makes an exception."""
        self._changes += 1
        event = replace(event, version=self._changes)
        if event.series is None:
            return self.add(event)
        exception = self._exceptions[event.key] = replace(event, is_exception=True)
        self._index.put(exception)
        return exception

    def remove(self, event: Event) -> None:
        """Removes an event, a whole series, or one occurrence of it."""
        if event.series is not None:
            self._exceptions[event.key] = None
        else:
            del self._events[event.key]
            self.drop_exceptions(event)
        self._index.remove(event)

    def drop_exceptions(self, series: Event) -> None:
        """Lets all occurrences of a series be again as the pattern says, removed ones too."""
        for key in [key for key in self._exceptions if key.startswith(f"{series.key}{DAY_MARK}")]:
            if exception := self._exceptions.pop(key):
                self._index.remove(exception)

    def meeting(self, uid: str) -> Event | None:
        """The single instance, master or occurrence with that iCalUId."""
        key = self._index.key_of(uid) or self.occurrence_key(uid)
        return self.find(key) if key else None

    def occurrence_key(self, uid: str) -> str | None:
        """The key of a series' occurrence with that iCalUId, removed or not."""
        series, day = series_of_uid(uid) or ("", date.min)
        key = self._index.key_of(series)
        return key_on(key, day) if key in self._index.masters else None

    def events(self) -> tuple[Event, ...]:
        """Single instances and masters, in the order they were made."""
        return tuple(self._events.values())

    def departures(self, master: Event) -> tuple[list[Event], list[str]]:
        """How a series departs from its pattern: its exceptions, and the keys of the occurrences that were removed."""
        keys = [key for key in self._exceptions if key.startswith(f"{master.key}{DAY_MARK}")]
        kept = [event for key in keys if (event := self._exceptions[key])]
        return kept, [key for key in keys if self._exceptions[key] is None]

    def made_by(self, transaction_id: str) -> tuple[object, Event | None] | None:
        """What was asked for under a transactionId, and the event it made, which may be gone."""
        if known := self._transactions.get(transaction_id):
            return known[0], self._events.get(known[1])
        return None

    def remember(self, transaction_id: str, asked: object, event: Event) -> None:
        self._transactions[transaction_id] = asked, event.key

    def view(self, start: datetime, end: datetime, *, floating: bool = False) -> list[Event]:
        """
        What touches [start, end): first single instances, then occurrences; not in order of time.

        With `floating`, all-day events are compared as midnights of UTC, as calendarView does.
        """
        near = self._index.near(start, end)
        singles = (event for event in near if event.series is None)
        exceptions = (event for event in near if event.series is not None)
        found = chain(singles, self._patterns(start, end), exceptions)
        if floating:
            return [event for event in found if _touches(*event.floating(), start, end)]
        return [event for event in found if _touches(event.start, event.end, start, end)]

    def _patterns(self, start: datetime, end: datetime) -> Iterator[Event]:
        for master in self._index.masters.values():
            # A day more on either side for zones and floating days, and the event's own length before.
            first, last = start - _MARGIN - (master.end - master.start), end + _MARGIN
            for event in self._index.occurrences(master, first.date(), last.date()):
                if event.key not in self._exceptions:
                    yield event


def _touches(begin: datetime, finish: datetime, start: datetime, end: datetime) -> bool:
    # An event without length lies in the window it starts in.
    return begin < end and (finish > start or begin == finish == start)
