"""
$batch: up to twenty requests in one, each answered for itself.

What cannot be read as a batch is refused as a whole; whatever its parts do, a batch that could be read is a 200. The
answers come in any order. https://learn.microsoft.com/graph/json-batching; the codes and messages of refusals were seen
in public issue threads.
"""

import asyncio
import re
from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable, Mapping
from contextlib import nullcontext
from typing import TypeAlias
from urllib.parse import unquote

import msgspec
from msgspec import Raw, Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Scope

from graph_emulator.cloud import Cloud
from graph_emulator.errors import GraphError, Json, bad_request
from graph_emulator.graph.ask import Ask, json

MOST = 20
OUTLOOK_AT_ONCE = 4  # https://learn.microsoft.com/graph/throttling-limits#json-batching
METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE")

# What a part cannot say for itself, and what it has from the batch unless it does.
_OF_THE_BATCH = ("authorization", "host", "content-length")
_INHERITED = ("authorization", "host", "client-request-id")

Respond: TypeAlias = Callable[[Cloud, Request], Awaitable[Response]]


class SentPart(Struct, frozen=True, rename="camel"):
    id: str
    method: str
    url: str
    headers: dict[str, str] | None = None
    body: Raw = Raw(b"null")
    depends_on: tuple[str, ...] | None = None

    @property
    def key(self) -> str:
        """What the part is called by others; case does not count."""
        return self.id.lower()

    @property
    def waits_for(self) -> set[str]:
        return {name.lower() for name in self.depends_on or ()}

    @property
    def path(self) -> str:
        return self.url.partition("?")[0].lstrip("/")

    @property
    def has_body(self) -> bool:
        return bytes(self.body) != b"null"

    @property
    def content_type(self) -> str:
        return next((value for name, value in (self.headers or {}).items() if name.lower() == "content-type"), "")


class SentBatch(Struct, frozen=True):
    requests: tuple[SentPart, ...]


async def batch(ask: Ask, respond: Respond) -> Response:
    """
    Sends each part through `respond`, and answers 200 whatever becomes of it.

    400 for what is no batch, for more than twenty parts, for ids that are not unique, for a body without Content-Type.
    """
    parts = (await ask.sent(SentBatch)).requests
    _check(parts)
    answers = await _Run(ask, respond, parts).answers()
    ask.cloud.random.shuffle(answers)
    return json({"responses": answers})


class _Run:
    """The parts of one batch under way: each waits for those it depends on, and Outlook takes four at once."""

    def __init__(self, ask: Ask, respond: Respond, parts: tuple[SentPart, ...]) -> None:
        self._ask = ask
        self._respond = respond
        self._parts = parts
        self._outlook = asyncio.Semaphore(OUTLOOK_AT_ONCE)
        self._tasks: dict[str, asyncio.Task[Json]] = {}

    async def answers(self) -> list[Json]:
        async with asyncio.TaskGroup() as group:
            for part in self._parts:
                self._tasks[part.key] = group.create_task(self._answer(part))
        return [task.result() for task in self._tasks.values()]

    async def _answer(self, part: SentPart) -> Json:
        before = [await self._tasks[name] for name in part.waits_for]
        if any(int(str(answer["status"])) >= 400 for answer in before):
            return self._refused(part, GraphError(424, "FailedDependency", "Failed Dependency"))
        kind = re.split(r"[/(]", unquote(part.path), maxsplit=1)[0].lower()  # users('ann') are users, too
        if kind == "$batch":
            return self._refused(part, bad_request("A batch cannot hold a batch."))
        async with self._outlook if kind in ("me", "users") else nullcontext():
            response = await self._respond(self._ask.cloud, _request(part, self._ask.request))
        if not response.status_code:  # it was cut off, and a part has no connection of its own
            return self._refused(part, GraphError(504, "GatewayTimeout", "There was no answer."))
        return _told(part, response)

    def _refused(self, part: SentPart, error: GraphError) -> Json:
        cloud = self._ask.cloud
        request_id = cloud.new_id()
        body = error.body(cloud.clock(), request_id, request_id, cloud.behaviour.inner_error)
        return _told(part, json(body, error.status))


def _check(parts: tuple[SentPart, ...]) -> None:
    if not parts:
        raise bad_request("Invalid batch payload format.")
    if len(parts) > MOST:
        raise bad_request(f"Number of batch request steps exceeds the maximum value of {MOST}.", "MaximumValueExceeded")
    for part in parts:
        _check_part(part)
    if len({part.key for part in parts}) < len(parts):
        raise bad_request("The id of a request has to be unique in its batch, without regard to case.")
    _check_order(parts)


def _check_part(part: SentPart) -> None:
    if not part.id or part.method.upper() not in METHODS or "://" in part.path:
        raise bad_request("Invalid batch payload format.")
    writes = part.method.upper() in ("POST", "PATCH", "PUT")
    if (writes or part.has_body) and not (part.has_body and part.content_type):
        raise bad_request(f"Write request id : {part.id} does not contain Content-Type header or body.")
    _body(part)


def _check_order(parts: tuple[SentPart, ...]) -> None:
    """A part may wait for others of the batch, but not for itself, not even by way of others."""
    done: set[str] = set()
    waiting = {part.key: part.waits_for for part in parts}
    while ready := {key for key, others in waiting.items() if others <= done}:
        done |= ready
        waiting = {key: others for key, others in waiting.items() if key not in ready}
    if waiting:
        raise bad_request("The dependsOn of a request names no other request of the batch, or goes round in a circle.")


def _body(part: SentPart) -> bytes:
    """The body as it would be sent: JSON as it stands, anything else as a string in base64."""
    if not part.has_body:
        return b""
    if "json" in part.content_type.lower():
        return bytes(part.body)
    try:
        return b64decode(msgspec.json.decode(part.body, type=str), validate=True)
    except (msgspec.MsgspecError, ValueError):
        raise bad_request("Invalid batch payload format.") from None


def _request(part: SentPart, whole: Request) -> Request:
    """The request a part stands for: with its own headers, but sent by whoever sent the batch."""
    root = str(whole.scope["path"]).rpartition("/")[0]
    body = _body(part)

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    scope: Scope = {
        **whole.scope,
        "method": part.method.upper(),
        "path": unquote(f"{root}/{part.path}"),
        "raw_path": f"{root}/{part.path}".encode(errors="replace"),
        "query_string": part.url.partition("?")[2].encode(errors="replace"),
        "headers": _headers(part, whole, len(body)),
    }
    return Request(scope, receive)


def _headers(part: SentPart, whole: Request, length: int) -> list[tuple[bytes, bytes]]:
    inherited = {name: value for name in _INHERITED if (value := whole.headers.get(name))}
    own = {name.lower(): value for name, value in (part.headers or {}).items() if name.lower() not in _OF_THE_BATCH}
    sent: Mapping[str, str] = inherited | own | {"content-length": str(length)}
    return [(name.encode("latin-1", "replace"), value.encode("latin-1", "replace")) for name, value in sent.items()]


def _told(part: SentPart, response: Response) -> Json:
    """The answer of one part: a body of JSON as it is, any other in base64."""
    headers = {name.title(): value for name, value in response.headers.items() if name != "content-length"}
    told: Json = {"id": part.id, "status": response.status_code, "headers": headers}
    body = bytes(response.body)
    if not body:
        return told
    is_json = "json" in response.headers.get("content-type", "")
    return told | {"body": Raw(body) if is_json else b64encode(body).decode()}
