"""Serves the application with granian, in this process, until SIGINT or SIGTERM."""

from __future__ import annotations

import asyncio
import signal

from granian.constants import Interfaces
from granian.server.embed import Server
from litestar import Litestar


async def serve(app: Litestar, host: str, port: int) -> None:
    server = Server(app, address=host, port=port, interface=Interfaces.ASGINL, log_enabled=False, websockets=False)
    loop = asyncio.get_running_loop()
    for ending in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(ending, server.stop)
    await server.serve()
