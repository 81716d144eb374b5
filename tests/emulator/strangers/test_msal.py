"""MSAL for Python: secret, certificate, an outside issuer's word, its cache, and errors as it hands them on."""

from collections.abc import Callable
from pathlib import Path

import msal  # type: ignore[import-untyped]
import pytest
import requests
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.x509 import load_pem_x509_certificate

from graph_emulator.registrations import App
from graph_emulator.server import Running
from graph_emulator.tenant import Tenant

from ..conftest import POWERLESS
from .conftest import SCOPE, SECRET

Asked = Callable[..., dict[str, object]]


@pytest.fixture
def application(
    served: Running, tenant: Tenant, stranger: App, session: requests.Session
) -> Callable[..., msal.ConfidentialClientApplication]:
    def application(credential: object, **changed: str) -> msal.ConfidentialClientApplication:
        return msal.ConfidentialClientApplication(
            changed.get("client_id", stranger.client_id),
            credential,
            authority=f"{served.https}/{changed.get('tenant', tenant.id)}",
            instance_discovery=False,
            http_client=session,
        )

    return application


@pytest.fixture
def asked(application: Callable[..., msal.ConfidentialClientApplication]) -> Asked:
    def asked(credential: object, *scopes: str, **changed: str) -> dict[str, object]:
        return dict(application(credential, **changed).acquire_token_for_client(list(scopes) or [SCOPE]))

    return asked


def test_a_secret_signs_in(asked: Asked) -> None:
    answer = asked(SECRET)

    assert answer["token_type"] == "Bearer"
    assert answer["token_source"] == "identity_provider"


def test_a_token_is_asked_for_once(application: Callable[..., msal.ConfidentialClientApplication]) -> None:
    app = application(SECRET)
    first, second = (app.acquire_token_for_client([SCOPE]) for _ in range(2))

    assert first["access_token"] == second["access_token"]
    assert second["token_source"] == "cache"


@pytest.mark.parametrize("thumbprint", [True, False], ids=["SHA-1 named", "SHA-256"])
def test_a_certificate_signs_in(asked: Asked, certificate_file: Path, thumbprint: bool) -> None:
    """With the old thumbprint MSAL signs RS256 with x5t, without it PS256 with x5t#S256."""
    pem = certificate_file.read_text()
    key, certificate = pem[: pem.index("-----BEGIN CERT")], pem[pem.index("-----BEGIN CERT") :]
    named = {"thumbprint": _thumbprint(certificate)} if thumbprint else {}

    assert asked({"private_key": key, "public_certificate": certificate} | named)["access_token"]


def test_an_outside_issuers_word_signs_in(asked: Asked, vouched: Callable[..., str]) -> None:
    assert asked({"client_assertion": vouched})["access_token"]


def test_errors_are_handed_on_with_their_codes(asked: Asked, vouched: Callable[..., str]) -> None:
    errors = {
        "secret": asked("wrong"),
        "app": asked(SECRET, client_id="99999999-9999-4999-8999-999999999999"),
        "scope": asked(SECRET, "https://graph.microsoft.com/Calendars.Read"),
        "audience": asked({"client_assertion": lambda: vouched(audience="api://elsewhere")}),
    }

    assert {case: answer["error"] for case, answer in errors.items() if case != "audience"} == {
        "secret": "invalid_client",
        "app": "unauthorized_client",
        "scope": "invalid_scope",
    }
    assert {case: answer["error_codes"] for case, answer in errors.items() if case != "audience"} == {
        "secret": [7000215],
        "app": [700016],
        "scope": [70011],
    }
    assert errors["audience"]["error"] in ("invalid_client", "invalid_request")
    assert all(answer["correlation_id"] for answer in errors.values())


def test_an_unknown_tenant_is_found_out_by_its_discovery(asked: Asked) -> None:
    with pytest.raises(ValueError, match="double check your tenant name"):
        asked(SECRET, tenant="00000000-0000-0000-0000-000000000000")


def test_an_app_without_permissions_signs_in_all_the_same(asked: Asked) -> None:
    """It is Graph that refuses it."""
    assert asked(POWERLESS.secrets[0].value, client_id=POWERLESS.client_id)["access_token"]


def _thumbprint(certificate: str) -> str:
    return load_pem_x509_certificate(certificate.encode()).fingerprint(SHA1()).hex()
