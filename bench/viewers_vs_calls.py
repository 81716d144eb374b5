"""How often Microsoft is asked while one or a thousand look (P3)."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta

from bench.building import DAY, NOW, Calendars, get, invented
from bench.tables import show
from ledig.web.app import create

MINUTES = 10


class Moved:
    """A clock that the bench moves on."""

    def __init__(self) -> None:
        self._now = NOW
        self._moved = asyncio.Condition()

    def now(self) -> datetime:
        return self._now

    async def sleep(self, duration: timedelta) -> None:
        until = self._now + duration
        async with self._moved:
            await self._moved.wait_for(lambda: self._now >= until)

    async def move(self, by: timedelta) -> None:
        async with self._moved:
            self._now += by
            self._moved.notify_all()
        for _ in range(20):
            await asyncio.sleep(0)


async def reads(viewers: int) -> int:
    """Every viewer asks for the whole day each 30 seconds, and follows it besides."""
    calendars, clock = Calendars(), Moved()
    async with invented(100, calendars, clock) as house:
        app = create(house)
        await get(app)
        with house.overviews.followed("bench", date.fromisoformat(DAY)):
            for _ in range(2 * MINUTES):
                await asyncio.gather(*(get(app) for _ in range(viewers)))
                await clock.move(timedelta(seconds=30))
    return calendars.asked


def main() -> None:
    rows = [(f"{viewers:,}", f"{asyncio.run(reads(viewers))}") for viewers in (0, 1, 1000)]
    show(f"reads of a day in {MINUTES} minutes", ("viewers that ask, beside one that follows", "reads"), rows)


if __name__ == "__main__":
    main()
