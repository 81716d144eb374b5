"""The server that carries the application."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from urllib.parse import urlsplit

import httpx

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
