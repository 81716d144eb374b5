"""What is remembered of 10,000 rooms on 7 days (P8), and whether anything grows over 10,000 refreshes."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.building import DAY, NOW, Calendars, get, invented
from bench.tables import show
from ledig import logs
from ledig.clock import RunningClock
from ledig.web.app import create

ROOMS = 10_000
DAYS = 7
FEW = 20
REFRESHES = 10_000
FIRST = date.fromisoformat(DAY)
MB = 1e6


def resident() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / MB


async def large(folder: str) -> tuple[float, float]:
    """Before anything is read, and with all days held, written and packed."""
    async with invented(0, Calendars(), RunningClock(NOW), folder) as house:
        app = create(house)
        before = resident()
        for day in (FIRST + timedelta(days=n) for n in range(DAYS)):
            for coding in (b"br", b"gzip"):
                path = f"/api/v1/venues/bench/days/{day}"
                status, _ = await get(app, path, headers=[(b"accept-encoding", coding)])
                assert status == 200
        return before, resident()


async def long(folder: str) -> tuple[float, float]:
    """After the first thousand refreshes, and after all."""
    calendars = Calendars()
    async with invented(FEW, calendars, RunningClock(NOW), folder) as house:
        app = create(house)
        after_first = 0.0
        for n in range(REFRESHES):
            calendars.seed = n
            await get(app)
            house.overviews.read_at_once("bench", FIRST)
            if n == REFRESHES // 10:
                after_first = resident()
        assert calendars.asked >= REFRESHES
        return after_first, resident()


async def make(folder: str) -> tuple[float, float]:
    async with invented(ROOMS, Calendars(), RunningClock(NOW), folder):
        return 0, 0


def run(work: Callable[[str], Coroutine[None, None, tuple[float, float]]], folder: str) -> tuple[float, float]:
    logs.set_up(is_quiet=True)
    return asyncio.run(work(folder))


def main() -> None:
    # Processes of their own: what other benches left behind is not ledig's, nor what made the database.
    spawn = get_context("spawn")
    with TemporaryDirectory() as folder:
        with spawn.Pool(1) as pool:
            pool.apply(run, (make, folder))
        with spawn.Pool(1) as pool:
            before, after = pool.apply(run, (large, folder))
            first, last = pool.apply(run, (long, folder))
    rows = [("with the rooms, nothing read", f"{before:,.0f} MB"), (f"{DAYS} days held", f"{after:,.0f} MB")]
    show(f"one worker with {ROOMS:,} rooms", ("", "resident"), rows, "Promised: 200 MB.")
    rows = [(f"after {REFRESHES // 10:,}", f"{first:,.1f} MB"), (f"after {REFRESHES:,}", f"{last:,.1f} MB")]
    show(f"refreshes of {FEW} rooms that change each time", ("", "resident"), rows, "Promised: it does not grow.")


if __name__ == "__main__":
    main()
