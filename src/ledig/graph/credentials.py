"""What ledig proves itself with at Microsoft's sign-in: a secret, a certificate or a workload's own token."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict

from azure.core.credentials_async import AsyncTokenCredential
from azure.identity.aio import CertificateCredential, ClientSecretCredential, WorkloadIdentityCredential
from cryptography.x509 import load_pem_x509_certificate

from ledig.errors import Invalid
from ledig.settings import GraphSettings, TenantSettings


class _Options(TypedDict):
    authority: str
    connection_verify: str | bool
    use_env_settings: bool
    retry_total: int


def credential(tenant: TenantSettings, graph: GraphSettings) -> AsyncTokenCredential:
    """The app's credential, with an empty memory of tokens. Raises Invalid where a file of it cannot be used."""
    # No proxy or CA from the environment. One more try comes at once; pauses before others would keep all waiting.
    options = _Options(authority=graph.login, connection_verify=graph.ca or True, use_env_settings=False, retry_total=1)
    try:
        if tenant.certificate:
            return CertificateCredential(tenant.id, tenant.client_id, tenant.certificate, **options)
        if tenant.federated_token:
            return WorkloadIdentityCredential(
                tenant_id=tenant.id, client_id=tenant.client_id, token_file_path=tenant.federated_token, **options
            )
        return ClientSecretCredential(tenant.id, tenant.client_id, tenant.client_secret or "", **options)
    except (OSError, ValueError) as error:
        raise Invalid(f"tenant.certificate cannot be used: {error}.") from None


def ends(tenant: TenantSettings) -> datetime | None:
    """When the credential itself ends, read from the certificate or the setting; None where nobody said or it does not.

    Raises Invalid where the certificate cannot be read.
    """
    if tenant.certificate:
        try:
            return load_pem_x509_certificate(Path(tenant.certificate).read_bytes()).not_valid_after_utc
        except (OSError, ValueError) as error:
            raise Invalid(f"tenant.certificate cannot be used: {error}.") from None
    if tenant.client_secret_ends:
        return datetime.combine(tenant.client_secret_ends, datetime.min.time(), UTC)
    return None
