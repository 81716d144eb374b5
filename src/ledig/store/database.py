"""The database: opened once, brought up to date, written by one at a time. Readers wait for nobody."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from ledig.errors import Invalid

MIGRATIONS = Path(__file__).parent / "migrations"


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[AsyncEngine]:
    """The SQLite database at `path`, made or migrated if need be. Raises Invalid where that cannot be."""
    # hide_parameters: its errors go to the log, what we store does not
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}", connect_args={"timeout": 10}, hide_parameters=True)
    event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(engine.sync_engine, "begin", _begin)
    try:
        await _bring_up_to_date(engine, path)
        yield engine
    finally:
        await engine.dispose()


def reading(engine: AsyncEngine) -> AsyncEngine:
    """The same database for those who only read: they see one state of it, and hold up no writer."""
    return engine.execution_options(reads_only=True)


async def _bring_up_to_date(engine: AsyncEngine, path: Path) -> None:
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_migrate)
    except DBAPIError as error:
        raise Invalid(f"The database {path} cannot be used: {error.orig}. The setting database names it.") from None
    except CommandError:
        raise Invalid(f"The database {path} was made by another version of ledig, most likely a newer one.") from None


def _prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # so that we say ourselves how a transaction begins
    cursor = connection.cursor()
    try:
        cursor.execute("PRAGMA journal_mode=WAL")
    except sqlite3.DatabaseError:  # the pool does not know the connection yet
        connection.close()
        raise
    cursor.close()


def _begin(connection: Connection) -> None:
    """Who may write takes the write lock at once: two claims are never looked at side by side."""
    connection.exec_driver_sql("BEGIN" if connection.get_execution_options().get("reads_only") else "BEGIN IMMEDIATE")


def _migrate(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
