"""GET /venues/{venue}/availability"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

import httpx
import pytest

from graph_emulator.tenant import Tenant
from ledig.importing import Import
from ledig.venue import Room
from ledig.web.house import House
from scenario import is_taken

WEEKS = {
    "an ordinary week": datetime(2026, 11, 23, 9, 10, tzinfo=UTC),
    "the week before the clocks go back": datetime(2026, 10, 19, 8, 10, tzinfo=UTC),
    "the week before the clocks go forward": datetime(2027, 3, 22, 9, 10, tzinfo=UTC),
}


class TestEveryRoomAllWeek:
    """Every answer agrees with what stands in the calendars."""

    @pytest.fixture(params=list(WEEKS.values()), ids=list(WEEKS))
    def now(self, request: pytest.FixtureRequest) -> datetime:
        week: datetime = request.param
        return week

    async def test_agrees_with_the_scenario(
        self, visitor: httpx.AsyncClient, tenant: Tenant, house: House, now: datetime
    ) -> None:
        """At 50 random instants of a week each of the 30 rooms is what its calendar says."""
        mailboxes = (await house.venue("apb")).mailboxes
        random = Random(20261123)
        states = set()
        for _ in range(50):
            at = now.replace(hour=0, minute=0) + timedelta(minutes=random.randrange(7 * 24 * 60 - 1))
            answer = await visitor.get("/api/v1/venues/apb/availability", params={"at": at.isoformat(), "minutes": 1})
            found = {room["id"]: room["state"] for room in answer.json()["rooms"]}
            expected = {
                room: "busy" if is_taken(tenant, mailbox, at) else "free" for room, mailbox in mailboxes.items()
            }
            assert found == expected, at
            states |= set(found.values())
        assert states == {"free", "busy"}


async def test_says_until_when(visitor: httpx.AsyncClient, tenant: Tenant, ten_to_eleven: None) -> None:
    """A taken room is taken until its meeting ends; a free one is free until its next begins."""
    during = await _room(visitor, at="2026-11-28T10:15:00+01:00")
    before = await _room(visitor, at="2026-11-28T09:15:00+01:00")
    after = await _room(visitor, at="2026-11-28T11:00:00+01:00")

    assert (during["state"], during["until"]) == ("busy", "2026-11-28T10:00:00Z")
    assert (before["state"], before["until"]) == ("free", "2026-11-28T09:00:00Z")
    assert (after["state"], after["until"]) == ("free", None)


async def test_a_wish_that_ends_when_a_meeting_begins_fits(visitor: httpx.AsyncClient, ten_to_eleven: None) -> None:
    """Touching is not clashing; a minute more is."""
    assert (await _room(visitor, at="2026-11-28T09:30:00+01:00", minutes=30))["state"] == "free"
    assert (await _room(visitor, at="2026-11-28T09:30:00+01:00", minutes=31))["state"] == "busy"


async def test_sees_past_midnight(visitor: httpx.AsyncClient, tenant: Tenant, nothing_in_it: None) -> None:
    """A wish that crosses midnight is judged by both days."""
    _meeting(tenant, "2026-11-29T00:15:00+01:00", "2026-11-29T01:00:00+01:00")

    assert (await _room(visitor, at="2026-11-28T23:30:00+01:00", minutes=60))["state"] == "busy"
    assert (await _room(visitor, at="2026-11-28T23:30:00+01:00", minutes=45))["state"] == "free"


async def test_an_all_day_event_takes_its_own_day_and_no_other(
    visitor: httpx.AsyncClient, tenant: Tenant, nothing_in_it: None
) -> None:
    """From midnight to midnight where the building stands."""
    _meeting(tenant, "2026-11-28T00:00:00+01:00", "2026-11-29T00:00:00+01:00", all_day=True)

    assert (await _room(visitor, at="2026-11-28T00:00:00+01:00"))["state"] == "busy"
    assert (await _room(visitor, at="2026-11-28T23:59:00+01:00", minutes=1))["state"] == "busy"
    assert (await _room(visitor, at="2026-11-27T23:59:00+01:00", minutes=1))["state"] == "free"
    assert (await _room(visitor, at="2026-11-29T00:00:00+01:00"))["state"] == "free"


async def test_cancelled_and_free_items_do_not_block(
    visitor: httpx.AsyncClient, tenant: Tenant, nothing_in_it: None
) -> None:
    """Leftovers of cancelled meetings and items shown as free leave the room free."""
    times = ("2026-11-28T10:00:00+01:00", "2026-11-28T11:00:00+01:00")
    _meeting(tenant, *times, cancelled=True)
    _meeting(tenant, *times, show_as="free")

    assert (await _room(visitor, at=times[0]))["state"] == "free"


async def test_a_room_that_cannot_be_read_is_unknown_and_says_why(visitor: httpx.AsyncClient, tenant: Tenant) -> None:
    """Never free, never an empty list; the other rooms are shown all the same."""
    from graph_emulator.exchange.schedule import FreeBusyError

    tenant.schedule_errors[THE_EGG] = FreeBusyError("5009", "Unable to resolve e-mail address")

    rooms = (await visitor.get("/api/v1/venues/apb/availability", params={"at": "2026-11-28T10:00:00Z"})).json()[
        "rooms"
    ]

    states = {room["id"]: (room["state"], room["reason"]) for room in rooms}
    assert states.pop("1096") == ("unknown", "not_found")
    assert {state for state, _ in states.values()} <= {"free", "busy"}


async def test_says_when_it_is_free_next(visitor: httpx.AsyncClient, tenant: Tenant, ten_to_eleven: None) -> None:
    """For as long as it is wanted; a gap that is too short does not count."""
    _meeting(tenant, "2026-11-28T11:15:00+01:00", "2026-11-28T12:00:00+01:00")

    free = await _room(visitor, at="2026-11-28T09:30:00+01:00", minutes=30)
    soon = await _room(visitor, at="2026-11-28T10:15:00+01:00", minutes=15)
    later = await _room(visitor, at="2026-11-28T09:45:00+01:00", minutes=30)
    never = await _room(visitor, at="2026-11-28T10:15:00+01:00", minutes=800)

    assert (free["state"], free["next"]) == ("free", "2026-11-28T08:30:00Z")
    assert (soon["state"], soon["next"]) == ("busy", "2026-11-28T10:00:00Z")
    assert (later["state"], later["next"]) == ("busy", "2026-11-28T11:00:00Z")
    assert (never["state"], never["next"]) == ("busy", None)


class TestSearching:
    """Only the rooms that are wanted, in the order of the venue."""

    @pytest.mark.parametrize(
        ("query", "accepts"),
        [
            ({"capacity": 20}, lambda room: room.capacity >= 20),
            ({"level": 1}, lambda room: room.level == 1),
            ({"level": -1}, lambda room: room.level == -1),
            ({"step_free": "true"}, lambda room: room.step_free == "yes"),
            ({"equipment": ["screen"]}, lambda room: "screen" in room.equipment),
            ({"equipment": ["screen", "phone"]}, lambda room: {"screen", "phone"} <= set(room.equipment)),
            ({"capacity": 10, "level": 2}, lambda room: room.capacity >= 10 and room.level == 2),
            ({"equipment": ["throne"]}, lambda room: False),
        ],
        ids=str,
    )
    async def test_finds_all_that_fit_and_no_other(
        self,
        visitor: httpx.AsyncClient,
        imported: Import,
        query: dict[str, str | int | list[str]],
        accepts: Callable[[Room], bool],
    ) -> None:
        at = "2026-11-24T10:00:00Z"

        answer = await visitor.get("/api/v1/venues/apb/availability", params={"at": at, **query})

        assert [room["id"] for room in answer.json()["rooms"]] == [r.id for r in imported.venue.rooms if accepts(r)]


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ({}, "at"),
        ({"at": "noon"}, "instant"),
        ({"at": "2026-11-24T10:00:00"}, "instant"),
        ({"at": "2026-11-24T10:00:00Z", "minutes": "0"}, "minutes"),
        ({"at": "2026-11-24T10:00:00Z", "minutes": "1441"}, "minutes"),
        ({"at": "2026-11-24T10:00:00Z", "capacity": "-1"}, "capacity"),
        ({"at": "2026-11-24T10:00:00Z", "level": "attic"}, "level"),
        ({"at": "2026-11-24T10:00:00Z", "step_free": "perhaps"}, "step_free"),
        ({"at": "2026-11-24T10:00:00Z", "minutes": "half an hour"}, "minutes"),
    ],
)
async def test_refuses_what_makes_no_sense(visitor: httpx.AsyncClient, query: dict[str, str], word: str) -> None:
    """A problem document that names what is wrong."""
    answer = await visitor.get("/api/v1/venues/apb/availability", params=query)

    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid_request"
    assert word in answer.json()["detail"]


@pytest.mark.parametrize(
    "at", ["2026-11-20T10:00:00Z", "2027-01-24T10:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:00Z"]
)
async def test_refuses_days_out_of_sight(visitor: httpx.AsyncClient, at: str) -> None:
    """From yesterday to the horizon, and no further."""
    answer = await visitor.get("/api/v1/venues/apb/availability", params={"at": at})

    assert answer.status_code in (400, 404)
    assert answer.headers["Content-Type"] == "application/problem+json"


THE_EGG = "room-1096@rooms.example.org"


def _meeting(
    tenant: Tenant, start: str, end: str, *, show_as: str = "busy", cancelled: bool = False, all_day: bool = False
) -> None:
    """A meeting in The Egg, and nothing else."""
    tenant.add_event(
        THE_EGG,
        datetime.fromisoformat(start),
        datetime.fromisoformat(end),
        show_as=show_as,
        cancelled=cancelled,
        all_day=all_day,
    )


@pytest.fixture
def nothing_in_it(tenant: Tenant) -> None:
    for event in tenant.calendar(THE_EGG).events():
        tenant.remove_event(THE_EGG, event)


@pytest.fixture
def ten_to_eleven(tenant: Tenant, nothing_in_it: None) -> None:
    _meeting(tenant, "2026-11-28T10:00:00+01:00", "2026-11-28T11:00:00+01:00")


async def _room(visitor: httpx.AsyncClient, *, at: str, minutes: int = 30) -> dict[str, str | None]:
    answer = await visitor.get("/api/v1/venues/apb/availability", params={"at": at, "minutes": minutes})
    rooms: list[dict[str, str | None]] = answer.json()["rooms"]
    return next(room for room in rooms if room["id"] == "1096")
