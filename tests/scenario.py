"""Reads the scenario itself, event by event, so that ledig is not judged by another answer of the emulator."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from graph_emulator.exchange.event import Event
from graph_emulator.exchange.recurrence import DAYS
from graph_emulator.tenant import Tenant

BERLIN = ZoneInfo("Europe/Berlin")


def is_taken(tenant: Tenant, mailbox: str, instant: datetime) -> bool:
    """Whether any event of the room's calendar covers `instant`."""
    return any(start <= instant < end for start, end in times(tenant, mailbox, instant.astimezone(BERLIN).date()))


def times(tenant: Tenant, mailbox: str, day: date) -> Iterator[tuple[datetime, datetime]]:
    """When the room is taken on or around `day`, unmerged."""
    for event in tenant.calendar(mailbox).events():
        if event.cancelled or event.show_as == "free":
            continue
        if event.recurrence is None:
            yield event.start, event.end
            continue
        for around in (day - timedelta(days=1), day):
            if _recurs_on(event, around):
                begin = datetime.combine(around, event.start.astimezone(BERLIN).time(), BERLIN).astimezone(UTC)
                yield begin, begin + (event.end - event.start)


def _recurs_on(event: Event, day: date) -> bool:
    pattern = event.recurrence
    assert pattern is not None
    assert pattern.kind in ("daily", "weekly"), "the demo has no other patterns"
    if day < pattern.start or (pattern.until and day > pattern.until):
        return False
    assert pattern.times is None
    if pattern.kind == "daily":
        return (day - pattern.start).days % pattern.interval == 0
    weeks = (_monday(day) - _monday(pattern.start)).days // 7
    return DAYS[day.weekday()] in pattern.days and weeks % pattern.interval == 0


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
