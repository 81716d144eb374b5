"""The stored duties: whose turn it is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from ledig.store.database import opened
from ledig.store.duties import StoredDuties

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def engine(database: str) -> AsyncIterator[AsyncEngine]:
    async with opened(database) as engine:
        yield engine


async def test_of_many_workers_one_has_a_duty_and_keeps_it(engine: AsyncEngine) -> None:
    workers = [StoredDuties(engine) for _ in range(4)]

    first = await asyncio.gather(*(worker.take("recovery", NOW, MINUTE) for worker in workers))
    again = [await worker.take("recovery", NOW + MINUTE / 2, MINUTE) for worker in workers]

    assert first.count(True) == 1
    assert again == first


async def test_when_it_is_not_seen_any_more_another_takes_over(engine: AsyncEngine) -> None:
    lost, other = StoredDuties(engine), StoredDuties(engine)
    await lost.take("recovery", NOW, MINUTE)

    assert not await other.take("recovery", NOW + MINUTE - timedelta(seconds=1), MINUTE)
    assert await other.take("recovery", NOW + MINUTE, MINUTE)
    assert not await lost.take("recovery", NOW + MINUTE, MINUTE)


async def test_each_duty_is_by_itself(engine: AsyncEngine) -> None:
    one, other = StoredDuties(engine), StoredDuties(engine)

    assert await one.take("recovery", NOW, MINUTE)
    assert await other.take("retention", NOW, MINUTE)
