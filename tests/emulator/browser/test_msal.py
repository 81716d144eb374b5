"""@azure/msal-browser, unmodified, signs people in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Error, Page

from emulator.browser.conftest import ANN, BOB
from emulator.browser.signing_in import cancel, pick
from emulator.browser.site import Site
from emulator.browser.ways import PLAIN, SCOPES, SECURE, folder
from graph_emulator.clock import running_from
from graph_emulator.server import Running
from graph_emulator.tenant import Tenant

TOKEN = "POST /{tenant}/oauth2/v2.0/token"
EVERY_WAY = pytest.mark.parametrize("way", [*SECURE, *PLAIN])
BOTH_SCHEMES = pytest.mark.parametrize("way", ["https", "http"])
A_DAY = timedelta(hours=24)

Result = dict[str, object]


@dataclass(frozen=True)
class Planner:
    """The app's page: what it does with MSAL, and what it gets."""

    page: Page
    address: str

    def open(self) -> "Planner":
        self.page.goto(self.address)
        return self

    def returned(self) -> Result | None:
        """What a redirect brought back to this page, once there is an answer."""
        self.page.wait_for_url(f"{self.address}*")
        return self.call("started")

    def call(self, promise: str) -> Result | None:
        """A promise's outcome, without what cannot leave the page."""
        result: Result | None = self.page.evaluate(
            f"async () => {{ await started; const it = await {promise}; return it && JSON.parse(JSON.stringify(it)) }}"
        )
        return result

    def start(self, promise: str) -> None:
        """Begins something whose outcome `call("going")` waits for."""
        self.page.evaluate(f"async () => {{ await started; window.going = {promise}; going.catch(() => {{}}) }}")

    def popup(self, promise: str, then: Callable[[Page], None]) -> Result | None:
        """The outcome of a promise that opens a popup, in which somebody does something."""
        with self.page.expect_popup() as popup:
            self.start(promise)
        then(popup.value)
        return self.call("going")

    def leave(self, promise: str) -> None:
        """Begins something that takes this page elsewhere."""
        with self.page.expect_navigation(url=lambda url: url != self.address):
            self.start(promise)

    def sign_in(self, name: str = "Ann Example") -> Result:
        result = self.popup(f"app.loginPopup({REQUEST})", lambda popup: pick(popup, name))
        assert result
        return result

    def silently(self, more: str = "") -> Result:
        result = self.call(f"app.acquireTokenSilent({{ ...{REQUEST}, account: app.getAllAccounts()[0], {more} }})")
        assert result
        return result

    def accounts(self) -> list[str]:
        found: list[str] = self.page.evaluate(
            "async () => { await started; return app.getAllAccounts().map((account) => account.username) }"
        )
        return found


REQUEST = f"{{ scopes: {list(SCOPES)} }}"


@pytest.fixture
def planner(page: Page, site: Site, way: str) -> Planner:
    return Planner(page, f"{folder(site, way)}/msal.html").open()


@pytest.fixture
def way() -> str:
    return "https"


@EVERY_WAY
def test_popup(planner: Planner, tenant: Tenant) -> None:
    """A popup signs somebody in: account, tokens, the granted scopes."""
    result = planner.sign_in()

    assert _username(result) == ANN
    assert result["tenantId"] == tenant.id
    assert set(SCOPES) <= set(_strings(result["scopes"]))
    assert planner.accounts() == [ANN]


@EVERY_WAY
def test_redirect(planner: Planner) -> None:
    """So does a redirect, from which the app comes back to where it was."""
    planner.leave(f"app.loginRedirect({REQUEST})")
    pick(planner.page, "Bob Example")

    result = planner.returned()

    assert result
    assert _username(result) == BOB
    assert planner.accounts() == [BOB]


@BOTH_SCHEMES
def test_silent_by_refresh_token(planner: Planner, tenant: Tenant) -> None:
    """A refresh token brings a new access token for the same person."""
    first = planner.sign_in()
    before = len(tenant.cloud.calls_to(TOKEN))

    again = planner.silently("forceRefresh: true")

    assert again["fromCache"] is False
    assert again["accessToken"] != first["accessToken"]
    assert _username(again) == ANN
    assert len(tenant.cloud.calls_to(TOKEN)) == before + 1


def test_reload(planner: Planner, tenant: Tenant) -> None:
    """The token at hand is used again without a word to the cloud; after a reload the person is still signed in."""
    token = planner.sign_in()["accessToken"]
    before = len(tenant.cloud.calls)
    assert planner.silently()["accessToken"] == token
    assert len(tenant.cloud.calls) == before

    planner.page.reload()

    assert planner.accounts() == [ANN]
    assert planner.silently()["accessToken"] == token
    assert planner.silently("forceRefresh: true")["fromCache"] is False


def test_graph_takes_the_token(planner: Planner) -> None:
    """What MSAL got opens Microsoft Graph, called by fetch from the page."""
    planner.sign_in()

    me = planner.page.evaluate(
        """async (scopes) => {
            const { accessToken } = await app.acquireTokenSilent({ scopes, account: app.getAllAccounts()[0] });
            const headers = { Authorization: `Bearer ${accessToken}` };
            const response = await fetch(`${CONFIG.graph}/v1.0/me`, { headers });
            const { status, headers: told } = response;
            return { status, traceable: told.has("request-id"), ...(await response.json()) };
        }""",
        SCOPES,
    )

    assert me["status"] == 200
    assert me["mail"] == ANN
    assert me["traceable"]


@BOTH_SCHEMES
def test_logout_by_redirect(planner: Planner) -> None:
    """Logging out forgets the account in the app, and the session on the sign-in page."""
    planner.sign_in()

    planner.leave("app.logoutRedirect({ account: app.getAllAccounts()[0], postLogoutRedirectUri: location.href })")
    planner.returned()

    assert planner.accounts() == []
    planner.leave(f"app.loginRedirect({REQUEST})")
    pick(planner.page, "Bob Example")
    assert planner.returned()
    assert planner.accounts() == [BOB]


def test_logout_by_popup(planner: Planner) -> None:
    """The popup closes by itself once the session has ended."""
    planner.sign_in()

    planner.popup("app.logoutPopup({ account: app.getAllAccounts()[0] })", lambda popup: None)

    assert planner.accounts() == []
    assert len(planner.page.context.pages) == 1


@pytest.mark.parametrize("way", ["https", "common", "http-one-site"])
def test_single_sign_on(planner: Planner) -> None:
    """Who has a session is signed in by a hidden frame, in an app that knows nothing of it."""
    planner.sign_in()
    other = Planner(planner.page.context.new_page(), planner.address).open()
    assert other.accounts() == []

    result = other.call(f"app.ssoSilent({{ ...{REQUEST}, loginHint: '{ANN}' }})")

    assert result
    assert _username(result) == ANN


def test_single_sign_on_without_a_session(planner: Planner) -> None:
    """A hidden frame cannot ask anybody: the app learns that it has to."""
    with pytest.raises(Error, match=r"login_required.*AADSTS50058"):
        planner.call(f"app.ssoSilent({{ ...{REQUEST}, loginHint: '{ANN}' }})")


def test_cancelled_in_the_popup(planner: Planner) -> None:
    """Somebody who sees that it is the wrong account cancels, and the app is told so."""
    with pytest.raises(Error, match="access_denied"):
        planner.popup(f"app.loginPopup({REQUEST})", cancel)

    assert planner.accounts() == []


def test_cancelled_after_a_redirect(planner: Planner) -> None:
    planner.leave(f"app.loginRedirect({REQUEST})")
    cancel(planner.page)

    with pytest.raises(Error, match="access_denied"):
        planner.returned()


def test_another_person(planner: Planner) -> None:
    """Asked to select an account, people may become somebody else."""
    planner.sign_in("Ann Example")

    result = planner.popup(
        f"app.loginPopup({{ ...{REQUEST}, prompt: 'select_account' }})", lambda popup: pick(popup, "Bob Example")
    )

    assert result
    assert _username(result) == BOB


def test_a_day_later_the_session_renews(planner: Planner, served: Running) -> None:
    """After 24 hours the refresh token is refused; MSAL then asks the session, which is still there."""
    planner.sign_in()
    served.cloud.clock = running_from(served.cloud.clock() + A_DAY)

    with planner.page.expect_response(lambda response: response.status == 400) as refused:
        renewed = planner.silently("forceRefresh: true")

    assert refused.value.json()["error_codes"] == [700084]
    assert _username(renewed) == ANN


def test_a_day_later_without_a_session(planner: Planner, served: Running, context: BrowserContext) -> None:
    """Where there is no session any more, a person is needed."""
    planner.sign_in()
    context.clear_cookies()
    served.cloud.clock = running_from(served.cloud.clock() + A_DAY)

    with pytest.raises(Error, match="login_required"):
        planner.silently("forceRefresh: true")


def _username(result: Result) -> str:
    account = result["account"]
    assert isinstance(account, dict)
    return str(account["username"])


def _strings(value: object) -> list[str]:
    assert isinstance(value, list)
    return [str(one) for one in value]
