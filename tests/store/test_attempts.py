"""The stored attempts: who holds what, and how little is kept of it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ledig.booking import Attempt, Outcome, Wish
from ledig.errors import KeyReused, LedigError, PolicyBroken, RoomTaken
from ledig.intervals import Interval
from ledig.store.attempts import SETTLE, StoredAttempts
from ledig.store.database import opened

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
TEN = datetime(2026, 11, 24, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
KEEP = timedelta(days=90)


def wish(
    key: str = "mine", hour: float = 0, room: str = "egg", kiosk: str = "lobby", tenant: str = "t", venue: str = "apb"
) -> Wish:
    """An hour, so many hours after ten."""
    start = TEN + hour * HOUR
    return Wish(key=key, tenant=tenant, venue=venue, room=room, kiosk=kiosk, during=Interval(start, start + HOUR))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledig.db"


@pytest.fixture
async def attempts(path: Path) -> AsyncIterator[StoredAttempts]:
    async with opened(path) as engine:
        yield StoredAttempts(engine)


def stored(path: Path) -> list[dict[str, object]]:
    """The rows as they lie in the file."""
    with sqlite3.connect(path) as connection:
        connection.row_factory = sqlite3.Row
        rows = [dict(row) for row in connection.execute("SELECT * FROM attempts ORDER BY key")]
    connection.close()
    return rows


class TestClaiming:
    async def test_a_claim_is_kept_as_it_was_wished(self, attempts: StoredAttempts) -> None:
        assert await attempts.claim(wish(), NOW) is None
        assert await attempts.get("t", "lobby", "mine") == Attempt(wish())

    async def test_a_claim_that_overlaps_is_refused(self, attempts: StoredAttempts) -> None:
        await attempts.claim(wish(), NOW)

        for hour in (-0.5, 0, 0.5):
            with pytest.raises(RoomTaken):
                await attempts.claim(wish("other", hour, kiosk="attic"), NOW)
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
        await attempts.claim(wish(), NOW)

        assert await attempts.claim(other, NOW) is None

    async def test_a_booking_still_blocks_for_a_minute(self, attempts: StoredAttempts) -> None:
        """Until its event can be seen by everybody; after that the calendar is the judge."""
        await attempts.claim(wish(), NOW)
        await attempts.settle("mine", Outcome.CONFIRMED, NOW, "event")

        with pytest.raises(RoomTaken):
            await attempts.claim(wish("other", kiosk="attic"), NOW + SETTLE - timedelta(seconds=1))
        assert await attempts.claim(wish("other", kiosk="attic"), NOW + SETTLE) is None

    async def test_an_open_claim_blocks_longer(self, attempts: StoredAttempts) -> None:
        """Its event may exist."""
        await attempts.claim(wish(), NOW)

        with pytest.raises(RoomTaken):
            await attempts.claim(wish("other", kiosk="attic"), NOW + HOUR)

    @pytest.mark.parametrize("outcome", [Outcome.ROOM_TAKEN, Outcome.DECLINED, Outcome.CANCELLED, Outcome.UNAVAILABLE])
    async def test_what_came_to_nothing_blocks_nobody(self, attempts: StoredAttempts, outcome: Outcome) -> None:
        await attempts.claim(wish(), NOW)
        await attempts.settle("mine", outcome, NOW)

        assert await attempts.claim(wish("other", kiosk="attic"), NOW) is None

    @pytest.mark.parametrize("outcome", [None, *Outcome])
    async def test_a_key_finds_its_attempt_again(self, attempts: StoredAttempts, outcome: Outcome | None) -> None:
        """But where Microsoft did not answer, the same wish starts anew."""
        await attempts.claim(wish(), NOW)
        if outcome:
            await attempts.settle("mine", outcome, NOW, "event")

        found = await attempts.claim(wish(), NOW)

        starts_anew = outcome is Outcome.UNAVAILABLE
        assert found == (None if starts_anew else Attempt(wish(), outcome, "event" if outcome else None))

    async def test_who_starts_anew_has_no_right_to_the_room(self, attempts: StoredAttempts) -> None:
        await attempts.claim(wish(), NOW)
        await attempts.settle("mine", Outcome.UNAVAILABLE, NOW)
        await attempts.claim(wish("other", kiosk="attic"), NOW)

        with pytest.raises(RoomTaken):
            await attempts.claim(wish(), NOW)

    async def test_a_key_that_failed_tells_its_first_wish(self, attempts: StoredAttempts) -> None:
        """So that it cannot be used for another."""
        await attempts.claim(wish(), NOW)
        await attempts.settle("mine", Outcome.UNAVAILABLE, NOW)

        assert await attempts.claim(wish(hour=3), NOW) == Attempt(wish(), Outcome.UNAVAILABLE)

    @pytest.mark.parametrize("other", [wish(kiosk="attic", hour=3), wish(tenant="u")])
    async def test_a_key_of_somebody_else_is_refused_and_tells_nothing(
        self, attempts: StoredAttempts, other: Wish
    ) -> None:
        await attempts.claim(wish(), NOW)

        with pytest.raises(KeyReused):
            await attempts.claim(other, NOW)

    async def test_of_two_connections_one_gets_the_claim(self, path: Path) -> None:
        async with opened(path) as one, opened(path) as other:
            both = [StoredAttempts(engine) for engine in (one, other)]
            ends = await asyncio.gather(
                *(both[n % 2].claim(wish(f"key {n}", kiosk=f"kiosk {n}"), NOW) for n in range(8)),
                return_exceptions=True,
            )

        assert ends.count(None) == 1
        assert [type(end) for end in ends].count(RoomTaken) == 7


class TestThreeRoomsAKiosk:
    @pytest.fixture(autouse=True)
    async def three(self, attempts: StoredAttempts) -> None:
        for n in range(3):
            await attempts.claim(wish(f"key {n}", n), NOW)
            await attempts.settle(f"key {n}", Outcome.CONFIRMED, NOW, f"event {n}")

    async def test_are_enough(self, attempts: StoredAttempts) -> None:
        with pytest.raises(PolicyBroken, match="3 rooms"):
            await attempts.claim(wish(room="cave"), NOW)

    async def test_another_kiosk_has_its_own_three(self, attempts: StoredAttempts) -> None:
        assert await attempts.claim(wish(room="cave", kiosk="attic"), NOW) is None

    async def test_when_one_is_over_there_is_another(self, attempts: StoredAttempts) -> None:
        assert await attempts.claim(wish(room="cave", hour=5), TEN + HOUR) is None

    async def test_when_one_is_undone_there_is_another(self, attempts: StoredAttempts) -> None:
        await attempts.settle("key 1", Outcome.CANCELLED, NOW)

        assert await attempts.claim(wish(room="cave"), NOW) is None

    async def test_claims_whose_answer_was_lost_count_for_a_minute(self, attempts: StoredAttempts) -> None:
        """Nobody can cancel them, so they must not lock the kiosk out."""
        for n in range(3):
            await attempts.claim(wish(f"lost {n}", n, kiosk="attic", room=f"room {n}"), NOW)
        with pytest.raises(PolicyBroken):
            await attempts.claim(wish(room="cave", kiosk="attic"), NOW + SETTLE - timedelta(seconds=1))

        assert await attempts.claim(wish(room="cave", kiosk="attic"), NOW + SETTLE) is None

    async def test_a_key_sent_again_is_not_a_fourth(self, attempts: StoredAttempts) -> None:
        assert await attempts.claim(wish("key 0", 0), NOW) == Attempt(wish("key 0", 0), Outcome.CONFIRMED, "event 0")


class TestWhatAKioskHolds:
    async def test_is_what_was_confirmed_or_declined_and_is_not_over(self, attempts: StoredAttempts) -> None:
        """Earliest first; the rest concerns nobody any more."""
        for n, outcome in enumerate([None, *Outcome]):
            await attempts.claim(wish(f"{outcome}", 6 - n, kiosk="lobby", room=f"room {n}"), NOW)
            if outcome:
                await attempts.settle(f"{outcome}", outcome, NOW)

        held = await attempts.held("t", "lobby", NOW)

        assert [attempt.wish.key for attempt in held] == ["declined", "confirmed"]
        assert await attempts.held("t", "attic", NOW) == []
        assert await attempts.held("u", "lobby", NOW) == []
        assert [a.wish.key for a in await attempts.held("t", "lobby", TEN + 4 * HOUR)] == ["confirmed"]
        assert await attempts.held("t", "lobby", TEN + 6 * HOUR) == []

    async def test_is_nobody_elses_business(self, attempts: StoredAttempts) -> None:
        await attempts.claim(wish(), NOW)

        assert await attempts.get("t", "attic", "mine") is None
        assert await attempts.get("u", "lobby", "mine") is None


class TestWhatIsKept:
    async def test_a_row_holds_no_subject_and_no_person(self, attempts: StoredAttempts, path: Path) -> None:
        """A column more is a promise less."""
        await attempts.claim(wish(), NOW)
        await attempts.settle("mine", Outcome.CONFIRMED, NOW, "event")

        assert stored(path) == [
            {
                "key": "mine",
                "tenant": "t",
                "venue": "apb",
                "room": "egg",
                "kind": "anonymous",
                "begun_at": int(NOW.timestamp()),
                "outcome": "confirmed",
                "settled_at": int(NOW.timestamp()),
                "kiosk": "lobby",
                "starts_at": int(TEN.timestamp()),
                "ends_at": int((TEN + HOUR).timestamp()),
                "event_id": "event",
            }
        ]

    async def test_a_day_after_the_end_only_the_outcome_is_left(self, attempts: StoredAttempts, path: Path) -> None:
        await attempts.claim(wish(), NOW)
        await attempts.settle("mine", Outcome.CONFIRMED, NOW, "event")

        await attempts.forget(TEN + HOUR + DAY, KEEP)
        assert stored(path)[0]["event_id"] == "event"

        await attempts.forget(TEN + HOUR + DAY + timedelta(seconds=1), KEEP)
        (row,) = stored(path)
        assert {name for name, value in row.items() if value is None} == {"kiosk", "starts_at", "ends_at", "event_id"}
        assert row["outcome"] == "confirmed"
        assert await attempts.get("t", "lobby", "mine") is None

    async def test_after_a_while_not_even_that(self, attempts: StoredAttempts, path: Path) -> None:
        await attempts.claim(wish(), NOW)

        await attempts.forget(NOW + KEEP, KEEP)
        assert len(stored(path)) == 1
        await attempts.forget(NOW + KEEP + timedelta(seconds=1), KEEP)
        assert stored(path) == []

    async def test_a_booking_that_is_still_to_come_is_never_forgotten(self, attempts: StoredAttempts) -> None:
        """However short outcomes are kept: it has to be undone some day."""
        later = wish(hour=10 * 24)
        await attempts.claim(later, NOW)
        await attempts.settle("mine", Outcome.CONFIRMED, NOW, "event")

        await attempts.forget(NOW + 5 * DAY, keep_outcomes=DAY)

        assert await attempts.get("t", "lobby", "mine") == Attempt(later, Outcome.CONFIRMED, "event")

    async def test_a_forgotten_key_is_still_used_up(self, attempts: StoredAttempts) -> None:
        await attempts.claim(wish(), NOW)
        await attempts.forget(TEN + 2 * DAY, KEEP)

        with pytest.raises(KeyReused):
            await attempts.claim(wish(hour=72), TEN + 2 * DAY)

    async def test_the_newest_outcomes_come_first(self, attempts: StoredAttempts) -> None:
        """What an operator may see of them: no times, no kiosk, no event."""
        for n, outcome in enumerate([Outcome.CONFIRMED, Outcome.ROOM_TAKEN, None]):
            await attempts.claim(wish(f"key {n}", n), NOW + n * HOUR)
            if outcome:
                await attempts.settle(f"key {n}", outcome, NOW)
        await attempts.claim(wish("theirs", tenant="u"), NOW)

        newest = await attempts.newest("t", 2)

        assert [(one.begun_at, one.outcome) for one in newest] == [
            (NOW + 2 * HOUR, None),
            (NOW + HOUR, Outcome.ROOM_TAKEN),
        ]
        assert newest[0].__struct_fields__ == ("begun_at", "venue", "room", "kind", "outcome")


async def test_outlives_a_restart(path: Path) -> None:
    """A booking made before the server went down blocks and is found after it came up."""
    async with opened(path) as engine:
        await StoredAttempts(engine).claim(wish(), NOW)
    async with opened(path) as engine:
        again = StoredAttempts(engine)
        assert await again.get("t", "lobby", "mine") == Attempt(wish())
        with pytest.raises(LedigError):
            await again.claim(wish("other"), NOW)


async def test_what_was_cancelled_stays_cancelled(attempts: StoredAttempts) -> None:
    """A later look that ends after the person cancelled does not turn it into a refusal."""
    await attempts.claim(wish(), NOW)
    await attempts.settle("mine", Outcome.CONFIRMED, NOW, "event")
    await attempts.settle("mine", Outcome.CANCELLED, NOW, "event")
    await attempts.settle("mine", Outcome.DECLINED, NOW, "event")

    kept = await attempts.get("t", "lobby", "mine")
    assert kept is not None
    assert kept.outcome is Outcome.CANCELLED
