"""Graph's dateTimeTimeZone: wall time without an offset, beside the name of its zone.

Every call asks for UTC (PREFER in transport.py), and any other answer is refused.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from msgspec import Struct

from ledig.busy import Span, minute, minute_after
from ledig.intervals import Interval

DAY = timedelta(days=1)


class Stamp(Struct, gc=False):
    dateTime: str
    timeZone: str

    @classmethod
    def of(cls, instant: datetime) -> Stamp:
        return cls(f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%S}", "UTC")


def interval(start: Stamp, end: Stamp, zone: ZoneInfo, *, lasts_all_day: bool | None = None) -> Interval | None:
    """The time between two stamps, or None when it is empty. `zone` is the building's.

    All-day events float: they come as UTC midnights and mean whole days of wherever the room is. Where nothing tells
    whether an event is one (None), midnights in UTC do. Raises ValueError for anything but a time in UTC.
    """
    begin, finish = _instant(start), _instant(end)
    if finish <= begin:
        return None
    if lasts_all_day is None:
        lasts_all_day = _is_midnight(begin) and _is_midnight(finish)
    if lasts_all_day:
        return Interval(_midnight(begin.date(), zone), _midnight(finish.date(), zone))
    return Interval(begin, finish)


@lru_cache(maxsize=16_384)
def span(start: str, starts_in: str, end: str, ends_in: str, zone: ZoneInfo) -> Span | None:
    """The same as `interval`, in whole minutes rounded outwards, for many stamps of few different times.

    It is asked hundreds of times for each answer, so it takes what is in the stamps: that is what it knows them by.
    """
    time = interval(Stamp(start, starts_in), Stamp(end, ends_in), zone)
    return (minute(time.start), minute_after(time.end)) if time else None


def _instant(stamp: Stamp) -> datetime:
    if stamp.timeZone != "UTC":
        raise ValueError(f"asked for UTC, was told {stamp.timeZone!r}")
    told = datetime.fromisoformat(stamp.dateTime)
    if told.tzinfo is not None:
        raise ValueError("a dateTime with an offset")
    return told.replace(tzinfo=UTC)


def _is_midnight(instant: datetime) -> bool:
    return not (instant.hour or instant.minute or instant.second or instant.microsecond)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    try:
        return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    except OverflowError:  # the first day there is, which stands for none, begins before all time further east
        raise ValueError(f"{day} does not begin in UTC") from None
