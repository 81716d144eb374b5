"""How much of what costs calls to Microsoft 365 may be asked for: for each caller, and for all of them together."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from ledig.clock import Clock
from ledig.errors import TooMuchAsked

CALLERS = 4096  # whose spending is remembered


class _Spent(Struct):
    amount: float
    at: datetime


class Budget:
    """`burst` at once, and again as much in every `period`, bit by bit."""

    def __init__(self, clock: Clock, burst: int, period: timedelta) -> None:
        self._clock = clock
        self._burst = burst
        self._each = period / burst
        self._spent: dict[str, _Spent] = {}

    def take(self, who: str) -> None:
        """Raises TooMuchAsked, which says when to come again."""
        now = self._clock.now()
        spent = self._spent.pop(who, None) or _Spent(0, now)
        spent.amount = max(0.0, spent.amount - max(0.0, (now - spent.at) / self._each))  # a clock may be set back
        spent.at = now
        self._spent[who] = spent  # who took last is forgotten last
        if len(self._spent) > CALLERS:
            del self._spent[next(iter(self._spent))]
        if spent.amount > self._burst - 1:
            raise TooMuchAsked((spent.amount - self._burst + 1) * self._each)
        spent.amount += 1

    @property
    def holders(self) -> int:
        """How many have spent something that they have not got back yet."""
        now = self._clock.now()
        return sum(spent.amount > (now - spent.at) / self._each for spent in self._spent.values())
