"""The documents by which clients find their way, and what is answered where there is nothing."""

from base64 import b64decode, urlsafe_b64encode
from hashlib import sha1

import httpx
import pytest

from graph_emulator.behaviour import Behaviour
from graph_emulator.exchange.zones import zone
from graph_emulator.server import Running
from graph_emulator.tenant import Tenant

from .conftest import APP

CONFIGURATION = "v2.0/.well-known/openid-configuration"


def test_it_names_its_own_endpoints(login: httpx.Client, served: Running, tenant: Tenant) -> None:
    found = login.get(f"/{tenant.domain}/{CONFIGURATION}").json()

    assert found["issuer"] == f"{served.https}/{tenant.id}/v2.0"
    assert found["token_endpoint"] == f"{served.https}/{tenant.domain}/oauth2/v2.0/token"


def test_there_is_something_at_every_endpoint(login: httpx.Client, tenant: Tenant) -> None:
    found = login.get(f"/{tenant.domain}/{CONFIGURATION}").json()
    answers = {name: login.get(url).status_code for name, url in found.items() if name.endswith(("endpoint", "uri"))}

    assert answers == {
        "token_endpoint": 405,  # to a GET
        "authorization_endpoint": 400,  # without parameters
        "end_session_endpoint": 200,
        "jwks_uri": 200,
        "userinfo_endpoint": 401,  # without a token
    }


@pytest.mark.parametrize("name", ["common", "organizations"])
def test_the_issuer_of_all_tenants_is_a_template(login: httpx.Client, served: Running, name: str) -> None:
    found = login.get(f"/{name}/{CONFIGURATION}").json()

    assert found["issuer"] == f"{served.https}/{{tenantid}}/v2.0"
    (key,) = login.get(found["jwks_uri"]).json()["keys"]
    assert key["issuer"] == found["issuer"]


def test_issuers_may_be_told_by_another_name(login: httpx.Client, tenant: Tenant) -> None:
    """For clients that know the emulator by a name nobody can ask."""
    tenant.cloud.behaviour = Behaviour(login_origin="https://login.example")

    assert login.get(f"/{tenant.id}/{CONFIGURATION}").json()["issuer"] == f"https://login.example/{tenant.id}/v2.0"


def test_a_key_is_named_by_its_certificate(login: httpx.Client, tenant: Tenant) -> None:
    (key,) = login.get(f"/{tenant.id}/discovery/v2.0/keys").json()["keys"]

    assert (key["kty"], key["use"], key["kid"]) == ("RSA", "sig", key["x5t"])
    digest = sha1(b64decode(key["x5c"][0])).digest()
    assert key["x5t"] == urlsafe_b64encode(digest).decode().rstrip("=")


def test_a_tenant_is_found_by_its_id_in_any_case(login: httpx.Client, tenant: Tenant) -> None:
    fabrikam = tenant.cloud.add_tenant("EEEEEEEE-aaaa-4aaa-8aaa-777777777777", "fabrikam.example", zone("UTC"))

    for name in (fabrikam.id, fabrikam.id.upper(), "Fabrikam.example"):
        assert login.get(f"/{name}/{CONFIGURATION}").json()["issuer"].endswith(f"/{fabrikam.id.lower()}/v2.0")


def test_there_is_none_of_an_unknown_tenant(login: httpx.Client) -> None:
    answer = login.get(f"/no-such.example/{CONFIGURATION}")

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_tenant")
    assert answer.json()["error_codes"] == [90002]


def test_it_says_whether_an_authority_is_its_own(login: httpx.Client, served: Running, tenant: Tenant) -> None:
    """Instance discovery, as MSAL asks for it."""
    asked = {"api-version": "1.1", "authorization_endpoint": f"{served.https}/{tenant.id}/oauth2/v2.0/authorize"}

    found = login.get("/common/discovery/instance", params=asked).json()
    assert found["tenant_discovery_endpoint"] == f"{served.https}/{tenant.id}/{CONFIGURATION}"
    assert found["metadata"][0]["aliases"] == [served.https.removeprefix("https://")]
    asked["authorization_endpoint"] = "https://login.elsewhere.example/common/oauth2/v2.0/authorize"
    refused = login.get("/common/discovery/instance", params=asked)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_instance")


@pytest.mark.parametrize("path", [CONFIGURATION, "discovery/v2.0/keys"])
def test_any_page_may_read_them(login: httpx.Client, tenant: Tenant, path: str) -> None:
    origin = {"Origin": "https://anybody.example"}
    preflight = login.options(f"/{tenant.id}/{path}", headers=origin | {"Access-Control-Request-Method": "GET"})

    for answer in (preflight, login.get(f"/{tenant.id}/{path}", headers=origin)):
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == origin["Origin"]
        assert answer.headers["cache-control"].startswith("no-store")


def test_userinfo_is_about_people(login: httpx.Client, tenant: Tenant) -> None:
    """A bad token is refused, and one of an app by itself."""
    refused = login.get("/oidc/userinfo", headers={"Authorization": "Bearer made-up"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "InvalidAuthenticationToken")
    assert refused.headers["cache-control"].startswith("no-store")
    refused = login.get("/oidc/userinfo", headers={"Authorization": f"Bearer {tenant.app_token(APP)}"})
    assert refused.status_code == 403
    refused = login.delete("/oidc/userinfo")
    assert (refused.status_code, refused.json()["error"]["code"]) == (405, "MethodNotAllowed")


@pytest.mark.parametrize(
    "path", ["oauth2/token", "oauth2/authorize", "v2.0/nothing", "discovery/nothing", "v2.0/a%0Ab"]
)
def test_where_there_is_nothing_a_page_says_so(login: httpx.Client, tenant: Tenant, path: str) -> None:
    answer = login.get(f"/{tenant.id}/{path}")

    assert answer.status_code == 404
    assert "only endpoints of version 2.0 are emulated" in answer.text


@pytest.mark.parametrize("path", [CONFIGURATION, "discovery/v2.0/keys", "v2.0/adminconsent", "consent", "sign-in"])
def test_wrong_methods(login: httpx.Client, tenant: Tenant, path: str) -> None:
    answer = login.delete(f"/{tenant.id}/{path}")

    assert answer.status_code == 405
    assert "AADSTS900561" in answer.text
