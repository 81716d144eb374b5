"""Booking by several processes that may be killed at any moment, against an Exchange that accepts overlaps."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from msgspec.structs import replace
from starlette.responses import Response

from contest import HOUR, exchange, judge, orders, run, slots
from contestant import HURRIED, Process
from graph_emulator.log import Answer, Call
from graph_emulator.server import Running

MOMENTS = [
    "before read 1",
    "after read 1",
    "before write 1",
    "after write 1",
    "before read 2",
    "after read 2",
    "before remove 1",
    "after remove 1",
]


BEFORE_IT_WRITES = MOMENTS[:3]


@pytest.fixture
def served() -> Iterator[Running]:
    with exchange() as served:
        yield served


async def test_of_many_exactly_one_gets_each_slot(served: Running, database: str) -> None:
    wanted = slots(served.tenant, 8)
    given = orders(served, database, wanted, workers=2, writers=3)

    told = await asyncio.to_thread(run, served, given)
    verdict = await judge(served.tenant, given[0], told)

    assert verdict.is_right, verdict
    assert (verdict.won, len(told)) == (8, 2 * 3 * 8)
    assert sum(one.outcome == "confirmed" for one in told) == 8


async def test_with_outsiders_and_kills_never_two_and_nothing_is_left_behind(served: Running, database: str) -> None:
    wanted = slots(served.tenant, 8)
    given = orders(served, database, wanted, workers=2, writers=3)

    told = await asyncio.to_thread(run, served, given, outsiders=8, kills=2)
    verdict = await judge(served.tenant, given[0], told)

    assert verdict.is_right, verdict
    assert verdict.won > 0


async def test_killed_at_any_moment_it_leaves_nothing_behind(served: Running, database: str) -> None:
    """A process for each moment, killed by the system; then another worker tidies up, when their leases are over."""
    tenant = served.tenant
    wanted = slots(tenant, len(MOMENTS))
    written = iter([pair for pair in zip(wanted, MOMENTS, strict=True) if pair[1] not in BEFORE_IT_WRITES])

    async def slip_in(call: Call, answer: Answer) -> Response:
        """Somebody who is seen only when we have written, so that we withdraw."""
        if call.route == "POST /users/{id}/events":
            slot, moment = next(written)
            if "remove" in moment:
                tenant.add_event(slot.room, slot.start, slot.start + HOUR)
        return await answer()

    tenant.cloud.intercept = slip_in
    (order,) = orders(served, database, wanted, workers=1, writers=0)
    dying = replace(order, moments=MOMENTS, times=HURRIED)

    said = await asyncio.to_thread(Process(dying).said)
    verdict = await judge(tenant, order, [])

    assert said == [moment.encode() for moment in MOMENTS]
    assert verdict.is_right, verdict
    assert (verdict.won, verdict.held_by_others) == (0, 2)
