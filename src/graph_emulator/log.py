"""The log of what was asked, and how a test steps between a request and its answer."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.responses import Response


@dataclass(frozen=True, slots=True)
class Call:
    """A request and how it ended; the path is a template, the mailbox as the caller named it."""

    method: str
    path: str
    mailbox: str | None = None
    status: int = 0

    @property
    def route(self) -> str:
        return f"{self.method} {self.path}"


Answer = Callable[[], Awaitable[Response]]
Intercept = Callable[[Call, Answer], Awaitable[Response]]
