"""Graph's dateTimeTimeZone: wall time without an offset, beside the name of its zone.

Every call asks for UTC (PREFER in transport.py), and any other answer is refused.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from msgspec import Struct

from ledig.busy import Span, instant, minute, minute_after
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
    whether an event is one (None), midnights in UTC do. Raises ValueError for anything but UTC.
    """
    begin, finish = _instant(start), _instant(end)
    if finish <= begin:
        return None
    if lasts_all_day is None:
        lasts_all_day = _is_midnight(begin) and _is_midnight(finish)
    if lasts_all_day:
        return Interval(_midnight(begin.date(), zone), _midnight(finish.date(), zone))
    return Interval(begin, finish)


class _Minutes(NamedTuple):
    """A moment as minutes since 1970: the one it lies in, and the next one that begins."""

    down: int
    up: int
    is_midnight: bool


def span(start: Stamp, end: Stamp, zone: ZoneInfo) -> Span | None:
    """The same as `interval`, in whole minutes rounded outwards, for many stamps of few different times."""
    begin, finish = _minutes(start.dateTime, start.timeZone), _minutes(end.dateTime, end.timeZone)
    if begin.is_midnight and finish.is_midnight:
        days = _midnight_minute(begin.down, zone), _midnight_minute(finish.down, zone)
        return days if days[0] < days[1] else None
    return (begin.down, finish.up) if begin.down < finish.up else None


@lru_cache(maxsize=16_384)
def _minutes(text: str, zone: str) -> _Minutes:
    told = _instant(Stamp(text, zone))
    return _Minutes(minute(told), minute_after(told), _is_midnight(told))


@lru_cache(maxsize=1024)
def _midnight_minute(utc_midnight: int, zone: ZoneInfo) -> int:
    return minute(_midnight(instant(utc_midnight).date(), zone))


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
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
