"""GET /venues/{venue}/days/{date}: the overview, answered with 304 while nothing changes."""

from __future__ import annotations

import datetime as dt
from datetime import datetime
from hashlib import blake2b
from typing import Annotated

import msgspec
from litestar import Response, get
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, HeaderParameter
from msgspec import Struct

from ledig.availability import Reason, Unknown
from ledig.busy import minute, spans
from ledig.memory.overviews import Overview
from ledig.venue import Venue
from ledig.web import times
from ledig.web.house import TheHouse
from ledig.web.problems import refusals


class OverviewDay(Struct, frozen=True):
    """Busy stretches per room in minutes elapsed since `start`, rounded outwards; null where a room is unknown."""

    venue: str
    date: dt.date
    zone: str
    start: datetime
    minutes: int
    rooms: list[str]
    busy: list[list[tuple[int, int]] | None]
    unknown: dict[str, Reason]

    @classmethod
    def of(cls, venue: Venue, day: dt.date, overview: Overview) -> OverviewDay:
        known, start = overview.busy, minute(overview.day.start)
        return cls(
            venue=venue.id,
            date=day,
            zone=venue.zone,
            start=overview.day.start,
            minutes=overview.day.length // times.MINUTE,
            rooms=list(known),
            busy=[
                None if isinstance(busy, Unknown) else [(begin - start, end - start) for begin, end in spans(busy)]
                for busy in known.values()
            ],
            unknown={room: b.reason for room, b in known.items() if isinstance(b, Unknown)},
        )


@get(
    "/venues/{venue:str}/days/{day:str}",
    summary="The overview: busy times of all rooms for one day",
    responses={
        200: ResponseSpec(OverviewDay, description="The day; `Ledig-As-Of` says how old the oldest known room is"),
        304: ResponseSpec(None, description="Nothing has changed since the ETag that you have"),
        **refusals(400, 404),
    },
)
async def show_day(
    house: TheHouse,
    venue: FromPath[str],
    day: FromPath[str],
    if_none_match: Annotated[str | None, HeaderParameter(name="If-None-Match")] = None,
) -> Response[bytes]:
    bound = await house.venue(venue)
    wanted = times.day(day)
    overview = await house.overview(bound, wanted)
    content = msgspec.json.encode(OverviewDay.of(bound.venue, wanted, overview))
    etag = f'"{blake2b(content, digest_size=12).hexdigest()}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    if overview.as_of:
        headers["Ledig-As-Of"] = times.rfc3339(overview.as_of)
    # A proxy that compresses makes a tag weak; the content is the same.
    if if_none_match and etag in (tag.strip().removeprefix("W/") for tag in if_none_match.split(",")):
        return Response(b"", status_code=304, headers=headers)
    return Response(content, media_type="application/json", headers=headers)
