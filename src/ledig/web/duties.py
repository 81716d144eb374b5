"""Duties: what a server does beside answering, each by one worker at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from ledig.clock import Clock
from ledig.store.duties import StoredDuties

log = structlog.get_logger()

PATIENCE = 10  # seconds that a round under way has to end when the server does

Work = Callable[[], Awaitable[None]]


async def repeat(name: str, work: Work, every: timedelta, duties: StoredDuties, clock: Clock) -> None:
    """Does `work` again and again where no other worker does, until it is cancelled."""
    while True:
        round = asyncio.create_task(_round(name, work, every, duties, clock))
        try:
            await asyncio.shield(round)
        except asyncio.CancelledError:
            await asyncio.wait([round], timeout=PATIENCE)  # the database must not be closed under a statement
            round.cancel()
            raise
        await clock.sleep(every)


async def _round(name: str, work: Work, every: timedelta, duties: StoredDuties, clock: Clock) -> None:
    try:
        if await duties.take(name, clock.now(), 2 * every):
            await work()
    except SQLAlchemyError:
        log.error("duty_failed", duty=name, exc_info=True)
