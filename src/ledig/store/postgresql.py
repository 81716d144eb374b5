"""A PostgreSQL database, which several servers may share."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from ledig.errors import Invalid
from ledig.store.migrations import FOLDER, NEWEST

SCHEMES = ("postgresql://", "postgres://")
MIGRATING = 5_446_521  # any number: who holds this lock migrates


def engine(address: str) -> AsyncEngine:
    """Raises Invalid where that is no address."""
    try:
        url = sa.make_url(address).set(drivername="postgresql+asyncpg")
    except (ArgumentError, ValueError):  # a port that is no number
        raise Invalid(
            "The setting database is no address of PostgreSQL, such as postgresql://ledig@db/ledig."
        ) from None
    # hide_parameters: its errors go to the log, what we store does not
    return create_async_engine(url, hide_parameters=True, pool_pre_ping=True)


async def prepare(engine: AsyncEngine) -> None:
    """Today's tables; workers that start together wait for the one that makes them. Raises Invalid."""
    try:
        async with engine.begin() as connection:
            await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATING)))
            await connection.run_sync(_bring_up_to_date)
    except (OSError, DBAPIError) as error:
        reason = error.orig if isinstance(error, DBAPIError) else error
        raise Invalid(f"The database cannot be used: {reason}. The setting database names it.") from None


def _bring_up_to_date(connection: Connection) -> None:
    if sa.inspect(connection).has_table("alembic_version"):
        found = connection.exec_driver_sql("SELECT version_num FROM alembic_version")
        if found.scalars().all() == [NEWEST]:
            return
    from ledig.store.migrating import migrate  # Alembic takes 15 MB, and mostly there is nothing to do

    migrate(connection, FOLDER)
