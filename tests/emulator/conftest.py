"""Small tenants, served over real https by one server for the whole run; each test has a world of its own."""

import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

import httpx
import pytest

from graph_emulator.clock import StandingClock
from graph_emulator.cloud import Cloud
from graph_emulator.exchange.event import Person
from graph_emulator.exchange.zones import zone
from graph_emulator.registrations import App, Secret
from graph_emulator.server import Running, running
from graph_emulator.tenant import Room, Tenant

TEN = datetime(2026, 11, 24, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECRET = "s3cret+with/odd&letters=%"
APP = App(
    "11111111-aaaa-4aaa-8aaa-111111111111",
    secrets=(Secret(SECRET),),
    roles=frozenset({"Calendars.ReadWrite", "Place.Read.All"}),
)
READER = App("22222222-bbbb-4bbb-8bbb-222222222222", roles=frozenset({"Calendars.ReadBasic"}))
POWERLESS = App("33333333-cccc-4ccc-8ccc-333333333333", secrets=(Secret("powerless"),))

_numbers = count(1)


@pytest.fixture(scope="session")
def served() -> Iterator[Running]:
    """The server; which world it serves, each test says."""
    with running(_cloud(StandingClock(TEN))) as served:
        yield served


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock(TEN)


@pytest.fixture
def tenant(served: Running, clock: StandingClock) -> Tenant:
    """The only tenant of a cloud that is this test's own."""
    served.world.show(_cloud(clock))
    return served.tenant


def _cloud(clock: StandingClock) -> Cloud:
    cloud = Cloud(clock)
    tenant = cloud.add_tenant("44444444-dddd-4ddd-8ddd-444444444444", "contoso.example", zone("Europe/Berlin"))
    for app in (APP, READER, POWERLESS):
        tenant.add_app(app)
    return cloud


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
        headers = {"Authorization": f"Bearer {tenant.app_token(app)}"}
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
