"""Access tokens: opaque strings that only the emulator can make sense of."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from secrets import token_urlsafe

from graph_emulator.errors import GraphError


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token stands for."""

    client_id: str
    roles: frozenset[str]
    ends: datetime


class Tokens:
    """The tokens a tenant has given out."""

    def __init__(self, seed: int) -> None:
        self._lifetimes = Random(seed)  # noqa: S311 - reproducible lifetimes, no secret
        self._grants: dict[str, Grant] = {}

    def issue(self, client_id: str, roles: frozenset[str], now: datetime) -> tuple[str, int]:
        """A new token and the seconds it is good for: 60 to 90 minutes, so that nobody counts on 3600."""
        seconds = self._lifetimes.randrange(3600, 5400)
        token = token_urlsafe(1200)  # as long as a real one
        self._grants[token] = Grant(client_id, roles, now + timedelta(seconds=seconds))
        return token, seconds

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
