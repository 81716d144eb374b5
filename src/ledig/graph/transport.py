"""Sends one call to Microsoft Graph and gives back the answer's body, or one of these:

GraphError              base; carries Microsoft's request id for a support case
  NotThere              404: no such mailbox or event
  NoAccess              403: a permission is missing; names the one the call needs
  TooBig                the service wants a smaller request
  Unavailable           no useful answer in time, or throttled; has `retry_after`
  Surprise              an answer that the protocol does not know
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from contextlib import nullcontext
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Protocol
from urllib.parse import quote, urlencode
from uuid import uuid4

import aiohttp
import msgspec
from azure.core.exceptions import AzureError
from msgspec import Struct
from yarl import URL

from ledig.clock import Clock
from ledig.graph.calls import CALLS, Call
from ledig.graph.stamps import DAY

DEADLINE = timedelta(seconds=20)
TRIES = 4
LONGEST_QUEUE = timedelta(seconds=30)
LONGEST_WAIT = timedelta(seconds=8)
NO_WAIT = timedelta(0)
KEPT_FREE = 2  # places that refreshes leave to bookings
PREFER = 'IdType="ImmutableId", outlook.timezone="UTC"'
BUSY_STATUS = {429, 500, 502, 503, 504, 509}
TOO_BIG = {"ErrorMailboxDataArrayTooBig", "ErrorTimeIntervalTooBig", "5006"}


class GraphError(Exception):
    def __init__(self, message: str, request_id: str | None = None) -> None:
        super().__init__(message)
        self.request_id = request_id


class NotThere(GraphError): ...


class NoAccess(GraphError): ...


class TooBig(GraphError): ...


class Surprise(GraphError): ...


class Unavailable(GraphError):
    def __init__(
        self, message: str, request_id: str | None = None, retry_after: timedelta = timedelta(seconds=10)
    ) -> None:
        super().__init__(message, request_id)
        self.retry_after = retry_after


class Tokens(Protocol):
    """Where app tokens come from."""

    async def token(self, *, refused: str | None = None) -> str:
        """A bearer token other than `refused`. Raises azure.core's AzureError."""


class _ErrorBody(Struct, frozen=True):
    code: str = ""


class _Problem(Struct):
    error: _ErrorBody = _ErrorBody()


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
        self._places = asyncio.Semaphore(at_once)
        self._places_of_refreshes = asyncio.Semaphore(max(1, at_once - KEPT_FREE))
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
        request = _Request(call, url, body)
        turn = self._places_of_refreshes if call.gives_way else nullcontext()
        try:
            # The deadline is for Microsoft Graph; waiting for a place of our own is not its fault, but has an end too.
            async with asyncio.timeout(LONGEST_QUEUE.total_seconds()) as queue, turn, self._places:
                queue.reschedule(None)
                async with asyncio.timeout(self._deadline.total_seconds()):
                    return await self._send_until_answered(request)
        except TimeoutError:
            raise Unavailable("Microsoft Graph gave no answer in time") from None

    async def _send_until_answered(self, request: _Request) -> bytes:
        token = await self._token()
        is_renewed = False
        for try_number in range(TRIES):
            try:
                status, headers, content = await self._once(request, token)
            except aiohttp.ClientError as error:
                problem = Unavailable(
                    f"the connection to Microsoft Graph failed ({type(error).__name__})", None, NO_WAIT
                )
            else:
                if status < 300:
                    return content
                if status == 401 and not is_renewed:
                    is_renewed, token = True, await self._token(refused=token)
                    continue
                refused = _refusal(request.call, status, headers, content, self._clock.now())
                if not isinstance(refused, Unavailable):
                    raise refused
                problem = refused
            wait = _wait(problem, try_number)
            if try_number == TRIES - 1 or wait > LONGEST_WAIT:
                raise problem
            await self._clock.sleep(wait)
        raise Unavailable("Microsoft Graph gave no useful answer")

    async def _once(self, request: _Request, token: str) -> tuple[int, Mapping[str, str], bytes]:
        headers = {"Authorization": f"Bearer {token}", "client-request-id": str(uuid4()), "Prefer": PREFER}
        if request.body is not None:
            headers["Content-Type"] = "application/json"
        async with self._session.request(
            request.call.method,
            URL(request.url, encoded=True),
            data=request.body,
            headers=headers,
            allow_redirects=False,
        ) as answer:
            return answer.status, answer.headers, await answer.read()

    async def _token(self, *, refused: str | None = None) -> str:
        try:
            return await self._tokens.token(refused=refused)
        except AzureError as error:
            raise Unavailable(f"no app token could be had ({type(error).__name__})") from None


class _Request(Struct, frozen=True):
    call: Call
    url: str
    body: bytes | None


def _refusal(call: Call, status: int, headers: Mapping[str, str], content: bytes, now: datetime) -> GraphError:
    """What a refusal means, judged by status and code alone; bodies may be HTML and codes empty."""
    try:
        code = msgspec.json.decode(content, type=_Problem).error.code
    except msgspec.MsgspecError:
        code = ""
    request_id = headers.get("request-id")
    if code in TOO_BIG:
        return TooBig(f"{code} from {call.path}", request_id)
    if status == 404:
        return NotThere(f"nothing there for {call.path}", request_id)
    if status in (401, 403):
        return NoAccess(f"{call.path} was refused; it needs the permission {call.permission}", request_id)
    if status in BUSY_STATUS:
        return Unavailable(f"Microsoft Graph answered {status}", request_id, _retry_after(headers, now))
    return Surprise(f"Microsoft Graph answered {status} {code} to {call.path}", request_id)


def _retry_after(headers: Mapping[str, str], now: datetime) -> timedelta:
    """The wait the service names: seconds (may have a fraction) or a date; none when it names none."""
    told = headers.get("Retry-After", "")
    try:
        return timedelta(seconds=min(max(0.0, float(told)), DAY.total_seconds()))
    except ValueError:
        pass
    try:
        return max(NO_WAIT, parsedate_to_datetime(told) - now)
    except (ValueError, TypeError):
        return NO_WAIT


def _wait(problem: Unavailable, try_number: int) -> timedelta:
    back_off = timedelta(seconds=0.2 * 2**try_number * random.uniform(0.5, 1))  # noqa: S311 (jitter, not a secret)
    return max(problem.retry_after, back_off)
