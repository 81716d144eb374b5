"""A real Chromium, an app's pages, and the cloud they sign in to: all of it on loopback, started once."""

import ssl
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import load_pem_x509_certificate
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from browser.chromium import ARGUMENTS, WAYS_OUT, find
from emulator.browser.site import Site, serving
from emulator.browser.ways import SCOPES, configurations, redirects
from graph_emulator.behaviour import Behaviour
from graph_emulator.clock import running_from
from graph_emulator.cloud import Cloud
from graph_emulator.exchange.zones import zone
from graph_emulator.registrations import App
from graph_emulator.server import Running, running
from graph_emulator.tenant import Profile, Tenant

HERE = Path(__file__).parent
TENANT_ID = "55555555-eeee-4eee-8eee-555555555555"
ANN, BOB = "ann@contoso.example", "bob@contoso.example"
NOTHING_BUT_LOOPBACK = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"
# These pages draw nothing, and starting a process for every page and frame is most of what such tests take.
LIGHT = ("--disable-gpu", "--disable-site-isolation-trials")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent == HERE:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


@pytest.fixture(scope="package")
def spa(site: Site) -> App:
    """The registration of the app whose pages these are."""
    return App(
        "66666666-ffff-4fff-8fff-666666666666", "Room planner", redirects=redirects(site), scopes=frozenset(SCOPES)
    )


@pytest.fixture(scope="package")
def served(site: Site, spa: App) -> Iterator[Running]:
    """A cloud on the machine's own time, by which the libraries check tokens."""
    cloud = Cloud(running_from())
    tenant = cloud.add_tenant(TENANT_ID, "contoso.example", zone("Europe/Berlin"))
    tenant.add_person("Ann Example", ANN, Profile("Ann", "Example"))
    tenant.add_person("Bob Example", BOB, Profile("Bob", "Example"))
    tenant.add_app(spa)
    with running(cloud) as served:
        site.configurations = configurations(served, spa)
        yield served


@pytest.fixture
def tenant(served: Running) -> Iterator[Tenant]:
    served.cloud.calls.clear()
    yield served.tenant
    served.cloud.clock = running_from()
    served.cloud.behaviour = Behaviour()
    served.cloud.intercept = None


@pytest.fixture(scope="package")
def chromium(site: Site, served: Running) -> Iterator[Browser]:
    """Trusts the keys of the two servers, and finds no other host than this one."""
    path = find()
    assert path, WAYS_OUT
    trust = f"--ignore-certificate-errors-spki-list={_fingerprint(site.https)},{_fingerprint(served.https)}"
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(
            executable_path=path, args=[*ARGUMENTS, *LIGHT, trust, NOTHING_BUT_LOOPBACK]
        ) as browser,
    ):
        yield browser


def _fingerprint(origin: str) -> str:
    """The hash of a server's public key, as Chromium wants it."""
    to = urlsplit(origin)
    certificate = ssl.get_server_certificate((to.hostname or "", to.port or 443))
    key = load_pem_x509_certificate(certificate.encode()).public_key()
    return b64encode(sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()).decode()


@pytest.fixture
def context(chromium: Browser, tenant: Tenant) -> Iterator[BrowserContext]:
    """A browser without a past, whose pages and popups ask nobody but this machine."""
    asked: list[str] = []
    with chromium.new_context(reduced_motion="reduce") as context:
        context.set_default_timeout(10_000)
        context.on("request", lambda request: asked.append(request.url))
        yield context
    hosts = {urlsplit(url).hostname for url in asked if not url.startswith(("data:", "blob:"))}
    assert hosts <= {"localhost", "127.0.0.1"}


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()
