"""The database: SQLite or PostgreSQL, opened once, brought up to date. Who books waits for others who book the same."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import blake2b
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from ledig.store import postgresql, sqlite

LOST_A_RACE = {"23P01", "40P01"}  # PostgreSQL's exclusion_violation and deadlock_detected


@asynccontextmanager
async def opened(database: Path | str) -> AsyncIterator[AsyncEngine]:
    """The database of that file or address, made or migrated if need be. Raises Invalid where that cannot be."""
    name = str(database)
    is_address = name.startswith(postgresql.SCHEMES)
    engine = postgresql.engine(name) if is_address else sqlite.engine(Path(name))
    try:
        await (postgresql.prepare(engine) if is_address else sqlite.prepare(Path(name)))
        yield engine
    finally:
        await engine.dispose()


def reading(engine: AsyncEngine) -> AsyncEngine:
    """The same database for those who only read: they see one state of it, and hold up no writer."""
    if _is_postgresql(engine.dialect):
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return engine.execution_options(reads_only=True)


async def lock(connection: AsyncConnection, *numbers: int) -> None:
    """Until the transaction ends, whoever locks one of these numbers waits. In SQLite whoever writes waits anyway."""
    if _is_postgresql(connection.dialect):
        for each in numbers:
            await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(each)))


def number(*names: str) -> int:
    """Names as a number that fits where one above it does, too."""
    return int.from_bytes(blake2b("\0".join(names).encode(), digest_size=8).digest()) >> 2


def collided(error: sa.exc.DBAPIError) -> bool:
    """Whether the database itself kept two from the same thing."""
    return getattr(error.orig, "sqlstate", None) in LOST_A_RACE


def _is_postgresql(dialect: sa.Dialect) -> bool:
    return dialect.name == "postgresql"
