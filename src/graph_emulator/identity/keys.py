"""
The key that signs id tokens, and the key set that says so.

https://learn.microsoft.com/entra/identity-platform/access-tokens
"""

from base64 import b64encode, urlsafe_b64encode
from datetime import UTC, datetime
from functools import cache
from hashlib import sha1

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from joserfc.jwk import RSAKey
from joserfc.jwt import encode

from graph_emulator.errors import Json

NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "graph-emulator")])
VALID = datetime(2020, 1, 1, tzinfo=UTC), datetime(2120, 1, 1, tzinfo=UTC)  # whatever the emulator's clock shows


def signed(claims: Json) -> str:
    """A JSON Web Token of those claims."""
    key, certificate = _pair()
    return encode({"typ": "JWT", "alg": "RS256", "kid": _thumbprint(certificate)}, claims, key)


def key_set(issuer: str) -> Json:
    """The JSON Web Key Set for tokens of an issuer, which may hold the template {tenantid}."""
    key, certificate = _pair()
    thumbprint = _thumbprint(certificate)
    chain = [b64encode(certificate.public_bytes(Encoding.DER)).decode()]
    return {
        "keys": [
            {"kty": "RSA", "use": "sig", "kid": thumbprint, "x5t": thumbprint}
            | {name: value for name, value in key.as_dict(private=False).items() if name in ("n", "e")}
            | {"x5c": chain, "cloud_instance_name": "microsoftonline.com", "issuer": issuer}
        ]
    }


@cache
def _pair() -> tuple[RSAKey, x509.Certificate]:
    # Made when first asked for, which takes a moment; shared by all clouds of a process.
    private = generate_private_key(65537, 2048)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return RSAKey.import_key(pem), _certificate(private)


def _certificate(key: RSAPrivateKey) -> x509.Certificate:
    builder = x509.CertificateBuilder().subject_name(NAME).issuer_name(NAME).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(VALID[0]).not_valid_after(VALID[1])
    return builder.sign(key, SHA256())


def _thumbprint(certificate: x509.Certificate) -> str:
    # By definition SHA-1: the certificate's x5t (RFC 7515), which names the key.
    digest = sha1(certificate.public_bytes(Encoding.DER), usedforsecurity=False).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")
