"""Other people's clients, unmodified, through their documented use."""

import ssl
from collections.abc import AsyncIterator

import aiohttp
import msal  # type: ignore[import-untyped]
import pytest
import requests
from azure.core.exceptions import ClientAuthenticationError
from azure.core.pipeline.transport import AioHttpTransport
from azure.identity import ClientSecretCredential as SyncClientSecretCredential
from azure.identity.aio import ClientSecretCredential

from graph_emulator.server import Running
from graph_emulator.tenant import Tenant

from .conftest import APP, HOUR, SECRET, TEN, at

GRAPH = "https://graph.microsoft.com/.default"


@pytest.fixture
async def transport(served: Running) -> AsyncIterator[AioHttpTransport]:
    """azure-core's own transport, without what the machine's environment says about certificates and proxies."""
    async with AioHttpTransport(connection_verify=str(served.ca_file), use_env_settings=False) as transport:
        yield transport


def credential(served: Running, secret: str, transport: AioHttpTransport) -> ClientSecretCredential:
    return ClientSecretCredential(served.tenant.id, APP.client_id, secret, authority=served.https, transport=transport)


async def test_azure_identity_signs_in_and_aiohttp_reads_and_books(
    served: Running, tenant: Tenant, room: str, trust: ssl.SSLContext, transport: AioHttpTransport
) -> None:
    async with credential(served, SECRET, transport) as app:
        token = await app.get_token(GRAPH)
        again = await app.get_token(GRAPH)

    assert token.token == again.token
    headers = {"Authorization": f"Bearer {token.token}"}
    async with aiohttp.ClientSession(served.https, headers=headers, trust_env=False) as graph:
        events = f"/v1.0/users/{room}/events"
        async with graph.post(events, json={"start": at(TEN), "end": at(TEN + HOUR)}, ssl=trust) as made:
            assert made.status == 201
        question = {"schedules": [room], "startTime": at(TEN), "endTime": at(TEN + HOUR)}
        path = f"/v1.0/users/{room}/calendar/getSchedule"
        async with graph.post(path, json=question, ssl=trust) as read:
            assert (await read.json())["value"][0]["availabilityView"] == "22"
    assert tenant.busy(room, TEN, TEN + HOUR) == [(TEN, TEN + HOUR)]


async def test_azure_identity_reports_a_wrong_secret(served: Running, transport: AioHttpTransport) -> None:
    async with credential(served, "wrong", transport) as app:
        with pytest.raises(ClientAuthenticationError, match="AADSTS7000215"):
            await app.get_token(GRAPH)


def test_azure_identity_signs_in_without_asyncio(served: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    forget_other_authorities(monkeypatch)
    with SyncClientSecretCredential(
        served.tenant.id,
        APP.client_id,
        SECRET,
        authority=served.https,
        connection_verify=str(served.ca_file),
        disable_instance_discovery=True,
    ) as app:
        assert app.get_token(GRAPH).token


def test_msal_signs_in_and_reports_a_wrong_secret(served: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    forget_other_authorities(monkeypatch)
    with requests.Session() as session:
        session.verify, session.trust_env = str(served.ca_file), False

        def asked(secret: str) -> dict[str, object]:
            app = msal.ConfidentialClientApplication(
                APP.client_id,
                secret,
                authority=f"{served.https}/{served.tenant.id}",
                instance_discovery=False,
                http_client=session,
            )
            return dict(app.acquire_token_for_client([GRAPH]))

        good, bad = asked(SECRET), asked("wrong")

    assert good["token_type"] == "Bearer"
    assert (bad["error"], bad["error_codes"]) == ("invalid_client", [7000215])


def forget_other_authorities(monkeypatch: pytest.MonkeyPatch) -> None:
    """requests prefers certificates that the environment names to those it is told."""
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
