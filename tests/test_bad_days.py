"""Bad days of Microsoft 365: the map goes on, says what is old or unknown and why, and the log says it once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
import structlog
from starlette.responses import Response
from structlog.testing import capture_logs
from structlog.typing import EventDict

from faults import Fault, answers, cut, says
from graph_emulator import demo as tenants
from graph_emulator.log import Answer, Call
from graph_emulator.server import Running
from graph_emulator.tenant import Tenant
from ledig.importing import Import
from ledig.settings import GraphSettings, Settings, TenantSettings
from ledig.web.app import create
from ledig.web.house import House, opened_house
from lobby import MONDAY_10_10, ToldClock, settled

TODAY = "/api/v1/venues/apb/days/2026-11-23"
HALF_A_MINUTE = timedelta(seconds=30)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def log() -> Iterator[list[EventDict]]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(0))
    with capture_logs() as lines:
        yield lines


def all_fail(tenant: Tenant, fault: Fault, *, also_sign_in: bool = False) -> None:
    async def intercept(call: Call, answer: Answer) -> Response:
        return await (fault(answer) if also_sign_in or not call.is_sign_in else answer())

    tenant.cloud.intercept = intercept


def sign_in_fails(tenant: Tenant, fault: Fault) -> None:
    async def intercept(call: Call, answer: Answer) -> Response:
        return await (fault(answer) if call.is_sign_in else answer())

    tenant.cloud.intercept = intercept


async def reasons(visitor: httpx.AsyncClient) -> set[str]:
    return set((await visitor.get(TODAY)).json()["unknown"].values())


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (cut, "unavailable"),
        (answers(503, "<html>", retry_after="60"), "unavailable"),
        (answers(429, retry_after="60"), "unavailable"),
        (says(403, "ErrorAccessDenied"), "no_access"),
        (answers(200, "<html>Sign in to the network"), "unexpected"),
    ],
    ids=["cut off", "down", "throttled", "not permitted", "somebody else answers"],
)
async def test_away_at_the_start_and_back_later(
    visitor: httpx.AsyncClient, tenant: Tenant, clock: ToldClock, log: list[EventDict], fault: Fault, reason: str
) -> None:
    """Nothing is free that nobody could read; nothing has to be started anew."""
    all_fail(tenant, fault)
    for _ in range(10):
        day = await visitor.get(TODAY)
        assert (day.status_code, day.json()["busy"]) == (200, [None] * 30)
        await clock.move(HALF_A_MINUTE)
    assert await reasons(visitor) == {reason}
    assert (await visitor.get("/health")).status_code == (await visitor.get("/ready")).status_code == 200
    said = [line["event"] for line in log if line["log_level"] == "warning"]
    assert sorted(said) == ["graph_fails", "rooms_fails"]

    tenant.cloud.intercept = None
    await clock.move(2 * MINUTE)

    assert await reasons(visitor) == set()


async def test_away_while_many_look(visitor: httpx.AsyncClient, tenant: Tenant) -> None:
    """Nobody is told to wait for looking at what nobody can read, and Microsoft is asked no more often."""
    all_fail(tenant, answers(503, retry_after="60"))

    found = [await visitor.get(TODAY) for _ in range(100)]

    assert {answer.status_code for answer in found} == {200}
    assert len([call for call in tenant.cloud.calls if not call.is_sign_in]) == 2


async def test_a_credential_that_is_refused(
    visitor: httpx.AsyncClient, tenant: Tenant, clock: ToldClock, log: list[EventDict]
) -> None:
    """The log says what to look at; not what Microsoft said."""
    sign_in_fails(tenant, answers(401, '{"error":"invalid_client","error_description":"AADSTS7000222: expired"}'))
    for _ in range(5):
        assert await reasons(visitor) == {"no_access"}
        await clock.move(HALF_A_MINUTE)

    told = [line for line in log if line["event"] == "graph_fails"]
    assert len(told) == 1
    assert "tenant.client_id" in told[0]["problem"]
    assert "AADSTS" not in str(log)

    tenant.cloud.intercept = None
    await clock.move(MINUTE)
    assert await reasons(visitor) == set()


@pytest.mark.parametrize("status", [429, 503])
async def test_a_sign_in_service_that_is_away_does_not_mean_a_wrong_credential(
    visitor: httpx.AsyncClient, tenant: Tenant, log: list[EventDict], status: int
) -> None:
    """Nobody is sent to look for a secret that is right."""
    away = '{"error":"temporarily_unavailable","error_description":"AADSTS90033"}'
    sign_in_fails(tenant, answers(status, away, content_type="application/json", retry_after="0"))

    assert await reasons(visitor) == {"unavailable"}
    assert "tenant.client_id" not in str(log)


async def test_a_permission_that_is_missing_is_named_in_the_log(
    visitor: httpx.AsyncClient, tenant: Tenant, log: list[EventDict]
) -> None:
    all_fail(tenant, says(403, "ErrorAccessDenied"))

    await visitor.get(TODAY)

    assert "Calendars.ReadBasic" in next(line["problem"] for line in log if line["event"] == "graph_fails")


async def test_away_for_an_hour(visitor: httpx.AsyncClient, tenant: Tenant, clock: ToldClock) -> None:
    """First shown with its age, then unknown, and right again after."""
    before = (await visitor.get(TODAY)).json()
    all_fail(tenant, answers(503), also_sign_in=True)
    ages = []
    for _ in range(120):
        await clock.move(HALF_A_MINUTE)
        await settled()
        answer = await visitor.get(TODAY)
        if as_of := answer.headers.get("Ledig-As-Of"):
            assert answer.json()["busy"] == before["busy"]
            ages.append(clock.now() - datetime.fromisoformat(as_of))
        else:
            assert answer.json()["busy"] == [None] * 30
    assert MINUTE < max(ages) <= 5 * MINUTE

    tenant.cloud.intercept = None
    await clock.move(MINUTE)
    await visitor.get(TODAY)
    await settled()
    assert (await visitor.get(TODAY)).json() == before


@pytest.mark.parametrize("off", [10 * MINUTE, -10 * MINUTE])
async def test_a_clock_that_is_ten_minutes_off(
    graph: Running, imported: Import, tmp_path: Path, off: timedelta
) -> None:
    """Availability does not depend on ours; what is old is judged by our own clock alone."""
    settings = Settings(
        public_url="http://localhost:8000",
        database=str(tmp_path / "ledig.db"),
        tenant=TenantSettings(id=graph.tenant.id, client_id=tenants.CLIENT_ID, client_secret=tenants.CLIENT_SECRET),
        graph=GraphSettings(root=f"{graph.https}/v1.0", login=graph.https, ca=str(graph.ca_file)),
    )
    clock = ToldClock(MONDAY_10_10 + off)
    async with opened_house(settings, clock) as house:
        await house.venues.put(imported.venue, imported.plan, imported.bound, clock.now())
        async with client(house) as visitor:
            day = await visitor.get(TODAY)

    assert day.json()["unknown"] == {}
    assert datetime.fromisoformat(day.headers["Ledig-As-Of"]) == clock.now()


def client(house: House) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(create(house))  # type: ignore[arg-type]  # says less than ASGI
    return httpx.AsyncClient(transport=transport, base_url=house.settings.public_url)
