"""What the server does beside answering."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

import httpx
from starlette.responses import Response

from faults import cut, done_but_cut, on
from graph_emulator.log import Answer
from graph_emulator.tenant import Tenant
from ledig.booking import Outcome
from ledig.web.house import House
from lobby import ToldClock
from scenario import BERLIN

PATH = "/api/v1/kiosk/bookings"
WRITE = "POST /users/{id}/events"
KEY = str(UUID(int=0x0193_5B00_0000_7000_8000_0000_0000_0001))


async def test_what_was_written_without_an_answer_is_taken_back(
    kiosk: httpx.AsyncClient, house: House, tenant: Tenant, clock: ToldClock
) -> None:
    """Nobody asks again, so when its lease is over the room is free again."""
    wish = _wish(clock)
    before = len(_events(tenant, clock))
    tenant.cloud.intercept = on(WRITE, then=done_but_cut)
    assert (await kiosk.post(PATH, json=wish)).status_code == 503
    assert len(_events(tenant, clock)) == before + 1

    await clock.move(house.settings.booking.lease + timedelta(seconds=20))
    await asyncio.wait_for(_until_gone(kiosk, tenant, clock, before), 5)

    attempt = await house.attempts.get(house.settings.tenant.id, "lobby", KEY)
    assert attempt is not None
    assert attempt.outcome is Outcome.UNAVAILABLE


async def test_a_booking_that_was_refused_blocks_nobody(
    kiosk: httpx.AsyncClient, tenant: Tenant, clock: ToldClock
) -> None:
    """The next one may try at once."""

    async def refused(_: Answer) -> Response:
        return Response('{"error": {"code": "ErrorInvalidRequest"}}', 400)

    tenant.cloud.intercept = on(WRITE, refused)

    assert (await kiosk.post(PATH, json=_wish(clock))).status_code == 503
    assert (await kiosk.post(PATH, json={**_wish(clock), "key": KEY[:-1] + "2"})).status_code == 201


async def test_a_write_that_never_arrived_blocks_until_its_lease_is_over(
    kiosk: httpx.AsyncClient, house: House, tenant: Tenant, clock: ToldClock
) -> None:
    tenant.cloud.intercept = on(WRITE, *[cut] * 4)
    other = {**_wish(clock), "key": KEY[:-1] + "2"}

    assert (await kiosk.post(PATH, json=_wish(clock))).status_code == 503
    assert (await kiosk.post(PATH, json=other)).status_code == 409
    await clock.move(house.settings.booking.lease + timedelta(seconds=20))

    assert await asyncio.wait_for(_until_booked(kiosk, other), 5) == 201


def _wish(clock: ToldClock) -> dict[str, str]:
    start = clock.now().replace(minute=0) + timedelta(hours=8)
    return {"key": KEY, "room": "1096", "start": start.isoformat(), "end": (start + timedelta(minutes=30)).isoformat()}


def _events(tenant: Tenant, clock: ToldClock) -> list[object]:
    midnight = clock.now().astimezone(BERLIN).replace(hour=0, minute=0)
    return [*tenant.events("room-1096@rooms.example.org", midnight, midnight + timedelta(days=1))]


async def _until_gone(kiosk: httpx.AsyncClient, tenant: Tenant, clock: ToldClock, before: int) -> None:
    while len(_events(tenant, clock)) > before:
        await kiosk.get(PATH)


async def _until_booked(kiosk: httpx.AsyncClient, wish: dict[str, str]) -> int:
    while (answer := await kiosk.post(PATH, json=wish)).status_code == 409:
        pass
    return answer.status_code
