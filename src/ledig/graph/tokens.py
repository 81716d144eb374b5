"""App tokens for the tenant, from azure-identity."""

from __future__ import annotations

from urllib.parse import urlsplit

from azure.identity.aio import ClientSecretCredential

from ledig.settings import GRAPH_HOSTS, GraphSettings, TenantSettings


class AppTokens:
    """Bearer tokens for Microsoft Graph by client credentials; kept and renewed by azure-identity."""

    def __init__(self, tenant: TenantSettings, graph: GraphSettings) -> None:
        # A stand-in on this machine is still asked for a token for the real Graph: the resource is a name.
        host = urlsplit(graph.root).hostname
        self._scope = f"https://{host if host in GRAPH_HOSTS else 'graph.microsoft.com'}/.default"
        self._tenant = tenant
        self._graph = graph
        self._credential = self._new_credential()

    async def token(self, *, fresh: bool = False) -> str:
        if fresh:  # azure-identity has no way to forget a token, so start with an empty memory
            await self.close()
            self._credential = self._new_credential()
        return (await self._credential.get_token(self._scope)).token

    async def close(self) -> None:
        await self._credential.close()

    def _new_credential(self) -> ClientSecretCredential:
        return ClientSecretCredential(
            self._tenant.id,
            self._tenant.client_id,
            self._tenant.client_secret,
            authority=self._graph.login,
            connection_verify=self._graph.ca or True,
            use_env_settings=False,  # no proxy or CA from the environment
        )
