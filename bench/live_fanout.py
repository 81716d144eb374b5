"""A change told to a thousand browsers, beside bare socket writes (P4)."""

from __future__ import annotations

import asyncio
import os
import resource
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
from bench.serving import HOST, on_granian, processor_seconds, request
from bench.tables import ms, show, times
from ledig.busy import minute
from ledig.clock import RunningClock
from ledig.memory.overviews import Change
from ledig.ports import any_free
from ledig.web.app import create
from ledig.web.days import InFront

STREAMS = 1000
ROUNDS = 60
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


class Streams:
    """A thousand browsers that follow a day at one server."""

    def __init__(self, port: int, pid: int) -> None:
        self._port = port
        self._pid = pid
        self._selector = selectors.DefaultSelector()
        self.took: list[float] = []
        self.worked: list[float] = []
        before = resident(pid)
        for _ in range(STREAMS):
            stream = socket.create_connection((HOST, port))
            stream.sendall(request(f"{PATH}/live"))
            self._selector.register(stream, selectors.EVENT_READ)
        self._hear(20)
        self.memory = (resident(pid) - before) / STREAMS

    def tell(self) -> None:
        """A change, until the last stream has it."""
        began, worked = time.perf_counter(), processor_seconds(self._pid)
        with socket.create_connection((HOST, self._port)) as connection:
            connection.sendall(request("/prod"))
            connection.recv(1024)
            self._hear(5)
        self.took.append(time.perf_counter() - began)
        self.worked.append(processor_seconds(self._pid) - worked)

    def _hear(self, seconds: float) -> None:
        """Returns when every stream has heard of something other than a beat."""
        left = {key.fileobj for key in self._selector.get_map().values()}
        until = time.perf_counter() + seconds
        while left and time.perf_counter() < until:
            for key, _ in self._selector.select(0.1):
                connection = key.fileobj
                assert isinstance(connection, socket.socket)
                said = connection.recv(1 << 16)
                if EVENT in said and b"event: beat" not in said:
                    left.discard(connection)
        assert not left, f"{len(left)} of {STREAMS} heard nothing"


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
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    port = any_free(HOST)
    process = Process(target=bare_server, args=(port,))
    process.start()
    time.sleep(0.5)
    try:
        with on_granian(ledig) as (ours_at, pid):
            _prod_until_up(ours_at)
            servers = {"bare socket writes": Streams(port, process.pid or 0), "ledig": Streams(ours_at, pid)}
            for _ in range(ROUNDS):
                for streams in servers.values():
                    streams.tell()
    finally:
        process.kill()
        process.join()
    limit, ours = servers.values()
    rows = [
        (
            name,
            ms(statistics.median(streams.took)),
            times(statistics.median(streams.took) / statistics.median(limit.took)),
            ms(statistics.mean(streams.worked)),
            times(sum(streams.worked) / sum(limit.worked)),
        )
        for name, streams in servers.items()
    ]
    show(
        f"a change told to {STREAMS:,} streams, until the last has it; in turns",
        ("", "median", "of bare", "processor", "of bare"),
        rows,
        f"Promised: 2 x; 60 KB a stream at most (they take {ours.memory / 1000:.0f} KB).",
    )


def _prod_until_up(port: int) -> None:
    with socket.create_connection((HOST, port)) as connection:
        connection.sendall(request(PATH))
        time.sleep(1)
        connection.recv(1 << 20)


if __name__ == "__main__":
    main()
