"""Everything the handlers work with, opened when the server starts and closed when it ends."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import aiohttp
import structlog
from litestar.di import NamedDependency

from ledig.booking import Bookings
from ledig.clock import Clock
from ledig.errors import NotFound
from ledig.graph.calendar import GraphCalendar
from ledig.graph.freebusy import GraphFreeBusy
from ledig.graph.tokens import AppTokens
from ledig.graph.transport import Transport
from ledig.memory.overviews import Overviews
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
        raise NotFound(f"There is no venue called {venue!r}. GET /api/v1/venues lists those there are.")


TheHouse = NamedDependency[House]
"""How a handler asks for it."""


@asynccontextmanager
async def opened_house(settings: Settings, clock: Clock) -> AsyncIterator[House]:
    """Opens database and connections; waits for bookings under way before it closes them."""
    tokens = AppTokens(settings.tenant, settings.graph)
    trust = ssl.create_default_context(cafile=settings.graph.ca)
    connector = aiohttp.TCPConnector(ssl=trust, limit=settings.graph.at_once)
    async with opened(Path(settings.database)) as engine, aiohttp.ClientSession(connector=connector) as session:
        transport = Transport(session, settings.graph.root, tokens, clock, settings.graph.at_once)
        free_busy = GraphFreeBusy(transport, settings.graph.chunk)
        attempts = StoredAttempts(engine)
        overviews = Overviews(free_busy, clock)
        bookings = Bookings(GraphCalendar(transport), attempts, clock, changed=overviews.lay_over)
        venues = StoredVenues(engine, settings.tenant.id)
        retention = asyncio.create_task(_forget(attempts, clock, timedelta(days=settings.keep_outcomes_days)))
        try:
            yield House(settings, clock, venues, attempts, free_busy, overviews, bookings)
        finally:
            retention.cancel()
            with suppress(asyncio.CancelledError):
                await retention
            await bookings.close()
            await tokens.close()


async def _forget(attempts: StoredAttempts, clock: Clock, keep_outcomes: timedelta) -> None:
    while True:
        await attempts.forget(clock.now(), keep_outcomes)
        await clock.sleep(RETENTION_EVERY)
