"""GET /health and GET /ready"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
import structlog
from msgspec.structs import replace
from structlog.testing import capture_logs

from graph_emulator.tenant import Tenant
from ledig.settings import Settings
from ledig.store.database import opened
from ledig.web.app import create
from ledig.web.health import Credential
from ledig.web.house import opened_house
from lobby import ToldClock, settled

NOW = datetime(2026, 11, 23, 9, 10, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("left", "state"),
    [(31 * DAY, "good"), (30 * DAY, "ends_soon"), (timedelta(0), "ended"), (-DAY, "ended")],
)
def test_says_how_the_credential_stands(left: timedelta, state: str) -> None:
    assert Credential.at(NOW, NOW + left).state == state


async def test_says_when_the_credential_ends(settings: Settings, clock: ToldClock) -> None:
    """A secret's end is in the settings; nobody else can tell it."""
    told = replace(settings, tenant=replace(settings.tenant, client_secret_ends=date(2026, 12, 1)))

    async with opened_house(told, clock) as house:
        transport = httpx.ASGITransport(create(house))  # type: ignore[arg-type]  # says less than ASGI
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
            health = (await client.get("/health")).json()

    assert health["credential"] == {"state": "ends_soon", "ends": "2026-12-01T00:00:00Z"}


async def test_the_log_says_once_for_each_time_left_that_it_ends(settings: Settings, clock: ToldClock) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(0))
    told = replace(settings, tenant=replace(settings.tenant, client_secret_ends=date(2026, 12, 25)))
    with capture_logs() as log:
        async with opened_house(told, clock):
            for _ in range(40):
                await clock.move(DAY)
                await settled()

    said = [line["within_days"] for line in log if line["event"] == "credential_ends"]
    assert said == [30, 7, 1]


async def test_asks_microsoft_nothing(visitor: httpx.AsyncClient, tenant: Tenant) -> None:
    await visitor.get("/health")
    answer = await visitor.get("/ready")

    assert answer.json() == {"status": "ready", "venues": 1}
    assert not tenant.cloud.calls


async def test_is_not_ready_without_its_database(visitor: httpx.AsyncClient, settings: Settings) -> None:
    async with opened(Path(settings.database)) as engine, engine.begin() as connection:
        await connection.execute(sa.text("DROP TABLE venues"))

    answer = await visitor.get("/ready")

    assert (answer.status_code, answer.json()["code"]) == (503, "not_ready")
    assert (await visitor.get("/health")).status_code == 200
