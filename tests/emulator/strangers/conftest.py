"""What strangers are given: the emulator's address and certificate, an app of their own, and a quiet environment."""

import os
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from json import dumps
from pathlib import Path

import pytest
import requests
from azure.core.pipeline.transport import AioHttpTransport
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import CertificateBuilder, Name, NameAttribute, random_serial_number
from cryptography.x509.oid import NameOID
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from graph_emulator.clock import StandingClock
from graph_emulator.registrations import App, FederatedCredential, Secret
from graph_emulator.server import Running
from graph_emulator.tenant import Tenant

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import kiota_abstractions.default_query_parameters  # noqa: F401 - warns of a class of its own as it is loaded

SCOPE = "https://graph.microsoft.com/.default"
SECRET = "stranger's secret & more"
ISSUER, SUBJECT = "https://cluster.example/oidc", "system:serviceaccount:rooms:ledig"
EXCHANGE = "api://AzureADTokenExchange"


@pytest.fixture(autouse=True)
def quiet_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """requests prefers the certificates that the environment names to those it is told; and no proxy knows us."""
    for name in list(os.environ):
        if name.upper() in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"):
            monkeypatch.delenv(name)
        if name.upper() in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY") or name.startswith("AZURE_"):
            monkeypatch.delenv(name)


@pytest.fixture
def clock() -> StandingClock:
    """Shows the machine's time: what clients sign carries it."""
    return StandingClock(datetime.now(UTC))


@pytest.fixture
def ten(clock: StandingClock) -> datetime:
    """Ten o'clock on the day after tomorrow."""
    return datetime.combine(clock().date() + timedelta(days=2), time(10), UTC)


@pytest.fixture
async def transport(served: Running) -> AsyncIterator[AioHttpTransport]:
    """azure-core's own transport, without what the machine's environment says about certificates and proxies."""
    async with AioHttpTransport(connection_verify=str(served.ca_file), use_env_settings=False) as transport:
        yield transport


@pytest.fixture
def session(served: Running) -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.verify, session.trust_env = str(served.ca_file), False
        yield session


@pytest.fixture(scope="session")
def certificate_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and its self-signed certificate in one PEM file, as `openssl req -x509` and `cat` make it."""
    key = rsa.generate_private_key(65537, 2048)
    name = Name([NameAttribute(NameOID.COMMON_NAME, "rooms.example")])
    began = datetime.now(UTC) - timedelta(days=1)
    certificate = (
        CertificateBuilder(name, name, key.public_key(), random_serial_number())
        .not_valid_before(began)
        .not_valid_after(began + timedelta(days=365))
        .sign(key, SHA256())
    )
    path = tmp_path_factory.mktemp("strangers") / "app.pem"
    encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    path.write_bytes(
        key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain) + certificate.public_bytes(encoding)
    )
    return path


@pytest.fixture(scope="session")
def issuer() -> RSAKey:
    """The signing key of an outside issuer, such as a Kubernetes cluster."""
    return RSAKey.generate_key(2048, {"kid": "cluster-1"})


@pytest.fixture
def stranger(tenant: Tenant, certificate_file: Path, issuer: RSAKey) -> App:
    """An app that may prove itself by secret, certificate or an outside issuer's word."""
    pem = certificate_file.read_text()
    app = App(
        "55555555-eeee-4eee-8eee-555555555555",
        secrets=(Secret(SECRET),),
        certificates=(pem[pem.index("-----BEGIN CERTIFICATE-----") :],),
        federated=(FederatedCredential(ISSUER, SUBJECT, _published(issuer)),),
        roles=frozenset({"Calendars.ReadWrite", "Place.Read.All", "User.Read.All"}),
    )
    tenant.add_app(app)
    return app


def _published(issuer: RSAKey) -> str:
    return dumps(KeySet([issuer]).as_dict(private=False))


@pytest.fixture
def vouched(issuer: RSAKey, tenant: Tenant) -> Callable[..., str]:
    """The issuer's word for a subject, good for ten minutes."""

    def token(subject: str = SUBJECT, audience: str = EXCHANGE) -> str:
        now = int(tenant.cloud.clock().timestamp())
        claims = {"iss": ISSUER, "sub": subject, "aud": audience, "iat": now, "nbf": now, "exp": now + 600}
        return jwt.encode({"alg": "RS256", "kid": "cluster-1"}, claims, issuer)

    return token
