"""GET /venues/{venue}/days/{date}/live: a stream of what changes, for one browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

from litestar import get
from litestar.openapi import ResponseSpec
from litestar.params import FromPath
from litestar.response import Stream

from ledig.errors import TooMuchAsked
from ledig.web import times
from ledig.web.caller import Caller
from ledig.web.edge import NO_COMPRESSION
from ledig.web.house import TheHouse
from ledig.web.problems import refusals

STREAMS = 5000


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
async def follow_day(house: TheHouse, caller: Caller, venue: FromPath[str], day: FromPath[str]) -> Stream:
    bound = await house.venue(venue)
    wanted = times.day(day)
    if house.live.listeners >= STREAMS:
        raise TooMuchAsked(timedelta(minutes=1))
    overview = await house.overview(bound, wanted, caller)
    written = await house.sheets.write(bound.venue, wanted, overview, "identity")

    async def stream() -> AsyncIterator[bytes]:
        with house.overviews.followed(venue, wanted):
            async for message in house.live.stream(venue, wanted, overview, written.etag):
                yield message

    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Stream(stream(), media_type="text/event-stream", headers=headers)
