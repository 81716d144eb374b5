"""What Microsoft Graph refuses, and what a refusal means.

GraphError              base; carries Microsoft's request id for a support case
  BadCredentials        the identity platform refused our app: its secret or certificate is wrong or has ended
  SignedOut             the token of a signed-in person is no longer good
  NoAccess              a permission is missing; names the one the call needs
  NotThere              no such mailbox or event
  TooBig                the service wants a smaller request
  Unavailable           no useful answer in time; has `retry_after`
    Throttled           there were too many requests
  Surprise              an answer that the protocol does not know
    Refused             one that says that nothing was done
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import msgspec
from msgspec import Struct

from ledig.graph.calls import Call
from ledig.graph.stamps import DAY

NO_WAIT = timedelta(0)
BUSY_STATUS = {500, 502, 503, 504, 509}
TOO_BIG = {"ErrorMailboxDataArrayTooBig", "ErrorTimeIntervalTooBig", "5006"}


class GraphError(Exception):
    def __init__(self, message: str, request_id: str | None = None) -> None:
        super().__init__(message)
        self.request_id = request_id


class BadCredentials(GraphError): ...


class SignedOut(GraphError): ...


class NoAccess(GraphError): ...


class NotThere(GraphError): ...


class TooBig(GraphError): ...


class Surprise(GraphError): ...


class Refused(Surprise): ...


class Unavailable(GraphError):
    def __init__(
        self, message: str, request_id: str | None = None, retry_after: timedelta = timedelta(seconds=10)
    ) -> None:
        super().__init__(message, request_id)
        self.retry_after = retry_after


class Throttled(Unavailable): ...


class _ErrorBody(Struct, frozen=True):
    code: str = ""
    innerError: _ErrorBody | None = None
    innererror: _ErrorBody | None = None

    @property
    def codes(self) -> set[str]:
        """The code may be empty, or said more exactly further inside; both spellings of the inside are in use."""
        return {self.code}.union(*(inner.codes for inner in (self.innerError, self.innererror) if inner))


class _Problem(Struct):
    error: _ErrorBody = _ErrorBody()


def refusal(call: Call, status: int, headers: Mapping[str, str], content: bytes, now: datetime) -> GraphError:
    """What an answer of 300 or more means, judged by status and codes alone; the body may be anything, such as HTML."""
    try:
        error = msgspec.json.decode(content, type=_Problem).error
    except msgspec.MsgspecError:
        error = _ErrorBody()
    request_id = headers.get("request-id")
    if too_big := error.codes & TOO_BIG:
        return TooBig(f"{too_big.pop()} from {call.path}", request_id)
    if status == 404:
        return NotThere(f"nothing there for {call.path}", request_id)
    if status in (401, 403):
        return NoAccess(f"{call.path} was refused; it needs the permission {call.permission}", request_id)
    if status == 429:
        return Throttled("Microsoft Graph throttles us", request_id, _retry_after(headers, now))
    if status in BUSY_STATUS:
        return Unavailable(f"Microsoft Graph answered {status}", request_id, _retry_after(headers, now))
    kind = Refused if 400 <= status < 500 and status != 408 else Surprise
    return kind(f"Microsoft Graph answered {status} {error.code} to {call.path}", request_id)


def _retry_after(headers: Mapping[str, str], now: datetime) -> timedelta:
    """The wait the service names: seconds (may have a fraction) or a date; none when it names none.

    A date is one on the service's clock, which tells its time along; ours may be wrong.
    """
    told = headers.get("Retry-After", "")
    try:
        return timedelta(seconds=min(max(0.0, float(told)), DAY.total_seconds()))
    except ValueError:
        pass
    until = _date(told)
    return max(NO_WAIT, min(until - (_date(headers.get("Date", "")) or now), DAY)) if until else NO_WAIT


def _date(told: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(told)
    except (ValueError, OverflowError):
        return None
    return date if date.tzinfo else None
