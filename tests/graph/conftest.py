"""A small tenant, served over real https for the whole run, and ledig's transport to it. Waiting takes no time."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import aiohttp
import pytest
import structlog
from structlog.testing import capture_logs
from structlog.typing import EventDict

from graph_emulator.behaviour import Behaviour
from graph_emulator.cloud import Cloud
from graph_emulator.exchange.zones import zone
from graph_emulator.registrations import App, Secret
from graph_emulator.server import Running, running
from graph_emulator.tenant import Room, Tenant
from ledig.booking import Target
from ledig.graph.calendar import GraphCalendar
from ledig.graph.transport import Transport
from ledig.intervals import Interval

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 9, 10, tzinfo=UTC)
TEN = datetime(2026, 11, 24, 10, tzinfo=BERLIN)
HOUR = timedelta(hours=1)
TEN_TO_ELEVEN = Interval(TEN, TEN + HOUR)
SECRET = "s3cret+with/odd&letters=%"
APP = App("11111111-aaaa-4aaa-8aaa-111111111111", secrets=(Secret(SECRET),), roles=frozenset({"Calendars.ReadWrite"}))
TENANT = "44444444-dddd-4ddd-8ddd-444444444444"
AT_ONCE = 4

_numbers = count(1)


class HastyClock:
    """Waiting moves it on at once, and it remembers how long each wait was."""

    def __init__(self) -> None:
        self._now = NOW
        self.waits: list[timedelta] = []

    def now(self) -> datetime:
        return self._now

    async def sleep(self, duration: timedelta) -> None:
        self.waits.append(duration)
        self._now += duration


class ToldTokens:
    """Tokens straight from the tenant; counts how often it was asked for a fresh one."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._token = self._issue()
        self.renewed = 0

    async def token(self, *, refused: str | None = None) -> str:
        if refused == self._token:
            self.renewed += 1
            self._token = self._issue()
        return self._token

    def _issue(self) -> str:
        return self._tenant.app_token(APP)


@pytest.fixture(scope="session")
def graph() -> Iterator[Running]:
    tenant = Cloud(lambda: NOW).add_tenant(TENANT, "contoso.example", zone("Europe/Berlin"))
    tenant.add_app(APP)
    with running(tenant.cloud) as served:
        yield served


@pytest.fixture
def tenant(graph: Running) -> Iterator[Tenant]:
    graph.tenant.cloud.calls.clear()
    yield graph.tenant
    graph.tenant.cloud.behaviour = Behaviour()
    graph.tenant.cloud.intercept = None
    graph.tenant.schedule_errors.clear()


def add_room(tenant: Tenant) -> str:
    """The address of a new room with an empty calendar."""
    number = next(_numbers)
    return tenant.add_room(Room(f"Room {number}", f"room-{number}@contoso.example")).address


@pytest.fixture
def room(tenant: Tenant) -> str:
    return add_room(tenant)


@pytest.fixture
def target(room: str) -> Target:
    return Target(room, BERLIN)


@pytest.fixture
def hasty() -> HastyClock:
    return HastyClock()


@pytest.fixture
def log() -> Iterator[list[EventDict]]:
    """What is logged, down to the quiet lines."""
    before = structlog.get_config()["wrapper_class"]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(0))
    with capture_logs() as lines:
        yield lines
    structlog.configure(wrapper_class=before)


@pytest.fixture
def tokens(tenant: Tenant) -> ToldTokens:
    return ToldTokens(tenant)


@pytest.fixture
async def session(graph: Running) -> AsyncIterator[aiohttp.ClientSession]:
    connector = aiohttp.TCPConnector(ssl=ssl.create_default_context(cafile=graph.ca_file))
    async with aiohttp.ClientSession(connector=connector) as session:
        yield session


@pytest.fixture
def transport(session: aiohttp.ClientSession, graph: Running, tokens: ToldTokens, hasty: HastyClock) -> Transport:
    return Transport(session, f"{graph.https}/v1.0", tokens, hasty, AT_ONCE)


@pytest.fixture
def plain(session: aiohttp.ClientSession, graph: Running, tokens: ToldTokens, hasty: HastyClock) -> Transport:
    """For calls that are given up: without TLS a connection is closed at once, without a farewell."""
    return Transport(session, f"{graph.http}/v1.0", tokens, hasty, AT_ONCE)


@pytest.fixture
def calendar(transport: Transport) -> GraphCalendar:
    return GraphCalendar(transport)
