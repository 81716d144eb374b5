"""What Microsoft 365 tells people about themselves: their name and picture. Asked with their own token alone."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from ledig.graph.calls import ME, PICTURE
from ledig.graph.errors import NotThere, SignedOut
from ledig.graph.id_tokens import Person
from ledig.graph.transport import Transport

# A picture is what its first letters say, whatever the answer's header says.
KINDS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"GIF8": "image/gif"}


class LentToken:
    """The token that somebody's browser sent along. There is no other: when it is refused, they sign in again."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def token(self, *, refused: str | None = None) -> str:
        if refused is not None:
            raise SignedOut("a person's token is no longer good")
        return self._token


class _Me(Struct):
    displayName: str | None = None
    userPrincipalName: str | None = None


class Picture(Struct, frozen=True):
    kind: str
    content: bytes


_me = msgspec.json.Decoder(_Me)


class GraphMe:
    """Microsoft Graph, asked by one person about themselves; `transport` is lent their token."""

    def __init__(self, transport: Transport, person: Person) -> None:
        self._transport = transport
        self._mailbox = f"{person.oid}@{person.tid}"  # for limits only

    async def names(self) -> tuple[str, str]:
        """Their name and user name. Raises GraphError."""
        query = {"$select": ",".join(ME.reads)}
        me = await self._transport.ask(ME, _me.decode, query=query, mailbox=self._mailbox)
        user_name = me.userPrincipalName or ""
        return me.displayName or user_name, user_name

    async def picture(self) -> Picture | None:
        """None where they have none. Raises GraphError."""
        try:
            content = await self._transport.send(PICTURE, mailbox=self._mailbox)
        except NotThere:
            return None
        kind = next((kind for start, kind in KINDS.items() if content.startswith(start)), None)
        return Picture(kind, content) if kind else None
