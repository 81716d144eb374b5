"""Pages of another origin call Graph by fetch, if a switch lets them: Microsoft does not document whether they may."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Error, Page
from starlette.responses import Response

from emulator.browser.conftest import ANN
from emulator.browser.site import Site
from emulator.browser.ways import SCOPES, folder
from graph_emulator.behaviour import Behaviour
from graph_emulator.log import Answer, Call
from graph_emulator.registrations import App
from graph_emulator.tenant import Tenant

FETCH = """async ([path, token, method, headers]) => {
    const sent = { method, headers: { Authorization: `Bearer ${token}`, ...headers } };
    const response = await fetch(CONFIG.graph + path, sent);
    return { status: response.status, headers: Object.fromEntries(response.headers) };
}"""
DAY = "?startDateTime=2026-11-24T00:00:00&endDateTime=2026-11-25T00:00:00"


@pytest.fixture(scope="module")
def elsewhere(chromium: Browser, site: Site) -> Iterator[Page]:
    """A page of an origin that is not Graph's; calls leave nothing behind in it."""
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(f"{folder(site, 'http')}/oauth.html")
        yield page


@pytest.fixture
def token(tenant: Tenant, spa: App) -> str:
    return tenant.person_token(spa, ANN, SCOPES)


def test_preflight_and_answer(elsewhere: Page, token: str) -> None:
    """Headers of Graph's own pass the preflight, and those of the answer that Graph exposes can be read."""
    asked = {"Prefer": 'outlook.timezone="UTC"', "client-request-id": "a-page-asks"}
    answer = elsewhere.evaluate(FETCH, ["/v1.0/me/calendarView" + DAY, token, "GET", asked])

    assert answer["status"] == 200
    assert answer["headers"]["client-request-id"] == "a-page-asks"
    assert answer["headers"]["preference-applied"] == 'outlook.timezone="UTC"'


@pytest.mark.parametrize("method", ["DELETE", "PATCH"])
def test_methods_that_need_a_preflight(elsewhere: Page, token: str, method: str) -> None:
    """Refusals can be read as well."""
    answer = elsewhere.evaluate(FETCH, ["/v1.0/me/events/none", token, method, {}])

    assert answer["status"] in (400, 404)


def test_a_bad_token(elsewhere: Page) -> None:
    """The preflight needs no token, the request does."""
    assert elsewhere.evaluate(FETCH, ["/v1.0/me", "made-up", "GET", {}])["status"] == 401


def test_switched_off(elsewhere: Page, token: str, tenant: Tenant) -> None:
    """Without it a page cannot call Graph at all."""
    tenant.cloud.behaviour = Behaviour(graph_cors=False)

    with pytest.raises(Error, match="Failed to fetch"):
        elsewhere.evaluate(FETCH, ["/v1.0/me", token, "GET", {}])


@pytest.mark.parametrize("exposed", [True, False])
def test_retry_after(elsewhere: Page, token: str, tenant: Tenant, exposed: bool) -> None:
    """Whether a page can read for how long to wait is a switch of its own."""
    tenant.cloud.behaviour = Behaviour(graph_cors_exposes_retry_after=exposed)
    tenant.cloud.intercept = throttled

    answer = elsewhere.evaluate(FETCH, ["/v1.0/me", token, "GET", {}])

    assert answer["status"] == 429
    assert answer["headers"].get("retry-after") == ("7" if exposed else None)


async def throttled(call: Call, answer: Answer) -> Response:
    return Response(status_code=429, headers={"Retry-After": "7"})
