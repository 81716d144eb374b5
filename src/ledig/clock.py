"""The clock everything runs on: the real one, or one that was set when the program started."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time and waits; tests bring their own."""

    def now(self) -> datetime:
        """The present instant, in UTC."""

    async def sleep(self, duration: timedelta) -> None:
        """Returns when `duration` has passed on this clock."""


class RunningClock:
    """The machine's clock, or one that stood at `start` when it was made and runs on from there."""

    def __init__(self, start: datetime | None = None) -> None:
        self._ahead = start - datetime.now(UTC) if start else timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    async def sleep(self, duration: timedelta) -> None:
        await asyncio.sleep(duration.total_seconds())
