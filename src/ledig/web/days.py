"""GET /venues/{venue}/days/{date}: the overview, answered with 304 while nothing changes.

What is at hand is answered by a plain ASGI function in front of the framework; the handler here does all the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated

from litestar import Response, get
from litestar.enums import HttpMethod, ScopeType
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, HeaderParameter
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send
from msgspec import Struct

from ledig.memory.day import Overview
from ledig.web import times
from ledig.web.caller import Caller
from ledig.web.edge import HEADERS, NO_COMPRESSION
from ledig.web.following import STRAIGHT
from ledig.web.house import House, TheHouse
from ledig.web.problems import refusals
from ledig.web.sheets import Coding, OverviewDay, Written, coding_for, holds

PREFIX = "/api/v1/venues/"


@get(
    "/venues/{venue:str}/days/{day:str}",
    summary="The overview: busy times of all rooms for one day",
    opt={NO_COMPRESSION: True},
    responses={
        200: ResponseSpec(OverviewDay, description="The day; `Ledig-As-Of` says how old the oldest known room is"),
        304: ResponseSpec(None, description="Nothing has changed since the ETag that you have"),
        **refusals(400, 404, 429),
    },
)
async def show_day(
    house: TheHouse,
    caller: Caller,
    venue: FromPath[str],
    day: FromPath[str],
    if_none_match: Annotated[str | None, HeaderParameter(name="If-None-Match")] = None,
    accept_encoding: Annotated[str | None, HeaderParameter(name="Accept-Encoding")] = None,
) -> Response[bytes]:
    bound = await house.venue(venue)
    wanted = times.day(day)
    overview = await house.overview(bound, wanted, caller)
    coding = coding_for((accept_encoding or "").encode("latin-1"))
    written = await house.sheets.write(bound.venue, wanted, overview, coding)
    headers = dict(_headers(written, overview, coding))
    if if_none_match and holds(if_none_match.encode("latin-1"), written.tag(coding)):
        return Response(b"", status_code=304, headers=headers)
    headers |= _coded(coding)
    return Response(written.packed[coding], media_type="application/json", headers=headers)


def _headers(written: Written, overview: Overview, coding: Coding) -> Iterable[tuple[str, str]]:
    yield "ETag", written.tag(coding)
    yield "Cache-Control", "no-cache"
    yield "Vary", "Accept-Encoding"
    if overview.as_of:
        yield "Ledig-As-Of", times.rfc3339(overview.as_of)


def _coded(coding: Coding) -> dict[str, str]:
    return {} if coding == "identity" else {"Content-Encoding": coding}


Headers = list[tuple[bytes, bytes]]


class _Heads(Struct, frozen=True):
    """The headers of an answer but for the time: of one without a body, and of a whole one."""

    etag: str
    as_of: datetime | None
    tag: str
    unchanged: Headers
    whole: Headers


class InFront:
    """Answers for days that are remembered and written already, and leaves all else to the framework."""

    def __init__(self, app: ASGIApp, house: House) -> None:
        self._app = app
        self._house = house
        self._fixed = _raw(HEADERS)
        self._heads: dict[tuple[str, Coding], _Heads] = {}

    def end_streams(self) -> None:
        self._house.live.end()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP and scope["method"] == "HEAD" and not scope["path"].endswith("/live"):
            scope["method"], send = HttpMethod.GET, _without_body(send)
        found = self._at_hand(scope) if scope["type"] == ScopeType.HTTP else None
        if found is None:
            scope[STRAIGHT] = send  # type: ignore[literal-required]  # a key of our own
            await self._app(scope, receive, send)
            return
        status, headers, body = found
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    def _at_hand(self, scope: HTTPScope) -> tuple[int, Headers, bytes] | None:
        path = scope["path"]
        if scope["method"] != "GET" or not path.startswith(PREFIX):
            return None
        venue, _, rest = path[len(PREFIX) :].partition("/days/")
        if len(rest) != len("2026-11-24"):
            return None
        now = self._house.clock.now()
        found = self._house.at_hand(venue, rest, now)
        if found is None:
            return None
        overview, written = found
        accepted = if_none_match = b""
        for name, value in scope["headers"]:
            if name == b"accept-encoding":
                accepted = value
            elif name == b"if-none-match":
                if_none_match = value
        coding = coding_for(accepted)
        body = written.packed.get(coding)
        if body is None:
            return None
        heads = self._heads.get((path, coding))
        if heads is None or heads.etag != written.etag or heads.as_of != overview.as_of:
            heads = self._written_anew(path, written, overview, coding)
        told_now = b"ledig-now", times.second(int(now.timestamp()))
        if if_none_match and holds(if_none_match, heads.tag):
            return 304, [*heads.unchanged, told_now], b""
        return 200, [*heads.whole, told_now], body

    def _written_anew(self, path: str, written: Written, overview: Overview, coding: Coding) -> _Heads:
        """The same for every browser until something is read."""
        told = dict(_headers(written, overview, coding))
        length = str(len(written.packed[coding]))
        whole = {**told, **_coded(coding), "Content-Type": "application/json", "Content-Length": length}
        unchanged, full = ([*_raw(headers), *self._fixed] for headers in (told, whole))
        if len(self._heads) > 512:
            self._heads.clear()
        heads = _Heads(written.etag, overview.as_of, written.tag(coding), unchanged, full)
        self._heads[path, coding] = heads
        return heads


def _without_body(send: Send) -> Send:
    async def send_without(message: Message) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return send_without


def _raw(headers: Mapping[str, str]) -> Headers:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]
