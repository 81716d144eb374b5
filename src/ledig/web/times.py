"""Instants and days as they come in and go out: RFC 3339 in UTC, whole minutes where rooms are booked."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from ledig.errors import Invalid
from ledig.intervals import Interval

MINUTE = timedelta(minutes=1)
YEARS = range(1970, 2200)  # what lies beyond has no day before or after it


def instant(text: str, name: str) -> datetime:
    """Raises Invalid, naming the parameter, unless `text` is a time with a zone."""
    try:
        told = datetime.fromisoformat(text)
        if told.tzinfo is not None and told.year in YEARS:
            return told.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Invalid(f"{name} has to be an instant such as 2026-11-24T10:30:00Z, not {text[:40]!r}.")


def day(text: str) -> date:
    """Raises Invalid for what is none."""
    if found := day_or_none(text):
        return found
    raise Invalid(f"A day looks like 2026-11-24, not {text[:40]!r}.")


@lru_cache(maxsize=256)
def day_or_none(text: str) -> date | None:
    """A day has one spelling, so that it has one address."""
    try:
        return date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        return None


def between(start: datetime, end: datetime) -> Interval:
    """In UTC. Raises Invalid unless the end comes after the start, both with a zone and in years with neighbours."""
    for moment in (start, end):
        if moment.tzinfo is None or moment.year not in YEARS:
            raise Invalid("start and end have to be instants with a zone, such as 2026-11-24T10:30:00Z.")
    if end <= start:
        raise Invalid("The end has to come after the start.")
    return Interval(start.astimezone(UTC), end.astimezone(UTC))


def rfc3339(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


@lru_cache(maxsize=4)
def second(seconds: int) -> bytes:
    """The same of a second since 1970, for whoever asks many times in it."""
    return rfc3339(datetime.fromtimestamp(seconds, UTC)).encode()


def days(during: Interval, zone: ZoneInfo) -> list[date]:
    """The days in `zone` that some of it lies on."""
    first, last = (edge.astimezone(zone).date() for edge in (during.start, during.end - timedelta(microseconds=1)))
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
