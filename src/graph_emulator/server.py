"""Serving the cloud on loopback: https with a certificate of its own making, and plain http beside it."""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from socket import AF_INET, IPPROTO_TCP, SO_REUSEADDR, SOCK_STREAM, SOL_SOCKET, socket
from tempfile import TemporaryDirectory
from threading import Event, Thread

import trustme
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from graph_emulator.cloud import Cloud
from graph_emulator.tenant import Tenant
from graph_emulator.world import World

HOST = "127.0.0.1"
PATIENCE = 0.5  # seconds that answers under way have when it ends


@dataclass(frozen=True, slots=True)
class Running:
    """A cloud that is being served; `ca_file` is what its https clients have to trust."""

    world: World
    https: str
    http: str
    ca_file: Path

    @property
    def cloud(self) -> Cloud:
        return self.world.cloud

    @property
    def tenant(self) -> Tenant:
        """The first tenant; in most tests the only one."""
        return next(iter(self.cloud.tenants.values()))


class PortBusy(OSError):
    """Somebody else listens there."""

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} is in use")
        self.port = port


@contextmanager
def running(cloud: Cloud, *, port: int = 0, http_port: int = 0, ca_file: Path | None = None) -> Iterator[Running]:
    """
    Serves a cloud from a thread until the block is left. Port 0 takes a free one.

    Without a `ca_file` to write, the certificate authority's certificate lies in a directory that goes away again.
    """
    with _listener(port) as secure, _listener(http_port) as plain, TemporaryDirectory() as directory:
        ca_file = ca_file or Path(directory, "graph-emulator-ca.pem")
        context = _certified(ca_file)
        https, http = (f"{HOST}:{listener.getsockname()[1]}" for listener in (secure, plain))
        world = World(cloud)
        servers = ((_server(world, context), secure), (_server(world), plain))
        thread = Thread(target=asyncio.run, args=[_serve(servers)], name="graph-emulator", daemon=True)
        thread.start()
        try:
            while not all(server.ready.wait(1) for server, _ in servers):
                if not thread.is_alive():
                    raise RuntimeError("The emulator did not start.")
            yield Running(world, f"https://{https}", f"http://{http}", ca_file)
        finally:
            for server, _ in servers:
                server.should_exit = server.force_exit = True
            thread.join()


class _Protocol(H11Protocol):
    """Lets an answer be no answer: `state["cut"]` in a request's scope closes its connection at once."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "cut": transport.abort}


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = Event()

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """Lets answers under way be given, for a moment; whoever waits longer is cut off."""
        for connection in tuple(self.server_state.connections):
            connection.shutdown()
        if under_way := tuple(self.server_state.tasks):
            await asyncio.wait(under_way, timeout=PATIENCE)
        for connection in tuple(self.server_state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)  # until they know of it
        for task in tuple(self.server_state.tasks):
            task.cancel()
        await super().shutdown(sockets)


async def _serve(servers: tuple[tuple[_Server, socket], ...]) -> None:
    await asyncio.gather(*(server.serve([listener]) for server, listener in servers))


def _server(world: World, context: ssl.SSLContext | None = None) -> _Server:
    return _Server(
        uvicorn.Config(
            _until_cancelled(world),
            http=_Protocol,
            ssl_context_factory=(lambda *_: context) if context else None,
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,  # the world has its own time
        )
    )


def _until_cancelled(app: ASGIApp) -> ASGIApp:
    """The server cancels what it has cut off; that is no error to be told."""

    async def quiet(scope: Scope, receive: Receive, send: Send) -> None:
        with suppress(asyncio.CancelledError):
            await app(scope, receive, send)

    return quiet


@contextmanager
def _listener(port: int) -> Iterator[socket]:
    # Named as TCP, or asyncio would not switch off the delay of small packets.
    with socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) as listener:
        listener.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
            listener.listen()
        except OSError:
            raise PortBusy(port) from None
        yield listener


def _certified(ca_file: Path) -> ssl.SSLContext:
    """A server's TLS context, with a certificate of a new authority whose own certificate is written to `ca_file`."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(ca_file)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", HOST).configure_cert(context)
    return context
