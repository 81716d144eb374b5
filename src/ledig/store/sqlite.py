"""A SQLite file: written by one at a time, and readers wait for nobody."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from ledig.errors import Invalid
from ledig.store.migrations import FOLDER, NEWEST

TIMEOUT = 10  # seconds to wait for another writer


def engine(path: Path) -> AsyncEngine:
    # hide_parameters: its errors go to the log, what we store does not
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}", connect_args={"timeout": TIMEOUT}, hide_parameters=True)
    event.listen(engine.sync_engine, "connect", _connected)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


async def prepare(path: Path) -> None:
    """The file, with today's tables. Raises Invalid."""
    try:
        await asyncio.to_thread(_make, path)
    except (OSError, sqlite3.Error, DBAPIError) as error:
        reason = error.orig if isinstance(error, DBAPIError) else error
        raise Invalid(f"The database {path} cannot be used: {reason}. The setting database names it.") from None


def _make(path: Path) -> None:
    """The file, for nobody else to read, in the mode in which readers wait for nobody, with today's tables."""
    if path.parent.is_dir():
        path.touch(mode=0o600)
    with closing(sqlite3.connect(path, timeout=TIMEOUT)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        if _is_newest(connection):
            return
    from ledig.store.migrating import migrate  # Alembic takes 15 MB, and mostly there is nothing to do

    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": TIMEOUT}, hide_parameters=True)
    event.listen(engine, "connect", _connected)
    event.listen(engine, "begin", _begin)
    try:
        with engine.begin() as connection:
            migrate(connection, FOLDER)
    finally:
        engine.dispose()


def _connected(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # so that we say ourselves how a transaction begins


def _begin(connection: Connection) -> None:
    """Who may write takes the write lock at once: two claims are never looked at side by side."""
    connection.exec_driver_sql("BEGIN" if connection.get_execution_options().get("reads_only") else "BEGIN IMMEDIATE")


def _is_newest(connection: sqlite3.Connection) -> bool:
    try:
        return connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(NEWEST,)]
    except sqlite3.OperationalError:
        return False
