"""Signing in: how a browser does it, and how we know that it did."""

from __future__ import annotations

import secrets
from datetime import datetime
from pathlib import Path

import aiohttp
from litestar.datastructures import Cookie

from ledig.clock import Clock
from ledig.errors import Invalid, SignInRefused
from ledig.graph.id_tokens import ANY_TENANT, IdTokens, NotGenuine
from ledig.graph.signing_keys import SigningKeys
from ledig.settings import Settings, SignInSettings
from ledig.web.cookies import NONCE_LASTS, Cookies, Nonce, Session, end
from ledig.web.seal import Seal, keys_in, own_key

SCOPES = ("openid", "profile", "User.Read", "Calendars.ReadWrite")


class SignIn:
    """`authority` is where browsers go; `issuer` is who id tokens come from, a template where any tenant may be."""

    def __init__(
        self, settings: Settings, sign_in: SignInSettings, session: aiohttp.ClientSession, clock: Clock
    ) -> None:
        login = (sign_in.login or settings.graph.login).rstrip("/")
        self.client_id = sign_in.client_id
        tenant = sign_in.tenant.lower()
        self.authority = f"{login}/{tenant}"
        self.issuer = f"{login}/{'{tenantid}' if tenant in ANY_TENANT else tenant}/v2.0"
        # Ours come over https always, also where the browser's do not.
        keys = SigningKeys(session, f"{settings.graph.login.rstrip('/')}/{tenant}/discovery/v2.0/keys", clock)
        self._id_tokens = IdTokens(keys, login, sign_in.client_id, tenant, clock)
        self._clock = clock
        self._used: dict[str, datetime] = {}
        seal = Seal(_keys(sign_in.keys, settings.database), f"{settings.origin} {sign_in.client_id}")
        self.cookies = Cookies(settings, seal)

    def nonce(self) -> Nonce:
        return Nonce(secrets.token_urlsafe(24), end(self._clock.now(), int(NONCE_LASTS.total_seconds())))

    async def cookies_for(self, access_token: str, id_token: str, lasts: int, nonce: Nonce | None) -> list[Cookie]:
        """The session of whoever the id token names, for their browser to keep.

        Raises SignInRefused, TooLarge, and graph.errors.Unavailable.
        """
        if nonce is None or nonce.value in self._used:
            raise SignInRefused
        try:
            person = await self._id_tokens.person(id_token, nonce.value)
        except NotGenuine:
            raise SignInRefused from None
        self._use(nonce)
        now = self._clock.now()
        return self.cookies.keeping(Session(access_token, person, end(now, lasts)), now)

    def _use(self, nonce: Nonce) -> None:
        """Only of genuine sign-ins, so there are never many."""
        now = self._clock.now()
        if nonce.value in self._used:  # meanwhile
            raise SignInRefused
        self._used = {used: ends for used, ends in self._used.items() if now < ends} | {nonce.value: nonce.ends}


def _keys(told: str | None, database: str) -> list[bytes]:
    """Raises Invalid where there are none and one of our own would not do."""
    if told:
        return keys_in(told)
    if "://" in database:  # several servers may share it, and each would make its own
        raise Invalid("sign_in.keys has to be set where the database is a server: all that share it need the same.")
    return [own_key(Path(f"{database}.key"))]
