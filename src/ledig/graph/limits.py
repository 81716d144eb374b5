"""How many calls may be under way at once: in all, and for one mailbox. Bookings go before refreshes.

The service takes four requests at a time from an app for one mailbox, and says 429 when it has enough of us. Then we
halve what we allow ourselves, and take it back bit by bit with every answer that comes; and keep off that mailbox as
long as we were told.
https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

PER_MAILBOX = 4
KEPT_FREE = 2  # places that refreshes leave to bookings
FEWEST = 1


class _Caller:
    def __init__(self, mailbox: str, *, gives_way: bool) -> None:
        self.mailbox = mailbox
        self.gives_way = gives_way
        self.let_in: asyncio.Future[None] = asyncio.get_running_loop().create_future()


class Limits:
    """Places for calls: `most` at the best of times, fewer for a while after `slow_down`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._allowed = float(most)
        self._slowed = 0
        self._under_way = 0
        self._refreshing = 0
        self._of_mailbox = Counter[str]()
        self._kept_off: dict[str, datetime] = {}
        self._bookings = deque[_Caller]()
        self._refreshes = deque[_Caller]()

    @property
    def allowed(self) -> int:
        return int(self._allowed)

    @property
    def under_way(self) -> int:
        return self._under_way

    @asynccontextmanager
    async def place(self, mailbox: str, *, gives_way: bool) -> AsyncIterator[None]:
        """Waits for its turn; a call that gives way waits for all that do not."""
        caller = _Caller(mailbox, gives_way=gives_way)
        queue = self._refreshes if gives_way else self._bookings
        queue.append(caller)
        self._let_in()
        try:
            await caller.let_in
            yield
        finally:
            if caller in queue:
                queue.remove(caller)
            else:
                self._count(caller, -1)
                self._let_in()

    def stage(self) -> int:
        """How often we have slowed down; a call remembers it for `slow_down`."""
        return self._slowed

    def slow_down(self, stage: int) -> None:
        """A call that began at `stage` was throttled. Calls that were under way together count as one."""
        if stage == self._slowed:
            self._slowed += 1
            self._allowed = max(FEWEST, self._allowed / 2)

    def speed_up(self) -> None:
        """A call went well: as many as are allowed at once add one place."""
        if self._allowed < self._most:
            self._allowed = min(self._most, self._allowed + 1 / self._allowed)
            self._let_in()

    def keep_off(self, mailbox: str, until: datetime) -> None:
        """The service does not want calls to `mailbox` before that."""
        self._kept_off[mailbox] = max(until, self._kept_off.get(mailbox, until))

    def kept_off(self, mailbox: str, now: datetime) -> datetime:
        """When calls to `mailbox` are wanted again; now, mostly."""
        until = self._kept_off.get(mailbox, now)
        if until <= now:
            self._kept_off.pop(mailbox, None)
        return max(until, now)

    def _let_in(self) -> None:
        for queue in (self._bookings, self._refreshes):
            for caller in list(queue) if self._has_place(refresh=queue is self._refreshes) else ():
                if not self._has_place(refresh=caller.gives_way):
                    break
                if self._of_mailbox[caller.mailbox] < PER_MAILBOX and not caller.let_in.done():
                    queue.remove(caller)
                    self._count(caller, 1)
                    caller.let_in.set_result(None)

    def _has_place(self, *, refresh: bool) -> bool:
        if refresh and self._refreshing >= max(1, self.allowed - KEPT_FREE):
            return False
        return self._under_way < self.allowed

    def _count(self, caller: _Caller, by: int) -> None:
        self._under_way += by
        self._refreshing += by * caller.gives_way
        self._of_mailbox[caller.mailbox] += by
        if not self._of_mailbox[caller.mailbox]:
            del self._of_mailbox[caller.mailbox]
