"""GET /venues/{venue}/rooms/{room}/schedule"""

from __future__ import annotations

from datetime import datetime, timedelta

import httpx
import pytest

from graph_emulator.exchange.schedule import FreeBusyError
from graph_emulator.tenant import Tenant
from scenario import BERLIN, times

MINUTE = timedelta(minutes=1)
SCHEDULES = "POST /users/{id}/calendar/getSchedule"
PATH = "/api/v1/venues/apb/rooms/1096/schedule"


async def test_tells_when_a_room_is_taken(visitor: httpx.AsyncClient, tenant: Tenant) -> None:
    """For as long as asked, as times and nothing else, agreeing with the calendar."""
    start, end = datetime(2026, 11, 23, tzinfo=BERLIN), datetime(2026, 11, 28, tzinfo=BERLIN)

    schedule = (await visitor.get(PATH, params={"from": start.isoformat(), "to": end.isoformat()})).json()

    assert set(schedule) == {"room", "from", "to", "busy", "unknown"}
    assert all(set(taken) == {"start", "end"} for taken in schedule["busy"])
    found = [(datetime.fromisoformat(t["start"]), datetime.fromisoformat(t["end"])) for t in schedule["busy"]]
    for minutes in range(0, 5 * 24 * 60, 5):
        at = start + timedelta(minutes=minutes)
        taken = any(a <= at < b for a, b in times(tenant, "room-1096@rooms.example.org", at.astimezone(BERLIN).date()))
        assert any(a <= at < b for a, b in found) == taken, at


async def test_a_short_window_is_answered_too(visitor: httpx.AsyncClient) -> None:
    """Microsoft refuses windows shorter than its interval; ledig does not."""
    answer = await visitor.get(PATH, params={"from": "2026-11-24T10:00:00Z", "to": "2026-11-24T10:01:00Z"})

    assert answer.status_code == 200


async def test_an_unknown_room_has_a_reason_and_no_list(visitor: httpx.AsyncClient, tenant: Tenant) -> None:
    """An empty list would mean free."""
    tenant.schedule_errors["room-1096@rooms.example.org"] = FreeBusyError("5009", "Unable to resolve")

    schedule = (await visitor.get(PATH, params={"from": "2026-11-24T10:00:00Z", "to": "2026-11-24T11:00:00Z"})).json()

    assert (schedule["busy"], schedule["unknown"]) == (None, "not_found")


@pytest.mark.parametrize(
    ("start", "end", "status", "word"),
    [
        ("2026-11-24T10:00:00Z", "2026-11-24T10:00:00Z", 400, "after the start"),
        ("2026-11-24T10:00:00Z", "2026-11-24T09:00:00Z", 400, "after the start"),
        ("2026-11-24T10:00:00Z", "2029-11-24T10:00:00Z", 400, "14 days"),
        ("2026-11-24T10:00:00Z", "soon", 400, "to has to be"),
        ("yesterday", "2026-11-24T10:00:00Z", 400, "from has to be"),
        ("2026-11-10T10:00:00Z", "2026-11-12T10:00:00Z", 404, "can be seen"),
        ("2026-12-06T10:00:00Z", "2026-12-12T10:00:00Z", 404, "can be seen"),
    ],
)
async def test_refuses_what_makes_no_sense(
    visitor: httpx.AsyncClient, start: str, end: str, status: int, word: str
) -> None:
    """End before start, years at once, no times at all."""
    answer = await visitor.get(PATH, params={"from": start, "to": end})

    assert answer.status_code == status
    assert word in answer.json()["detail"]


async def test_refuses_unknown_rooms_and_venues(visitor: httpx.AsyncClient) -> None:
    """404, whichever of the two is unknown."""
    window = {"from": "2026-11-24T10:00:00Z", "to": "2026-11-24T11:00:00Z"}
    for path in ("apb/rooms/9999", "nowhere/rooms/1096"):
        assert (await visitor.get(f"/api/v1/venues/{path}/schedule", params=window)).status_code == 404


FORTNIGHT = {"from": "2026-11-24T00:00:00+01:00", "to": "2026-12-07T18:00:00+01:00"}


async def test_fourteen_days_are_one_call_and_then_remembered(visitor: httpx.AsyncClient, tenant: Tenant) -> None:
    first = await visitor.get(PATH, params=FORTNIGHT)
    second = await visitor.get(PATH, params={**FORTNIGHT, "to": "2026-12-01T00:00:00+01:00"})

    assert len(first.json()["busy"]) > len(second.json()["busy"]) > 0
    assert len(tenant.cloud.calls_to(SCHEDULES)) == 1


async def test_days_that_are_remembered_are_not_asked_for(visitor: httpx.AsyncClient, tenant: Tenant) -> None:
    """It says the same as the overviews that it is cut from."""
    day = (await visitor.get("/api/v1/venues/apb/days/2026-11-24")).json()
    tenant.cloud.calls.clear()

    told = await visitor.get(PATH, params={"from": "2026-11-24T00:00:00+01:00", "to": "2026-11-25T00:00:00+01:00"})

    start = datetime.fromisoformat(day["start"])
    cut = [
        [(datetime.fromisoformat(t[edge]) - start) // MINUTE for edge in ("start", "end")] for t in told.json()["busy"]
    ]
    assert cut == day["busy"][day["rooms"].index("1096")]
    assert not tenant.cloud.calls_to(SCHEDULES)
