"""The server that carries the application."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from contextlib import ExitStack
from urllib.parse import urlsplit

import httpx
import pytest
from litestar.types import Receive, Scope, Send

from ledig.ports import any_free
from ledig.web import server
from ledig.web.days import InFront
from served import demo

IDLE = 300  # a few dozen browsers, which keep up to six connections open each


def test_many_idle_browsers_shut_nobody_out() -> None:
    """Open connections wait for nothing and take nothing from others."""
    with demo() as (address, _), ExitStack() as stack:
        port = urlsplit(address).port
        for _ in range(IDLE):
            idle = stack.enter_context(socket.create_connection(("127.0.0.1", port or 0), timeout=10))
            idle.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert idle.recv(12) == b"HTTP/1.1 200"

        assert httpx.get(f"{address}health", timeout=5).json()["status"] == "ok"


class MoreThanIsTaken(InFront):
    """Answers with more than fits into a connection whose other end does not read."""

    def __init__(self) -> None:
        self.is_under_way = asyncio.Event()

    def end_streams(self) -> None: ...

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        self.is_under_way.set()
        await send({"type": "http.response.body", "body": bytes(32 << 20), "more_body": False})


async def test_the_server_does_not_wait_for_ever_for_a_reader_who_takes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(server, "PATIENCE", 0.1)
    app, port, listens = MoreThanIsTaken(), any_free("127.0.0.1"), asyncio.Event()
    serving = asyncio.create_task(server.serve(app, "127.0.0.1", port, listens.set))
    async with asyncio.timeout(10):
        await listens.wait()
        with socket.create_connection(("127.0.0.1", port)) as stuck:
            stuck.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            await app.is_under_way.wait()

            os.kill(os.getpid(), signal.SIGTERM)

            await serving
