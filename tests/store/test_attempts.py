"""The stored attempts: who holds what, and how little is kept of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from databases import PostgreSQL
from ledig.booking import Attempt, Lease, Outcome, Wish
from ledig.errors import KeyReused, LedigError, PolicyBroken, RoomTaken
from ledig.intervals import Interval
from ledig.store.attempts import StoredAttempts
from ledig.store.attempts import attempts as rows
from ledig.store.database import collided, number, opened

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
TEN = datetime(2026, 11, 24, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
KEEP = timedelta(days=90)
SETTLE = timedelta(seconds=60)
LASTS = timedelta(seconds=90)
SECOND = timedelta(seconds=1)


def wish(
    key: str = "mine", hour: float = 0, room: str = "egg", kiosk: str = "lobby", tenant: str = "t", venue: str = "apb"
) -> Wish:
    """An hour, so many hours after ten."""
    start = TEN + hour * HOUR
    return Wish(key=key, tenant=tenant, venue=venue, room=room, kiosk=kiosk, during=Interval(start, start + HOUR))


def lease(holder: str = "worker", now: datetime = NOW) -> Lease:
    return Lease(holder, now + LASTS * 2 / 3, now + LASTS)


@pytest.fixture
async def engine(database: str) -> AsyncIterator[AsyncEngine]:
    async with opened(database) as engine:
        yield engine


@pytest.fixture
def attempts(engine: AsyncEngine) -> StoredAttempts:
    return StoredAttempts(engine, SETTLE)


async def stored(engine: AsyncEngine) -> list[dict[str, object]]:
    """The rows as they lie in the database."""
    async with engine.begin() as connection:
        rows = await connection.execute(sa.text("SELECT * FROM attempts ORDER BY key"))
        return [dict(row) for row in rows.mappings()]


async def claim(attempts: StoredAttempts, wished: Wish, now: datetime = NOW) -> Attempt | None:
    return await attempts.claim(wished, lease(now=now), now)


async def settle(
    attempts: StoredAttempts, wished: Wish, outcome: Outcome, event_id: str | None = None, now: datetime = NOW
) -> bool:
    return await attempts.settle(Attempt(wished, outcome, event_id), lease(), now)


class TestClaiming:
    async def test_a_claim_is_kept_as_it_was_wished(self, attempts: StoredAttempts) -> None:
        assert await claim(attempts, wish()) is None
        assert await attempts.get("t", "lobby", "mine") == Attempt(wish())

    async def test_a_claim_that_overlaps_is_refused(self, attempts: StoredAttempts) -> None:
        await claim(attempts, wish())

        for hour in (-0.5, 0, 0.5):
            with pytest.raises(RoomTaken):
                await claim(attempts, wish("other", hour, kiosk="attic"))
        assert await attempts.get("t", "attic", "other") is None

    @pytest.mark.parametrize(
        "other",
        [
            wish("other", 1),
            wish("other", -1),
            wish("other", room="cave"),
            wish("other", venue="caserne"),
            wish("other", tenant="u"),
        ],
        ids=["after", "before", "another room", "another venue", "another organisation"],
    )
    async def test_others_are_not_in_the_way(self, attempts: StoredAttempts, other: Wish) -> None:
        await claim(attempts, wish())

        assert await claim(attempts, other) is None

    async def test_a_booking_still_blocks_for_a_minute(self, attempts: StoredAttempts) -> None:
        """Until its event can be seen by everybody; after that the calendar is the judge."""
        await claim(attempts, wish())
        await settle(attempts, wish(), Outcome.CONFIRMED, "event")

        with pytest.raises(RoomTaken):
            await claim(attempts, wish("other", kiosk="attic"), NOW + SETTLE - SECOND)
        assert await claim(attempts, wish("other", kiosk="attic"), NOW + SETTLE) is None

    async def test_an_open_claim_blocks_longer(self, attempts: StoredAttempts) -> None:
        """Its event may exist."""
        await claim(attempts, wish())

        with pytest.raises(RoomTaken):
            await claim(attempts, wish("other", kiosk="attic"), NOW + HOUR)

    @pytest.mark.parametrize("outcome", [Outcome.ROOM_TAKEN, Outcome.DECLINED, Outcome.CANCELLED, Outcome.UNAVAILABLE])
    async def test_what_came_to_nothing_blocks_nobody(self, attempts: StoredAttempts, outcome: Outcome) -> None:
        await claim(attempts, wish())
        await settle(attempts, wish(), outcome)

        assert await claim(attempts, wish("other", kiosk="attic")) is None

    @pytest.mark.parametrize("outcome", [None, *Outcome])
    async def test_a_key_finds_its_attempt_again(self, attempts: StoredAttempts, outcome: Outcome | None) -> None:
        """But where Microsoft did not answer, the same wish starts anew."""
        await claim(attempts, wish())
        if outcome:
            await settle(attempts, wish(), outcome, "event")

        found = await claim(attempts, wish())

        starts_anew = outcome is Outcome.UNAVAILABLE
        assert found == (None if starts_anew else Attempt(wish(), outcome, "event" if outcome else None))

    async def test_who_starts_anew_has_no_right_to_the_room(self, attempts: StoredAttempts) -> None:
        await claim(attempts, wish())
        await settle(attempts, wish(), Outcome.UNAVAILABLE)
        await claim(attempts, wish("other", kiosk="attic"))

        with pytest.raises(RoomTaken):
            await claim(attempts, wish())

    async def test_a_key_that_failed_tells_its_first_wish(self, attempts: StoredAttempts) -> None:
        """So that it cannot be used for another."""
        await claim(attempts, wish())
        await settle(attempts, wish(), Outcome.UNAVAILABLE)

        assert await claim(attempts, wish(hour=3)) == Attempt(wish(), Outcome.UNAVAILABLE)

    @pytest.mark.parametrize("other", [wish(kiosk="attic", hour=3), wish(tenant="u")])
    async def test_a_key_of_somebody_else_is_refused_and_tells_nothing(
        self, attempts: StoredAttempts, other: Wish
    ) -> None:
        await claim(attempts, wish())

        with pytest.raises(KeyReused):
            await claim(attempts, other)

    async def test_of_two_connections_one_gets_the_claim(self, database: str) -> None:
        async with opened(database) as one, opened(database) as other:
            both = [StoredAttempts(engine, SETTLE) for engine in (one, other)]
            ends = await asyncio.gather(
                *(claim(both[n % 2], wish(f"key {n}", kiosk=f"kiosk {n}")) for n in range(8)),
                return_exceptions=True,
            )

        assert ends.count(None) == 1
        assert [type(end) for end in ends].count(RoomTaken) == 7


class TestTheLease:
    """Who holds it may change the attempt; others when it is over."""

    async def test_only_its_holder_settles(self, attempts: StoredAttempts) -> None:
        await claim(attempts, wish())

        assert not await attempts.settle(Attempt(wish(), Outcome.CONFIRMED), lease("other"), NOW)
        assert await attempts.settle(Attempt(wish(), Outcome.CONFIRMED), lease(), NOW)

    async def test_when_it_is_over_one_other_goes_on(self, attempts: StoredAttempts) -> None:
        """And the first may not any more."""
        await claim(attempts, wish())
        over = NOW + LASTS
        others = [lease(f"other {n}", over) for n in range(4)]

        assert not await attempts.take("mine", others[0], over - SECOND)
        taken = await asyncio.gather(*(attempts.take("mine", other, over) for other in others))

        assert taken.count(True) == 1
        assert not await settle(attempts, wish(), Outcome.CONFIRMED)
        assert await attempts.settle(Attempt(wish(), Outcome.UNAVAILABLE), others[taken.index(True)], over)

    async def test_what_is_let_go_only_its_key_goes_on_with(self, attempts: StoredAttempts) -> None:
        """What was sent may still be on its way: a repeated key minds that no more than its first try did."""
        await claim(attempts, wish())
        await attempts.let_go("mine", lease("other"))
        assert not await attempts.take("mine", lease("other"), NOW, is_repeat=True)

        await attempts.let_go("mine", lease())

        assert not await attempts.take("mine", lease("other"), NOW)
        assert await attempts.take("mine", lease("other"), NOW, is_repeat=True)
        assert not await attempts.take("mine", lease("third"), NOW, is_repeat=True)

    async def test_an_attempt_that_leaves_blocks_until_it_is_gone(self, attempts: StoredAttempts) -> None:
        leaving = Attempt(wish(), Outcome.UNAVAILABLE, "event", is_leaving=True)
        await claim(attempts, wish())
        await attempts.settle(leaving, lease(), NOW)

        assert await claim(attempts, wish()) == leaving, "its key does not start anew"
        with pytest.raises(RoomTaken):
            await claim(attempts, wish("other", kiosk="attic"), NOW + HOUR)
        await attempts.gone("mine", lease("other"))
        with pytest.raises(RoomTaken):
            await claim(attempts, wish("other", kiosk="attic"), NOW + HOUR)
        await attempts.gone("mine", lease())

        assert await claim(attempts, wish("other", kiosk="attic")) is None

    async def test_what_is_due_is_what_nobody_looks_after(self, attempts: StoredAttempts) -> None:
        """Open or leaving, and its lease is over; or confirmed, and not looked at in time."""
        leaving, booked, done = wish("leaving", 1), wish("booked", 2), wish("done", 3)
        for each in (wish(), leaving, booked, done):
            await claim(attempts, msgspec.structs.replace(each, kiosk=each.key))
        await attempts.settle(Attempt(leaving, Outcome.ROOM_TAKEN, "event", is_leaving=True), lease(), NOW)
        for each in (booked, done):
            await attempts.settle(Attempt(each, Outcome.CONFIRMED), lease(), NOW, NOW + 2 * LASTS)
        await attempts.looked("done")

        async def due(now: datetime) -> list[str]:
            return [attempt.wish.key for attempt in await attempts.due("t", now)]

        assert await due(NOW + LASTS - SECOND) == []
        assert sorted(await due(NOW + LASTS)) == ["leaving", "mine"]
        assert sorted(await due(NOW + 2 * LASTS)) == ["booked", "leaving", "mine"]
        assert await attempts.due("u", NOW + 2 * LASTS) == []

    async def test_what_was_never_settled_is_not_under_way_for_ever(self, attempts: StoredAttempts) -> None:
        await claim(attempts, wish())
        await attempts.forget(TEN + 2 * DAY, KEEP)

        assert await attempts.due("t", TEN + 2 * DAY) == []
        assert [told.outcome for told in await attempts.newest("t", 1)] == [Outcome.UNAVAILABLE]


async def test_postgresql_itself_refuses_claims_that_overlap(database_server: PostgreSQL) -> None:
    """Should two workers ever forget to wait for each other."""
    async with opened(await database_server.fresh()) as engine:
        attempts = StoredAttempts(engine, SETTLE)
        await claim(attempts, wish())
        await claim(attempts, wish("next", 1))
        await claim(attempts, wish("cave", 1, room="cave"))
        await claim(attempts, wish("done", 2, kiosk="attic"))
        await settle(attempts, wish("done"), Outcome.ROOM_TAKEN)

        async def begin_at_ten(key: str) -> None:
            moved = sa.update(rows).where(rows.c.key == key).values(starts_at=int(TEN.timestamp()))
            async with engine.begin() as connection:
                await connection.execute(moved)

        with pytest.raises(sa.exc.IntegrityError) as error:
            await begin_at_ten("next")
        assert collided(error.value)
        await begin_at_ten("cave")
        await begin_at_ten("done")


class TestThreeRoomsAKiosk:
    @pytest.fixture(autouse=True)
    async def three(self, attempts: StoredAttempts) -> None:
        for n in range(3):
            await claim(attempts, wish(f"key {n}", n))
            await settle(attempts, wish(f"key {n}", n), Outcome.CONFIRMED, f"event {n}")

    async def test_are_enough(self, attempts: StoredAttempts) -> None:
        with pytest.raises(PolicyBroken, match="3 rooms"):
            await claim(attempts, wish(room="cave"))

    async def test_another_kiosk_has_its_own_three(self, attempts: StoredAttempts) -> None:
        assert await claim(attempts, wish(room="cave", kiosk="attic")) is None

    async def test_when_one_is_over_there_is_another(self, attempts: StoredAttempts) -> None:
        assert await claim(attempts, wish(room="cave", hour=5), TEN + HOUR) is None

    async def test_when_one_is_undone_there_is_another(self, attempts: StoredAttempts) -> None:
        await attempts.revoke(Attempt(wish("key 1", 1), Outcome.CANCELLED), lease())

        assert await claim(attempts, wish(room="cave")) is None

    async def test_claims_that_nobody_works_on_do_not_count(self, attempts: StoredAttempts) -> None:
        """Nobody can cancel them, so they must not lock the kiosk out."""
        for n in range(3):
            await claim(attempts, wish(f"lost {n}", n, kiosk="attic", room=f"room {n}"))
        with pytest.raises(PolicyBroken):
            await claim(attempts, wish(room="cave", kiosk="attic"), NOW + LASTS - SECOND)

        assert await claim(attempts, wish(room="cave", kiosk="attic"), NOW + LASTS) is None

    async def test_a_key_sent_again_is_not_a_fourth(self, attempts: StoredAttempts) -> None:
        assert await claim(attempts, wish("key 0", 0)) == Attempt(wish("key 0", 0), Outcome.CONFIRMED, "event 0")


class TestWhatAKioskHolds:
    async def test_is_what_was_confirmed_or_declined_and_is_not_over(self, attempts: StoredAttempts) -> None:
        """Earliest first; the rest concerns nobody any more."""
        for n, outcome in enumerate([None, *Outcome]):
            await claim(attempts, wish(f"{outcome}", 6 - n, kiosk="lobby", room=f"room {n}"))
            if outcome:
                await settle(attempts, wish(f"{outcome}"), outcome)

        held = await attempts.held("t", "lobby", NOW)

        assert [attempt.wish.key for attempt in held] == ["declined", "confirmed"]
        assert await attempts.held("t", "attic", NOW) == []
        assert await attempts.held("u", "lobby", NOW) == []
        assert [a.wish.key for a in await attempts.held("t", "lobby", TEN + 4 * HOUR)] == ["confirmed"]
        assert await attempts.held("t", "lobby", TEN + 6 * HOUR) == []

    async def test_is_nobody_elses_business(self, attempts: StoredAttempts) -> None:
        await claim(attempts, wish())

        assert await attempts.get("t", "attic", "mine") is None
        assert await attempts.get("u", "lobby", "mine") is None


class TestWhatIsKept:
    async def test_a_row_holds_no_subject_and_no_person(self, attempts: StoredAttempts, engine: AsyncEngine) -> None:
        """A column more is a promise less."""
        await claim(attempts, wish())
        await settle(attempts, wish(), Outcome.CONFIRMED, "event")

        assert await stored(engine) == [
            {
                "key": "mine",
                "tenant": "t",
                "venue": "apb",
                "room": "egg",
                "room_no": number("t", "apb", "egg"),
                "kind": "anonymous",
                "begun_at": int(NOW.timestamp()),
                "outcome": "confirmed",
                "settled_at": int(NOW.timestamp()),
                "claimed": True,
                "is_leaving": False,
                "holder": "worker",
                "due_at": None,
                "kiosk": "lobby",
                "starts_at": int(TEN.timestamp()),
                "ends_at": int((TEN + HOUR).timestamp()),
                "event_id": "event",
            }
        ]

    async def test_a_day_after_the_end_only_the_outcome_is_left(
        self, attempts: StoredAttempts, engine: AsyncEngine
    ) -> None:
        await claim(attempts, wish())
        await settle(attempts, wish(), Outcome.CONFIRMED, "event")

        await attempts.forget(TEN + HOUR + DAY, KEEP)
        assert (await stored(engine))[0]["event_id"] == "event"

        await attempts.forget(TEN + HOUR + DAY + timedelta(seconds=1), KEEP)
        (row,) = await stored(engine)
        assert {name for name, value in row.items() if value is None} == {
            *("kiosk", "starts_at", "ends_at", "event_id", "holder", "due_at")
        }
        assert row["outcome"] == "confirmed"
        assert await attempts.get("t", "lobby", "mine") is None

    async def test_after_a_while_not_even_that(self, attempts: StoredAttempts, engine: AsyncEngine) -> None:
        await claim(attempts, wish())

        await attempts.forget(NOW + KEEP, KEEP)
        assert len(await stored(engine)) == 1
        await attempts.forget(NOW + KEEP + timedelta(seconds=1), KEEP)
        assert await stored(engine) == []

    async def test_a_booking_that_is_still_to_come_is_never_forgotten(self, attempts: StoredAttempts) -> None:
        """However short outcomes are kept: it has to be undone some day."""
        later = wish(hour=10 * 24)
        await claim(attempts, later)
        await settle(attempts, wish(), Outcome.CONFIRMED, "event")

        await attempts.forget(NOW + 5 * DAY, keep_outcomes=DAY)

        assert await attempts.get("t", "lobby", "mine") == Attempt(later, Outcome.CONFIRMED, "event")

    async def test_a_forgotten_key_is_still_used_up(self, attempts: StoredAttempts) -> None:
        await claim(attempts, wish())
        await attempts.forget(TEN + 2 * DAY, KEEP)

        with pytest.raises(KeyReused):
            await claim(attempts, wish(hour=72), TEN + 2 * DAY)

    async def test_the_newest_outcomes_come_first(self, attempts: StoredAttempts) -> None:
        """What an operator may see of them: no times, no kiosk, no event."""
        for n, outcome in enumerate([Outcome.CONFIRMED, Outcome.ROOM_TAKEN, None]):
            await claim(attempts, wish(f"key {n}", n), NOW + n * HOUR)
            if outcome:
                await settle(attempts, wish(f"key {n}"), outcome, now=NOW + n * HOUR)
        await claim(attempts, wish("theirs", tenant="u"))

        newest = await attempts.newest("t", 2)

        assert [(one.begun_at, one.outcome) for one in newest] == [
            (NOW + 2 * HOUR, None),
            (NOW + HOUR, Outcome.ROOM_TAKEN),
        ]
        assert newest[0].__struct_fields__ == ("begun_at", "venue", "room", "kind", "outcome")


async def test_outlives_a_restart(database: str) -> None:
    """A booking made before the server went down blocks and is found after it came up."""
    async with opened(database) as engine:
        await claim(StoredAttempts(engine, SETTLE), wish())
    async with opened(database) as engine:
        again = StoredAttempts(engine, SETTLE)
        assert await again.get("t", "lobby", "mine") == Attempt(wish())
        with pytest.raises(LedigError):
            await claim(again, wish("other"))


async def test_what_was_cancelled_stays_cancelled(attempts: StoredAttempts) -> None:
    """A later look that ends after the person cancelled does not turn it into a refusal."""
    await claim(attempts, wish())
    await settle(attempts, wish(), Outcome.CONFIRMED, "event")
    assert await attempts.revoke(Attempt(wish(), Outcome.CANCELLED, "event"), lease())
    assert not await attempts.revoke(Attempt(wish(), Outcome.DECLINED, "event"), lease("other"))
    assert not await settle(attempts, wish(), Outcome.DECLINED, "event")

    kept = await attempts.get("t", "lobby", "mine")
    assert kept is not None
    assert kept.outcome is Outcome.CANCELLED
