"""Serves the application with granian, in this process, until SIGINT or SIGTERM."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Sequence

from granian.constants import Interfaces
from granian.server.embed import Server
from litestar.types import ASGIApp

from ledig.web.days import InFront

PATIENCE = 10  # seconds that what is under way has when the server ends
CONNECTIONS = 10_000  # granian's own limit of 128 is a few dozen browsers, which keep some open each


async def serve(
    app: InFront, host: str, port: int, listens: Callable[[], None], metrics: tuple[ASGIApp, str, int] | None = None
) -> None:
    """Calls `listens` once a browser would get an answer. `metrics` has an address and a port of its own."""
    servers = [one_server(app, host, port)]
    if metrics:
        servers.append(one_server(*metrics))
    loop = asyncio.get_running_loop()
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(server.serve()) for server in servers]
        for ending in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(ending, _end, app, servers, tasks)
        serving = tasks[0]
        while not serving.done():
            if await _answers(host, port):
                listens()
                return
            await asyncio.sleep(0.01)


def one_server(app: ASGIApp, host: str, port: int) -> Server:
    return Server(
        app,
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        backlog=1024,
        backpressure=CONNECTIONS,
        log_enabled=False,
        websockets=False,
    )


def _end(app: InFront, servers: Sequence[Server], tasks: Sequence[asyncio.Task[None]]) -> None:
    """Streams first: a server waits for what is under way, but not for readers who take nothing any more."""
    app.end_streams()
    for server in servers:
        server.stop()  # type: ignore[no-untyped-call]
    for task in tasks:
        asyncio.get_running_loop().call_later(PATIENCE, task.cancel)


async def _answers(host: str, port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    writer.close()
    return True
