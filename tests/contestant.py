"""Workers in processes of their own that book against each other; some of them are killed.

`python contestant.py` is one of them: it reads an `Order` from its standard input, says when it is ready, begins when
the input ends, and tells a line for each wish.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryFile
from uuid import UUID
from zoneinfo import ZoneInfo

import aiohttp
import msgspec
import structlog
from msgspec import Struct

from ledig.booking import Bookings, Entry, Outcome, Target, Wish
from ledig.clock import RunningClock
from ledig.errors import CalendarUnavailable, RoomTaken
from ledig.graph.calendar import GraphCalendar
from ledig.graph.transport import Transport
from ledig.intervals import Interval
from ledig.settings import BookingSettings
from ledig.store.attempts import StoredAttempts
from ledig.store.database import opened
from ledig.store.duties import StoredDuties
from ledig.web.duties import repeat

ZONE = ZoneInfo("Europe/Berlin")
HURRIED = BookingSettings(lease_seconds=3, settle_seconds=2, later_look_seconds=1)
MINUTE = timedelta(minutes=1)
PATIENCE = timedelta(seconds=0.3)
AT_ONCE = 16


class Slot(Struct, frozen=True):
    """An hour of a room that many want: what they wish for overlaps within it."""

    room: str
    start: datetime

    def wish(self, who: str, random: Random) -> Wish:
        start = self.start + random.choice((0, 10, 20)) * MINUTE
        key = str(UUID(int=random.getrandbits(128)))
        return Wish(
            key=key, tenant="t", venue="v", room=self.room, kiosk=who, during=Interval(start, start + 40 * MINUTE)
        )


class Order(Struct, frozen=True, kw_only=True):
    """What a worker does: `writers` try all slots each; or it dies once in each slot, at the moment named for it."""

    name: str
    database: str
    root: str
    token: str
    slots: Sequence[Slot]
    writers: int = 0
    times: BookingSettings = HURRIED
    moments: Sequence[str] = ()


class Told(Struct, frozen=True):
    """How a wish ended, as its kiosk heard."""

    wish: Wish
    outcome: Outcome


class Token:
    def __init__(self, token: str) -> None:
        self._token = token

    async def token(self, *, refused: str | None = None) -> str:
        return self._token


class Mortal:
    """A calendar and its attempts whose user is killed at one moment, such as "after write 1"."""

    def __init__(self, calendar: GraphCalendar, attempts: StoredAttempts, moment: str) -> None:
        self._calendar = calendar
        self._attempts = attempts
        self._moment = moment
        self._done: dict[str, int] = {}

    async def entries(self, target: Target, during: Interval) -> Sequence[Entry]:
        self._come("before", "read")
        found = await self._calendar.entries(target, during)
        self._come("after", "read")
        return found

    async def write(self, target: Target, during: Interval, key: str, *, until: datetime) -> str:
        self._come("before", "write")
        event = await self._calendar.write(target, during, key, until=until)
        self._come("after", "write")
        return event

    async def remove(self, target: Target, event_id: str, *, until: datetime) -> None:
        self._come("before", "remove")
        await self._calendar.remove(target, event_id, until=until)
        self._come("after", "remove")

    async def end(self, target: Target, event_id: str, at: datetime) -> None:
        await self._calendar.end(target, event_id, at)

    def _come(self, side: str, act: str) -> None:
        self._done[act] = self._done.get(act, 0) + (side == "before")
        if self._moment == f"{side} {act} {self._done[act]}":
            os.kill(os.getpid(), signal.SIGKILL)


def target_of(wish: Wish) -> Target:
    return Target(wish.room, ZONE)


async def recovered(wish: Wish) -> Target:
    return target_of(wish)


@asynccontextmanager
async def worker(order: Order, clock: RunningClock, moment: str = "") -> AsyncIterator[tuple[Bookings, StoredDuties]]:
    async with opened(order.database) as engine, aiohttp.ClientSession() as session:
        calendar = GraphCalendar(Transport(session, order.root, Token(order.token), clock, AT_ONCE))
        attempts = StoredAttempts(engine, order.times.settle)
        bookings = Bookings(Mortal(calendar, attempts, moment), attempts, clock, order.times)
        yield bookings, StoredDuties(engine)
        await bookings.close()


async def contend(order: Order) -> None:
    """All writers at once, each through all slots in an order of its own; and recovery beside them."""
    clock = RunningClock()
    async with worker(order, clock) as (bookings, duties):

        async def recover() -> None:
            await bookings.recover("t", recovered)

        _say(b"ready")
        await asyncio.to_thread(sys.stdin.buffer.read)
        recovery = asyncio.create_task(repeat("recovery", recover, order.times.lease / 9, duties, clock))
        await asyncio.gather(*(_write(order, bookings, f"{order.name}-{number}") for number in range(order.writers)))
        await asyncio.sleep(order.times.later_look.total_seconds() + 0.5)
        recovery.cancel()
        await asyncio.gather(recovery, return_exceptions=True)


async def _write(order: Order, bookings: Bookings, who: str) -> None:
    random = Random(who)
    wishes = [slot.wish(f"{who}-{number}", random) for number, slot in enumerate(order.slots)]
    random.shuffle(wishes)
    for wish in wishes:
        outcome = await _insist(bookings, wish)
        _say(msgspec.json.encode(Told(wish, outcome)))


def _say(line: bytes) -> None:
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()


async def _insist(bookings: Bookings, wish: Wish) -> Outcome:
    """As a kiosk does that gets no answer: the same key again."""
    for _ in range(20):
        try:
            attempt, _ = await bookings.book(wish, target_of(wish))
            return attempt.outcome or Outcome.UNAVAILABLE
        except RoomTaken:
            return Outcome.ROOM_TAKEN
        except CalendarUnavailable:
            await asyncio.sleep(PATIENCE.total_seconds())
    return Outcome.UNAVAILABLE


def die_often(order: Order) -> None:
    """A process for each slot, of which none survives."""
    for number, (slot, moment) in enumerate(zip(order.slots, order.moments, strict=True)):
        if not os.fork():
            asyncio.run(_die(order, slot.wish(f"{order.name}-{number}", Random(number)), moment))
            os._exit(0)
        _, status = os.wait()
        if os.WIFSIGNALED(status):
            _say(moment.encode())


async def _die(order: Order, wish: Wish, moment: str) -> None:
    async with worker(order, RunningClock(), moment) as (bookings, _):
        await _insist(bookings, wish)


class Process:
    """A worker as seen from outside."""

    def __init__(self, order: Order) -> None:
        self._out = TemporaryFile()  # noqa: SIM115 (closed with the process)
        out = self._out
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__)), "die" if order.moments else "contend"],
            stdin=subprocess.PIPE,
            stdout=out,
        )
        assert self._process.stdin
        self._process.stdin.write(msgspec.json.encode(order) + b"\n")
        self._process.stdin.flush()

    @property
    def is_ready(self) -> bool:
        return not self.is_running or os.fstat(self._out.fileno()).st_size > 0

    def begin(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def said(self, timeout: float = 120) -> list[bytes]:
        """Its lines when it has ended, after the first, and without one that a kill cut off."""
        self.begin()
        try:
            self._process.wait(timeout)
        finally:
            self.kill()
        with self._out as out:
            out.seek(0)
            return out.read().split(b"\n")[1:-1]


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    order = msgspec.json.decode(sys.stdin.buffer.readline(), type=Order)
    if sys.argv[1] == "die":
        _say(b"ready")
        die_often(order)
    else:
        asyncio.run(contend(order))
