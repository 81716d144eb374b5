"""
What of a calendar may touch a window, found without reading all of it.

Single events lie under the days of UTC they touch; what the pattern of a series puts into a week is worked out once.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from itertools import count

from graph_emulator.exchange.event import Event
from graph_emulator.exchange.occurrences import occurrence
from graph_emulator.exchange.recurrence import days_of

_MANY_DAYS = 62  # from here on reading everything is as fast
_MANY_WEEKS = 4000

Numbered = tuple[int, Event]  # in the order they came


class Index:
    """The events of a calendar by their times and iCalUIds; occurrences are in it only as exceptions."""

    def __init__(self, events: Iterable[Event]) -> None:
        self.masters: dict[str, Event] = {}
        self._numbers = count()
        self._placed: dict[str, Numbered] = {}
        self._days: dict[int, dict[str, Numbered]] = {}
        self._long: dict[str, Numbered] = {}
        self._weeks: dict[tuple[str, int], list[Event]] = {}
        self._keys: dict[str, str] = {}
        for event in events:
            self.put(event)

    def put(self, event: Event) -> None:
        """Takes in an event, in the place of the one with its key."""
        number = self._take_out(event.key)
        if event.series is None:
            self._keys.setdefault(event.uid, event.key)
        if event.recurrence is not None:
            self.masters[event.key] = event
            self._weeks.clear()
            return
        self.masters.pop(event.key, None)  # a series that became a single event
        placed = self._placed[event.key] = next(self._numbers) if number is None else number, event
        for bucket in self._buckets(event):
            bucket[event.key] = placed

    def remove(self, event: Event) -> None:
        self._take_out(event.key)
        if self.masters.pop(event.key, None):
            self._weeks.clear()
        if self._keys.get(event.uid) == event.key:
            del self._keys[event.uid]

    def key_of(self, uid: str) -> str | None:
        """The key of the single event or master with that iCalUId."""
        return self._keys.get(uid)

    def near(self, start: datetime, end: datetime) -> list[Event]:
        """All single events and exceptions that may touch [start, end), also with days that float, as they came."""
        first, last = _number(start), _number(end)
        if last - first > _MANY_DAYS:
            return [event for _, event in sorted(self._placed.values())]
        found = dict(self._long)
        for day in range(first, last + 1):
            found |= self._days.get(day, {})
        return [event for _, event in sorted(found.values())]

    def occurrences(self, master: Event, first: date, last: date) -> Iterator[Event]:
        """The occurrences that the pattern of a series has in the weeks of these days."""
        for week in range(first.toordinal() // 7, last.toordinal() // 7 + 1):
            yield from self._week(master, week)

    def _week(self, master: Event, week: int) -> list[Event]:
        if (known := self._weeks.get((master.key, week))) is not None:
            return known
        if master.recurrence is None:
            return []
        if len(self._weeks) > _MANY_WEEKS:
            self._weeks.clear()
        days = days_of(master.recurrence, date.fromordinal(max(1, week * 7)), date.fromordinal(week * 7 + 7))
        events = self._weeks[master.key, week] = [occurrence(master, day) for day in days]
        return events

    def _take_out(self, key: str) -> int | None:
        if (placed := self._placed.pop(key, None)) is None:
            return None
        for bucket in self._buckets(placed[1]):
            del bucket[key]
        return placed[0]

    def _buckets(self, event: Event) -> "list[dict[str, Numbered]]":
        margin = 1 if event.all_day else 0  # the days of its zone, not of UTC, in calendarView
        first, last = _number(event.start) - margin, _number(event.end) + margin
        if last - first > _MANY_DAYS:
            return [self._long]
        return [self._days.setdefault(day, {}) for day in range(first, last + 1)]


def _number(at: datetime) -> int:
    return at.astimezone(UTC).toordinal()
