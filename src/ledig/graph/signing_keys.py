"""The keys that Microsoft signs id tokens with.

https://learn.microsoft.com/entra/identity-platform/access-tokens#validate-tokens
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

import aiohttp
import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from msgspec import Struct

from ledig.clock import Clock
from ledig.graph.errors import GraphError, Unavailable
from ledig.graph.transport import content
from ledig.troubles import Troubles

FRESH = timedelta(days=1)
PAUSE = timedelta(seconds=30)  # between two looks for keys that nobody may have
DEADLINE = timedelta(seconds=10)


class _Jwk(Struct, frozen=True):
    kid: str = ""
    kty: str = ""
    use: str = "sig"
    n: str = ""
    e: str = ""
    issuer: str | None = None


class _KeySet(Struct, frozen=True):
    keys: list[_Jwk]


class SigningKey(Struct, frozen=True):
    """`issuer` is whose tokens it may sign, with {tenantid} for any tenant; None where nobody said."""

    key: RSAKey
    issuer: str | None


class SigningKeys:
    """Read from Microsoft once a day, and when a token names one that we do not know; by one of us for all."""

    def __init__(self, session: aiohttp.ClientSession, url: str, clock: Clock) -> None:
        self._session = session
        self._url = url
        self._clock = clock
        self._keys: Mapping[str, SigningKey] = {}
        self._read_at: datetime | None = None
        self._turn = asyncio.Lock()
        self._troubles = Troubles("signing_keys", clock)

    async def named(self, kid: str) -> SigningKey | None:
        """None where Microsoft has no such key. Raises Unavailable."""
        if self._wants_reading(kid):
            async with self._turn:
                if self._wants_reading(kid):  # nobody else has read meanwhile
                    await self._read(kid)
        return self._keys.get(kid)

    def _wants_reading(self, kid: str) -> bool:
        age = self._clock.now() - self._read_at if self._read_at else FRESH
        return age >= (FRESH if kid in self._keys else PAUSE)

    async def _read(self, kid: str) -> None:
        try:
            self._keys = _usable(await self._asked())
            self._read_at = self._clock.now()
            self._troubles.went_well("read")
        except (aiohttp.ClientError, TimeoutError, msgspec.MsgspecError, GraphError) as error:
            problem = type(error).__name__
            self._troubles.failed("read", problem, problem=problem)
            if kid not in self._keys:
                raise Unavailable("Microsoft's signing keys cannot be read") from None

    async def _asked(self) -> list[_Jwk]:
        async with (
            asyncio.timeout(DEADLINE.total_seconds()),
            self._session.get(self._url, allow_redirects=False, raise_for_status=True) as answer,
        ):
            return msgspec.json.decode(await content(answer), type=_KeySet).keys


def _usable(keys: list[_Jwk]) -> dict[str, SigningKey]:
    usable = {}
    for key in keys:
        if key.kid and key.kty == "RSA" and key.use == "sig":
            try:
                usable[key.kid] = SigningKey(RSAKey.import_key({"kty": "RSA", "n": key.n, "e": key.e}), key.issuer)
            except (JoseError, ValueError):
                continue
    return usable
