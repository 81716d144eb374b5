"""A small tenant, served over real https for the whole run; each test gets a room, a person and a token of its own."""

import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

import httpx
import pytest

from graph_emulator.calendar import Person
from graph_emulator.clock import StandingClock
from graph_emulator.server import Running, running
from graph_emulator.tenant import App, Behaviour, Room, Tenant
from graph_emulator.zones import zone

TEN = datetime(2026, 11, 24, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
APP = App(
    "11111111-aaaa-4aaa-8aaa-111111111111",
    "s3cret+with/odd&letters=%",
    frozenset({"Calendars.ReadWrite", "Place.Read.All"}),
)
READER = App("22222222-bbbb-4bbb-8bbb-222222222222", "reader", frozenset({"Calendars.ReadBasic"}))
POWERLESS = App("33333333-cccc-4ccc-8ccc-333333333333", "powerless", frozenset())

_numbers = count(1)


@pytest.fixture(scope="session")
def served() -> Iterator[Running]:
    tenant = Tenant(
        "44444444-dddd-4ddd-8ddd-444444444444", "contoso.example", zone("Europe/Berlin"), StandingClock(TEN)
    )
    for app in (APP, READER, POWERLESS):
        tenant.add_app(app)
    with running(tenant) as served:
        yield served


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock(TEN)


@pytest.fixture
def tenant(served: Running, clock: StandingClock) -> Iterator[Tenant]:
    tenant = served.tenant
    tenant.clock = clock
    tenant.calls.clear()
    yield tenant
    tenant.behaviour = Behaviour()
    tenant.intercept = None
    tenant.schedule_errors.clear()


@pytest.fixture
def room(tenant: Tenant) -> str:
    """The address of a room with an empty calendar."""
    number = next(_numbers)
    return tenant.add_room(Room(f"Room {number}", f"room-{number}@contoso.example", capacity=8)).address


@pytest.fixture
def ann(tenant: Tenant) -> Person:
    return tenant.add_person("Ann Example", f"ann.{next(_numbers)}@contoso.example")


@pytest.fixture(scope="session")
def trust(served: Running) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(served.ca_file))


@pytest.fixture
def login(served: Running, trust: ssl.SSLContext) -> Iterator[httpx.Client]:
    """A client of the identity platform."""
    with httpx.Client(base_url=served.https, verify=trust, trust_env=False) as client:
        yield client


@pytest.fixture
def authorised(served: Running, trust: ssl.SSLContext, tenant: Tenant) -> Iterator[Callable[[App], httpx.Client]]:
    """Makes clients of Graph that hold a token of an app."""
    clients: list[httpx.Client] = []

    def client(app: App) -> httpx.Client:
        token, _ = tenant.tokens.issue(app.client_id, app.roles, tenant.clock())
        headers = {"Authorization": f"Bearer {token}"}
        clients.append(httpx.Client(base_url=f"{served.https}/v1.0", verify=trust, trust_env=False, headers=headers))
        return clients[-1]

    yield client
    for one in clients:
        one.close()


@pytest.fixture
def graph(authorised: Callable[[App], httpx.Client]) -> httpx.Client:
    """A client of Graph that may do everything there is."""
    return authorised(APP)


def code(response: httpx.Response) -> str:
    """The error code in an answer of Graph."""
    return str(response.json()["error"]["code"])


def at(moment: datetime, zone: str = "UTC") -> dict[str, str]:
    """A dateTimeTimeZone of a UTC instant (or, with another zone, of that wall time)."""
    return {"dateTime": f"{moment:%Y-%m-%dT%H:%M:%S}", "timeZone": zone}
