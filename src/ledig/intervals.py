"""Half-open stretches of time, [start, end): bookings that touch do not clash."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from msgspec import Struct


class Interval(Struct, frozen=True, order=True):
    """A stretch of time with a length: `start` belongs to it, `end` does not; both carry a zone."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("an interval needs times with a zone")
        if self.end <= self.start:
            raise ValueError("the end has to come after the start")

    @classmethod
    def of_day(cls, day: date, zone: ZoneInfo) -> Self:
        """The whole of a day in `zone`, in UTC; 23 or 25 hours long when the clocks change."""
        start, end = (datetime.combine(d, time.min, zone).astimezone(UTC) for d in (day, day + timedelta(days=1)))
        return cls(start, end)

    @property
    def length(self) -> timedelta:
        return self.end - self.start

    def __contains__(self, instant: datetime) -> bool:
        return self.start <= instant < self.end

    def overlaps(self, other: Interval) -> bool:
        return self.start < other.end and other.start < self.end

    def clipped(self, window: Interval) -> Interval | None:
        """The part inside `window`, or None where there is none."""
        return Interval(max(self.start, window.start), min(self.end, window.end)) if self.overlaps(window) else None

    def widened(self, by: timedelta) -> Interval:
        return Interval(self.start - by, self.end + by)
