"""App tokens from the sign-in service, by azure-identity."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from azure.core.exceptions import AzureError

from faults import answers, on
from graph.conftest import APP, SECRET
from graph_emulator.server import Running
from graph_emulator.tenant import Tenant
from ledig.graph.tokens import AppTokens
from ledig.settings import GraphSettings, TenantSettings

TOKEN = "POST /{tenant}/oauth2/v2.0/token"

MakeTokens = Callable[..., AppTokens]


@pytest.fixture
async def made(graph: Running, tenant: Tenant) -> AsyncIterator[MakeTokens]:
    """Makes tokens for an app of the tenant, and closes them."""
    opened: list[AppTokens] = []

    def make(secret: str = SECRET, tenant_id: str = graph.tenant.id) -> AppTokens:
        settings = GraphSettings(root=f"{graph.https}/v1.0", login=graph.https, ca=str(graph.ca_file))
        opened.append(AppTokens(TenantSettings(id=tenant_id, client_id=APP.client_id, client_secret=secret), settings))
        return opened[-1]

    yield make
    for tokens in opened:
        await tokens.close()


async def test_gives_a_token_that_opens_graph(made: MakeTokens, tenant: Tenant) -> None:
    """It is asked for the real Graph, even where a stand-in answers: the emulator gives no other, as Microsoft does."""
    token = await made().token()

    assert tenant.cloud.tokens.grant(f"Bearer {token}", tenant.cloud.clock()).client_id == APP.client_id


async def test_the_tenant_may_be_told_by_its_domain(made: MakeTokens, tenant: Tenant) -> None:
    assert await made(tenant_id="contoso.example").token()


async def test_asks_once_and_remembers(made: MakeTokens, tenant: Tenant) -> None:
    tokens = made()

    assert await tokens.token() == await tokens.token()
    assert len(tenant.cloud.calls_to(TOKEN)) == 1


async def test_a_refused_token_is_replaced(made: MakeTokens, tenant: Tenant) -> None:
    """It may have been revoked before its time; from then on the new one is remembered."""
    tokens = made()
    first = await tokens.token()

    second = await tokens.token(refused=first)

    assert first != second == await tokens.token()
    assert len(tenant.cloud.calls_to(TOKEN)) == 2


async def test_a_token_refused_to_many_at_once_is_replaced_once(made: MakeTokens, tenant: Tenant) -> None:
    """And no connection stays open."""
    tokens = made()
    first = await tokens.token()

    renewed = await asyncio.gather(*(tokens.token(refused=first) for _ in range(8)))

    assert set(renewed) == {await tokens.token()}
    assert len(tenant.cloud.calls_to(TOKEN)) == 2


async def test_a_wrong_secret_is_an_error_that_does_not_repeat_it(made: MakeTokens) -> None:
    with pytest.raises(AzureError) as error:
        await made(secret="not-the-secret-of-this-app").token()

    assert "not-the-secret" not in str(error.value)


async def test_a_sign_in_service_that_answers_nonsense_is_an_error_of_the_same_kind(
    made: MakeTokens, tenant: Tenant
) -> None:
    """Whoever asks catches one thing."""
    tenant.cloud.intercept = on(TOKEN, then=answers(200, "<html>", content_type="text/html"))

    with pytest.raises(AzureError):
        await made().token()


async def test_no_proxy_is_taken_from_the_environment(made: MakeTokens, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not in the settings has no say in where a secret goes."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "")

    assert await made().token()
