"""Access tokens: opaque strings that only the emulator can make sense of."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from graph_emulator.errors import GraphError


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
        self._grants: dict[str, Grant] = {}

    def lifetime(self) -> timedelta:
        """How long the next token is good for: 60 to 90 minutes, so that nobody counts on 3600 seconds."""
        return timedelta(seconds=self._random.randrange(3600, 5400))

    def issue(self, grant: Grant) -> str:
        token = urlsafe_b64encode(self._random.randbytes(1200)).decode()  # as long as a real one
        self._grants[token] = grant
        return token

    def forget_ended(self, now: datetime) -> None:
        self._grants = {token: grant for token, grant in self._grants.items() if grant.ends > now}

    def revoke_all(self) -> None:
        """From now on every token given out so far is refused."""
        self._grants.clear()

    def grant(self, authorization: str | None, now: datetime) -> Grant:
        """What the Authorization header allows; 401 if it holds no good token."""
        scheme, _, token = (authorization or "").strip().partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise _invalid("Access token is empty.")
        grant = self._grants.get(token.strip())
        if grant is None:
            raise _invalid("IDX14100: JWT is not well formed, there are no dots (.).")
        if now >= grant.ends:
            raise _invalid("Lifetime validation failed, the token is expired.")
        return grant


def _invalid(message: str) -> GraphError:
    return GraphError(401, "InvalidAuthenticationToken", message)
