"""A calendar like Exchange's: it accepts overlaps, and a key finds the event that it made. Tests step in between."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from itertools import count
from typing import Literal

from ledig.booking import Entry, Target
from ledig.errors import CalendarUnavailable
from ledig.intervals import Interval

Act = Literal["read", "write", "remove", "end"]
Step = Callable[[], Awaitable[None]]


class Exchange:
    """Implements booking.Calendar. `before` and `after` hold what happens around the next acts of a kind."""

    def __init__(self) -> None:
        self.events: dict[str, tuple[str, Interval, str | None]] = {}  # by id: mailbox, time, key
        self.acts: Counter[Act] = Counter()
        self.before: dict[Act, deque[Step]] = defaultdict(deque)
        self.after: dict[Act, deque[Step]] = defaultdict(deque)
        self._ids = map(str, count(1))

    def put(self, mailbox: str, during: Interval, key: str | None = None) -> str:
        """Writes an event as anybody would."""
        event_id = next(self._ids)
        self.events[event_id] = mailbox, during, key
        return event_id

    def keys(self, mailbox: str) -> list[str | None]:
        """Whose events there are."""
        return [key for where, _, key in self.events.values() if where == mailbox]

    async def entries(self, target: Target, during: Interval) -> Sequence[Entry]:
        await self._around("read", self.before)
        found = [
            Entry(event_id, time, key)
            for event_id, (mailbox, time, key) in self.events.items()
            if mailbox == target.mailbox and time.overlaps(during)
        ]
        await self._around("read", self.after)
        return found

    async def write(self, target: Target, during: Interval, key: str, *, until: datetime) -> str:
        await self._around("write", self.before)
        known = [event_id for event_id, (mailbox, _, k) in self.events.items() if (mailbox, k) == (target.mailbox, key)]
        event_id = known[0] if known else self.put(target.mailbox, during, key)
        await self._around("write", self.after)
        return event_id

    async def remove(self, target: Target, event_id: str, *, until: datetime) -> None:
        await self._around("remove", self.before)
        self.events.pop(event_id, None)
        await self._around("remove", self.after)

    async def end(self, target: Target, event_id: str, at: datetime) -> None:
        await self._around("end", self.before)
        if found := self.events.get(event_id):
            self.events[event_id] = found[0], Interval(found[1].start, at), found[2]
        await self._around("end", self.after)

    async def _around(self, act: Act, steps: dict[Act, deque[Step]]) -> None:
        if steps is self.before:
            self.acts[act] += 1
        await asyncio.sleep(0)  # others get their turn
        if steps[act]:
            await steps[act].popleft()()


async def nothing() -> None:
    """A step at which nothing happens."""


async def fail() -> None:
    raise CalendarUnavailable("No answer.")


async def refuse() -> None:
    raise CalendarUnavailable("No.", is_refusal=True)
