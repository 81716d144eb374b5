"""Applications on servers in processes of their own, and a client that asks as fast as it is answered."""

from __future__ import annotations

import asyncio
import os
import selectors
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from multiprocessing import Process
from pathlib import Path
from subprocess import Popen
from tempfile import TemporaryDirectory

from ledig.ports import any_free
from ledig.web.server import one_server

HOST = "127.0.0.1"
CONNECTIONS = 32
SECONDS = 2.0

NGINX = """
daemon off;
master_process off;
worker_cpu_affinity 01;
pid nginx.pid;
events { worker_connections 1024; }
http {
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000000;
    client_body_temp_path %(folder)s;
    proxy_temp_path %(folder)s;
    fastcgi_temp_path %(folder)s;
    uwsgi_temp_path %(folder)s;
    scgi_temp_path %(folder)s;
    server {
        listen 127.0.0.1:%(port)s;
        root %(folder)s;
        default_type application/json;
        add_header Content-Encoding br;
    }
}
"""

Opened = Callable[[], AbstractAsyncContextManager[object]]
"""Opens an application (ASGI) and closes it."""


@contextmanager
def on_granian(opened: Opened) -> Iterator[tuple[int, int]]:
    """The port, and the process id."""
    with _process(_granian, opened) as served:
        yield served


@contextmanager
def on_uvicorn(opened: Opened) -> Iterator[tuple[int, int]]:
    with _process(_uvicorn, opened) as served:
        yield served


@contextmanager
def on_nginx(path: str, body: bytes) -> Iterator[tuple[int, int]]:
    """The same bytes as a file, sent by one worker of the nginx that is installed."""
    port = any_free(HOST)
    with TemporaryDirectory() as folder:
        file = Path(folder, path.lstrip("/"))
        file.parent.mkdir(parents=True)
        file.write_bytes(body)
        Path(folder, "nginx.conf").write_text(NGINX % {"folder": folder, "port": port})
        with _listening(Popen(("nginx", "-e", "stderr", "-p", folder, "-c", "nginx.conf")), port) as served:
            yield served


def ask(port: int, pid: int, request: bytes, seconds: float = SECONDS) -> float:
    """Answers for each second that the server's processor worked, all of them as long as the first."""
    length = len(_first_answer(port, request))
    selector = selectors.DefaultSelector()
    left = {}
    for _ in range(CONNECTIONS):
        connection = socket.create_connection((HOST, port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(connection, selectors.EVENT_READ)
        left[connection] = length
        connection.sendall(request)
    answers, began, worked = 0, time.perf_counter(), processor_seconds(pid)
    while time.perf_counter() - began < seconds:
        for key, _ in selector.select(1):
            connection = key.fileobj  # type: ignore[assignment]  # we registered it
            left[connection] -= len(connection.recv(1 << 18))
            if left[connection] <= 0:
                answers += 1
                left[connection] = length
                connection.sendall(request)
    worked = processor_seconds(pid) - worked
    for connection in left:
        connection.close()
    return answers / worked


def processor_seconds(pid: int) -> float:
    """How long a process has worked so far, with all its threads."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def request(path: str, **headers: str) -> bytes:
    lines = [f"GET {path} HTTP/1.1", "Host: localhost"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def etag(port: int, request: bytes) -> str:
    """The tag that the server gives what it answers."""
    head = _first_answer(port, request).partition(b"\r\n\r\n")[0].decode().lower()
    return next(line.partition(": ")[2] for line in head.splitlines() if line.startswith("etag:"))


def _first_answer(port: int, request: bytes) -> bytes:
    """Waits until what is asked for is at hand, too."""
    with socket.create_connection((HOST, port)) as connection:
        for _ in range(3):
            connection.sendall(request)
            time.sleep(0.3)
            answer = connection.recv(1 << 20)
    assert answer.startswith((b"HTTP/1.1 200", b"HTTP/1.1 304")), answer[:200]
    return answer


@contextmanager
def _process(serve: Callable[[Opened, int], None], opened: Opened) -> Iterator[tuple[int, int]]:
    port = any_free(HOST)
    process = Process(target=serve, args=(opened, port))
    process.start()
    with _listening(process, port) as served:
        yield served


@contextmanager
def _listening(process: Process | Popen[bytes], port: int) -> Iterator[tuple[int, int]]:
    """Waits until it listens, and ends it in the end."""
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                socket.create_connection((HOST, port)).close()
                break
            except OSError:
                time.sleep(0.05)
        yield port, process.pid or 0
    finally:
        process.kill()
        process.join() if isinstance(process, Process) else process.wait()


def _granian(opened: Opened, port: int) -> None:
    async def serve() -> None:
        async with opened() as app:
            await one_server(app, HOST, port).serve()  # type: ignore[arg-type]

    _stay_on_one_core()
    asyncio.run(serve())


def _uvicorn(opened: Opened, port: int) -> None:
    import uvicorn
    import uvloop

    async def serve() -> None:
        async with opened() as app:
            config = uvicorn.Config(app, host=HOST, port=port, log_level="critical", access_log=False)  # type: ignore[arg-type]
            await uvicorn.Server(config).serve()

    _stay_on_one_core()
    uvloop.run(serve())


def _stay_on_one_core() -> None:
    os.sched_setaffinity(0, {0})
