"""
Client assertions: signed statements that stand for a secret, by the app's own certificate or by an issuer it trusts.

https://learn.microsoft.com/entra/identity-platform/certificate-credentials
https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, AsymmetricPadding, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey

from graph_emulator.errors import TokenError
from graph_emulator.identity.ask import Ask
from graph_emulator.registrations import App, FederatedCredential

PADDINGS: Mapping[str, AsymmetricPadding] = {"RS256": PKCS1v15(), "PS256": PSS(MGF1(SHA256()), PSS.AUTO)}
SKEW = timedelta(minutes=5)
FAR = datetime(2500, 1, 1, tzinfo=UTC)  # times beyond are taken as that, since one can reckon with it


@dataclass(frozen=True, slots=True)
class Assertion:
    """An assertion as it was sent; nothing in it is checked yet."""

    text: str
    header: Mapping[str, object]
    claims: Mapping[str, object]

    def said(self, claim: str) -> str:
        value = self.claims.get(claim)
        return value if isinstance(value, str) else ""

    @property
    def audiences(self) -> list[object]:
        value = self.claims.get("aud")
        return value if isinstance(value, list) else [value]

    def instant(self, claim: str) -> datetime | None:
        value = self.claims.get(claim)
        if not isinstance(value, int | float):
            return None
        return datetime.fromtimestamp(max(0, min(value, FAR.timestamp())), UTC)


def check_assertion(ask: Ask, app: App, text: str) -> None:
    """
    50027 if it is none; then what its kind demands.

    Its issuer says which kind it is: the app itself, or somebody it has a federated credential for.
    """
    assertion = _read(text)
    if assertion.said("iss").lower() == app.client_id.lower():
        _check_certificate(ask, app, assertion)
    else:
        _check_federation(ask, app, assertion)


def _read(text: str) -> Assertion:
    # By hand, as azure-identity sends base64 with the padding that RFC 7515 forbids, and whole chains in the header.
    try:
        header, claims, _ = (_octets(part) for part in text.split("."))
        return Assertion(text, *(msgspec.json.decode(part, type=dict[str, object]) for part in (header, claims)))
    except (ValueError, RecursionError):
        raise TokenError(401, "invalid_client", 50027, "Invalid JWT token. The token is malformed.") from None


def _check_certificate(ask: Ask, app: App, assertion: Assertion) -> None:
    certificate = _certificate(app, assertion)
    _check_signature(assertion, [certificate.public_key()])
    if ask.cloud.clock() >= certificate.not_valid_after_utc:
        raise _bad_signature("The key used is expired.")
    if assertion.said("sub").lower() != app.client_id.lower():
        raise TokenError(
            401,
            "invalid_client",
            700021,
            "Client assertion application identifier doesn't match 'client_id' parameter.",
        )
    if not _own_endpoints(ask).intersection(map(str, assertion.audiences)):
        raise TokenError(
            401,
            "invalid_client",
            700023,
            "Client assertion audience claim does not match Realm issuer. Review the documentation at "
            "https://learn.microsoft.com/entra/identity-platform/certificate-credentials.",
        )
    ends = _check_time(ask, assertion)
    key = sha256(assertion.text.encode()).hexdigest()
    if ask.cloud.behaviour.assertion_once and ask.cloud.sign_ins.seen_before(key, ask.cloud.clock(), ends + SKEW):
        raise TokenError(401, "invalid_client", 50013, "Assertion is invalid: it has been used already.")


def _own_endpoints(ask: Ask) -> set[str]:
    """How an assertion may name us: the token endpoint of the tenant, by any of its names, or the issuer."""
    tenant = ask.tenant()
    origins = {ask.origin, ask.cloud.behaviour.login_origin or ask.origin}
    names = {ask.directory} | ({tenant.id, tenant.domain} if tenant else set())
    return {
        f"{origin}/{name}{path}" for origin in origins for name in names for path in ("/oauth2/v2.0/token", "/v2.0")
    }


def _certificate(app: App, assertion: Assertion) -> x509.Certificate:
    """The app's certificate that the header names, by either thumbprint."""
    for pem in app.certificates:
        certificate = x509.load_pem_x509_certificate(pem.encode())
        prints = {"x5t": certificate.fingerprint(SHA1()), "x5t#S256": certificate.fingerprint(SHA256())}  # noqa: S303
        if any(str(assertion.header.get(name)).rstrip("=") == _letters(value) for name, value in prints.items()):
            return certificate
    raise _bad_signature("The key was not found.")


def _check_federation(ask: Ask, app: App, assertion: Assertion) -> None:
    credential = _credential(ask, app, assertion)
    _check_signature(assertion, _keys(credential, assertion.header.get("kid")))
    _check_time(ask, assertion)


def _keys(credential: FederatedCredential, kid: object) -> list[object]:
    """The issuer's keys that the assertion may mean: the one it names, or all."""
    try:
        keys = KeySet.import_key_set(json.loads(credential.keys)).keys
    except (JoseError, ValueError):
        return []
    return [key.public_key for key in keys if isinstance(key, RSAKey) and kid in (None, key.kid)]


def _credential(ask: Ask, app: App, assertion: Assertion) -> FederatedCredential:
    """The app's credential that matches issuer, subject and audience, letter for letter."""
    year = ask.cloud.behaviour.federation_errors
    issuer, subject = assertion.said("iss"), assertion.said("sub")
    known = [one for one in app.federated if one.issuer == issuer]
    if not known:
        raise _unmatched(year, 700211, f"issuer '{issuer}'")
    matching = [one for one in known if one.subject == subject]
    if not matching and any(one.subject.lower() == subject.lower() for one in known):
        hint = " The subject matches with case-insensitive comparison, but not with case-sensitive comparison."
        raise _unmatched(year, 7002138, f"subject '{subject}'", hint)
    if not matching:
        raise _unmatched(year, 700213, f"subject '{subject}'")
    for one in matching:
        if one.audience in assertion.audiences:
            return one
    raise _unmatched(year, 700212, f"audience '{', '.join(map(str, assertion.audiences))}'")


def _unmatched(year: int, number: int, what: str, hint: str = "") -> TokenError:
    """One number for all in 2022, and one for each reason later; seen in public issue threads."""
    reason = "No matching federated identity record found for presented assertion"
    if year <= 2022:
        return TokenError(400, "invalid_request", 70021, f"{reason}.")
    advice = "Check your federated identity credential Subject, Audience and Issuer against the presented assertion."
    return TokenError(401, "invalid_client", number, f"{reason} {what}.{hint} {advice}")


def _check_signature(assertion: Assertion, keys: Iterable[object]) -> None:
    """That one of the keys made it."""
    signed, _, signature = assertion.text.rpartition(".")
    padding = PADDINGS.get(str(assertion.header.get("alg")))
    known = [key for key in keys if isinstance(key, RSAPublicKey)]
    if not known:
        raise _bad_signature("The key was not found.")
    if padding is None or not any(_made(key, padding, _octets(signature), signed.encode()) for key in known):
        raise _bad_signature("The key was found, but the signature does not match.")


def _made(key: RSAPublicKey, padding: AsymmetricPadding, signature: bytes, signed: bytes) -> bool:
    try:
        key.verify(signature, signed, padding, SHA256())
    except InvalidSignature:
        return False
    return True


def _check_time(ask: Ask, assertion: Assertion) -> datetime:
    """When it ends; 700024 if that is over, or it has not begun."""
    now = ask.cloud.clock()
    begins, ends = assertion.instant("nbf"), assertion.instant("exp")
    if ends is None or ends + SKEW <= now or (begins and begins - SKEW > now):
        raise TokenError(
            401,
            "invalid_client",
            700024,
            f"Client assertion is not within its valid time range. Current time: {now:%Y-%m-%dT%H:%M:%SZ}, assertion "
            f"valid from {begins or '-'}, expiry time of assertion {ends or '-'}.",
        )
    return ends


def _bad_signature(reason: str) -> TokenError:
    return TokenError(
        401, "invalid_client", 700027, f"Client assertion failed signature validation. [Reason - {reason}]"
    )


def _letters(octets: bytes) -> str:
    return urlsafe_b64encode(octets).decode().rstrip("=")


def _octets(letters: str) -> bytes:
    return urlsafe_b64decode(letters.rstrip("=") + "=" * (-len(letters.rstrip("=")) % 4))
