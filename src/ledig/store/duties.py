"""Duties: work in the background that one worker at a time does for all."""

from __future__ import annotations

from datetime import datetime, timedelta
from secrets import token_hex

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

duties = sa.table(
    "duties", sa.column("name", sa.Text), sa.column("holder", sa.Text), sa.column("ends_at", sa.BigInteger)
)


class StoredDuties:
    """The duties as one worker sees them."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._me = token_hex(8)

    async def take(self, name: str, now: datetime, lasts: timedelta) -> bool:
        """Whether the duty is this worker's, from now on until `lasts` is over."""
        mine = {"holder": self._me, "ends_at": int((now + lasts).timestamp())}
        is_free = sa.or_(duties.c.holder == self._me, duties.c.ends_at <= int(now.timestamp()))
        taken = sa.update(duties).where(duties.c.name == name, is_free).values(**mine)
        try:
            async with self._engine.begin() as connection:
                if (await connection.execute(taken)).rowcount:
                    return True
                await connection.execute(sa.insert(duties).values(name=name, **mine))
        except sa.exc.IntegrityError:
            return False  # another worker has it
        return True
