"""Stored venues: the newest version, the plans of those before, and who is bound to what."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from ledig.store.database import opened
from ledig.store.venues import KEPT_VERSIONS, StoredVenues
from ledig.venue import Attribution, Binding, Level, Room, Venue

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


def bound(room: str, mailbox: str = "egg@rooms.example.org") -> Binding:
    made = Room(
        id=room, name="The Egg", number=room, level=1, capacity=8, equipment=(), step_free="unknown", booking="auto"
    )
    return Binding(made, mailbox, ("way/1",))


EGG, CAVE = bound("egg"), bound("cave", "cave@rooms.example.org")


def venue(plan: str = "v1", *rooms: Binding, name: str = "apb") -> Venue:
    return Venue(
        id=name,
        name="Andreas-Pfitzmann-Bau",
        zone="Europe/Berlin",
        attribution=Attribution("© somebody", "https://example.org"),
        licence="ODbL-1.0",
        plan=plan,
        bearing=16.0,
        bounds=(13.7, 51.0, 13.8, 51.1),
        levels=(Level(0, "Floor 0", "0"),),
        rooms=tuple(binding.room for binding in rooms),
    )


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    async with opened(tmp_path / "ledig.db") as engine:
        yield engine


@pytest.fixture
def venues(engine: AsyncEngine) -> StoredVenues:
    return StoredVenues(engine, "t")


async def test_gives_back_what_was_put_in(venues: StoredVenues) -> None:
    await venues.put(venue("v1", EGG, CAVE), b"plan", [EGG, CAVE], NOW)

    found = await venues.get("apb")

    assert found is not None
    assert found.venue == venue("v1", EGG, CAVE)
    assert found.mailboxes == {"egg": "egg@rooms.example.org", "cave": "cave@rooms.example.org"}
    assert await venues.plan("apb", "v1") == b"plan"
    assert list(await venues.bindings("apb")) == [CAVE, EGG]


async def test_what_is_not_there_is_none(venues: StoredVenues) -> None:
    await venues.put(venue(), b"plan", [], NOW)

    assert await venues.get("caserne") is None
    assert await venues.plan("apb", "v0") is None
    assert await venues.bindings("caserne") == []


async def test_names_come_in_alphabetical_order(venues: StoredVenues) -> None:
    for name in ("caserne", "apb", "apb"):
        await venues.put(venue(name=name), b"plan", [], NOW)

    assert await venues.names() == ["apb", "caserne"]


async def test_a_new_version_takes_the_place_of_the_old_one(venues: StoredVenues) -> None:
    """With its rooms; pages opened before still get their plan."""
    await venues.put(venue("v1", EGG), b"old plan", [EGG], NOW)
    await venues.get("apb")
    await venues.put(venue("v2", CAVE), b"new plan", [CAVE], NOW)

    found = await venues.get("apb")

    assert found is not None
    assert (found.venue.plan, list(found.mailboxes)) == ("v2", ["cave"])
    assert (await venues.plan("apb", "v1"), await venues.plan("apb", "v2")) == (b"old plan", b"new plan")


async def test_a_version_put_in_by_another_process_is_seen(venues: StoredVenues, engine: AsyncEngine) -> None:
    """Such as `ledig venue import` beside a running server."""
    await venues.put(venue("v1", EGG), b"plan", [EGG], NOW)
    await venues.get("apb")

    await StoredVenues(engine, "t").put(venue("v2", EGG), b"plan", [EGG], NOW)

    found = await venues.get("apb")
    assert found is not None
    assert found.venue.plan == "v2"


async def test_a_room_bound_anew_is_seen_even_where_the_plan_is_the_same(venues: StoredVenues) -> None:
    await venues.put(venue("v1", EGG), b"plan", [EGG], NOW)
    await venues.get("apb")

    await venues.put(venue("v1", EGG), b"plan", [bound("egg", "new@rooms.example.org")], NOW)

    found = await venues.get("apb")
    assert found is not None
    assert found.mailboxes == {"egg": "new@rooms.example.org"}


async def test_old_versions_do_not_pile_up(venues: StoredVenues, engine: AsyncEngine) -> None:
    await venues.put(venue(name="caserne"), b"plan", [], NOW)
    for n in range(2 * KEPT_VERSIONS):
        await venues.put(venue(f"v{n}"), b"plan", [], NOW + timedelta(days=n))

    async with engine.begin() as connection:
        kept = await connection.scalars(sa.text("SELECT version FROM venues WHERE venue = 'apb' ORDER BY id"))
        assert list(kept) == [f"v{n}" for n in range(KEPT_VERSIONS, 2 * KEPT_VERSIONS)]
    assert await venues.names() == ["apb", "caserne"]


async def test_an_import_that_fails_leaves_everything_as_it_was(venues: StoredVenues) -> None:
    """All at once or not at all."""
    await venues.put(venue("v1", EGG), b"plan", [EGG], NOW)

    with pytest.raises(sa.exc.IntegrityError):
        await venues.put(venue("v2", CAVE), b"new plan", [CAVE, CAVE], NOW)

    found = await venues.get("apb")
    assert found is not None
    assert (found.venue.plan, list(found.mailboxes)) == ("v1", ["egg"])
    assert await venues.plan("apb", "v2") is None


async def test_each_organisation_has_its_own(venues: StoredVenues, engine: AsyncEngine) -> None:
    await venues.put(venue("v1", EGG), b"plan", [EGG], NOW)
    others = StoredVenues(engine, "u")

    assert await others.names() == []
    assert await others.get("apb") is None
    assert await others.plan("apb", "v1") is None
    assert await others.bindings("apb") == []
