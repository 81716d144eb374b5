"""Who may call when: a bounded number at once, four for a mailbox, fewer after a 429, and bookings first."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ledig.graph.limits import KEPT_FREE, PER_MAILBOX, Limits


class Callers:
    """Calls that wait for a place, hold it, and leave when told."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.inside: list[str] = []
        self._leave: dict[str, asyncio.Event] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def come(self, *names: str, mailbox: str = "", gives_way: bool = False) -> None:
        for name in names:
            self._leave[name] = asyncio.Event()
            self._tasks.append(asyncio.create_task(self._call(name, mailbox or name, gives_way)))
        await settled()

    async def leave(self, name: str) -> None:
        self._leave[name].set()
        await settled()

    def cancel(self) -> None:
        for task in self._tasks:
            task.cancel()

    async def _call(self, name: str, mailbox: str, gives_way: bool) -> None:
        async with self.limits.place(mailbox, gives_way=gives_way):
            self.inside.append(name)
            await self._leave[name].wait()
            self.inside.remove(name)


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.fixture
def callers() -> Iterator[Callers]:
    callers = Callers(Limits(8))
    yield callers
    callers.cancel()


async def test_no_more_than_are_allowed_at_once(callers: Callers) -> None:
    await callers.come(*(f"call {n}" for n in range(10)))
    assert len(callers.inside) == 8

    await callers.leave("call 0")
    assert "call 8" in callers.inside


async def test_four_at_once_for_one_mailbox_and_others_pass_them(callers: Callers) -> None:
    await callers.come("1", "2", "3", "4", "5", mailbox="full")
    await callers.come("other")

    assert callers.inside == ["1", "2", "3", "4", "other"]
    await callers.leave("2")
    assert callers.inside[-1] == "5"
    assert PER_MAILBOX == 4


async def test_refreshes_leave_places_to_bookings_and_let_them_pass(callers: Callers) -> None:
    await callers.come(*(f"refresh {n}" for n in range(8)), gives_way=True)
    assert len(callers.inside) == 8 - KEPT_FREE

    await callers.come("booking 1", "booking 2", "booking 3")
    assert callers.inside[-2:] == ["booking 1", "booking 2"]
    await callers.leave("refresh 0")
    assert callers.inside[-1] == "booking 3"


async def test_half_as_many_after_a_429_and_all_again_after_enough_answers(callers: Callers) -> None:
    limits = callers.limits
    stage = limits.stage()
    for _ in range(8):  # all that were under way are told the same
        limits.slow_down(stage)
    assert limits.allowed == 4

    limits.slow_down(limits.stage())
    limits.slow_down(limits.stage())
    limits.slow_down(limits.stage())
    assert limits.allowed == 1, "one at least"
    for _ in range(100):
        limits.speed_up()
    assert limits.allowed == 8, "and never more than at first"


async def test_whoever_waits_comes_in_when_more_is_allowed_again(callers: Callers) -> None:
    for _ in range(3):
        callers.limits.slow_down(callers.limits.stage())
    await callers.come("first", "second")
    assert callers.inside == ["first"]

    callers.limits.speed_up()
    await settled()
    assert callers.inside == ["first", "second"]


async def test_a_caller_who_leaves_the_queue_takes_no_place(callers: Callers) -> None:
    await callers.come(*"abcdefgh")
    waiting = asyncio.create_task(callers._call("gone", "gone", False))
    await settled()
    waiting.cancel()
    await settled()

    for name in "abcdefgh":
        await callers.leave(name)
    await callers.come(*"ijklmnop")
    assert len(callers.inside) == 8


async def test_a_caller_who_leaves_as_the_door_opens_gives_the_place_on(callers: Callers) -> None:
    await callers.come(*"abcdefgh")
    late = asyncio.create_task(callers._call("late", "late", False))
    await settled()
    callers._leave["a"].set()
    await asyncio.sleep(0)
    late.cancel()  # its place is given already, but it has not come in yet
    await settled()

    await callers.come("next")
    assert len(callers.inside) == 8


@given(some.lists(some.tuples(some.sampled_from(("a", "b", "c")), some.booleans()), max_size=40), some.integers(1, 9))
def test_everybody_gets_a_turn_and_the_limits_always_hold(calls: list[tuple[str, bool]], most: int) -> None:
    async def run() -> None:
        limits, inside = Limits(most), []

        async def call(mailbox: str, gives_way: bool) -> None:
            async with limits.place(mailbox, gives_way=gives_way):
                inside.append(mailbox)
                assert len(inside) <= most
                assert inside.count(mailbox) <= PER_MAILBOX
                await asyncio.sleep(0)
                inside.remove(mailbox)

        await asyncio.gather(*(call(*one) for one in calls))

    asyncio.run(run())
