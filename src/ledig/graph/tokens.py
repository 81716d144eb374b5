"""App tokens for the tenant, from azure-identity."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from ledig.graph.credentials import credential
from ledig.settings import GRAPH_HOSTS, GraphSettings, TenantSettings


class AppTokens:
    """Bearer tokens for Microsoft Graph by client credentials; kept and renewed by azure-identity."""

    def __init__(self, tenant: TenantSettings, graph: GraphSettings) -> None:
        # A stand-in on this machine is still asked for a token for the real Graph: the resource is a name.
        host = urlsplit(graph.root).hostname
        self._scope = f"https://{host if host in GRAPH_HOSTS else 'graph.microsoft.com'}/.default"
        self._tenant = tenant
        self._graph = graph
        self._credential = credential(tenant, graph)
        self._turn = asyncio.Lock()

    async def token(self, *, refused: str | None = None) -> str:
        async with self._turn:  # many calls may have been refused at once; the first renews for all
            token = (await self._credential.get_token(self._scope)).token
            if token == refused:  # azure-identity has no way to forget a token, so start with an empty memory
                old, self._credential = self._credential, credential(self._tenant, self._graph)
                await old.close()
                token = (await self._credential.get_token(self._scope)).token
            return token

    async def close(self) -> None:
        await self._credential.close()
