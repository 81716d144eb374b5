"""GET /venues/{venue}/days/{date}/live"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import httpx
import pytest
from litestar.types import HTTPScope, Message

from graph_emulator.exchange.schedule import FreeBusyError
from graph_emulator.tenant import Tenant
from ledig.web import following as following_module
from ledig.web import live
from ledig.web.app import create
from ledig.web.house import House
from lobby import ToldClock, settled
from scenario import BERLIN

TUESDAY = "/api/v1/venues/apb/days/2026-11-24"
EGG = "room-1096@rooms.example.org"
NINE_PM = datetime(2026, 11, 24, 21, tzinfo=BERLIN)
HALF_A_MINUTE = timedelta(seconds=30)


class Browser:
    """A browser's EventSource: reads one event after another, or not."""

    def __init__(self) -> None:
        self.said: asyncio.Queue[bytes] = asyncio.Queue()
        self.reads = asyncio.Event()
        self.reads.set()
        self.headers: dict[bytes, bytes] = {}
        self.status = 0

    async def event(self) -> tuple[str, dict[str, object]]:
        async with asyncio.timeout(5):
            name, data = (await self.said.get()).decode().strip().split("\n")
        return name.removeprefix("event: "), json.loads(data.removeprefix("data: "))

    async def end(self) -> None:
        """Returns when the server ends the stream."""
        async with asyncio.timeout(5):
            while await self.said.get():
                pass

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], dict(message["headers"])
        elif message["type"] == "http.response.body":
            await self.reads.wait()
            self.said.put_nowait(message["body"])


@asynccontextmanager
async def following(house: House, path: str = f"{TUESDAY}/live") -> AsyncIterator[Browser]:
    browser, left = Browser(), asyncio.Event()

    async def receive() -> object:
        await left.wait()
        return {"type": "http.disconnect"}

    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [],
        "client": ("127.0.0.1", 1),
    }
    task = asyncio.create_task(create(house)(_scope(scope), receive, browser.send))  # type: ignore[arg-type]
    try:
        yield browser
    finally:
        left.set()
        async with asyncio.timeout(5):
            await task


def _scope(scope: dict[str, object]) -> HTTPScope:
    return scope  # type: ignore[return-value]


async def test_tells_the_tag_of_what_there_is(visitor: httpx.AsyncClient, house: House) -> None:
    """Whoever holds that has missed nothing."""
    etag = (await visitor.get(TUESDAY, headers={"Accept-Encoding": "identity"})).headers["ETag"]

    async with following(house) as browser:
        name, told = await browser.event()

    assert browser.headers[b"content-type"].startswith(b"text/event-stream")
    assert (name, told) == ("version", {"etag": etag.strip('"'), "as_of": "2026-11-23T09:10:00Z"})


async def test_each_stream_says_what_time_it_is_when_it_begins(house: House, clock: ToldClock) -> None:
    for told in (b"2026-11-23T09:10:00Z", b"2026-11-23T09:10:30Z"):
        async with following(house) as browser:
            await browser.event()
        assert browser.headers[b"ledig-now"] == told
        await clock.move(HALF_A_MINUTE)


async def test_tells_rooms_that_changed_and_no_others(
    visitor: httpx.AsyncClient, house: House, tenant: Tenant, clock: ToldClock
) -> None:
    """Put into what the browser holds, they give what the server would answer."""
    before = await visitor.get(TUESDAY, headers={"Accept-Encoding": "identity"})
    async with following(house) as browser:
        await browser.event()
        tenant.add_event(EGG, NINE_PM, NINE_PM + timedelta(hours=1))
        await clock.move(HALF_A_MINUTE)
        name, told = await browser.event()
    after = await visitor.get(TUESDAY, headers={"Accept-Encoding": "identity"})

    assert name == "rooms"
    assert (told["was"], told["etag"]) == (before.headers["ETag"].strip('"'), after.headers["ETag"].strip('"'))
    assert told["as_of"] == "2026-11-23T09:10:30Z"
    assert _patched(before.json(), told["busy"]) == after.json()["busy"]
    assert told["busy"] == {"1096": after.json()["busy"][after.json()["rooms"].index("1096")]}


async def test_tells_that_nothing_changed(house: House, clock: ToldClock) -> None:
    """The page shows how old it is."""
    async with following(house) as browser:
        _, first = await browser.event()
        await clock.move(HALF_A_MINUTE)
        name, told = await browser.event()

    assert (name, told) == ("version", {"etag": first["etag"], "as_of": "2026-11-23T09:10:30Z"})


async def test_a_booking_of_ours_is_told_at_once(kiosk: httpx.AsyncClient, house: House) -> None:
    path = "/api/v1/venues/apb/days/2026-11-23/live"
    key = "019a0000-0000-7000-8000-000000000001"
    wish = {"key": key, "room": "1096", "start": "2026-11-23T18:00:00+01:00", "end": "2026-11-23T18:30:00+01:00"}
    async with following(house, path) as browser:
        await browser.event()
        assert (await kiosk.post("/api/v1/kiosk/bookings", json=wish)).status_code == 201
        name, told = await browser.event()

    assert name == "rooms"
    assert [1080, 1110] in told["busy"]["1096"]  # type: ignore[index]


async def test_a_room_that_cannot_be_read_any_more_is_told_with_its_reason(
    house: House, tenant: Tenant, clock: ToldClock
) -> None:
    async with following(house) as browser:
        await browser.event()
        tenant.schedule_errors[EGG] = FreeBusyError("5009", "Unable to resolve e-mail address")
        told: dict[str, object] = {}
        for _ in range(12):
            await clock.move(HALF_A_MINUTE)
            name, told = await browser.event()
            if name == "rooms":
                break

    assert (told["busy"], told["unknown"]) == ({"1096": None}, {"1096": "not_found"})


async def test_watching_keeps_it_read_and_leaving_ends_that(house: House, tenant: Tenant, clock: ToldClock) -> None:
    async with following(house) as browser:
        for _ in range(10):
            await browser.event()
            await clock.move(HALF_A_MINUTE)
        await browser.event()
    assert house.live.listeners == 0
    await clock.move(timedelta(minutes=2))
    calls = len(tenant.cloud.calls)

    await clock.move(timedelta(minutes=10))

    assert len(tenant.cloud.calls) == calls


async def test_a_beat_says_that_the_stream_lives(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "BEAT", timedelta(milliseconds=1))

    async with following(house) as browser:
        await browser.event()
        assert await browser.event() == ("beat", {})


async def test_a_reader_that_is_too_slow_is_cut_off(house: House, clock: ToldClock) -> None:
    """It comes again, and sees by the tag what it has missed. The others are told everything."""
    async with following(house) as slow, following(house) as quick:
        await slow.event()
        await quick.event()
        slow.reads.clear()
        for _ in range(live.WAITING + 3):
            await clock.move(HALF_A_MINUTE)
            await quick.event()
        slow.reads.set()
        await slow.end()
        assert quick.said.empty()


@pytest.mark.parametrize("by", ["falling behind", "the server's end"])
async def test_a_reader_that_takes_nothing_any_more_is_let_go(
    house: House, clock: ToldClock, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    """Nor does the server wait for it, though a message to it is still under way."""
    monkeypatch.setattr(following_module, "GRACE", 0)
    async with following(house) as stuck, following(house) as quick:
        await stuck.event()
        await quick.event()
        stuck.reads.clear()
        for _ in range(1 if by == "the server's end" else live.WAITING + 3):
            await clock.move(HALF_A_MINUTE)
            await quick.event()
        if by == "the server's end":
            house.live.end()

        async with asyncio.timeout(5):
            while house.live.listeners > (by == "falling behind"):
                await settled()


async def test_streams_end_before_the_server_does(house: House) -> None:
    """And none begins any more."""
    async with following(house) as browser:
        await browser.event()
        house.live.end()
        await browser.end()
    async with following(house) as late:
        await late.end()


@pytest.mark.parametrize(
    ("path", "status"), [("/api/v1/venues/apb/days/1999-01-01/live", 404), (f"{TUESDAY}x/live", 400)]
)
async def test_refuses_what_is_no_day_in_sight(house: House, path: str, status: int) -> None:
    async with following(house, path) as browser:
        await browser.said.get()

    assert browser.status == status


def _patched(day: dict[str, list[object]], changed: object) -> list[object]:
    assert isinstance(changed, dict)
    return [changed.get(room, busy) for room, busy in zip(day["rooms"], day["busy"], strict=True)]
