"""The overview that everybody asks for: whole and unchanged; beside a bare ASGI function and FastAPI (P2)."""

from __future__ import annotations

import asyncio
import shutil
import statistics
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager

from fastapi import FastAPI, Request, Response

from bench.building import NOW, PATH, Calendars, get, invented
from bench.serving import Opened, ask, etag, on_granian, on_nginx, on_uvicorn, request
from bench.tables import show
from ledig.clock import RunningClock
from ledig.web.app import create

ROOMS = 1000
REPEATS = 3
BARE = "bare ASGI function on granian"
WHOLE = request(PATH, Accept_Encoding="gzip, deflate, br")

OF_A_BODY = {b"content-type", b"content-length", b"content-encoding"}

Headers = list[tuple[bytes, bytes]]


@asynccontextmanager
async def ledig() -> AsyncIterator[object]:
    async with invented(ROOMS, Calendars(), RunningClock(NOW)) as house:
        app = create(house)
        await get(app, headers=[(b"accept-encoding", b"br")])
        yield app


class Answer:
    """What ledig answers, byte by byte."""

    def __init__(self) -> None:
        self.headers: Headers = []
        self.body = b""

    async def read(self) -> None:
        async with ledig() as app:

            async def send(message: dict[str, Headers | bytes]) -> None:
                if isinstance(headers := message.get("headers"), list):
                    self.headers = headers
                if isinstance(body := message.get("body"), bytes):
                    self.body = body

            async def receive() -> dict[str, object]:
                return {}

            scope = {"type": "http", "method": "GET", "path": PATH, "headers": [(b"accept-encoding", b"br")]}
            await app(scope, receive, send)  # type: ignore[operator]


def bare(answer: Answer) -> Opened:
    """The least that a function of ASGI can do: it looks at nothing but whether a tag came along."""
    unchanged = [(name, value) for name, value in answer.headers if name not in OF_A_BODY]

    @asynccontextmanager
    async def opened() -> AsyncIterator[object]:
        async def app(
            scope: dict[str, Headers], receive: object, send: Callable[[dict[str, object]], Awaitable[None]]
        ) -> None:
            is_known = any(name == b"if-none-match" for name, _ in scope["headers"])
            headers = unchanged if is_known else answer.headers
            await send({"type": "http.response.start", "status": 304 if is_known else 200, "headers": headers})
            await send({"type": "http.response.body", "body": b"" if is_known else answer.body})

        yield app

    return opened


def fastapi(answer: Answer) -> Opened:
    """The same bytes from FastAPI, as its documents show it."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[object]:
        app = FastAPI()
        headers = {name.decode(): value.decode() for name, value in answer.headers}

        @app.get("/api/v1/venues/{venue}/days/{day}")
        async def day(venue: str, day: str, request: Request) -> Response:
            if request.headers.get("if-none-match") == headers["etag"]:
                return Response(status_code=304, headers={"etag": headers["etag"]})
            return Response(answer.body, headers=headers)

        yield app

    return opened


def main() -> None:
    answer = Answer()
    asyncio.run(answer.read())
    found: dict[str, dict[str, float]] = {}
    with ExitStack() as stack:
        servers = {
            BARE: stack.enter_context(on_granian(bare(answer))),
            "ledig on granian": stack.enter_context(on_granian(ledig)),
            "FastAPI on uvicorn": stack.enter_context(on_uvicorn(fastapi(answer))),
        }
        if shutil.which("nginx"):
            servers["nginx, a file"] = stack.enter_context(on_nginx(PATH, answer.body))
        unchanged = {
            name: request(PATH, Accept_Encoding="gzip, deflate, br", If_None_Match=etag(port, WHOLE))
            for name, (port, _) in servers.items()
        }
        for kind, asked in (("whole, br", dict.fromkeys(servers, WHOLE)), ("304", unchanged)):
            runs: dict[str, list[float]] = {name: [] for name in servers}
            for _ in range(REPEATS):
                for name, (port, pid) in servers.items():
                    runs[name].append(ask(port, pid, asked[name]))
            found[kind] = {name: statistics.median(rates) for name, rates in runs.items()}
    limits = {kind: rates[BARE] for kind, rates in found.items()}
    rows = [
        (
            name,
            *(
                text
                for kind in found
                for text in (f"{found[kind][name]:,.0f}", f"{found[kind][name] / limits[kind]:.0%}")
            ),
        )
        for name in next(iter(found.values()))
    ]
    nginx = "" if shutil.which("nginx") else " Where nginx is installed, it is put beside them."
    show(
        f"warm overview: {ROOMS:,} rooms, {len(answer.body):,} bytes, answers a second of the server's processor",
        ("", *(text for kind in found for text in (kind, "of bare"))),
        rows,
        f"Promised: 80 % of the bare function.{nginx}",
    )


if __name__ == "__main__":
    main()
