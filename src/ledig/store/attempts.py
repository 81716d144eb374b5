"""The one stored row about each try to book: first a claim, in the end an outcome.

Instants are whole seconds since 1970. Whoever holds an attempt's lease is its `holder`, until it is `due_at`: then
others may go on with it. Once a booking is over by a day, its row holds no room's time, kiosk or event any more; what
remains is whether it succeeded, and after a while not even that.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from ledig.booking import Attempt, Lease, Outcome, Wish
from ledig.errors import KeyReused, PolicyBroken, RoomTaken
from ledig.intervals import Interval
from ledig.store.database import collided, lock, number, reading

FORGET_DETAILS = timedelta(hours=24)
MOST_HELD = 3
AT_ONCE = 50  # so many does recovery take at a time

attempts = sa.table(
    "attempts",
    *(
        sa.column(name, kind)
        for name, kind in {
            "key": sa.Text,
            "tenant": sa.Text,
            "venue": sa.Text,
            "room": sa.Text,
            "room_no": sa.BigInteger,
            "kind": sa.Text,
            "begun_at": sa.BigInteger,
            "outcome": sa.Text,
            "settled_at": sa.BigInteger,
            "claimed": sa.Boolean,
            "is_leaving": sa.Boolean,
            "holder": sa.Text,
            "due_at": sa.BigInteger,
            "kiosk": sa.Text,
            "starts_at": sa.BigInteger,
            "ends_at": sa.BigInteger,
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

    def __init__(self, engine: AsyncEngine, settle: timedelta) -> None:
        """A settled claim still blocks for `settle`; after that the calendar is the judge."""
        self._engine = engine
        self._settle = settle
        self._reading = reading(engine)

    async def claim(self, wish: Wish, lease: Lease, now: datetime) -> Attempt | None:
        try:
            async with self._engine.begin() as connection:
                await lock(connection, number(wish.tenant, "kiosk", wish.kiosk), _room_number(wish))
                return await self._claim(connection, wish, lease, now)
        except sa.exc.DBAPIError as error:
            if collided(error):
                raise RoomTaken from None
            if isinstance(error, sa.exc.IntegrityError):  # an old key whose details are forgotten, or another kiosk's
                raise KeyReused from None
            raise

    async def _claim(self, connection: AsyncConnection, wish: Wish, lease: Lease, now: datetime) -> Attempt | None:
        known = await _find(connection, row.tenant == wish.tenant, row.kiosk == wish.kiosk, row.key == wish.key)
        if known and (known.outcome is not Outcome.UNAVAILABLE or known.is_leaving or known.wish != wish):
            return known
        await connection.execute(
            sa.update(attempts)
            .where(_same_room(wish), row.outcome == Outcome.CONFIRMED)
            .where(row.claimed, row.settled_at <= _seconds(now - self._settle))
            .values(claimed=False)
        )
        await _require_unclaimed(connection, wish, now)
        values = _row(wish, lease, now)
        if known:
            await connection.execute(sa.update(attempts).where(row.key == wish.key).values(**values))
        else:
            await connection.execute(sa.insert(attempts).values(**values))
        return None

    async def take(self, key: str, lease: Lease, now: datetime, *, is_repeat: bool = False) -> bool:
        is_over = row.due_at <= _seconds(now)
        is_free = sa.or_(is_over, row.holder.is_(None)) if is_repeat else is_over
        is_unfinished = sa.or_(row.outcome.is_(None), row.is_leaving)
        return await self._change(is_unfinished, is_free, key=key, holder=lease.holder, due_at=_seconds_after(lease))

    async def let_go(self, key: str, lease: Lease) -> None:
        await self._change(row.holder == lease.holder, key=key, holder=None)

    async def settle(self, attempt: Attempt, lease: Lease, now: datetime, due: datetime | None = None) -> bool:
        return await self._change(
            row.outcome.is_(None),
            row.holder == lease.holder,
            key=attempt.wish.key,
            outcome=attempt.outcome,
            settled_at=_seconds(now),
            event_id=attempt.event_id,
            is_leaving=attempt.is_leaving,
            claimed=attempt.is_leaving or attempt.outcome is Outcome.CONFIRMED,
            due_at=_seconds_after(lease) if attempt.is_leaving else due and _seconds(due),
        )

    async def revoke(self, attempt: Attempt, lease: Lease) -> bool:
        return await self._change(
            row.outcome == Outcome.CONFIRMED,
            key=attempt.wish.key,
            outcome=attempt.outcome,
            is_leaving=attempt.is_leaving,
            claimed=row.claimed if attempt.is_leaving else False,
            holder=lease.holder,
            due_at=_seconds_after(lease) if attempt.is_leaving else None,
        )

    async def gone(self, key: str, lease: Lease) -> None:
        await self._change(row.holder == lease.holder, key=key, is_leaving=False, claimed=False, due_at=None)

    async def looked(self, key: str) -> None:
        await self._change(row.outcome == Outcome.CONFIRMED, key=key, due_at=None)

    async def _change(self, *conditions: sa.ColumnElement[bool], key: str, **values: object) -> bool:
        """Whether the attempt was still as the conditions say."""
        changed = sa.update(attempts).where(row.key == key, row.starts_at.is_not(None), *conditions)
        async with self._engine.begin() as connection:
            return (await connection.execute(changed.values(**values))).rowcount == 1

    async def due(self, tenant: str, now: datetime) -> Sequence[Attempt]:
        wanted = sa.select(attempts).where(
            row.tenant == tenant, row.due_at <= _seconds(now), row.starts_at.is_not(None)
        )
        async with self._reading.begin() as connection:
            rows = await connection.execute(wanted.order_by(row.due_at).limit(AT_ONCE))
            return [_attempt(found) for found in rows]

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
                .values(claimed=False, is_leaving=False, holder=None, due_at=None)
                .values(outcome=sa.func.coalesce(row.outcome, Outcome.UNAVAILABLE))
            )
            old = row.begun_at < _seconds(now - keep_outcomes)
            await connection.execute(sa.delete(attempts).where(old, row.ends_at.is_(None)))


async def _require_unclaimed(connection: AsyncConnection, wish: Wish, now: datetime) -> None:
    overlapping = sa.select(sa.func.count()).where(
        _same_room(wish),
        row.claimed,
        row.key != wish.key,
        row.starts_at < _seconds(wish.during.end),
        row.ends_at > _seconds(wish.during.start),
    )
    if await connection.scalar(overlapping):
        raise RoomTaken
    held = sa.select(sa.func.count()).where(
        row.tenant == wish.tenant,
        row.kiosk == wish.kiosk,
        row.key != wish.key,
        row.ends_at > _seconds(now),
        # one that nobody works on cannot be cancelled, so it does not count
        sa.or_(row.outcome == Outcome.CONFIRMED, sa.and_(row.outcome.is_(None), row.due_at > _seconds(now))),
    )
    if (await connection.scalar(held) or 0) >= MOST_HELD:
        raise PolicyBroken(f"This kiosk already holds {MOST_HELD} rooms. Cancel one of them first.")


def _same_room(wish: Wish) -> sa.ColumnElement[bool]:
    return sa.and_(row.tenant == wish.tenant, row.venue == wish.venue, row.room == wish.room)


def _room_number(wish: Wish) -> int:
    return number(wish.tenant, wish.venue, wish.room)


async def _find(connection: AsyncConnection, *conditions: sa.ColumnElement[bool]) -> Attempt | None:
    found = (await connection.execute(sa.select(attempts).where(*conditions, row.starts_at.is_not(None)))).first()
    return _attempt(found) if found else None


def _row(wish: Wish, lease: Lease, now: datetime) -> dict[str, object]:
    return {
        "key": wish.key,
        "tenant": wish.tenant,
        "venue": wish.venue,
        "room": wish.room,
        "room_no": _room_number(wish),
        "kind": "anonymous",
        "begun_at": _seconds(now),
        "outcome": None,
        "settled_at": None,
        "claimed": True,
        "is_leaving": False,
        "holder": lease.holder,
        "due_at": _seconds_after(lease),
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
    return Attempt(
        wish, Outcome(stored["outcome"]) if stored["outcome"] else None, stored["event_id"], stored["is_leaving"]
    )


def _seconds(instant: datetime) -> int:
    return int(instant.timestamp())


def _seconds_after(lease: Lease) -> int:
    return math.ceil(lease.ends.timestamp())


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
