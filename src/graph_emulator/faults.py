"""
What goes wrong on purpose: answers that are refused, late, lost or of somebody else, by route and share.

Every fault says which calls it is for, and draws from the seed which of them it meets. The first one is outermost: a
delay before a refusal delays the refusal.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime
from fnmatch import fnmatchcase
from functools import partial
from http import HTTPStatus
from random import Random
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import Meta, Struct
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send

from graph_emulator.errors import GraphError, Json, TokenError
from graph_emulator.exchange.schedule import FreeBusyError
from graph_emulator.log import Answer, Call

if TYPE_CHECKING:
    from graph_emulator.cloud import Cloud

Share = Annotated[float, Meta(ge=0, le=1)]
Seconds = Annotated[float, Meta(ge=0, le=600)]
ErrorStatus = Annotated[int, Meta(ge=400, le=599)]

CODES = {
    401: "InvalidAuthenticationToken",
    429: "ApplicationThrottled",
    500: "InternalServerError",
    502: "BadGateway",
    503: "ServiceUnavailable",
    504: "GatewayTimeout",
    509: "BandwidthLimitExceeded",
}
GET_SCHEDULE = "/calendar/getSchedule"


class Fault(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", omit_defaults=True):
    """Which calls go wrong: those that everything given here is true of. `*` in a path stands for anything."""

    method: str | None = None
    path: str | None = None  # a template, e.g. /users/{id}/events
    tenant: str | None = None  # its id
    mailbox: str | None = None  # as the caller names it
    app: str | None = None  # a client id
    share: Share = 1  # of those calls
    count: Annotated[int, Meta(ge=1)] | None = None  # only the first so many

    def is_for(self, call: Call) -> bool:
        return (
            (self.method is None or self.method.upper() == call.method)
            and (self.path is None or fnmatchcase(call.path.lower(), self.path.lower()))
            and _same(self.tenant, call.tenant)
            and _same(self.mailbox, call.mailbox)
            and _same(self.app, call.app)
        )

    async def meet(self, cloud: "Cloud", call: Call, answer: Answer) -> Response:
        raise NotImplementedError


class Status(Fault, frozen=True, kw_only=True, tag="status"):
    """An error of the service itself, with or without a Retry-After, before the work or after it was done."""

    status: ErrorStatus
    retry_after: Seconds | None = None  # fractions are sent as they are; None: no header
    as_date: bool = False  # Retry-After as a date on the emulator's clock
    code: str | None = None
    message: str = "The service could not do this now."
    after: bool = False  # only the answer is lost, the work is done

    async def meet(self, cloud: "Cloud", call: Call, answer: Answer) -> Response:
        if self.after:
            await answer()
        return JSONResponse(self._body(cloud, call), self.status, self._headers(cloud))

    def _body(self, cloud: "Cloud", call: Call) -> Json:
        now, request_id = cloud.clock(), cloud.new_id()
        if call.is_sign_in:
            return TokenError(self.status, self.code or "temporarily_unavailable", 90033, self.message).body(
                now, request_id, request_id
            )
        code = CODES.get(self.status, "UnknownError") if self.code is None else self.code
        return GraphError(self.status, code, self.message).body(
            now, request_id, request_id, cloud.behaviour.inner_error
        )

    def _headers(self, cloud: "Cloud") -> dict[str, str]:
        if self.retry_after is None:
            return {}
        if self.as_date:
            at = cloud.clock() + timedelta(seconds=self.retry_after)
            return {"Retry-After": format_datetime(at, usegmt=True)}
        return {"Retry-After": f"{self.retry_after:g}"}


class Page(Fault, frozen=True, kw_only=True, tag="page"):
    """The HTML of a proxy that did not reach the service."""

    status: ErrorStatus = 502
    retry_after: Seconds | None = None

    async def meet(self, cloud: "Cloud", call: Call, answer: Answer) -> Response:
        title = f"{self.status} {_phrase(self.status)}"
        headers = {} if self.retry_after is None else {"Retry-After": f"{self.retry_after:g}"}
        page = f"<html><head><title>{title}</title></head><body><center><h1>{title}</h1></center></body></html>"
        return HTMLResponse(page, self.status, headers)


class Latency(Fault, frozen=True, kw_only=True, tag="latency"):
    """
    Time that goes by before the work, really, and not on the emulator's clock.

    `seconds` is the time of every call (fixed), the longest (uniform), the mean (exponential) or the median
    (lognormal, with `sigma`). Nothing takes longer than `longest`.
    """

    seconds: Seconds
    distribution: Literal["fixed", "uniform", "exponential", "lognormal"] = "fixed"
    shortest: Seconds = 0  # added to what is drawn; of uniform it is the lower end
    sigma: Annotated[float, Meta(ge=0, le=5)] = 0.5
    longest: Seconds = 60

    async def meet(self, cloud: "Cloud", call: Call, answer: Answer) -> Response:
        await asyncio.sleep(self.drawn(cloud.faults.random))
        return await answer()

    def drawn(self, random: Random) -> float:
        if self.distribution == "uniform":
            return min(random.uniform(self.shortest, max(self.seconds, self.shortest)), self.longest)
        if self.distribution == "exponential":
            drawn = random.expovariate(1 / self.seconds) if self.seconds else 0
        elif self.distribution == "lognormal":
            drawn = self.seconds * random.lognormvariate(0, self.sigma)
        else:
            drawn = self.seconds
        return min(self.shortest + drawn, self.longest)


class Cut(Fault, frozen=True, kw_only=True, tag="cut"):
    """A connection that closes without an answer, before the work or after it was done."""

    when: Literal["before", "after"] = "before"

    async def meet(self, cloud: "Cloud", call: Call, answer: Answer) -> Response:
        if self.when == "after":
            await answer()
        return NoAnswer()


class Schedules(Fault, frozen=True, kw_only=True, tag="schedules"):
    """Of the schedules that one getSchedule asks for, some that could not be read, inside a 200."""

    part: Share = 0.5  # of the schedules of an answer
    code: str = "5009"
    message: str = "Unable to resolve e-mail address {address} to an Active Directory object."

    def is_for(self, call: Call) -> bool:
        return call.path.endswith(GET_SCHEDULE) and super().is_for(call)

    async def meet(self, cloud: "Cloud", call: Call, answer: Answer) -> Response:
        response = await answer()
        if response.status_code != HTTPStatus.OK:
            return response
        read = msgspec.json.decode(response.body, type=_Read)
        value = [self._maybe_failed(schedule, cloud.faults.random) for schedule in read.value]
        headers = {name: text for name, text in response.headers.items() if name != "content-length"}
        return Response(msgspec.json.encode({"@odata.context": read.context, "value": value}), headers=headers)

    def _maybe_failed(self, schedule: Json, random: Random) -> Json:
        if random.random() >= self.part:
            return schedule
        address = str(schedule["scheduleId"])
        return FreeBusyError(self.code, self.message.replace("{address}", address)).answer(address)


class _Read(Struct):
    context: str = msgspec.field(name="@odata.context")
    value: list[Json]


AnyFault = Status | Page | Latency | Cut | Schedules


class NoAnswer(Response):
    """Closes the connection instead of answering. The server has to offer it: `state["cut"]` in the request's scope."""

    def __init__(self) -> None:
        super().__init__(status_code=0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"]["cut"]()
        while (await receive())["type"] != "http.disconnect":
            pass


@dataclass(slots=True)
class Active:
    """A fault that was set, and how many calls it has met."""

    number: int
    fault: AnyFault
    met: int = 0

    def meets(self, call: Call, random: Random) -> bool:
        """Whether it meets this call, which is counted then."""
        if self.met == self.fault.count or not self.fault.is_for(call):
            return False
        if self.fault.share < 1 and random.random() >= self.fault.share:
            return False
        self.met += 1
        return True


@dataclass
class Faults:
    """The faults that are set; the same seed and calls meet the same of them."""

    seed: int = 0
    active: list[Active] = field(default_factory=list)
    _made: int = 0

    def __post_init__(self) -> None:
        self.random = Random(f"faults/{self.seed}")  # noqa: S311 - reproducible, no secret

    def add(self, fault: AnyFault) -> Active:
        self._made += 1
        self.active.append(Active(self._made, fault))
        return self.active[-1]

    def find(self, number: int) -> Active | None:
        return next((active for active in self.active if active.number == number), None)

    def remove(self, gone: Iterable[Active]) -> None:
        numbers = {active.number for active in gone}
        self.active = [active for active in self.active if active.number not in numbers]

    def around(self, cloud: "Cloud", call: Call, answer: Answer) -> Answer:
        """The answer, or what the faults make of it."""
        met = [active.fault for active in self.active if active.meets(call, self.random)]
        for fault in reversed(met):
            answer = partial(fault.meet, cloud, call, answer)
        return answer


def _same(wanted: str | None, found: str | None) -> bool:
    return wanted is None or wanted.lower() == (found or "").lower()


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"
