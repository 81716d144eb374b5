"""On which days a recurring series falls: Graph's `patternedRecurrence`, as pure date arithmetic."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count, takewhile

from msgspec import Struct

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKS = ("first", "second", "third", "fourth", "last")


class Recurrence(Struct, frozen=True, gc=False):
    """A pattern (`kind` and what it needs) from its first day on, until a day or for a number of times, or for ever."""

    kind: str
    start: date
    interval: int = 1
    days: tuple[str, ...] = ()
    first_day_of_week: str = "sunday"
    day_of_month: int = 0
    month: int = 0
    index: str = "first"
    until: date | None = None
    times: int | None = None


def days_of(recurrence: Recurrence, after: date, before: date) -> Iterator[date]:
    """The days of a series within [after, before), in order."""
    last = min(before - timedelta(days=1), recurrence.until or date.max)
    if recurrence.times is None:
        days = _from(recurrence, max(after, recurrence.start))
    else:
        # Counting starts at the first occurrence, so such a series is walked from there.
        days = (day for day, _ in zip(_from(recurrence, recurrence.start), range(recurrence.times), strict=False))
    return (day for day in takewhile(lambda day: day <= last, days) if day >= after)


def _from(recurrence: Recurrence, first: date) -> Iterator[date]:
    """All days of the pattern from `first` on, as if the series never ended."""
    days = _PATTERNS[recurrence.kind](recurrence, first)
    return (day for day in days if day >= first and day >= recurrence.start)


def _daily(recurrence: Recurrence, first: date) -> Iterator[date]:
    step = recurrence.interval
    skipped = max(0, (first - recurrence.start).days) // step
    return _until_the_end_of_time(recurrence.start + timedelta(days=step * n) for n in count(skipped))


def _weekly(recurrence: Recurrence, first: date) -> Iterator[date]:
    start_of_week = DAYS.index(recurrence.first_day_of_week)
    week = recurrence.start - timedelta(days=(recurrence.start.weekday() - start_of_week) % 7)
    offsets = sorted((DAYS.index(day) - start_of_week) % 7 for day in recurrence.days)
    step = 7 * recurrence.interval
    skipped = max(0, (first - week).days) // step
    return _until_the_end_of_time(
        week + timedelta(days=step * n + offset) for n in count(skipped) for offset in offsets
    )


def _absolute_monthly(recurrence: Recurrence, first: date) -> Iterator[date]:
    for year, month in _months(recurrence, first, recurrence.start.month, recurrence.interval):
        # In a short month the meeting is held on the last day.
        yield date(year, month, min(recurrence.day_of_month, monthrange(year, month)[1]))


def _relative_monthly(recurrence: Recurrence, first: date) -> Iterator[date]:
    for year, month in _months(recurrence, first, recurrence.start.month, recurrence.interval):
        yield _nth_day(year, month, recurrence)


def _absolute_yearly(recurrence: Recurrence, first: date) -> Iterator[date]:
    for year, month in _months(recurrence, first, recurrence.month, 12 * recurrence.interval):
        yield date(year, month, min(recurrence.day_of_month, monthrange(year, month)[1]))


def _relative_yearly(recurrence: Recurrence, first: date) -> Iterator[date]:
    for year, month in _months(recurrence, first, recurrence.month, 12 * recurrence.interval):
        yield _nth_day(year, month, recurrence)


_PATTERNS = {
    "daily": _daily,
    "weekly": _weekly,
    "absoluteMonthly": _absolute_monthly,
    "relativeMonthly": _relative_monthly,
    "absoluteYearly": _absolute_yearly,
    "relativeYearly": _relative_yearly,
}
KINDS = tuple(_PATTERNS)


def _months(recurrence: Recurrence, first: date, month: int, step: int) -> Iterator[tuple[int, int]]:
    """Year and month of every turn of a monthly or yearly pattern, from the one that may reach `first` on."""
    begin = recurrence.start.year * 12 + month - 1
    skipped = max(0, (first.year * 12 + first.month - 1 - begin) // step)
    for n in count(begin + step * skipped, step):
        if n // 12 > date.max.year:
            return
        yield n // 12, n % 12 + 1


def _nth_day(year: int, month: int, recurrence: Recurrence) -> date:
    """The first … fourth or last day of a month that is one of the wanted weekdays."""
    wanted = {DAYS.index(day) for day in recurrence.days}
    days = [
        day
        for number in range(1, monthrange(year, month)[1] + 1)
        if (day := date(year, month, number)).weekday() in wanted
    ]
    return days[-1] if recurrence.index == "last" else days[WEEKS.index(recurrence.index)]


def _until_the_end_of_time(days: Iterator[date]) -> Iterator[date]:
    try:
        yield from days
    except OverflowError:
        return
