"""A building of many invented rooms, put into a house as an import would."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from random import Random
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import msgspec

from ledig.availability import Mailbox, Tell
from ledig.busy import Busy, Span, minute, of
from ledig.clock import Clock
from ledig.intervals import Interval
from ledig.memory.overviews import Overviews
from ledig.settings import Settings, TenantSettings
from ledig.venue import Attribution, Binding, Level, Room, Venue
from ledig.web.house import House, opened_house

NOW = datetime(2026, 11, 24, 9, 10, tzinfo=UTC)
DAY = "2026-11-24"
PATH = f"/api/v1/venues/bench/days/{DAY}"

MEETINGS = 12
HALF_AN_HOUR = 30
App = Callable[..., Awaitable[None]]


async def put_rooms(house: House, rooms: int, now: datetime = NOW) -> None:
    bound = [Binding(_room(number), mailbox(number), ()) for number in range(rooms)]
    venue = Venue(
        id="bench",
        name="Bench",
        zone="Europe/Berlin",
        attribution=Attribution("", ""),
        licence="",
        plan="1",
        bearing=0,
        bounds=(0, 0, 1, 1),
        levels=(Level(0, "Ground floor", "0"),),
        rooms=tuple(binding.room for binding in bound),
    )
    await house.venues.put(venue, b"{}", bound, now)


def mailbox(number: int) -> str:
    return f"room-{number}@bench.example.org"


class Calendars:
    """Implements availability.FreeBusy: a day of invented meetings, which may change, told as Microsoft would."""

    def __init__(self, chunk: int = 20) -> None:
        self.asked = 0
        self.seed = 0
        self._chunk = chunk

    async def busy_times(self, mailboxes: Sequence[Mailbox], during: Interval, zone: ZoneInfo, tell: Tell) -> None:
        self.asked += 1
        random, start = Random(self.seed), minute(during.start)
        for first in range(0, len(mailboxes), self._chunk):
            tell({mailbox: meetings(random, start) for mailbox in mailboxes[first : first + self._chunk]})
            await asyncio.sleep(0)


def meetings(random: Random, start: int) -> Busy:
    return of(_span(start, slot) for slot in random.sample(range(14, 40), MEETINGS))


@lru_cache
def _span(start: int, slot: int) -> Span:
    """The same object for the same time, as it is for what Microsoft tells."""
    return start + slot * HALF_AN_HOUR, start + (slot + 1) * HALF_AN_HOUR


@asynccontextmanager
async def invented(rooms: int, calendars: Calendars, clock: Clock, folder: str | None = None) -> AsyncIterator[House]:
    """A house without Microsoft, with rooms, or with those that are in the folder's database already."""
    with TemporaryDirectory() as own:
        settings = Settings(
            public_url="http://localhost:8000",
            database=f"{folder or own}/ledig.db",
            tenant=TenantSettings(id="bench.example", client_id="bench", client_secret="none"),
        )
        async with opened_house(settings, clock) as opened:
            overviews = Overviews(calendars, clock, tell=opened.live.tell)
            house = replace(opened, overviews=overviews)
            if rooms:
                await put_rooms(house, rooms, clock.now())
            yield house
            await overviews.close()


async def get(app: App, path: str = PATH, headers: Iterable[tuple[bytes, bytes]] = ()) -> tuple[int, bytes]:
    """What the application answers, without a socket in between."""
    status, body = 0, b""

    async def send(message: dict[str, object]) -> None:
        nonlocal status, body
        status = msgspec.convert(message.get("status", status), int)
        body += msgspec.convert(message.get("body", b""), bytes)

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": list(headers),
        "client": ("127.0.0.1", 1),
    }
    await app(scope, receive, send)
    return status, body


def _room(number: int) -> Room:
    return Room(
        id=str(number),
        name=f"Room {number}",
        number=str(number),
        level=0,
        capacity=8,
        equipment=(),
        step_free="unknown",
        booking="auto",
    )
