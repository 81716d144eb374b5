"""The database file: made, brought up to date, shared by several processes."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import AsyncExitStack, closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from databases import PostgreSQL
from ledig.errors import Invalid
from ledig.store.attempts import attempts
from ledig.store.database import opened, reading
from ledig.store.venues import bindings, venues


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledig.db"


async def columns(engine: AsyncEngine, table: str) -> set[str]:
    async with engine.begin() as connection:
        return {row.name for row in await connection.execute(sa.text(f"PRAGMA table_info({table})"))}


async def test_is_made_where_there_is_none_and_has_every_column_that_is_used(path: Path) -> None:
    async with opened(path) as engine:
        for table in (attempts, venues, bindings):
            assert await columns(engine, table.name) == {column.name for column in table.columns}


async def test_keeps_what_is_in_it_when_it_is_opened_again(path: Path) -> None:
    async with opened(path) as engine, engine.begin() as connection:
        await connection.execute(sa.text("INSERT INTO bindings VALUES ('t', 'apb', 'egg', 'x')"))
    async with opened(path) as engine, engine.begin() as connection:
        assert await connection.scalar(sa.text("SELECT count(*) FROM bindings")) == 1


async def test_may_be_opened_by_several_at_once(path: Path) -> None:
    """Workers start together; one of them makes the tables, the others wait."""
    async with AsyncExitStack() as stack:
        engines = await asyncio.gather(*(stack.enter_async_context(opened(path)) for _ in range(6)))
        for engine in engines:
            assert "outcome" in await columns(engine, "attempts")


async def test_readers_wait_for_no_writer_and_hold_up_none(path: Path) -> None:
    """Many may look while somebody books."""
    async with opened(path) as engine, reading(engine).begin() as one, reading(engine).begin() as other:
        async with engine.begin() as writer:
            await writer.execute(sa.text("INSERT INTO bindings VALUES ('t', 'apb', 'egg', 'x')"))
            assert await one.scalar(sa.text("SELECT count(*) FROM bindings")) == 0
        assert await one.scalar(sa.text("SELECT count(*) FROM bindings")) == 0, "one state from first to last"
        assert await other.scalar(sa.text("SELECT count(*) FROM bindings")) == 1


@pytest.mark.parametrize(
    "content", [b"no database at all", None], ids=["not a database", "in a folder that is not there"]
)
async def test_one_that_cannot_be_used_is_told(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "ledig.db" if content else tmp_path / "nowhere" / "ledig.db"
    if content:
        path.write_bytes(content)

    with pytest.raises(Invalid, match=r"ledig\.db cannot be used"):
        async with opened(path):
            pass


async def test_one_of_a_newer_version_is_left_alone(path: Path) -> None:
    async with opened(path) as engine, engine.begin() as connection:
        await connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(Invalid, match="newer"):
        async with opened(path):
            pass


async def test_a_transaction_holds_the_write_lock_from_its_start(path: Path) -> None:
    """So nobody decides on what somebody else is about to change."""
    async with opened(path) as engine, engine.begin():
        with (
            closing(sqlite3.connect(path, timeout=0)) as other,
            pytest.raises(sqlite3.OperationalError, match="locked"),
        ):
            other.execute("BEGIN IMMEDIATE")


async def test_a_failed_transaction_leaves_nothing_behind(path: Path) -> None:
    async with opened(path) as engine:
        with pytest.raises(sa.exc.IntegrityError):
            await _twice(engine, "INSERT INTO bindings VALUES ('t', 'apb', 'egg', 'x')")
        async with engine.begin() as connection:
            assert await connection.scalar(sa.text("SELECT count(*) FROM bindings")) == 0


async def test_its_errors_do_not_repeat_what_was_to_be_stored(path: Path) -> None:
    """They end up in the log."""
    async with opened(path) as engine:
        with pytest.raises(sa.exc.DBAPIError) as error:
            async with engine.begin() as connection:
                await connection.execute(sa.text("INSERT INTO no_such VALUES (:value)"), {"value": "egg@rooms.example"})

    assert "egg@rooms.example" not in str(error.value)


async def _twice(engine: AsyncEngine, statement: str) -> None:
    async with engine.begin() as connection:
        for _ in range(2):
            await connection.execute(sa.text(statement))


async def test_tables_that_are_todays_are_not_looked_through_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes time and memory at every start, and mostly there is nothing to do."""
    async with opened(path):
        pass

    def migrate(*_: object) -> None:
        raise AssertionError("they were")

    monkeypatch.setattr("ledig.store.migrating.migrate", migrate)

    async with opened(path) as engine:
        assert engine


class TestOnAServer:
    async def test_workers_that_start_together_make_the_tables_once(self, database_server: PostgreSQL) -> None:
        address = await database_server.empty()

        async with AsyncExitStack() as stack:
            engines = await asyncio.gather(*(stack.enter_async_context(opened(address)) for _ in range(4)))
            for engine in engines:
                async with reading(engine).begin() as connection:
                    assert await connection.scalar(sa.select(sa.func.count()).select_from(attempts)) == 0

    async def test_who_reads_sees_one_state_and_cannot_write(self, database_server: PostgreSQL) -> None:
        insert = sa.insert(bindings).values(tenant="t", venue="apb", room="egg", document=b"x")
        async with opened(await database_server.fresh()) as engine:
            async with reading(engine).begin() as reader:
                assert await reader.scalar(sa.select(sa.func.count()).select_from(bindings)) == 0
                async with engine.begin() as writer:
                    await writer.execute(insert)
                assert await reader.scalar(sa.select(sa.func.count()).select_from(bindings)) == 0
            with pytest.raises(sa.exc.DBAPIError, match="read-only"):
                async with reading(engine).begin() as reader:
                    await reader.execute(insert)

    async def test_one_of_a_newer_version_is_left_alone(self, database_server: PostgreSQL) -> None:
        address = await database_server.fresh()
        async with opened(address) as engine, engine.begin() as connection:
            await connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))

        with pytest.raises(Invalid, match="newer"):
            async with opened(address):
                pass

    @pytest.mark.parametrize(
        ("address", "words"),
        [
            ("postgresql://ledig:hunter2@127.0.0.1:1/ledig", "cannot be used"),
            ("postgresql://ledig:hunter2@127.0.0.1:port/ledig", "no address of PostgreSQL"),
        ],
    )
    async def test_one_that_cannot_be_reached_is_told_without_its_password(self, address: str, words: str) -> None:
        with pytest.raises(Invalid, match=words) as error:
            async with opened(address):
                pass
        assert "hunter2" not in str(error.value)
