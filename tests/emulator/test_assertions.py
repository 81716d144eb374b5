"""Signed statements that stand for a secret."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import Certificate, CertificateBuilder, Name, NameAttribute
from cryptography.x509.oid import NameOID
from joserfc import jws
from joserfc.jwk import RSAKey
from joserfc.util import urlsafe_b64encode

from graph_emulator.behaviour import Behaviour
from graph_emulator.clock import StandingClock
from graph_emulator.identity.clients import JWT_BEARER
from graph_emulator.registrations import App, FederatedCredential
from graph_emulator.server import Running
from graph_emulator.tenant import Tenant

from .conftest import TEN

ISSUER, SUBJECT, AUDIENCE = (
    "https://cluster.example/",
    "system:serviceaccount:rooms:planner",
    "api://AzureADTokenExchange",
)
UNTIL = datetime(2027, 6, 1, tzinfo=UTC)

Signed = Callable[..., str]
Posted = Callable[[str], httpx.Response]


@pytest.fixture(scope="module")
def key() -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


@pytest.fixture(scope="module")
def certificate(key: RSAPrivateKey) -> Certificate:
    name = Name([NameAttribute(NameOID.COMMON_NAME, "planner.example")])
    builder = CertificateBuilder(name, name, key.public_key(), 1, TEN - timedelta(days=1), UNTIL)
    return builder.sign(key, SHA256())


@pytest.fixture
def app(tenant: Tenant, key: RSAPrivateKey, certificate: Certificate) -> App:
    """An app with a certificate, that trusts an outside issuer who happens to have the same key."""
    published = json.dumps({"keys": [_jwk(key).as_dict(private=False) | {"kid": "k"}]})
    app = App(
        str(uuid4()),
        certificates=(certificate.public_bytes(Encoding.PEM).decode(),),
        federated=(FederatedCredential(ISSUER, SUBJECT, published),),
    )
    tenant.add_app(app)
    return app


def _jwk(key: RSAPrivateKey) -> RSAKey:
    return RSAKey.import_key(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def _print(certificate: Certificate, digest: HashAlgorithm) -> str:
    return urlsafe_b64encode(certificate.fingerprint(digest)).decode()


@pytest.fixture
def signed(served: Running, tenant: Tenant, app: App, key: RSAPrivateKey, certificate: Certificate) -> Signed:
    """The app's own assertion, with changes to its header and claims."""

    def signed(header: dict[str, str] | None = None, signer: RSAPrivateKey = key, **claims: object) -> str:
        now = int(tenant.cloud.clock().timestamp())
        said = {
            "aud": f"{served.https}/{tenant.id}/oauth2/v2.0/token",
            "iss": app.client_id,
            "sub": app.client_id,
            "jti": str(uuid4()),
            "nbf": now,
            "iat": now,
            "exp": now + 600,
        }
        named = {"alg": "PS256", "typ": "JWT", "x5t#S256": _print(certificate, SHA256())} | (header or {})
        payload = json.dumps(said | claims)
        return jws.serialize_compact(named, payload, _jwk(signer), algorithms=["PS256", "RS256", "RS384"])

    return signed


@pytest.fixture
def vouched(signed: Signed) -> Signed:
    """The outside issuer's word."""

    def vouched(**claims: object) -> str:
        header = {"alg": "RS256", "kid": "k"}
        return signed(header, **({"iss": ISSUER, "sub": SUBJECT, "aud": AUDIENCE} | claims))

    return vouched


@pytest.fixture
def posted(login: httpx.Client, tenant: Tenant, app: App) -> Posted:
    def posted(assertion: str) -> httpx.Response:
        form = {
            "grant_type": "client_credentials",
            "client_id": app.client_id,
            "client_assertion_type": JWT_BEARER,
            "client_assertion": assertion,
            "scope": "https://graph.microsoft.com/.default",
        }
        return login.post(f"/{tenant.id}/oauth2/v2.0/token", data=form)

    return posted


def refused(answer: httpx.Response) -> tuple[int, str, int]:
    (number,) = answer.json()["error_codes"]
    return answer.status_code, answer.json()["error"], number


# of the app itself


def test_both_algorithms_and_both_thumbprints(posted: Posted, signed: Signed, certificate: Certificate) -> None:
    old = {"alg": "RS256", "x5t": _print(certificate, SHA1()), "x5t#S256": "another"}

    assert posted(signed()).status_code == 200
    assert posted(signed(old)).status_code == 200


@pytest.mark.parametrize("name", ["contoso.example", "issuer"])
def test_the_endpoint_has_several_names(
    posted: Posted, signed: Signed, served: Running, tenant: Tenant, name: str
) -> None:
    names = {
        "contoso.example": f"{served.https}/{tenant.domain}/oauth2/v2.0/token",
        "issuer": f"{served.https}/{tenant.id}/v2.0",
    }

    assert posted(signed(aud=names[name])).status_code == 200


@pytest.mark.parametrize(
    ("claims", "number"),
    [
        ({"aud": "https://elsewhere.example/oauth2/v2.0/token"}, 700023),
        ({"sub": "somebody else"}, 700021),
        ({"exp": 1}, 700024),
        ({"exp": None}, 700024),
        ({"nbf": TEN.timestamp() + 3600}, 700024),
    ],
)
def test_it_refuses_claims(posted: Posted, signed: Signed, claims: dict[str, object], number: int) -> None:
    assert refused(posted(signed(**claims))) == (401, "invalid_client", number)


@pytest.mark.parametrize("header", [{"x5t#S256": "another"}, {"alg": "RS384"}])
def test_it_refuses_keys_and_algorithms(posted: Posted, signed: Signed, header: dict[str, str]) -> None:
    assert refused(posted(signed(header))) == (401, "invalid_client", 700027)


def test_it_refuses_the_signature_of_another_key(posted: Posted, signed: Signed) -> None:
    assert refused(posted(signed(signer=generate_private_key(65537, 2048)))) == (401, "invalid_client", 700027)


def test_it_refuses_a_certificate_that_is_over(posted: Posted, signed: Signed, clock: StandingClock) -> None:
    clock.move(UNTIL - clock())

    assert refused(posted(signed())) == (401, "invalid_client", 700027)


@pytest.mark.parametrize("text", ["nothing", "a.b.c", "e30.e30.", "e30.W10.e30", "€.€.€", "e30." + "W" * 9 + ".x"])
def test_it_refuses_what_is_no_assertion(posted: Posted, text: str) -> None:
    assert refused(posted(text))[0] in (400, 401)
    assert refused(posted(text))[1] in ("invalid_client", "invalid_request")


def test_once_is_a_switch(posted: Posted, signed: Signed, tenant: Tenant) -> None:
    """MSAL shows the same assertion again for as long as it is good."""
    assertion = signed()
    assert [posted(assertion).status_code for _ in range(2)] == [200, 200]

    tenant.cloud.behaviour = Behaviour(assertion_once=True)

    assertion = signed()
    assert posted(assertion).status_code == 200
    assert refused(posted(assertion)) == (401, "invalid_client", 50013)


# of an outside issuer


def test_an_outside_issuers_word(posted: Posted, vouched: Signed) -> None:
    assert posted(vouched()).status_code == 200


@pytest.mark.parametrize(
    ("claims", "number"),
    [
        ({"iss": "https://cluster.example"}, 700211),
        ({"sub": "system:serviceaccount:rooms:other"}, 700213),
        ({"sub": SUBJECT.upper()}, 7002138),
        ({"aud": "api://elsewhere"}, 700212),
        ({"aud": []}, 700212),
    ],
)
def test_issuer_subject_and_audience_match_to_the_letter(
    posted: Posted, vouched: Signed, tenant: Tenant, claims: dict[str, object], number: int
) -> None:
    """Each has its number; some years ago there was one for all."""
    assert refused(posted(vouched(**claims))) == (401, "invalid_client", number)
    tenant.cloud.behaviour = Behaviour(federation_errors=2022)
    assert refused(posted(vouched(**claims))) == (400, "invalid_request", 70021)


def test_it_refuses_a_claim_that_is_half_a_character(posted: Posted, vouched: Signed) -> None:
    """JSON can say it, and nobody could be told of it."""
    assert refused(posted(vouched(iss="\ud800"))) == (401, "invalid_client", 50027)


def test_it_refuses_an_algorithm_that_is_no_name(posted: Posted, vouched: Signed) -> None:
    header = urlsafe_b64encode(json.dumps({"alg": ["RS256"], "kid": "k"}).encode()).decode()

    assert refused(posted(f"{header}.{vouched().partition('.')[2]}")) == (401, "invalid_client", 700027)


@pytest.mark.parametrize("times", [{"exp": 253_402_300_799}, {"exp": 10**18}, {"nbf": -62_135_596_800}])
def test_times_may_be_as_far_as_they_like(posted: Posted, vouched: Signed, times: dict[str, object]) -> None:
    assert posted(vouched(**times)).status_code == 200


def test_it_refuses_an_outside_word_that_is_over(posted: Posted, vouched: Signed) -> None:
    assert refused(posted(vouched(exp=1))) == (401, "invalid_client", 700024)
