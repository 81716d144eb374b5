"""The emulator in this process, asked byte for byte as its server would hand over what came in."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

import httpx
from starlette.types import Message, Scope

from graph_emulator.cloud import Cloud
from graph_emulator.registrations import App
from graph_emulator.tenant import Tenant
from graph_emulator.world import World

HOST = "127.0.0.1:8443"
JSON = {"Content-Type": "application/json"}

Ask = Callable[[], Awaitable[httpx.Response]]


class Service:
    """
    A cloud that answers without a socket; an exception in it is one here.

    Targets are as they stand in a request line: already percent-encoded.
    """

    def __init__(self, cloud: Cloud) -> None:
        self._world = World(cloud)
        self._runner = asyncio.Runner()

    def close(self) -> None:
        self._runner.close()

    @property
    def cloud(self) -> Cloud:
        return self._world.cloud

    @property
    def tenant(self) -> Tenant:
        return next(iter(self.cloud.tenants.values()))

    def by_itself(self, app: App) -> "Caller":
        """An app with its application permissions."""
        return Caller(self, self.tenant.app_token(app))

    def on_behalf_of(self, address: str, app: App, scopes: Iterable[str]) -> "Caller":
        return Caller(self, self.tenant.person_token(app, address, scopes))

    def ask(
        self, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> httpx.Response:
        return self.at_once([lambda: self._asked(method, target, headers or {}, body)])[0]

    def at_once(self, asks: Iterable[Ask]) -> list[httpx.Response]:
        """The answers to requests that are all under way at the same time."""

        async def everything() -> list[httpx.Response]:
            return list(await asyncio.gather(*(ask() for ask in asks)))

        return self._runner.run(everything())

    async def _asked(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> httpx.Response:
        path, _, query = target.partition("?")
        sent = {"host": HOST, "content-length": str(len(body))} | {name.lower(): headers[name] for name in headers}
        scope: Scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "server": ("127.0.0.1", 8443),
            "client": ("127.0.0.1", 50000),
            "scheme": "https",
            "root_path": "",
            "method": method,
            "path": unquote(path),
            "raw_path": path.encode("ascii"),
            "query_string": query.encode("ascii"),
            "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in sent.items()],
            "state": {},
        }
        told: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            told.append(message)

        await self._world(scope, receive, send)
        content = b"".join(message.get("body", b"") for message in told[1:])
        return httpx.Response(told[0]["status"], headers=told[0]["headers"], content=content)


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody with a token at Graph; paths are below its root."""

    service: Service
    token: str = field(repr=False)

    def send(
        self, method: str, path: str, sent: object = None, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        return self.service.at_once([self.asking(method, path, sent, headers)])[0]

    def asking(self, method: str, path: str, sent: object = None, headers: Mapping[str, str] | None = None) -> Ask:
        """A request that is not yet under way."""
        body = b"" if sent is None else json.dumps(sent).encode()
        all_headers = {"Authorization": f"Bearer {self.token}"} | (JSON if body else {}) | dict(headers or {})
        return lambda: self.service._asked(method, f"/v1.0{path}", all_headers, body)

    def get(self, path: str, prefer: str | None = None) -> httpx.Response:
        return self.send("GET", path, headers={"Prefer": prefer} if prefer else None)

    def post(self, path: str, sent: object, prefer: str | None = None) -> httpx.Response:
        return self.send("POST", path, sent, {"Prefer": prefer} if prefer else None)

    def patch(self, path: str, sent: object) -> httpx.Response:
        return self.send("PATCH", path, sent)

    def delete(self, path: str) -> httpx.Response:
        return self.send("DELETE", path)
