"""
Who is signed in, and what came of it: sessions of browsers, authorization codes, refresh tokens.

Sessions and unfinished requests are known by what nobody can guess, since a page of somebody else must not finish
them; all else follows from the seed.
"""

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from graph_emulator.kept import Kept

MOST = 10_000
CODE_LIFE = timedelta(minutes=10)
SPA_LIFE = timedelta(hours=24)
REFRESH_LIFE = timedelta(days=90)
UNFINISHED_LIFE = timedelta(hours=1)
SESSION_LIFE = timedelta(days=90)
REMEMBERED = timedelta(days=1)  # what ended is refused as ended for so long, and as unknown from then on


@dataclass(frozen=True, slots=True)
class Account:
    """A person of a tenant, by object id."""

    tenant_id: str
    person: str


@dataclass(frozen=True, slots=True)
class SignIn:
    """That somebody signed in to an app, and the scopes it got, spelled as it asked for them."""

    account: Account
    client_id: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Challenge:
    """What the redeemer of a code must know (PKCE, RFC 7636)."""

    value: str
    method: str = "plain"


@dataclass(slots=True)
class Code:
    """An authorization code."""

    sign_in: SignIn
    redirect_uri: str
    kind: str  # of the redirect: "spa", "web" or "public"
    ends: datetime
    nonce: str | None = None
    challenge: Challenge | None = None
    redeemed: bool = False


@dataclass(frozen=True, slots=True)
class RefreshToken:
    sign_in: SignIn
    kind: str
    issued: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A request that a person is looking at a page for: what was asked where, in which browser, and who signed in."""

    endpoint: str
    directory: str
    parameters: Mapping[str, str]
    browser: str  # the key of its session
    account: Account | None = None


@dataclass(slots=True)
class Session:
    """A browser; who signed in last stands last."""

    accounts: list[Account] = field(default_factory=list)

    def add(self, account: Account) -> None:
        self.remove(account)
        self.accounts.append(account)

    def remove(self, account: Account) -> None:
        self.accounts = [one for one in self.accounts if one != account]


class SignIns:
    """All there is of these, by the string that stands for it."""

    def __init__(self, seed: int) -> None:
        self._random = Random(f"sign-ins {seed}")  # noqa: S311 - reproducible, no secret
        # Cookies know no port, so two emulators on one machine need names of their own.
        self.cookie = f"graph-emulator-{secrets.token_hex(4)}"
        self._codes: Kept[Code] = Kept(MOST)
        self._refresh_tokens: Kept[RefreshToken] = Kept(MOST)
        self._sessions: Kept[Session] = Kept(MOST)
        self._unfinished: Kept[Unfinished] = Kept(MOST)
        self._assertions: Kept[bool] = Kept(MOST)

    def new_code(self, code: Code, now: datetime) -> str:
        key = f"1.{self._letters(300)}"
        self._codes.keep(key, code, now, code.ends + REMEMBERED)
        return key

    def code(self, key: str) -> Code | None:
        return self._codes.get(key)

    def new_refresh_token(self, token: RefreshToken, now: datetime) -> str:
        key = f"1.{self._letters(500)}"
        self._refresh_tokens.keep(key, token, now, token.ends + REMEMBERED)
        return key

    def refresh_token(self, key: str) -> RefreshToken | None:
        return self._refresh_tokens.get(key)

    def begin(self, unfinished: Unfinished, now: datetime) -> str:
        key = secrets.token_urlsafe(24)
        self._unfinished.keep(key, unfinished, now, now + UNFINISHED_LIFE)
        return key

    def unfinished(self, key: str, now: datetime) -> Unfinished | None:
        return self._unfinished.current(key, now)

    def new_session(self, now: datetime) -> tuple[str, Session]:
        key, session = secrets.token_urlsafe(24), Session()
        self._sessions.keep(key, session, now, now + SESSION_LIFE)
        return key, session

    def session(self, key: str | None, now: datetime) -> Session | None:
        return self._sessions.current(key, now) if key else None

    def seen_before(self, assertion: str, now: datetime, until: datetime) -> bool:
        """Whether a client assertion was shown already; remembers it."""
        seen = self._assertions.get(assertion) is not None
        if not seen:
            self._assertions.keep(assertion, True, now, until)
        return seen

    def revoke_all(self) -> None:
        """Signs everybody out, and makes all codes and refresh tokens bad."""
        for kept in (self._codes, self._refresh_tokens, self._sessions):
            kept.clear()

    def _letters(self, count: int) -> str:
        return urlsafe_b64encode(self._random.randbytes(count)).decode().rstrip("=")
