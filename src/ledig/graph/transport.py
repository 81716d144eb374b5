"""Sends one call to Microsoft Graph and gives back the answer's body, or raises a GraphError."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol
from urllib.parse import quote, urlencode
from uuid import uuid4

import aiohttp
from azure.core.exceptions import AzureError, ClientAuthenticationError
from msgspec import Struct
from yarl import URL

from ledig.clock import Clock
from ledig.graph.calls import CALLS, Call
from ledig.graph.errors import NO_WAIT, BadCredentials, GraphError, NotThere, Surprise, Throttled, Unavailable, refusal
from ledig.graph.limits import Limits
from ledig.graph.troubles import Troubles

DEADLINE = timedelta(seconds=20)
TRIES = 4
LONGEST_QUEUE = timedelta(seconds=30)
LONGEST_WAIT = timedelta(seconds=8)
LARGEST_ANSWER = 32 * 2**20
PREFER = 'IdType="ImmutableId", outlook.timezone="UTC"'


class Tokens(Protocol):
    """Where app tokens come from."""

    async def token(self, *, refused: str | None = None) -> str:
        """A bearer token other than `refused`. Raises azure.core's AzureError."""


class Transport:
    """Microsoft Graph over HTTPS: one token, one deadline a call, few retries (no call of the table minds a repeat)."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        root: str,
        tokens: Tokens,
        clock: Clock,
        at_once: int,
        deadline: timedelta = DEADLINE,
    ) -> None:
        self._session = session
        self._root = root
        self._tokens = tokens
        self._clock = clock
        self._limits = Limits(at_once)
        self._troubles = Troubles(clock)
        self._deadline = deadline

    async def send(
        self,
        call: Call,
        *,
        query: Mapping[str, str] | None = None,
        body: bytes | None = None,
        link: str | None = None,
        **path: str,
    ) -> bytes:
        """The body of a good answer. `path` fills the call's template; `link`, a next page, is followed unchanged.

        Raises GraphError.
        """
        if call not in CALLS:
            raise Surprise("a call that is not in the table of calls")
        if link is not None and not link.startswith(f"{self._root}/"):
            raise Surprise("a next page somewhere else; it gets no token")
        here = self._root + call.path.format_map({name: quote(value, safe="") for name, value in path.items()})
        url = link or (f"{here}?{urlencode(query)}" if query else here)
        request = _Request(call, url, body, str(uuid4()))
        try:
            answer = await self._in_turn(request, path["mailbox"].casefold())
        except GraphError as error:
            if not isinstance(error, NotThere):  # that is about one room, and told there
                self._troubles.failed(call, error, request.id)
            raise
        self._troubles.went_well(call)
        return answer

    async def _in_turn(self, request: _Request, mailbox: str) -> bytes:
        place = self._limits.place(mailbox, gives_way=request.call.gives_way)
        try:
            # The deadline is for Microsoft Graph; waiting for a place of our own is not its fault, but has an end too.
            async with asyncio.timeout(LONGEST_QUEUE.total_seconds()) as queue, place:
                queue.reschedule(None)
                async with asyncio.timeout(self._deadline.total_seconds()):
                    return await self._send_until_answered(request)
        except TimeoutError:
            raise Unavailable("Microsoft Graph gave no answer in time") from None

    async def _send_until_answered(self, request: _Request) -> bytes:
        token = await self._token()
        is_renewed = False
        for try_number in range(TRIES):
            stage = self._limits.stage()
            try:
                status, headers, content = await self._once(request, token)
            except aiohttp.ClientError as error:
                problem = Unavailable(
                    f"the connection to Microsoft Graph failed ({type(error).__name__})", None, NO_WAIT
                )
            else:
                if status < 300:
                    self._limits.speed_up()
                    return content
                if status == 401 and not is_renewed:
                    is_renewed, token = True, await self._token(refused=token)
                    continue
                refused = refusal(request.call, status, headers, content, self._clock.now())
                if isinstance(refused, Throttled):
                    self._limits.slow_down(stage)
                if not isinstance(refused, Unavailable):
                    raise refused
                problem = refused
            wait = _wait(problem, try_number)
            if try_number == TRIES - 1 or wait > LONGEST_WAIT:
                raise problem
            await self._clock.sleep(wait)
        raise Unavailable("Microsoft Graph gave no useful answer")

    async def _once(self, request: _Request, token: str) -> tuple[int, Mapping[str, str], bytes]:
        headers = {"Authorization": f"Bearer {token}", "client-request-id": request.id, "Prefer": PREFER}
        if request.body is not None:
            headers["Content-Type"] = "application/json"
        async with self._session.request(
            request.call.method,
            URL(request.url, encoded=True),
            data=request.body,
            headers=headers,
            allow_redirects=False,
        ) as answer:
            return answer.status, answer.headers, await _content(answer)

    async def _token(self, *, refused: str | None = None) -> str:
        try:
            return await self._tokens.token(refused=refused)
        except ClientAuthenticationError:
            raise BadCredentials(
                "Microsoft's sign-in refused ledig's credentials: check tenant.client_id and its secret or certificate"
            ) from None
        except AzureError as error:
            raise Unavailable(f"no app token could be had ({type(error).__name__})") from None


class _Request(Struct, frozen=True):
    call: Call
    url: str
    body: bytes | None
    id: str  # goes along as client-request-id, and into the log


async def _content(answer: aiohttp.ClientResponse) -> bytes:
    """The body, unless it is larger than any answer to us can be."""
    content = bytearray()
    async for part in answer.content.iter_any():
        content += part
        if len(content) > LARGEST_ANSWER:
            raise Surprise(f"an answer of more than {LARGEST_ANSWER >> 20} MB", answer.headers.get("request-id"))
    return bytes(content)


def _wait(problem: Unavailable, try_number: int) -> timedelta:
    back_off = timedelta(seconds=0.2 * 2**try_number * random.uniform(0.5, 1))  # noqa: S311 (jitter, not a secret)
    return max(problem.retry_after, back_off)
