"""Who signed in, as Microsoft's signed id token says. The browser that brings it proves nothing by itself.

https://learn.microsoft.com/entra/identity-platform/id-tokens#validating-an-id-token
"""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from urllib.parse import urlsplit

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from msgspec import Struct

from ledig.clock import Clock
from ledig.graph.signing_keys import SigningKeys
from ledig.settings import GUID

LEEWAY = timedelta(minutes=5)  # clocks differ; as much as Microsoft's own libraries allow
ALGORITHM = "RS256"
ANY_TENANT = {"common", "organizations"}


class NotGenuine(Exception):
    """Says what is wrong with an id token, and nothing of what is in it."""


class Person(Struct, frozen=True):
    """The tenant somebody belongs to and their object id there."""

    tid: str
    oid: str


class _Claims(Struct):
    iss: str
    aud: str
    exp: int
    nbf: int
    nonce: str
    tid: str
    oid: str


class IdTokens:
    """Judges id tokens that were issued at `login` for our app; of accounts of one `tenant`, or of any."""

    def __init__(self, keys: SigningKeys, login: str, client_id: str, tenant: str, clock: Clock) -> None:
        self._keys = keys
        self._login = login
        self._client_id = client_id
        self._tenant = tenant
        self._clock = clock

    async def person(self, id_token: str, nonce: str) -> Person:
        """Raises NotGenuine, and Unavailable where Microsoft's keys cannot be had."""
        claims, issuer = await self._signed(id_token)
        now = self._clock.now().timestamp()
        if not re.fullmatch(GUID, claims.tid) or claims.iss != f"{self._login}/{claims.tid}/v2.0":
            raise NotGenuine("another issuer")
        # A key may be one tenant's own, or that of private accounts; in the set for all it says so.
        if issuer and urlsplit(issuer).path.replace("{tenantid}", claims.tid) != f"/{claims.tid}/v2.0":
            raise NotGenuine("the key of another issuer")
        if self._tenant not in ANY_TENANT and claims.tid.lower() != self._tenant:
            raise NotGenuine("another tenant")
        if claims.aud.lower() != self._client_id.lower():
            raise NotGenuine("for another app")
        if not claims.nbf - LEEWAY.total_seconds() <= now < claims.exp + LEEWAY.total_seconds():
            raise NotGenuine("not valid at this time")
        if not secrets.compare_digest(claims.nonce.encode(), nonce.encode()):
            raise NotGenuine("not asked for by this browser")
        return Person(claims.tid, claims.oid)

    async def _signed(self, id_token: str) -> tuple[_Claims, str | None]:
        """What a key of Microsoft's signed, and whose tokens that key may sign."""
        try:
            kid = jws.extract_compact(id_token.encode()).headers().get("kid")
            key = await self._keys.named(kid) if isinstance(kid, str) else None
            if key is None:
                raise NotGenuine("an unknown key")
            signed = jws.deserialize_compact(id_token, key.key, algorithms=[ALGORITHM])
            return msgspec.json.decode(signed.payload, type=_Claims), key.issuer
        except (JoseError, ValueError, msgspec.MsgspecError) as error:
            raise NotGenuine(type(error).__name__) from None
