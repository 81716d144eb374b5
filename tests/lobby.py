"""Where the tests take place: a lobby on a Monday morning, its clock, and its kiosk's secret."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from ledig import busy
from ledig.busy import Busy
from ledig.intervals import Interval

MONDAY_10_10 = datetime(2026, 11, 23, 9, 10, tzinfo=UTC)
SECRET = "a-secret-that-only-the-kiosk-of-this-test-knows"


def taken(*intervals: Interval) -> Busy:
    """Busy times, as they are remembered."""
    return busy.of(busy.span(interval) for interval in intervals)


async def settled() -> None:
    """All that is under way has come to where it waits for the clock."""
    for _ in range(10):
        await asyncio.sleep(0)


class ToldClock:
    """Stands still until it is moved. Short sleeps move it; long ones wait until somebody else does."""

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._moved = asyncio.Condition()

    def now(self) -> datetime:
        return self._now

    async def sleep(self, duration: timedelta) -> None:
        if duration <= timedelta(seconds=5):
            await self.move(duration)
            return
        until = self._now + duration
        async with self._moved:
            await self._moved.wait_for(lambda: self._now >= until)

    async def move(self, by: timedelta) -> None:
        async with self._moved:
            self._now += by
            self._moved.notify_all()
