"""
Access tokens: strings that only the emulator can make sense of.

A token for Microsoft Graph is opaque to the client. The real ones happen to look like JSON Web Tokens, in a form whose
signature no client can check; `look` "jwt" gives such, for clients that peep into them all the same.
https://learn.microsoft.com/entra/identity-platform/access-tokens
"""

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from graph_emulator.errors import GraphError
from graph_emulator.kept import Kept

MOST = 50_000
REMEMBERED = timedelta(days=1)  # after its end, so that it is refused as expired, not as unknown


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token stands for: an app by itself (`roles`), or an app for a person (`scopes`)."""

    tenant_id: str
    client_id: str
    ends: datetime
    roles: frozenset[str] = frozenset()
    person: str | None = None  # object id
    scopes: frozenset[str] = frozenset()


class Tokens:
    """The access tokens given out, as long as they are good."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 - reproducible, no secret
        self._grants: Kept[Grant] = Kept(MOST)

    def lifetime(self) -> timedelta:
        """How long the next token is good for: 60 to 90 minutes, so that nobody counts on 3600 seconds."""
        return timedelta(seconds=self._random.randrange(3600, 5400))

    def issue(self, grant: Grant, now: datetime, look: str = "opaque") -> str:
        token = self._like_jwt(grant, now) if look == "jwt" else self._letters(1200)  # as long as a real one
        self._grants.keep(token, grant, now, grant.ends + REMEMBERED)
        return token

    def _letters(self, count: int) -> str:
        return _letters(self._random.randbytes(count))

    def _like_jwt(self, grant: Grant, now: datetime) -> str:
        header = {"typ": "JWT", "nonce": self._letters(32), "alg": "RS256", "x5t": self._letters(20)}
        claims: dict[str, object] = {
            "aud": "https://graph.microsoft.com",
            "iss": f"https://sts.windows.net/{grant.tenant_id}/",
            "iat": int(now.timestamp()),
            "nbf": int(now.timestamp()),
            "exp": int(grant.ends.timestamp()),
            "appid": grant.client_id,
            "tid": grant.tenant_id,
            "uti": self._letters(16),
            "ver": "1.0",
        }
        if grant.person:
            claims |= {"idtyp": "user", "oid": grant.person, "scp": " ".join(sorted(grant.scopes))}
        else:
            claims |= {"idtyp": "app"} | ({"roles": sorted(grant.roles)} if grant.roles else {})
        return ".".join((*(_letters(json.dumps(part).encode()) for part in (header, claims)), self._letters(256)))

    def revoke_all(self) -> None:
        """From now on every token given out so far is refused."""
        self._grants.clear()

    def known(self, authorization: str | None) -> Grant | None:
        """What a token stands for that was given out, whether or not it is still good."""
        return self._grants.get(_token(authorization))

    def grant(self, authorization: str | None, now: datetime) -> Grant:
        """What the Authorization header allows; 401 if it holds no good token."""
        if not _token(authorization):
            raise _invalid("Access token is empty.")
        grant = self.known(authorization)
        if grant is None:
            raise _invalid("IDX14100: JWT is not well formed, there are no dots (.).")
        if now >= grant.ends:
            raise _invalid("Lifetime validation failed, the token is expired.")
        return grant


def _token(authorization: str | None) -> str:
    """The bearer token in the header; empty without one."""
    scheme, _, token = (authorization or "").strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _letters(octets: bytes) -> str:
    return urlsafe_b64encode(octets).decode().rstrip("=")


def _invalid(message: str) -> GraphError:
    return GraphError(401, "InvalidAuthenticationToken", message)
