"""azure-identity, with and without asyncio: secret, certificate, an outside issuer's word, and what goes wrong."""

import ssl
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import aiohttp
import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.core.pipeline.transport import AioHttpTransport
from azure.identity import CertificateCredential as SyncCertificateCredential
from azure.identity import ClientAssertionCredential as SyncClientAssertionCredential
from azure.identity import ClientSecretCredential as SyncClientSecretCredential
from azure.identity import WorkloadIdentityCredential as SyncWorkloadIdentityCredential
from azure.identity.aio import (
    CertificateCredential,
    ClientAssertionCredential,
    ClientSecretCredential,
    WorkloadIdentityCredential,
)

from graph_emulator.clock import StandingClock
from graph_emulator.registrations import App
from graph_emulator.server import Running
from graph_emulator.tenant import Tenant

from ..conftest import HOUR, at
from .conftest import SCOPE, SECRET, SUBJECT

Vouched = Callable[..., str]


# with asyncio


async def test_a_token_got_by_secret_reads_and_books(
    served: Running,
    tenant: Tenant,
    stranger: App,
    room: str,
    ten: datetime,
    trust: ssl.SSLContext,
    transport: AioHttpTransport,
) -> None:
    async with ClientSecretCredential(
        tenant.id, stranger.client_id, SECRET, authority=served.https, transport=transport
    ) as credential:
        token = await credential.get_token(SCOPE)
        again = await credential.get_token(SCOPE)

    assert token.token == again.token
    headers = {"Authorization": f"Bearer {token.token}"}
    async with aiohttp.ClientSession(served.https, headers=headers, trust_env=False) as graph:
        wish = {"start": at(ten), "end": at(ten + HOUR)}
        async with graph.post(f"/v1.0/users/{room}/events", json=wish, ssl=trust) as made:
            assert made.status == 201
        question = {"schedules": [room], "startTime": at(ten), "endTime": at(ten + HOUR)}
        async with graph.post(f"/v1.0/users/{room}/calendar/getSchedule", json=question, ssl=trust) as read:
            assert (await read.json())["value"][0]["availabilityView"] == "22"
    assert tenant.busy(room, ten, ten + HOUR) == [(ten, ten + HOUR)]


async def test_the_expiry_told_is_the_one_that_holds(
    served: Running, tenant: Tenant, stranger: App, clock: StandingClock, transport: AioHttpTransport
) -> None:
    async with ClientSecretCredential(
        tenant.id, stranger.client_id, SECRET, authority=served.https, transport=transport
    ) as credential:
        token = await credential.get_token_info(SCOPE)

    ends = tenant.cloud.tokens.grant(f"Bearer {token.token}", clock()).ends
    assert abs(token.expires_on - ends.timestamp()) < 30


async def test_a_certificate_signs_in(
    served: Running, tenant: Tenant, stranger: App, certificate_file: Path, transport: AioHttpTransport
) -> None:
    async with CertificateCredential(
        tenant.id, stranger.client_id, str(certificate_file), authority=served.https, transport=transport
    ) as credential:
        assert (await credential.get_token(SCOPE)).token


async def test_an_outside_issuers_word_signs_in(
    served: Running, tenant: Tenant, stranger: App, vouched: Vouched, transport: AioHttpTransport
) -> None:
    async with ClientAssertionCredential(
        tenant.id, stranger.client_id, vouched, authority=served.https, transport=transport
    ) as credential:
        assert (await credential.get_token(SCOPE)).token


async def test_a_token_file_signs_in(
    served: Running, tenant: Tenant, stranger: App, vouched: Vouched, tmp_path: Path, transport: AioHttpTransport
) -> None:
    """As a pod on Kubernetes has it."""
    (tmp_path / "token").write_text(vouched())
    async with WorkloadIdentityCredential(
        tenant_id=tenant.id,
        client_id=stranger.client_id,
        token_file_path=str(tmp_path / "token"),
        authority=served.https,
        transport=transport,
    ) as credential:
        assert (await credential.get_token(SCOPE)).token


async def test_a_wrong_secret_is_told(
    served: Running, tenant: Tenant, stranger: App, transport: AioHttpTransport
) -> None:
    async with ClientSecretCredential(
        tenant.id, stranger.client_id, "wrong", authority=served.https, transport=transport
    ) as credential:
        with pytest.raises(ClientAuthenticationError, match="AADSTS7000215"):
            await credential.get_token(SCOPE)


async def test_a_stranger_of_the_issuer_is_told(
    served: Running, tenant: Tenant, stranger: App, vouched: Vouched, transport: AioHttpTransport
) -> None:
    """The subject is compared with regard to case."""
    async with ClientAssertionCredential(
        tenant.id,
        stranger.client_id,
        lambda: vouched(subject=SUBJECT.upper()),
        authority=served.https,
        transport=transport,
    ) as credential:
        with pytest.raises(ClientAuthenticationError, match="AADSTS70021"):
            await credential.get_token(SCOPE)


async def test_an_unknown_tenant_is_told(served: Running, stranger: App, transport: AioHttpTransport) -> None:
    async with ClientSecretCredential(
        "nobody.example", stranger.client_id, SECRET, authority=served.https, transport=transport
    ) as credential:
        with pytest.raises(ClientAuthenticationError, match="AADSTS90002"):
            await credential.get_token(SCOPE)


# without


def test_a_secret_signs_in_without_asyncio(served: Running, tenant: Tenant, stranger: App) -> None:
    with SyncClientSecretCredential(
        tenant.id,
        stranger.client_id,
        SECRET,
        authority=served.https,
        connection_verify=str(served.ca_file),
        disable_instance_discovery=True,
    ) as credential:
        assert credential.get_token(SCOPE).token == credential.get_token(SCOPE).token


def test_a_certificate_signs_in_without_asyncio(
    served: Running, tenant: Tenant, stranger: App, certificate_file: Path
) -> None:
    with SyncCertificateCredential(
        tenant.id,
        stranger.client_id,
        certificate_data=certificate_file.read_bytes(),
        authority=served.https,
        connection_verify=str(served.ca_file),
        disable_instance_discovery=True,
    ) as credential:
        assert credential.get_token(SCOPE).token


def test_an_outside_issuers_word_signs_in_without_asyncio(
    served: Running, tenant: Tenant, stranger: App, vouched: Vouched, tmp_path: Path
) -> None:
    with SyncClientAssertionCredential(
        tenant.id, stranger.client_id, vouched, authority=served.https, connection_verify=str(served.ca_file)
    ) as credential:
        assert credential.get_token(SCOPE).token
    (tmp_path / "token").write_text(vouched())
    with SyncWorkloadIdentityCredential(
        tenant_id=tenant.id,
        client_id=stranger.client_id,
        token_file_path=str(tmp_path / "token"),
        authority=served.https,
        connection_verify=str(served.ca_file),
    ) as credential:
        assert credential.get_token(SCOPE).token


def test_a_wrong_secret_is_told_without_asyncio(served: Running, tenant: Tenant, stranger: App) -> None:
    with (
        SyncClientSecretCredential(
            tenant.id,
            stranger.client_id,
            "wrong",
            authority=served.https,
            connection_verify=str(served.ca_file),
            disable_instance_discovery=True,
        ) as credential,
        pytest.raises(ClientAuthenticationError, match="AADSTS7000215"),
    ):
        credential.get_token(SCOPE)
