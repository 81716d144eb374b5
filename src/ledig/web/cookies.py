"""The cookies in which a browser keeps its own session, sealed; the server keeps no copy.

The token is large, so it is cut into parts. They go to /api/v1/me alone, and end with the token. A small one beside
them goes everywhere: it lets its owner see what only members of an organisation may see.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import msgspec
from litestar.datastructures import Cookie
from msgspec import Struct

from ledig.errors import TooLarge
from ledig.graph.id_tokens import Person
from ledig.settings import Settings
from ledig.web.seal import Broken, Seal

PARTS = 4
PART_SIZE = 3800  # browsers drop a cookie of more than 4096 letters, name included, and do not say so
NONCE_LASTS = timedelta(minutes=10)
LONGEST = timedelta(days=1)


class Session(Struct, frozen=True):
    """What a signed-in person's browser sends along with what it asks for them."""

    access_token: str
    person: Person
    ends: datetime


class Membership(Struct, frozen=True):
    tid: str
    ends: datetime


class Nonce(Struct, frozen=True):
    """What an id token has to name, so that it answers what this browser asked for."""

    value: str
    ends: datetime


Kept = TypeVar("Kept", Session, Nonce)


class Cookies:
    """Makes and reads them. One jar serves all ports of a machine, so on loopback the port is in the names."""

    def __init__(self, settings: Settings, seal: Seal) -> None:
        self._seal = seal
        self._is_secure = settings.origin.startswith("https:")
        suffix = "" if self._is_secure else f"-{settings.port}"
        self._parts = [f"{self._prefix('Secure')}ledig-session{suffix}-{number}" for number in range(PARTS)]
        self._member = f"{self._prefix('Host')}ledig-member{suffix}"
        self._nonce = f"{self._prefix('Secure')}ledig-nonce{suffix}"

    def session(self, sent: Mapping[str, str], now: datetime) -> Session | None:
        """The session that is in a browser's cookies; None where there is none that is whole, ours and not over."""
        sealed = "".join(sent.get(part, "") for part in self._parts)
        return self._opened(sealed, Session, now)

    def nonce(self, sent: Mapping[str, str], now: datetime) -> Nonce | None:
        return self._opened(sent.get(self._nonce, ""), Nonce, now)

    def holds_any(self, sent: Mapping[str, str]) -> bool:
        """Whether there is something of a session, good or not."""
        return any(sent.get(name) for name in (*self._parts, self._member))

    def keeping(self, session: Session, now: datetime) -> list[Cookie]:
        """Raises TooLarge."""
        sealed = self._sealed(session)
        if len(sealed) > PARTS * PART_SIZE:
            raise TooLarge("Your organisation's sign-in is larger than a browser can keep. Tell whoever runs this map.")
        lasts = session.ends - now
        parts = [sealed[begin : begin + PART_SIZE] for begin in range(0, PARTS * PART_SIZE, PART_SIZE)]
        member = self._sealed(Membership(session.person.tid, session.ends))
        return [
            *(self._for_me(name, part, lasts) for name, part in zip(self._parts, parts, strict=True)),
            self._cookie(self._member, "/", member, lasts),
        ]

    def forgetting(self) -> list[Cookie]:
        now = timedelta(0)
        return [*(self._for_me(name, "", now) for name in self._parts), self._cookie(self._member, "/", "", now)]

    def keeping_nonce(self, nonce: Nonce) -> Cookie:
        return self._cookie(self._nonce, "/api/v1/me/session", self._sealed(nonce), NONCE_LASTS)

    def forgetting_nonce(self) -> Cookie:
        return self._cookie(self._nonce, "/api/v1/me/session", "", timedelta(0))

    def _prefix(self, kind: str) -> str:
        return f"__{kind}-" if self._is_secure else ""

    def _sealed(self, kept: Session | Membership | Nonce) -> str:
        return self._seal.sealed(msgspec.msgpack.encode(kept), type(kept).__name__)

    def _opened(self, sealed: str, kind: type[Kept], now: datetime) -> Kept | None:
        try:
            kept = msgspec.msgpack.decode(self._seal.opened(sealed, kind.__name__), type=kind) if sealed else None
        except (Broken, msgspec.MsgspecError):
            return None
        return kept if kept and now < kept.ends else None

    def _for_me(self, name: str, value: str, lasts: timedelta) -> Cookie:
        """An empty part is forgotten: a smaller session must not be read together with the rest of a larger one."""
        return self._cookie(name, "/api/v1/me", value, lasts if value else timedelta(0))

    def _cookie(self, name: str, path: str, value: str, lasts: timedelta) -> Cookie:
        seconds = int(lasts.total_seconds())
        return Cookie(
            name,
            path=path,
            value=value,
            max_age=seconds,
            secure=self._is_secure,
            httponly=True,
            samesite="strict",
        )


def end(now: datetime, seconds: int) -> datetime:
    """When a token that lasts so long ends; a day at most, whatever was said."""
    return (now + min(timedelta(seconds=seconds), LONGEST)).astimezone(UTC).replace(microsecond=0)
