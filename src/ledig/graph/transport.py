"""Sends one call to Microsoft Graph and gives back the answer, or raises a GraphError."""

from __future__ import annotations

import asyncio
import copy
import random
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol, TypeVar
from urllib.parse import quote, urlencode
from uuid import uuid4

import aiohttp
import msgspec
from azure.core.exceptions import AzureError, ClientAuthenticationError
from msgspec import Struct
from yarl import URL

from ledig.clock import Clock
from ledig.graph.calls import CALLS, Call
from ledig.graph.errors import (
    BUSY_STATUS,
    NO_WAIT,
    BadCredentials,
    GraphError,
    NotThere,
    SignedOut,
    Surprise,
    Throttled,
    Unavailable,
    refusal,
)
from ledig.graph.limits import Limits
from ledig.troubles import Troubles

DEADLINE = timedelta(seconds=20)
TRIES = 4
BACK_OFF = timedelta(seconds=0.2)
LONGEST_QUEUE = timedelta(seconds=30)
LONGEST_WAIT = timedelta(seconds=8)
LARGEST_ANSWER = 32 * 2**20
PREFER = 'IdType="ImmutableId", outlook.timezone="UTC"'

T = TypeVar("T")
Watcher = Callable[[Call, int | None, timedelta], None]
"""Hears of every request: its call, the status of the answer (None: there was none), and how long that took."""


class Tokens(Protocol):
    """Where tokens come from."""

    async def token(self, *, refused: str | None = None) -> str:
        """A bearer token other than `refused`. Raises azure.core's AzureError, or SignedOut where there is none."""


class Transport:
    """Microsoft Graph over HTTPS: one token, one deadline a call, few retries (no call of the table minds a repeat)."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        root: str,
        tokens: Tokens,
        clock: Clock,
        at_once: int,
        *,
        deadline: timedelta = DEADLINE,
        back_off: timedelta = BACK_OFF,
        watcher: Watcher = lambda *_: None,
    ) -> None:
        self._session = session
        self._root = root
        self._tokens = tokens
        self._kind = "application"
        self._clock = clock
        self.limits = Limits(at_once)
        self._troubles = Troubles("graph", clock)
        self._deadline = deadline
        self._back_off = back_off
        self._watcher = watcher

    def lent(self, tokens: Tokens) -> Transport:
        """The same transport for the calls that a person lends their right for; limits and troubles are shared."""
        lent = copy.copy(self)
        lent._tokens = tokens
        lent._kind = "delegated"
        return lent

    async def send(
        self,
        call: Call,
        *,
        query: Mapping[str, str] | None = None,
        body: bytes | None = None,
        link: str | None = None,
        until: datetime | None = None,
        **path: str,
    ) -> bytes:
        """The body of a good answer. `path` fills the call's template; `link`, a next page, is followed unchanged.

        Nothing is sent from `until` on. Raises GraphError.
        """
        request = self._request(call, query, body, link, until, path)
        return await self._through(request, path["mailbox"].casefold(), bytes)

    async def ask(
        self,
        call: Call,
        decode: Callable[[bytes], T],
        *,
        query: Mapping[str, str] | None = None,
        body: bytes | None = None,
        link: str | None = None,
        until: datetime | None = None,
        **path: str,
    ) -> T:
        """What `decode` (msgspec's) makes of the body of a good answer. Raises GraphError."""
        request = self._request(call, query, body, link, until, path)
        return await self._through(request, path["mailbox"].casefold(), decode)

    def _request(
        self,
        call: Call,
        query: Mapping[str, str] | None,
        body: bytes | None,
        link: str | None,
        until: datetime | None,
        path: Mapping[str, str],
    ) -> _Request:
        if call not in CALLS or call.kind != self._kind:
            raise Surprise("a call that is not in the table of calls")
        if link is not None and not link.startswith(f"{self._root}/"):
            raise Surprise("a next page somewhere else; it gets no token")
        here = self._root + call.path.format_map({name: quote(value, safe="") for name, value in path.items()})
        url = link or (f"{here}?{urlencode(query)}" if query else here)
        return _Request(call, url, body, until, str(uuid4()))

    async def _through(self, request: _Request, mailbox: str, decode: Callable[[bytes], T]) -> T:
        about = f"{request.call.method} {request.call.path}"
        try:
            answer = await self._in_turn(request, mailbox)
            decoded = _decoded(answer, decode, about)
        except GraphError as error:
            if not isinstance(error, NotThere | SignedOut):  # those are about one room or person, and told there
                ids = {"request": error.request_id, "client_request": request.id}
                self._troubles.failed(about, type(error).__name__, problem=str(error), **ids)
            raise
        self._troubles.went_well(about)
        return decoded

    async def _in_turn(self, request: _Request, mailbox: str) -> _Answer:
        place = self.limits.place(mailbox, gives_way=request.call.gives_way)
        try:
            # The deadline is for Microsoft Graph; waiting for a place of our own is not its fault, but has an end too.
            async with asyncio.timeout(LONGEST_QUEUE.total_seconds()) as queue, place:
                queue.reschedule(None)
                async with asyncio.timeout(self._deadline.total_seconds()):
                    return await self._send_until_answered(request, mailbox)
        except TimeoutError:
            raise Unavailable("Microsoft Graph gave no answer in time") from None

    async def _send_until_answered(self, request: _Request, mailbox: str) -> _Answer:
        token = await self._token()
        is_renewed = False
        for try_number in range(TRIES):
            await self._until_wanted(mailbox)
            if request.until and self._clock.now() >= request.until:
                raise Unavailable("it got too late to ask Microsoft Graph")
            stage = self.limits.stage()
            try:
                answer = await self._watched(request, token)
            except aiohttp.ClientError as error:
                problem = Unavailable(
                    f"the connection to Microsoft Graph failed ({type(error).__name__})", None, NO_WAIT
                )
            else:
                if answer.status < 300:
                    self.limits.speed_up()
                    return answer
                if answer.status == 401 and not is_renewed:
                    is_renewed, token = True, await self._token(refused=token)
                    continue
                refused = refusal(request.call, answer.status, answer.headers, answer.content, self._clock.now())
                if isinstance(refused, Throttled):
                    self.limits.slow_down(stage)
                    self.limits.keep_off(mailbox, self._clock.now() + refused.retry_after)
                if not isinstance(refused, Unavailable):
                    raise refused
                problem = refused
            wait = max(problem.retry_after, self._jittered(try_number))
            if try_number == TRIES - 1 or wait > LONGEST_WAIT:
                raise problem
            await self._clock.sleep(wait)
        raise Unavailable("Microsoft Graph gave no useful answer")

    async def _until_wanted(self, mailbox: str) -> None:
        """A call that comes before the service said it may makes the wait longer for all."""
        now = self._clock.now()
        wait = self.limits.kept_off(mailbox, now) - now
        if wait > LONGEST_WAIT:
            raise Throttled("Microsoft Graph asked us to wait", None, wait)
        if wait > NO_WAIT:
            await self._clock.sleep(wait)

    def _jittered(self, try_number: int) -> timedelta:
        return self._back_off * (1 << try_number) * random.uniform(0.5, 1)  # noqa: S311 (jitter, not a secret)

    async def _watched(self, request: _Request, token: str) -> _Answer:
        began, status = time.perf_counter(), None
        try:
            answer = await self._once(request, token)
            status = answer.status
            return answer
        finally:
            self._watcher(request.call, status, timedelta(seconds=time.perf_counter() - began))

    async def _once(self, request: _Request, token: str) -> _Answer:
        headers = {"Authorization": f"Bearer {token}", "client-request-id": request.id, "Prefer": PREFER}
        if request.body is not None:
            headers["Content-Type"] = "application/json"
        async with self._session.request(
            request.call.method,
            URL(request.url, encoded=True),
            data=request.body,
            headers=headers,
            allow_redirects=False,
            middlewares=[_once_only],
        ) as answer:
            return _Answer(answer.status, answer.headers, await content(answer))

    async def _token(self, *, refused: str | None = None) -> str:
        try:
            return await self._tokens.token(refused=refused)
        except ClientAuthenticationError as error:
            if error.status_code == 429 or error.status_code in BUSY_STATUS:
                raise Unavailable("Microsoft's sign-in does not answer right now") from None
            raise BadCredentials(
                "Microsoft's sign-in refused ledig's credentials: check tenant.client_id and its secret or certificate"
            ) from None
        except AzureError as error:
            raise Unavailable(f"no app token could be had ({type(error).__name__})") from None


class _Request(Struct, frozen=True):
    call: Call
    url: str
    body: bytes | None
    until: datetime | None
    id: str  # goes along as client-request-id, and into the log


class _Answer(Struct, frozen=True):
    status: int
    headers: Mapping[str, str]
    content: bytes


async def _once_only(request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """aiohttp repeats a read whose connection breaks, at once and unheard; only the transport says whether to."""
    try:
        return await send(request)
    except aiohttp.ClientConnectorError:
        raise  # there was no connection to break
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise aiohttp.ClientConnectionError from error


async def content(answer: aiohttp.ClientResponse) -> bytes:
    """The body. Raises Surprise where it is larger than any answer to us can be."""
    read = bytearray()
    async for part in answer.content.iter_any():
        read += part
        if len(read) > LARGEST_ANSWER:
            raise Surprise(f"an answer of more than {LARGEST_ANSWER >> 20} MB", answer.headers.get("request-id"))
    return bytes(read)


def _decoded(answer: _Answer, decode: Callable[[bytes], T], about: str) -> T:
    try:
        return decode(answer.content)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise Surprise(f"an answer to {about} that makes no sense", answer.headers.get("request-id")) from None
