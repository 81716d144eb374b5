"""The one stored row about each try to book: first a claim, in the end an outcome.

Instants are whole seconds since 1970. Once a booking is over by a day, its row holds no room's time, kiosk or event
any more; what remains is whether it succeeded, and after a while not even that.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from ledig.booking import Attempt, Outcome, Wish
from ledig.errors import KeyReused, PolicyBroken, RoomTaken
from ledig.intervals import Interval
from ledig.store.database import reading

SETTLE = timedelta(seconds=60)  # a settled claim still blocks this long; after that the calendar is the judge
FORGET_DETAILS = timedelta(hours=24)
MOST_HELD = 3

attempts = sa.table(
    "attempts",
    *(
        sa.column(name, kind)
        for name, kind in {
            "key": sa.Text,
            "tenant": sa.Text,
            "venue": sa.Text,
            "room": sa.Text,
            "kind": sa.Text,
            "begun_at": sa.Integer,
            "outcome": sa.Text,
            "settled_at": sa.Integer,
            "kiosk": sa.Text,
            "starts_at": sa.Integer,
            "ends_at": sa.Integer,
            "event_id": sa.Text,
        }.items()
    ),
)
row = attempts.c


class Told(Struct, frozen=True):
    """What `ledig outcomes` shows of an attempt."""

    begun_at: datetime
    venue: str
    room: str
    kind: str
    outcome: Outcome | None


class StoredAttempts:
    """Implements booking.Attempts on the database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reading = reading(engine)

    async def claim(self, wish: Wish, now: datetime) -> Attempt | None:
        async with self._engine.begin() as connection:  # holds the write lock from its first statement
            known = await _find(connection, row.tenant == wish.tenant, row.kiosk == wish.kiosk, row.key == wish.key)
            if known and (known.outcome is not Outcome.UNAVAILABLE or known.wish != wish):
                return known
            await _require_unclaimed(connection, wish, now)
            values = _row(wish, now)
            if known:
                await connection.execute(sa.update(attempts).where(row.key == wish.key).values(**values))
                return None
            try:
                await connection.execute(sa.insert(attempts).values(**values))
            except sa.exc.IntegrityError:  # an old key whose details are forgotten, or another kiosk's
                raise KeyReused from None
        return None

    async def settle(self, key: str, outcome: Outcome, now: datetime, event_id: str | None = None) -> None:
        # What was cancelled or declined meanwhile stays so.
        is_open = sa.or_(row.outcome.is_(None), row.outcome == Outcome.CONFIRMED)
        settled = sa.update(attempts).where(row.key == key, is_open)
        async with self._engine.begin() as connection:
            await connection.execute(settled.values(outcome=outcome, settled_at=_seconds(now), event_id=event_id))

    async def get(self, tenant: str, kiosk: str, key: str) -> Attempt | None:
        async with self._reading.begin() as connection:
            return await _find(connection, row.tenant == tenant, row.kiosk == kiosk, row.key == key)

    async def held(self, tenant: str, kiosk: str, now: datetime) -> Sequence[Attempt]:
        mine = sa.and_(row.tenant == tenant, row.kiosk == kiosk, row.ends_at > _seconds(now))
        shown = row.outcome.in_([Outcome.CONFIRMED, Outcome.DECLINED])
        async with self._reading.begin() as connection:
            rows = await connection.execute(sa.select(attempts).where(mine, shown).order_by(row.starts_at))
            return [_attempt(found) for found in rows]

    async def newest(self, tenant: str, count: int) -> Sequence[Told]:
        """What became of the last `count` attempts, newest first."""
        wanted = sa.select(attempts).where(row.tenant == tenant).order_by(row.begun_at.desc()).limit(count)
        async with self._reading.begin() as connection:
            return [
                Told(_instant(r.begun_at), r.venue, r.room, r.kind, Outcome(r.outcome) if r.outcome else None)
                for r in await connection.execute(wanted)
            ]

    async def forget(self, now: datetime, keep_outcomes: timedelta) -> None:
        """Drops what is not needed any more: details a day after a booking's end, outcomes after `keep_outcomes`."""
        async with self._engine.begin() as connection:
            await connection.execute(
                sa.update(attempts)
                .where(row.ends_at < _seconds(now - FORGET_DETAILS))
                .values(kiosk=None, starts_at=None, ends_at=None, event_id=None)
            )
            old = row.begun_at < _seconds(now - keep_outcomes)
            await connection.execute(sa.delete(attempts).where(old, row.ends_at.is_(None)))


async def _require_unclaimed(connection: AsyncConnection, wish: Wish, now: datetime) -> None:
    open_or_fresh = sa.or_(
        row.outcome.is_(None), sa.and_(row.outcome == Outcome.CONFIRMED, row.settled_at > _seconds(now - SETTLE))
    )
    overlapping = sa.select(sa.func.count()).where(
        row.tenant == wish.tenant,
        row.room == wish.room,
        row.venue == wish.venue,
        row.key != wish.key,
        row.starts_at < _seconds(wish.during.end),
        row.ends_at > _seconds(wish.during.start),
        open_or_fresh,
    )
    if await connection.scalar(overlapping):
        raise RoomTaken
    held = sa.select(sa.func.count()).where(
        row.tenant == wish.tenant,
        row.kiosk == wish.kiosk,
        row.key != wish.key,
        row.ends_at > _seconds(now),
        # one whose answer was lost long ago cannot be cancelled, so it does not count
        sa.or_(row.outcome == Outcome.CONFIRMED, sa.and_(row.outcome.is_(None), row.begun_at > _seconds(now - SETTLE))),
    )
    if (await connection.scalar(held) or 0) >= MOST_HELD:
        raise PolicyBroken(f"This kiosk already holds {MOST_HELD} rooms. Cancel one of them first.")


async def _find(connection: AsyncConnection, *conditions: sa.ColumnElement[bool]) -> Attempt | None:
    found = (await connection.execute(sa.select(attempts).where(*conditions, row.starts_at.is_not(None)))).first()
    return _attempt(found) if found else None


def _row(wish: Wish, now: datetime) -> dict[str, object]:
    return {
        "key": wish.key,
        "tenant": wish.tenant,
        "venue": wish.venue,
        "room": wish.room,
        "kind": "anonymous",
        "begun_at": _seconds(now),
        "outcome": None,
        "settled_at": None,
        "kiosk": wish.kiosk,
        "starts_at": _seconds(wish.during.start),
        "ends_at": _seconds(wish.during.end),
        "event_id": None,
    }


def _attempt(found: sa.Row[tuple[object, ...]]) -> Attempt:
    stored = found._mapping
    during = Interval(_instant(stored["starts_at"]), _instant(stored["ends_at"]))
    wish = Wish(
        key=stored["key"],
        tenant=stored["tenant"],
        venue=stored["venue"],
        room=stored["room"],
        kiosk=stored["kiosk"],
        during=during,
    )
    return Attempt(wish, Outcome(stored["outcome"]) if stored["outcome"] else None, stored["event_id"])


def _seconds(instant: datetime) -> int:
    return int(instant.timestamp())


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
