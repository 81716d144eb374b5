"""The log of what was asked, and how a test steps between a request and its answer."""

from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from starlette.responses import Response

CALLS_KEPT = 50_000


@dataclass(frozen=True, slots=True)
class Call:
    """A request and how it ended; the path is a template, the mailbox as the caller named it."""

    method: str
    path: str
    mailbox: str | None = None
    status: int = 0  # 0: there was no answer
    tenant: str | None = None  # its id
    app: str | None = None  # the client id
    concurrency: int = 0  # how many calls of that app to that mailbox were under way, with this one
    at: datetime | None = None
    number: int = 0

    @property
    def route(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def is_sign_in(self) -> bool:
        """Whether the identity platform was asked, and not Graph."""
        return self.path.startswith("/{tenant}")


Answer = Callable[[], Awaitable[Response]]
Intercept = Callable[[Call, Answer], Awaitable[Response]]


class Log:
    """The last calls, the oldest first, and counts of all of them. It grows no further than `CALLS_KEPT`."""

    def __init__(self) -> None:
        self._calls: deque[Call] = deque(maxlen=CALLS_KEPT)
        self._added = 0
        self.clear()

    def clear(self) -> None:
        """Forgets calls and counts; numbers go on, so that whoever reads on misses nothing."""
        self._calls.clear()
        self.answers: Counter[tuple[str, str, int]] = Counter()  # by method, path and status
        self.most_at_once: dict[tuple[str, str, str], int] = {}  # by tenant, app and mailbox

    def add(self, call: Call, at: datetime, status: int) -> None:
        self._added += 1
        self._calls.append(replace(call, at=at, status=status, number=self._added))
        self.answers[call.method, call.path, status] += 1
        if call.concurrency:
            who = (call.tenant or "", call.app or "", (call.mailbox or "").lower())
            self.most_at_once[who] = max(call.concurrency, self.most_at_once.get(who, 0))

    @property
    def last(self) -> int:
        """The number of the newest call there ever was."""
        return self._added

    def __iter__(self) -> Iterator[Call]:
        return iter(self._calls)

    def __len__(self) -> int:
        return len(self._calls)
