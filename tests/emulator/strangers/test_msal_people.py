"""MSAL for Python signs people in: by a browser that brings a code back, silently, and not beyond what they granted."""

import httpx
import msal  # type: ignore[import-untyped]
import pytest
import requests

from graph_emulator.exchange.event import Person
from graph_emulator.registrations import App, Redirect
from graph_emulator.server import Running
from graph_emulator.tenant import Tenant

from ..visiting import Visit

BACK = "http://localhost:8400"  # on a port of the moment, as is usual for apps on a device


@pytest.fixture
def application(served: Running, tenant: Tenant, session: requests.Session) -> msal.PublicClientApplication:
    redirects = (Redirect("http://localhost", "public"),)
    app = App("77777777-1111-4111-8111-777777777777", "Tool", redirects=redirects, scopes=frozenset({"User.Read"}))
    tenant.add_app(app)
    return msal.PublicClientApplication(
        app.client_id, authority=f"{served.https}/{tenant.id}", instance_discovery=False, http_client=session
    )


@pytest.fixture
def signed_in(application: msal.PublicClientApplication, login: httpx.Client, ann: Person) -> dict[str, object]:
    """What the app has after somebody picked herself, and the browser posted the answer to it."""
    flow = application.initiate_auth_code_flow(["User.Read"], redirect_uri=BACK, response_mode="form_post")
    page = Visit(login, login.get(flow["auth_uri"])).press(ann.address)
    (form,) = page.forms
    assert form.action.startswith(BACK)
    return dict(application.acquire_token_by_auth_code_flow(flow, form.hidden))


def test_a_code_brings_tokens(
    application: msal.PublicClientApplication, signed_in: dict[str, object], login: httpx.Client, ann: Person
) -> None:
    """State, nonce and verifier are MSAL's own; the token opens Graph."""
    headers = {"Authorization": f"Bearer {signed_in['access_token']}"}

    assert login.get("/v1.0/me", headers=headers).json()["mail"] == ann.address
    assert [account["username"] for account in application.get_accounts()] == [ann.address]


def test_silence(application: msal.PublicClientApplication, signed_in: dict[str, object]) -> None:
    """From the cache, by refresh token, and with the hint that MSAL reads where nobody consented."""
    (account,) = application.get_accounts()

    cached = application.acquire_token_silent(["User.Read"], account)
    fresh = application.acquire_token_silent(["User.Read"], account, force_refresh=True)
    refused = application.acquire_token_silent_with_error(["Mail.Send"], account)

    assert cached["access_token"] == signed_in["access_token"] != fresh["access_token"]
    assert (refused["error"], refused["classification"]) == ("invalid_grant", "consent_required")
