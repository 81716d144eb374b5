"""The way every request takes: past a test's `intercept`, if there is one, and into the log of calls."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Protocol

from starlette.responses import Response


@dataclass(frozen=True, slots=True)
class Call:
    """A request and how it ended; the path is a template, the mailbox as the caller named it."""

    method: str
    path: str
    mailbox: str | None
    status: int = 0

    @property
    def route(self) -> str:
        return f"{self.method} {self.path}"


Answer = Callable[[], Awaitable[Response]]
Intercept = Callable[[Call, Answer], Awaitable[Response]]


class Logged(Protocol):
    """What has a log of calls and may have an intercept."""

    calls: list[Call]
    intercept: Intercept | None


async def answered(tenant: Logged, call: Call, answer: Answer) -> Response:
    """The answer to a call, or what the intercept makes of it."""
    response = await (tenant.intercept(call, answer) if tenant.intercept else answer())
    tenant.calls.append(replace(call, status=response.status_code))
    return response
