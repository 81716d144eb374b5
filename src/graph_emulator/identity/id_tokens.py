"""
What an app is told about the person who signed in: the id token and `client_info`.

https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference
"""

import json
from base64 import urlsafe_b64encode
from datetime import timedelta
from hashlib import sha256

from graph_emulator.errors import Json
from graph_emulator.identity.ask import Ask
from graph_emulator.identity.keys import signed
from graph_emulator.identity.scopes import Scopes
from graph_emulator.sign_ins import Account
from graph_emulator.tenant import Mailbox

LIFE = timedelta(hours=1)


def id_token(
    ask: Ask,
    account: Account,
    client_id: str,
    scopes: Scopes,
    *,
    nonce: str | None = None,
    code: str | None = None,
    access_token: str | None = None,
) -> str:
    """A signed id token; with the hashes of what is sent along with it by authorize."""
    now = int(ask.cloud.clock().timestamp())
    claims: Json = {
        "aud": client_id,
        "iss": ask.issuer(account.tenant_id),
        "iat": now,
        "nbf": now,
        "exp": now + int(LIFE.total_seconds()),
        "rh": "1.",
        "sub": subject(account, client_id),
        "tid": account.tenant_id,
        "uti": _letters(ask.cloud.random.randbytes(16)),
        "ver": "2.0",
    }
    mailbox = ask.cloud.tenants[account.tenant_id].mailbox(account.person)
    if mailbox:
        claims |= _about(mailbox, scopes)
    known = {"nonce": nonce, "c_hash": code and _half_hash(code), "at_hash": access_token and _half_hash(access_token)}
    return signed(claims | {name: value for name, value in known.items() if value})


def _about(mailbox: Mailbox, scopes: Scopes) -> Json:
    claims: Json = {"login_hint": login_hint(mailbox)}
    if "profile" in scopes.permissions:
        claims |= {"name": mailbox.person.name, "oid": mailbox.id, "preferred_username": user_name(mailbox)}
    if "email" in scopes.permissions:
        claims["email"] = mailbox.person.address
    return claims


def user_name(mailbox: Mailbox) -> str:
    return mailbox.profile.user_principal_name or mailbox.person.address


def login_hint(mailbox: Mailbox) -> str:
    """The opaque value by which apps name the person at the next sign-in."""
    return f"O.{_letters(mailbox.id.encode())}"


def subject(account: Account, client_id: str) -> str:
    """The person's id for one app: pairwise, so that two apps cannot compare notes."""
    return _letters(sha256(f"{account.tenant_id}/{account.person}/{client_id.lower()}".encode()).digest())


def client_info(account: Account) -> str:
    """What MSAL makes its account id of."""
    return _letters(json.dumps({"uid": account.person, "utid": account.tenant_id}).encode())


def _half_hash(value: str) -> str:
    return _letters(sha256(value.encode()).digest()[:16])


def _letters(octets: bytes) -> str:
    return urlsafe_b64encode(octets).decode().rstrip("=")
