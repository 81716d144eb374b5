"""Everything the handlers work with, opened when the server starts and closed when it ends."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import aiohttp
import structlog
from litestar.di import NamedDependency
from numpy import bool_
from numpy.typing import NDArray
from prometheus_client import CollectorRegistry

from ledig.booking import Bookings, Target, Wish
from ledig.clock import Clock
from ledig.errors import NotFound
from ledig.graph import credentials
from ledig.graph.calendar import GraphCalendar
from ledig.graph.freebusy import GraphFreeBusy
from ledig.graph.limits import Limits
from ledig.graph.tokens import AppTokens
from ledig.graph.transport import Transport
from ledig.intervals import Interval
from ledig.memory.day import Overview
from ledig.memory.overviews import Overviews
from ledig.memory.schedules import Schedules
from ledig.settings import Settings
from ledig.store.attempts import StoredAttempts
from ledig.store.database import opened
from ledig.store.duties import StoredDuties
from ledig.store.venues import BoundVenue, StoredVenues
from ledig.web import times
from ledig.web.budget import Budget
from ledig.web.duties import repeat
from ledig.web.live import Live
from ledig.web.sheets import Sheets, Written
from ledig.web.sign_in import SignIn
from ledig.web.upstream import Upstream

log = structlog.get_logger()

# Days that nobody looked at lately, each read from Microsoft: so many at once, and again as many in such a time.
CALLER = 60, timedelta(minutes=1)
TENANT = 240, timedelta(minutes=1)
LONG_PAST = timedelta(hours=22)  # a day that ended so long ago may be out of sight, which takes a closer look
WARN_DAYS = (30, 7, 1)
WARN_EVERY = timedelta(hours=1)
RETENTION_EVERY = timedelta(hours=1)
RECOVERIES_A_LEASE = 9


@dataclass(frozen=True)
class House:
    settings: Settings
    clock: Clock
    venues: StoredVenues
    attempts: StoredAttempts
    overviews: Overviews
    schedules: Schedules
    sheets: Sheets
    live: Live
    bookings: Bookings
    transport: Transport
    sign_in: SignIn | None
    callers: Budget
    tenants: Budget
    limits: Limits
    registry: CollectorRegistry
    credential_ends: datetime | None

    async def venue(self, venue: str) -> BoundVenue:
        """Raises NotFound, in a sentence, where there is no such venue."""
        if found := await self.venues.get(venue):
            return found
        raise NotFound(f"There is no venue called {venue[:40]!r}. GET /api/v1/venues lists those there are.")

    def in_sight(self, bound: BoundVenue) -> tuple[date, date]:
        """From yesterday to the policy's horizon."""
        now = self.clock.now()
        return now.astimezone(bound.zone).date() - timedelta(days=1), bound.venue.policy.last_day(now, bound.zone)

    def is_in_sight(self, bound: BoundVenue, day: date) -> bool:
        first, last = self.in_sight(bound)
        return first <= day <= last

    def require_in_sight(self, bound: BoundVenue, day: date) -> None:
        """Raises NotFound for a day that nobody may look at."""
        if not self.is_in_sight(bound, day):
            raise NotFound("Only days from {} to {} can be seen.".format(*self.in_sight(bound)))

    async def overview(self, bound: BoundVenue, day: date, caller: str) -> Overview:
        """Raises NotFound for a day out of sight, TooMuchAsked where Microsoft would be asked too often."""
        self.require_in_sight(bound, day)
        if self.overviews.is_cold(bound.venue.id, day):
            self.may_ask(caller)
        return await self.overviews.of(bound.venue.id, day, bound.zone, bound.mailboxes)

    async def overview_and_free(
        self, bound: BoundVenue, day: date, wish: Interval, caller: str
    ) -> tuple[Overview, NDArray[bool_]]:
        """With the overview, of each room in order whether it is free for the part of `wish` on that day."""
        overview = await self.overview(bound, day, caller)
        return overview, self.overviews.free(bound.venue.id, day, wish)

    def may_ask(self, caller: str) -> None:
        """Before Microsoft is asked for what nobody asked for lately. Raises TooMuchAsked."""
        self.callers.take(caller)
        self.tenants.take(self.settings.tenant.id)

    def at_hand(self, venue: str, day: str, now: datetime) -> tuple[Overview, Written] | None:
        """The overview and its bytes if nobody has to wait for anything, not even for the database."""
        bound = self.venues.at_hand(venue)
        if bound is None or (wanted := times.day_or_none(day)) is None:
            return None
        overview = self.overviews.current(venue, wanted, bound.mailboxes, now)
        if overview is None or now - overview.day.end > LONG_PAST:
            return None
        written = self.sheets.at_hand(venue, wanted, overview)
        return (overview, written) if written else None


TheHouse = NamedDependency[House]
"""How a handler asks for it."""


@asynccontextmanager
async def opened_house(settings: Settings, clock: Clock) -> AsyncIterator[House]:
    """Opens database and connections; waits for bookings under way before it closes them."""
    trust = ssl.create_default_context(cafile=settings.graph.ca)
    ends = credentials.ends(settings.tenant)
    async with AsyncExitStack() as stack:
        engine = await stack.enter_async_context(opened(settings.database))
        connector = aiohttp.TCPConnector(ssl=trust, limit=settings.graph.at_once)
        # No cookies: what is asked for one person must not travel with what is asked for another.
        jar = aiohttp.DummyCookieJar()
        session = await stack.enter_async_context(aiohttp.ClientSession(connector=connector, cookie_jar=jar))
        tokens = AppTokens(settings.tenant, settings.graph)
        stack.push_async_callback(tokens.close)
        registry = CollectorRegistry()
        transport = Transport(
            session,
            settings.graph.root,
            tokens,
            clock,
            settings.graph.at_once,
            back_off=timedelta(seconds=settings.graph.back_off_seconds),
            watcher=Upstream(registry).heard,
        )
        free_busy = GraphFreeBusy(transport, settings.graph.chunk, clock)
        attempts = StoredAttempts(engine, settings.booking.settle)
        sheets = Sheets()
        live = Live(sheets)
        stack.callback(live.end)
        overviews = Overviews(free_busy, clock, tell=live.tell)
        stack.push_async_callback(overviews.close)
        bookings = Bookings(GraphCalendar(transport), attempts, clock, settings.booking, overviews.lay_over)
        stack.push_async_callback(bookings.close)
        venues = StoredVenues(engine, settings.tenant.id)
        duties = StoredDuties(engine)
        kept = timedelta(days=settings.keep_outcomes_days)
        recovers_every = settings.booking.lease / RECOVERIES_A_LEASE

        async def recover() -> None:
            await bookings.recover(settings.tenant.id, lambda wish: _target(venues, wish))

        async def forget() -> None:
            await attempts.forget(clock.now(), kept)

        for duty in (
            repeat("recovery", recover, recovers_every, duties, clock),
            repeat("retention", forget, RETENTION_EVERY, duties, clock),
            _warn_of_the_end(ends, clock),
        ):
            stack.push_async_callback(_ended, asyncio.create_task(duty))
        yield House(
            settings=settings,
            clock=clock,
            venues=venues,
            attempts=attempts,
            overviews=overviews,
            schedules=Schedules(free_busy, overviews, clock),
            sheets=sheets,
            live=live,
            bookings=bookings,
            transport=transport,
            sign_in=SignIn(settings, settings.sign_in, session, clock) if settings.sign_in else None,
            callers=Budget(clock, *CALLER),
            tenants=Budget(clock, *TENANT),
            limits=transport.limits,
            registry=registry,
            credential_ends=ends,
        )


async def _ended(task: asyncio.Task[None]) -> None:
    """Waits for it, too: the database must not be closed under a statement."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _warn_of_the_end(credential_ends: datetime | None, clock: Clock) -> None:
    """Says in the log that the app's credential ends soon: once for each time there is left."""
    told = None
    while credential_ends is not None:
        left = credential_ends - clock.now()
        within = min((days for days in WARN_DAYS if left <= timedelta(days=days)), default=None)
        if within != told:
            log.warning("credential_ends", at=credential_ends.isoformat(), within_days=within)
            told = within
        await clock.sleep(WARN_EVERY)


async def _target(venues: StoredVenues, wish: Wish) -> Target | None:
    """Where to look for what was written for a wish; None for a room that is no longer on the map."""
    bound = await venues.get(wish.venue)
    mailbox = bound and bound.mailboxes.get(wish.room)
    return Target(mailbox, bound.zone) if bound and mailbox else None
