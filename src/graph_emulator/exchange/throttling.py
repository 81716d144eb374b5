"""
How much an app may ask of a mailbox: four requests at once, and ten thousand in ten minutes.

An app that asks for more is refused for a moment. What it asks meanwhile is refused, is counted and makes it longer.
https://learn.microsoft.com/graph/throttling and …/throttling-limits, "Outlook service limits"
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

AT_ONCE = 4
REQUESTS = 10_000
PERIOD = timedelta(minutes=10)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class _Load:
    """What an app asks of a mailbox: right now, and in a period."""

    under_way: int = 0
    asked: int = 0
    period_ends: datetime = _LONG_AGO
    refused_until: datetime = _LONG_AGO


@dataclass(frozen=True, slots=True)
class Admission:
    """How many requests are under way, with this one; and how long its sender has to wait, if it is one too many."""

    at_once: int
    wait: timedelta | None = None
    too_many_at_once: bool = False  # or too many in the period


@dataclass
class Throttling:
    """The load of every app on every mailbox; waits are drawn with a seed."""

    seed: int = 0
    _loads: dict[tuple[str, ...], _Load] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._random = Random(self.seed)  # noqa: S311 - reproducible, no secret

    @contextmanager
    def request(
        self, app: tuple[str, str], mailbox: str, now: datetime, *, per_app: bool = False, limited: bool = True
    ) -> Iterator[Admission]:
        """
        A request of an app (of a tenant) to a mailbox, as long as the block lasts.

        Its admission holds a wait if it must be refused; a refused request is not under way. With `per_app`, requests
        at once are counted over all mailboxes. Unless `limited`, they are counted but none is refused.
        """
        load = self._load(*app, mailbox)
        gate = self._load(*app) if per_app else load
        self._count(load, now)
        too_many = gate.under_way >= AT_ONCE or load.asked > REQUESTS or _lies_ahead(gate.refused_until, now)
        if limited and too_many:
            yield Admission(gate.under_way + 1, self._refuse(gate, load, now), load.asked <= REQUESTS)
            return
        gate.under_way += 1
        try:
            yield Admission(gate.under_way)
        finally:
            gate.under_way -= 1

    def _load(self, *of: str) -> _Load:
        return self._loads.get(of) or self._loads.setdefault(of, _Load())

    def _count(self, load: _Load, now: datetime) -> None:
        if not _lies_ahead(load.period_ends, now):
            load.asked, load.period_ends = 0, now + PERIOD
        load.asked += 1

    def _refuse(self, gate: _Load, load: _Load, now: datetime) -> timedelta:
        """How long to wait from now; asking again before that starts the wait anew."""
        until = now + timedelta(milliseconds=self._random.randrange(1000, 3000))
        if load.asked > REQUESTS:
            until = max(until, load.period_ends)
        gate.refused_until = max(gate.refused_until, until) if _lies_ahead(gate.refused_until, now) else until
        return gate.refused_until - now


def _lies_ahead(at: datetime, now: datetime) -> bool:
    """Whether an instant is still to come; one further ahead than a period is from before the clock was put back."""
    return now < at <= now + PERIOD
