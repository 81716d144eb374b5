"""What will happen by itself once the clock gets there: invitations that arrive, rooms that answer them."""

from collections.abc import Callable
from datetime import datetime
from heapq import heappop, heappush
from itertools import count

Act = Callable[[datetime], None]  # is told when it was due


class Agenda:
    """
    Acts in the order they are due.

    Nothing runs in the background: whoever is about to look at the world lets it catch up first. So a clock that jumps
    gives the same world as one that ran.
    """

    def __init__(self) -> None:
        self._due: list[tuple[datetime, int, Act]] = []
        self._numbers = count()

    def at(self, due: datetime, act: Act) -> None:
        heappush(self._due, (due, next(self._numbers), act))

    def catch_up(self, now: datetime) -> None:
        """Does what is due; an act may put more on the agenda."""
        while self._due and self._due[0][0] <= now:
            due, _, act = heappop(self._due)
            act(due)

    def next_due(self) -> datetime | None:
        """When the next act is due, if there is one."""
        return self._due[0][0] if self._due else None
