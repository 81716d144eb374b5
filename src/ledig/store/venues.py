"""Venues, a row for each version that was imported, and the bindings of their rooms, which outlive a re-import."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncEngine

from ledig.store.database import reading
from ledig.venue import Binding, Room, Venue

SURE_FOR = 2.0  # seconds for which the newest version is not looked up again by those in a hurry
KEPT_VERSIONS = 5  # so that a page opened before an import still gets its plan

venues = sa.table(
    "venues",
    sa.column("id", sa.Integer),
    sa.column("tenant", sa.Text),
    sa.column("venue", sa.Text),
    sa.column("version", sa.Text),
    sa.column("imported_at", sa.Integer),
    sa.column("document", sa.LargeBinary),
    sa.column("plan", sa.LargeBinary),
)
bindings = sa.table(
    "bindings",
    sa.column("tenant", sa.Text),
    sa.column("venue", sa.Text),
    sa.column("room", sa.Text),
    sa.column("document", sa.LargeBinary),
)


class BoundVenue(Struct, frozen=True):
    """A venue as it is now, and the mailbox of each of its rooms by room id. Stays on the server."""

    venue: Venue
    mailboxes: dict[str, str]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.venue.zone)

    def room(self, room_id: str) -> Room | None:
        return next((room for room in self.venue.rooms if room.id == room_id), None)


class StoredVenues:
    """The venues of one tenant."""

    def __init__(self, engine: AsyncEngine, tenant: str) -> None:
        self._engine = engine
        self._reading = reading(engine)
        self._tenant = tenant
        self._newest: dict[str, tuple[int, BoundVenue]] = {}
        self._looked_up: dict[str, float] = {}

    async def names(self) -> Sequence[str]:
        """The ids of all venues, in alphabetical order."""
        wanted = sa.select(venues.c.venue).where(venues.c.tenant == self._tenant).distinct().order_by(venues.c.venue)
        async with self._reading.begin() as connection:
            return list((await connection.scalars(wanted)).all())

    async def get(self, venue: str) -> BoundVenue | None:
        """The newest version; read again only after an import."""
        newest = sa.select(sa.func.max(venues.c.id)).where(*self._is(venues, venue))
        began = time.monotonic()
        async with self._reading.begin() as connection:
            row_id = await connection.scalar(newest)
            if row_id is None:
                return None
            if (known := self._newest.get(venue)) and known[0] == row_id:
                self._looked_up[venue] = began
                return known[1]
            document = await connection.scalar(sa.select(venues.c.document).where(venues.c.id == row_id))
            rows = await connection.scalars(sa.select(bindings.c.document).where(*self._is(bindings, venue)))
            bound = [msgspec.json.decode(row, type=Binding) for row in rows]
        found = BoundVenue(
            msgspec.json.decode(document or b"", type=Venue), {each.room.id: each.mailbox for each in bound}
        )
        self._newest[venue] = row_id, found
        self._looked_up[venue] = began
        return found

    def at_hand(self, venue: str) -> BoundVenue | None:
        """The newest version of a moment ago, without looking it up."""
        looked_up = self._looked_up.get(venue)
        if looked_up is None or time.monotonic() - looked_up > SURE_FOR:
            return None
        return self._newest[venue][1]

    async def plan(self, venue: str, version: str) -> bytes | None:
        """The drawing (GeoJSON) of one version."""
        wanted = sa.select(venues.c.plan).where(*self._is(venues, venue), venues.c.version == version).limit(1)
        async with self._reading.begin() as connection:
            return await connection.scalar(wanted)

    async def bindings(self, venue: str) -> Sequence[Binding]:
        wanted = sa.select(bindings.c.document).where(*self._is(bindings, venue)).order_by(bindings.c.room)
        async with self._reading.begin() as connection:
            return [msgspec.json.decode(row, type=Binding) for row in await connection.scalars(wanted)]

    async def put(self, venue: Venue, plan: bytes, bound: Sequence[Binding], now: datetime) -> None:
        """Makes `venue` with its plan and bindings the newest version, all at once or not at all."""
        async with self._engine.begin() as connection:
            await connection.execute(
                sa.insert(venues).values(
                    tenant=self._tenant,
                    venue=venue.id,
                    version=venue.plan,
                    imported_at=int(now.timestamp()),
                    document=msgspec.json.encode(venue),
                    plan=plan,
                )
            )
            await connection.execute(sa.delete(bindings).where(*self._is(bindings, venue.id)))
            rows = [
                {"tenant": self._tenant, "venue": venue.id, "room": b.room.id, "document": msgspec.json.encode(b)}
                for b in bound
            ]
            if rows:
                await connection.execute(sa.insert(bindings), rows)
            kept = (
                sa.select(venues.c.id)
                .where(*self._is(venues, venue.id))
                .order_by(venues.c.id.desc())
                .limit(KEPT_VERSIONS)
                .scalar_subquery()
            )
            await connection.execute(sa.delete(venues).where(*self._is(venues, venue.id), venues.c.id.not_in(kept)))
        self._looked_up.pop(venue.id, None)

    def _is(self, table: sa.TableClause, venue: str) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
        return table.c.tenant == self._tenant, table.c.venue == venue
