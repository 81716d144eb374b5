"""GET /venues/{venue}/days/{date}/live: a stream of what changes, for one browser."""

from __future__ import annotations

import asyncio
import datetime as dt
from contextlib import suppress
from datetime import timedelta

from litestar import get
from litestar.openapi import ResponseSpec
from litestar.params import FromPath
from litestar.types import Receive, Scope, Send

from ledig.errors import TooMuchAsked
from ledig.memory.day import Overview
from ledig.web import times
from ledig.web.caller import Caller
from ledig.web.edge import NO_COMPRESSION
from ledig.web.house import House, TheHouse
from ledig.web.live import Listener
from ledig.web.problems import refusals

STREAMS = 5000
GRACE = 1  # seconds to hear the end in; a reader that takes nothing any more is cut off without
STRAIGHT = "ledig_send"  # where a request has the server's own `send`, which the framework wraps for each message
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


class Following:
    """The stream as a plain ASGI function: a framework's is told of a change three times as slowly."""

    def __init__(self, house: House, venue: str, day: dt.date, overview: Overview, etag: str) -> None:
        self._house = house
        self._what = venue, day
        self._begins_with = overview, etag

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        house = self._house
        straight: Send = scope.get(STRAIGHT, send)  # type: ignore[assignment]  # a key of our own
        with house.overviews.followed(*self._what), house.live.listening(*self._what, *self._begins_with) as listener:
            await send({"type": "http.response.start", "status": 200, "headers": [*HEADERS]})
            leaving = asyncio.create_task(_left(receive, listener))
            try:
                with suppress(TimeoutError):
                    async with asyncio.timeout(None) as patience:
                        listener.at_the_end = lambda: patience.reschedule(asyncio.get_running_loop().time() + GRACE)
                        await asyncio.create_task(_tell(listener, straight))
            finally:
                leaving.cancel()


async def _tell(listener: Listener, send: Send) -> None:
    """A task of its own wakes up sooner than one deep inside a framework."""
    while message := await listener.hear():
        await send({"type": "http.response.body", "body": message, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _left(receive: Receive, listener: Listener) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    listener.tell(None)


@get(
    "/venues/{venue:str}/days/{day:str}/live",
    summary="What changes on that day, as it changes: Server-Sent Events",
    opt={NO_COMPRESSION: True},
    responses={
        200: ResponseSpec(
            str,
            description="`version` on connecting and after each read, `rooms` for changes, `beat` every 15 seconds",
            media_type="text/event-stream",
        ),
        **refusals(400, 404, 429),
    },
)
async def follow_day(house: TheHouse, caller: Caller, venue: FromPath[str], day: FromPath[str]) -> Following:
    bound = await house.venue(venue)
    wanted = times.day(day)
    if house.live.listeners >= STREAMS:
        raise TooMuchAsked(timedelta(minutes=1))
    overview = await house.overview(bound, wanted, caller)
    written = await house.sheets.write(bound.venue, wanted, overview, "identity")
    return Following(house, venue, wanted, overview, written.etag)
