"""How much of what costs calls to Microsoft may be asked for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ledig.errors import TooMuchAsked
from ledig.web.budget import CALLERS, Budget
from lobby import ToldClock

SECOND = timedelta(seconds=1)


@pytest.fixture
def budget(clock: ToldClock) -> Budget:
    return Budget(clock, 3, 3 * SECOND)


def spend(budget: Budget, times: int, who: str = "ann") -> None:
    for _ in range(times):
        budget.take(who)


async def test_what_is_spent_comes_back_bit_by_bit(budget: Budget, clock: ToldClock) -> None:
    spend(budget, 3)
    with pytest.raises(TooMuchAsked) as refused:
        budget.take("ann")
    assert refused.value.retry_after == SECOND

    await clock.move(SECOND)

    budget.take("ann")
    with pytest.raises(TooMuchAsked):
        budget.take("ann")


def test_each_has_one(budget: Budget) -> None:
    spend(budget, 3, "ann")
    spend(budget, 3, "bob")

    assert budget.holders == 2


async def test_nobody_is_locked_out_where_the_clock_is_set_back(budget: Budget, clock: ToldClock) -> None:
    budget.take("ann")

    await clock.move(-timedelta(minutes=10))

    spend(budget, 2)


def test_whoever_came_long_ago_is_forgotten(budget: Budget) -> None:
    """However many come, it stays small."""
    for number in range(2 * CALLERS):
        budget.take(str(number))

    assert budget.holders == CALLERS
