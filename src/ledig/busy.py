"""Busy times as edges: minutes since 1970 (UTC) at which a room becomes taken, free, taken again, and so on.

Rounded outwards to whole minutes. Merged and in order by what they are, they take little memory, and one bisection
tells how a room stands at an instant: behind an odd number of edges it is taken.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from ledig.intervals import Interval

MINUTE = timedelta(minutes=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Busy = tuple[int, ...]
Span = tuple[int, int]
"""From one minute to another, without the last."""


def minute(instant: datetime) -> int:
    """The minute an instant lies in."""
    return (instant - EPOCH) // MINUTE


def minute_after(instant: datetime) -> int:
    """The first minute that begins no earlier than an instant."""
    return -((EPOCH - instant) // MINUTE)


def instant(minute: int) -> datetime:
    return EPOCH + minute * MINUTE


def span(interval: Interval) -> Span:
    """Rounded outwards."""
    return minute(interval.start), minute_after(interval.end)


def of(spans: Iterable[Span]) -> Busy:
    """The same time without overlaps, in order; spans that touch become one."""
    edges: list[int] = []
    for start, end in sorted(spans):
        if edges and start <= edges[-1]:
            edges[-1] = max(edges[-1], end)
        else:
            edges += (start, end)
    return tuple(edges)


def spans(busy: Busy) -> list[Span]:
    return list(zip(busy[::2], busy[1::2], strict=True))


def within(busy: Busy, window: Span) -> Busy:
    """The part inside a window."""
    start, end = window
    if not busy or (start <= busy[0] and busy[-1] <= end):
        return busy
    first, last = bisect_right(busy, start), bisect_left(busy, end)
    return (start,) * (first % 2) + busy[first:last] + (end,) * (last % 2)


def together(*several: Busy) -> Busy:
    """Taken where one of them is."""
    return of(span for busy in several for span in spans(busy))
