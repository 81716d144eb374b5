"""Signing in as an app."""

from base64 import b64encode
from datetime import timedelta
from urllib.parse import quote_plus
from uuid import uuid4

import httpx
import pytest

from graph_emulator.behaviour import Behaviour
from graph_emulator.clock import StandingClock
from graph_emulator.registrations import App, Secret
from graph_emulator.tenant import Tenant

from .conftest import APP, HOUR, POWERLESS, SECRET

GRAPH = "https://graph.microsoft.com/.default"
FORM = {
    "grant_type": "client_credentials",
    "client_id": APP.client_id,
    "client_secret": SECRET,
    "scope": GRAPH,
}


def asked(login: httpx.Client, directory: str, form: dict[str, str], **headers: str) -> httpx.Response:
    return login.post(f"/{directory}/oauth2/v2.0/token", data=form, headers=headers)


def test_a_secret_in_the_body_gets_a_token(login: httpx.Client, tenant: Tenant) -> None:
    answer = asked(login, tenant.id, FORM)

    assert answer.status_code == 200
    assert answer.json().keys() == {"token_type", "expires_in", "ext_expires_in", "access_token"}
    assert answer.json()["token_type"] == "Bearer"
    assert answer.headers["cache-control"].startswith("no-store")


def test_the_domain_names_the_tenant_as_well_as_its_id(login: httpx.Client, tenant: Tenant) -> None:
    assert asked(login, tenant.domain.upper(), FORM).status_code == 200


def test_id_and_secret_may_come_as_basic_authentication(login: httpx.Client, tenant: Tenant) -> None:
    """Both are URL-encoded before they are joined."""
    pair = b64encode(f"{quote_plus(APP.client_id)}:{quote_plus(SECRET)}".encode()).decode()
    form = {"grant_type": "client_credentials", "scope": GRAPH}

    assert asked(login, tenant.id, form, Authorization=f"Basic {pair}").status_code == 200
    assert asked(login, tenant.id, form, Authorization="Basic *").status_code == 400


def test_lifetimes_vary_between_60_and_90_minutes(login: httpx.Client, tenant: Tenant) -> None:
    """Trap 18: nobody can count on 3600 seconds."""
    lifetimes = {asked(login, tenant.id, FORM).json()["expires_in"] for _ in range(8)}

    assert len(lifetimes) > 1
    assert all(3600 <= seconds < 5400 for seconds in lifetimes)


def test_an_app_without_permissions_gets_a_token_all_the_same(login: httpx.Client, tenant: Tenant, room: str) -> None:
    """Trap 16: it is Graph that refuses it."""
    form = FORM | {"client_id": POWERLESS.client_id, "client_secret": POWERLESS.secrets[0].value}
    token = asked(login, tenant.id, form).json()["access_token"]

    answer = login.get(f"/v1.0/users/{room}/events/x", headers={"Authorization": f"Bearer {token}"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "ErrorAccessDenied")


@pytest.mark.parametrize(
    ("change", "status", "error", "number"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client", 7000215),
        ({"client_secret": ""}, 401, "invalid_client", 7000218),
        ({"client_id": "99999999-0000-4000-8000-000000000000"}, 400, "unauthorized_client", 700016),
        ({"scope": "https://graph.microsoft.com/Calendars.Read"}, 400, "invalid_scope", 70011),
        ({"scope": f"{GRAPH} openid"}, 400, "invalid_scope", 70011),
        ({"scope": "https://elsewhere.example/.default"}, 400, "invalid_resource", 500011),
        ({"scope": ""}, 400, "invalid_request", 900144),
        ({"client_id": ""}, 400, "invalid_request", 900144),
        ({"grant_type": ""}, 400, "invalid_request", 900144),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", 70003),
    ],
)
def test_it_refuses(
    login: httpx.Client, tenant: Tenant, change: dict[str, str], status: int, error: str, number: int
) -> None:
    """Each wrong request with the status, the error and the AADSTS number of the service."""
    answer = asked(login, tenant.id, FORM | change)

    assert answer.status_code == status
    assert answer.json()["error"] == error
    assert answer.json()["error_codes"] == [number]
    assert answer.json()["error_description"].startswith(f"AADSTS{number}: ")
    assert {"timestamp", "trace_id", "correlation_id"} <= answer.json().keys()


@pytest.mark.parametrize(
    ("directory", "number"), [("no-such.example", 90002), ("common", 9001023), ("consumers", 9001023)]
)
def test_it_refuses_directories_that_are_no_tenant(login: httpx.Client, directory: str, number: int) -> None:
    answer = asked(login, directory, FORM)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert answer.json()["error_codes"] == [number]


@pytest.mark.parametrize(("look", "dots"), [("opaque", 0), ("jwt", 2)])
def test_a_token_cannot_be_read(login: httpx.Client, tenant: Tenant, look: str, dots: int) -> None:
    """Trap 18: opaque, or with a switch in the look of the real ones, whose signature no client can check."""
    tenant.cloud.behaviour = Behaviour(access_tokens=look)

    assert asked(login, tenant.id, FORM).json()["access_token"].count(".") == dots


def test_it_refuses_a_secret_from_a_browser(login: httpx.Client, tenant: Tenant) -> None:
    """Trap 19: no flow takes a secret where there is an Origin; and the page may not even read that."""
    refused = asked(login, tenant.id, FORM, Origin="https://nobody.example")

    assert refused.json()["error_codes"] == [9002326]
    assert "access-control-allow-origin" not in refused.headers


def test_it_refuses_a_secret_that_is_over(login: httpx.Client, tenant: Tenant, clock: StandingClock) -> None:
    """7000222, from its end on."""
    app = App(str(uuid4()), secrets=(Secret("until ten", clock()), Secret("until eleven", clock() + HOUR)))
    tenant.add_app(app)
    form = FORM | {"client_id": app.client_id}

    refused = asked(login, tenant.id, form | {"client_secret": "until ten"})
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    assert refused.json()["error_codes"] == [7000222]
    assert asked(login, tenant.id, form | {"client_secret": "until eleven"}).status_code == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
def test_it_takes_posts_only(login: httpx.Client, tenant: Tenant, method: str) -> None:
    answer = login.request(method, f"/{tenant.id}/oauth2/v2.0/token")

    assert (answer.status_code, answer.json()["error_codes"]) == (405, [900561])


def test_it_reads_forms_only(login: httpx.Client, tenant: Tenant) -> None:
    assert login.post(f"/{tenant.id}/oauth2/v2.0/token", json=FORM).json()["error_codes"] == [900144]


def test_a_token_ends_on_the_emulators_clock(
    login: httpx.Client, tenant: Tenant, room: str, clock: StandingClock
) -> None:
    granted = asked(login, tenant.id, FORM).json()
    headers = {"Authorization": f"Bearer {granted['access_token']}"}
    path = f"/v1.0/users/{room}/events/x"

    clock.move(timedelta(seconds=granted["expires_in"] - 1))
    assert login.get(path, headers=headers).status_code == 404
    clock.move(timedelta(seconds=1))
    refused = login.get(path, headers=headers)

    assert refused.status_code == 401
    assert refused.json()["error"]["code"] == "InvalidAuthenticationToken"
    assert refused.json()["error"]["message"] == "Lifetime validation failed, the token is expired."
