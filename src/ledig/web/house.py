"""Everything the handlers work with, opened when the server starts and closed when it ends."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import aiohttp
import structlog
from litestar.di import NamedDependency
from sqlalchemy.exc import SQLAlchemyError

from ledig.booking import Bookings
from ledig.clock import Clock
from ledig.errors import NotFound
from ledig.graph.calendar import GraphCalendar
from ledig.graph.freebusy import GraphFreeBusy
from ledig.graph.tokens import AppTokens
from ledig.graph.transport import Transport
from ledig.memory.overviews import Overview, Overviews
from ledig.settings import Settings
from ledig.store.attempts import StoredAttempts
from ledig.store.database import opened
from ledig.store.venues import BoundVenue, StoredVenues

log = structlog.get_logger()

RETENTION_EVERY = timedelta(hours=1)


@dataclass(frozen=True)
class House:
    settings: Settings
    clock: Clock
    venues: StoredVenues
    attempts: StoredAttempts
    free_busy: GraphFreeBusy
    overviews: Overviews
    bookings: Bookings

    async def venue(self, venue: str) -> BoundVenue:
        """Raises NotFound, in a sentence, where there is no such venue."""
        if found := await self.venues.get(venue):
            return found
        raise NotFound(f"There is no venue called {venue[:40]!r}. GET /api/v1/venues lists those there are.")

    def require_in_sight(self, bound: BoundVenue, day: date) -> None:
        """Raises NotFound for a day before yesterday or beyond the policy's horizon."""
        now = self.clock.now()
        first = now.astimezone(bound.zone).date() - timedelta(days=1)
        last = bound.venue.policy.last_day(now, bound.zone)
        if not first <= day <= last:
            raise NotFound(f"Only days from {first} to {last} can be seen.")

    async def overview(self, bound: BoundVenue, day: date) -> Overview:
        """Raises NotFound for a day out of sight."""
        self.require_in_sight(bound, day)
        return await self.overviews.of(bound.venue.id, day, bound.zone, bound.mailboxes)


TheHouse = NamedDependency[House]
"""How a handler asks for it."""


@asynccontextmanager
async def opened_house(settings: Settings, clock: Clock) -> AsyncIterator[House]:
    """Opens database and connections; waits for bookings under way before it closes them."""
    trust = ssl.create_default_context(cafile=settings.graph.ca)
    async with AsyncExitStack() as stack:
        engine = await stack.enter_async_context(opened(Path(settings.database)))
        connector = aiohttp.TCPConnector(ssl=trust, limit=settings.graph.at_once)
        session = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
        tokens = AppTokens(settings.tenant, settings.graph)
        stack.push_async_callback(tokens.close)
        transport = Transport(session, settings.graph.root, tokens, clock, settings.graph.at_once)
        free_busy = GraphFreeBusy(transport, settings.graph.chunk)
        attempts = StoredAttempts(engine)
        overviews = Overviews(free_busy, clock)
        stack.push_async_callback(overviews.close)
        bookings = Bookings(GraphCalendar(transport), attempts, clock, changed=overviews.lay_over)
        stack.push_async_callback(bookings.close)
        venues = StoredVenues(engine, settings.tenant.id)
        retention = asyncio.create_task(_forget(attempts, clock, timedelta(days=settings.keep_outcomes_days)))
        stack.push_async_callback(_ended, retention)
        yield House(settings, clock, venues, attempts, free_busy, overviews, bookings)


async def _ended(task: asyncio.Task[None]) -> None:
    """Waits for it, too: the database must not be closed under a statement."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _forget(attempts: StoredAttempts, clock: Clock, keep_outcomes: timedelta) -> None:
    while True:
        try:
            await attempts.forget(clock.now(), keep_outcomes)
        except SQLAlchemyError:
            log.error("retention_failed", exc_info=True)
        await clock.sleep(RETENTION_EVERY)
