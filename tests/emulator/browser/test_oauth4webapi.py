"""oauth4webapi, unmodified, signs people in; it checks whatever the standards let a client check."""

from datetime import timedelta

import pytest
from playwright.sync_api import Error, Page

from emulator.browser.conftest import ANN
from emulator.browser.signing_in import cancel, pick
from emulator.browser.site import Site
from emulator.browser.ways import SCOPES, folder
from graph_emulator.clock import running_from
from graph_emulator.tenant import Tenant

A_DAY = timedelta(hours=24)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def way() -> str:
    return "https"


@pytest.fixture
def signed_in(page: Page, site: Site, way: str) -> dict[str, str]:
    """What the library has after it found the signature of the id token, its nonce and all else in order."""
    _to_the_sign_in_page(page, site, way)
    pick(page, "Ann Example")
    page.wait_for_url("**/oauth.html?*")
    tokens: dict[str, str] = page.evaluate("() => app.signedIn()")
    return tokens


@pytest.mark.parametrize("way", ["https", "http"])
def test_code_and_nonce(signed_in: dict[str, str], tenant: Tenant) -> None:
    """The code, with its verifier, brings tokens, and the id token says who it is."""
    claims = signed_in["claims"]

    assert isinstance(claims, dict)
    assert claims["preferred_username"] == ANN
    assert claims["oid"] == tenant.object_id(ANN)
    assert claims["tid"] == tenant.id
    assert set(SCOPES) <= set(signed_in["scope"].split())


def test_refresh(page: Page, signed_in: dict[str, str]) -> None:
    """The refresh token brings new tokens, which open Graph, as often as it is used."""
    for _ in range(2):
        fresh = page.evaluate("(token) => app.refreshed(token)", signed_in["refresh_token"])

        assert fresh["access_token"] != signed_in["access_token"]
        assert fresh["refresh_token"]
        assert page.evaluate("(token) => app.me(token)", fresh["access_token"])["mail"] == ANN


def test_refresh_ends_after_a_day(page: Page, signed_in: dict[str, str], tenant: Tenant) -> None:
    """24 hours after the sign-in refreshing ends, also for a token that was refreshed in between."""
    cloud, began = tenant.cloud, tenant.cloud.clock()
    fresh = page.evaluate("(token) => app.refreshed(token)", signed_in["refresh_token"])["refresh_token"]

    cloud.clock = running_from(began + A_DAY - MINUTE)
    ahead = (A_DAY - MINUTE).total_seconds()
    assert page.evaluate("([token, ahead]) => app.refreshed(token, ahead)", [fresh, ahead])["access_token"]
    cloud.clock = running_from(began + A_DAY)
    for token in (signed_in["refresh_token"], fresh):
        refused = page.evaluate("(token) => app.refreshed(token).catch((error) => error.cause)", token)
        assert refused["error"] == "invalid_grant"
        assert refused["error_codes"] == [700084]


def test_cancelled(page: Page, site: Site, way: str) -> None:
    """Whoever cancels sends the app away with access_denied."""
    _to_the_sign_in_page(page, site, way)
    cancel(page)
    page.wait_for_url("**/oauth.html?*")

    with pytest.raises(Error, match="AuthorizationResponseError"):
        page.evaluate("() => app.signedIn()")

    assert "error=access_denied" in page.url


def _to_the_sign_in_page(page: Page, site: Site, way: str) -> None:
    page.goto(f"{folder(site, way)}/oauth.html")
    with page.expect_navigation():
        page.evaluate("() => void app.signIn()")
