"""A change told to a thousand browsers, beside bare socket writes (P4)."""

from __future__ import annotations

import asyncio
import os
import selectors
import socket
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date
from itertools import count
from multiprocessing import Process
from pathlib import Path

from msgspec.structs import replace

from bench.building import DAY, NOW, PATH, Calendars, invented
from bench.serving import HOST, on_granian, request
from bench.tables import ms, show, times
from ledig.busy import minute
from ledig.clock import RunningClock
from ledig.memory.overviews import Change
from ledig.ports import any_free
from ledig.web.app import create
from ledig.web.days import InFront

STREAMS = 1000
ROUNDS = 15
EVENT = b"event: "

Send = Callable[[dict[str, object]], Awaitable[None]]


class Prodded:
    """ledig, with one more address that lets a room change."""

    def __init__(self, app: InFront, change: Callable[[], None]) -> None:
        self._app = app
        self._change = change

    async def __call__(self, scope: dict[str, object], receive: object, send: Send) -> None:
        if scope.get("path") != "/prod":
            await self._app(scope, receive, send)  # type: ignore[arg-type]
            return
        self._change()
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})


@asynccontextmanager
async def ledig() -> AsyncIterator[object]:
    async with invented(STREAMS, Calendars(), RunningClock(NOW)) as house:
        day, minutes = date.fromisoformat(DAY), count()

        def change() -> None:
            overview = house.overviews.remembered("bench", day)
            assert overview
            start = minute(overview.day.start) + next(minutes)
            changed = replace(overview, busy={**overview.busy, "0": (start, start + 1)})
            house.live.tell(Change("bench", day, {"0"}, changed))

        yield Prodded(create(house), change)


def told(port: int, prod: Callable[[], None]) -> list[float]:
    """Seconds from the change to the last of the streams."""
    selector = selectors.DefaultSelector()
    streams = []
    for _ in range(STREAMS):
        stream = socket.create_connection((HOST, port))
        stream.sendall(request(f"{PATH}/live"))
        selector.register(stream, selectors.EVENT_READ)
        streams.append(stream)
    _hear(selector, STREAMS, 20)
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        prod()
        _hear(selector, STREAMS, 5)
        took.append(time.perf_counter() - began)
    for stream in streams:
        stream.close()
    return took


def _hear(selector: selectors.BaseSelector, streams: int, seconds: float) -> None:
    """Returns when every stream has heard of something other than a beat."""
    left = {key.fileobj for key in selector.get_map().values()}
    until = time.perf_counter() + seconds
    while left and time.perf_counter() < until:
        for key, _ in selector.select(0.1):
            connection = key.fileobj
            assert isinstance(connection, socket.socket)
            said = connection.recv(1 << 16)
            if EVENT in said and b"event: beat" not in said:
                left.discard(connection)
    assert not left, f"{len(left)} of {streams} heard nothing"


def resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def bare_server(port: int) -> None:
    """Accepts, says a first event, and writes to all when it is prodded."""

    async def serve() -> None:
        writers: list[asyncio.StreamWriter] = []
        message = b"event: rooms\ndata: " + b"x" * 300 + b"\n\n"

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            asked = await reader.readuntil(b"\r\n\r\n")
            if b"/prod" in asked:
                for each in writers:
                    each.transport.write(message)
                writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
                writer.close()
            else:
                writers.append(writer)
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\nevent: version\ndata: {}\n\n")

        server = await asyncio.start_server(connected, HOST, port, backlog=1024)
        await server.serve_forever()

    os.sched_setaffinity(0, {0})
    asyncio.run(serve())


def main() -> None:
    port = any_free(HOST)
    process = Process(target=bare_server, args=(port,))
    process.start()
    time.sleep(0.5)
    try:
        limit = told(port, lambda: _prod(port))
    finally:
        process.kill()
        process.join()
    with on_granian(ledig) as (ours_at, pid):
        _prod_until_up(ours_at)
        before = resident(pid)
        ours = told(ours_at, lambda: _prod(ours_at))
        grown = resident(pid) - before
    rows = [
        (name, ms(statistics.median(took)), ms(max(took)), times(statistics.median(took) / statistics.median(limit)))
        for name, took in {"bare socket writes": limit, "ledig": ours}.items()
    ]
    show(
        f"a change told to {STREAMS:,} streams, until the last has it",
        ("", "median", "worst", "of bare"),
        rows,
        f"Promised: 2 x; 60 KB a stream at most (they take {grown / STREAMS / 1000:.0f} KB).",
    )


def _prod(port: int) -> None:
    with socket.create_connection((HOST, port)) as connection:
        connection.sendall(request("/prod"))
        connection.recv(1024)


def _prod_until_up(port: int) -> None:
    with socket.create_connection((HOST, port)) as connection:
        connection.sendall(request(PATH))
        time.sleep(1)
        connection.recv(1 << 20)


if __name__ == "__main__":
    main()
