"""Our own bookings of the last minute: they lie over what the calendars say, which may not know of them yet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from ledig.booking import Wish
from ledig.busy import Busy, Span, of, span

LIES_OVER = timedelta(seconds=60)  # after that the calendars are believed alone


class OwnBookings:
    def __init__(self) -> None:
        self._kept: dict[str, tuple[Wish, datetime]] = {}

    def put(self, wish: Wish, now: datetime) -> None:
        self._kept[wish.key] = wish, now + LIES_OVER

    def remove(self, wish: Wish) -> None:
        self._kept.pop(wish.key, None)

    def times(self, venue: str, room: str) -> Busy:
        return of(self._spans(venue, room))

    def end(self, now: datetime) -> list[Wish]:
        """Forgets and gives back those that have lain over for long enough."""
        if not self._kept:
            return []
        ended = [wish for wish, until in self._kept.values() if until < now]
        for wish in ended:
            del self._kept[wish.key]
        return ended

    def _spans(self, venue: str, room: str) -> Iterator[Span]:
        for wish, _ in self._kept.values():
            if (wish.venue, wish.room) == (venue, room):
                yield span(wish.during)
