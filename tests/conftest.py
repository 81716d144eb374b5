"""The app as it runs: the real importer, store and HTTP API, with a pretend Microsoft 365 behind them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path

import httpx
import hypothesis
import pytest

import ledig.demo
from databases import PostgreSQL, postgresql
from graph_emulator import demo as tenants
from graph_emulator.server import Running, running
from graph_emulator.tenant import Tenant
from ledig import logs
from ledig.importing import Import, prepare
from ledig.settings import GraphSettings, KioskSettings, Settings, SignInSettings, TenantSettings
from ledig.web.app import create
from ledig.web.house import House, opened_house
from lobby import MONDAY_10_10, SECRET, ToldClock
from signing_in import sign_in

# A busy machine is no defect: no example has to be done within a time.
hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.load_profile("any machine")


@pytest.fixture(autouse=True)
def _logs() -> None:
    logs.set_up(is_quiet=True)


@pytest.fixture(scope="session")
def database_server() -> Iterator[PostgreSQL]:
    """Started for the first test that needs it, ended with the last."""
    with postgresql() as served:
        yield served


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of the test's own, of each kind there is."""
    if request.param == "sqlite":
        return str(tmp_path / "ledig.db")
    served: PostgreSQL = request.getfixturevalue("database_server")
    return await served.fresh()


@pytest.fixture(scope="session")
def imported() -> Import:
    """The demo's building, read once."""
    files = ledig.demo.FILES
    return prepare(
        files / "apb.osm", files / "bookable-rooms.csv", (), venue=ledig.demo.VENUE, zone=ledig.demo.ZONE.key
    )


@pytest.fixture
def now() -> datetime:
    """When the test takes place; a test module may say otherwise."""
    return MONDAY_10_10


@pytest.fixture
def clock(now: datetime) -> ToldClock:
    return ToldClock(now)


@pytest.fixture
def tenant(clock: ToldClock) -> Tenant:
    return tenants.tenant(clock.now)


@pytest.fixture
def graph(tenant: Tenant) -> Iterator[Running]:
    with running(tenant.cloud) as served:
        yield served


@pytest.fixture
def settings(graph: Running, tmp_path: Path) -> Settings:
    return Settings(
        public_url="http://localhost:8000",
        database=str(tmp_path / "ledig.db"),
        tenant=TenantSettings(id=graph.tenant.id, client_id=tenants.CLIENT_ID, client_secret=tenants.CLIENT_SECRET),
        graph=GraphSettings(root=f"{graph.https}/v1.0", login=graph.https, ca=str(graph.ca_file)),
        kiosk=KioskSettings(id="lobby", venue=ledig.demo.VENUE, secret=SECRET),
        sign_in=SignInSettings(client_id=tenants.CLIENT_ID, login=graph.http),
    )


@pytest.fixture
async def house(settings: Settings, clock: ToldClock, imported: Import) -> AsyncIterator[House]:
    async with opened_house(settings, clock) as opened:
        await opened.venues.put(imported.venue, imported.plan, imported.bound, clock.now())
        yield opened


@pytest.fixture
async def visitor(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """Anybody's browser on the page."""
    transport = httpx.ASGITransport(create(house), raise_app_exceptions=False)  # type: ignore[arg-type]  # says less than ASGI
    async with httpx.AsyncClient(
        transport=transport, base_url=house.settings.public_url, headers={"Origin": house.settings.public_url}
    ) as client:
        yield client


@pytest.fixture
async def kiosk(visitor: httpx.AsyncClient) -> httpx.AsyncClient:
    """The lobby's kiosk: a browser that was given the secret."""
    visitor.cookies.set("ledig-kiosk-8000", SECRET, path="/api/v1/kiosk")
    return visitor


@pytest.fixture
async def amara(visitor: httpx.AsyncClient, tenant: Tenant, graph: Running) -> httpx.AsyncClient:
    """A browser in which she signed in."""
    answer = await sign_in(visitor, tenant, graph.http)
    assert answer.status_code == 204, answer.text
    return visitor
