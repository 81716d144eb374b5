"""The house rules of a venue: when, how long and how far ahead rooms may be booked."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from ledig.errors import PolicyBroken
from ledig.intervals import Interval

# "Now" is rounded down so that people get round times; a booking may therefore have begun a moment ago.
GRACE = timedelta(minutes=5)


class Policy(Struct, frozen=True, kw_only=True):
    """Opening hours are wall-clock times of the venue's zone."""

    opens: time = time(7)
    closes: time = time(20)
    shortest: timedelta = timedelta(minutes=15)
    longest: timedelta = timedelta(hours=2)
    horizon: timedelta = timedelta(days=14)

    def check(self, wish: Interval, now: datetime, zone: ZoneInfo) -> None:
        """Raises PolicyBroken, with a sentence for the person who wishes, unless `wish` is allowed."""
        start, end = wish.start.astimezone(zone), wish.end.astimezone(zone)
        if wish.start < now - GRACE:
            raise PolicyBroken("That time has already begun. Choose a later one.")
        if wish.length < self.shortest:
            raise PolicyBroken(f"A booking lasts at least {_minutes(self.shortest)} minutes.")
        if wish.length > self.longest:
            raise PolicyBroken(f"A booking lasts at most {_minutes(self.longest)} minutes.")
        if start.date() != end.date() or start.time() < self.opens or end.time() > self.closes:
            raise PolicyBroken(f"The building is open from {self.opens:%H:%M} to {self.closes:%H:%M}.")
        if start.date() > self.last_day(now, zone):
            raise PolicyBroken(f"Rooms can be booked {self.horizon.days} days ahead.")

    def last_day(self, now: datetime, zone: ZoneInfo) -> date:
        """The last day that may be looked at and booked."""
        return now.astimezone(zone).date() + self.horizon


def _minutes(duration: timedelta) -> int:
    return int(duration / timedelta(minutes=1))
