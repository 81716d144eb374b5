"""What the command says once it listens: where it is, who is there, and how to point a client at it."""

from collections.abc import Iterator

from graph_emulator.registrations import App
from graph_emulator.server import Running
from graph_emulator.tenant import Tenant

AT_MOST = 5


def welcome(served: Running, hidden: str | None = None) -> str:
    """A few lines for a person; a secret that is `hidden` is not among them."""
    return "\n".join(_lines(served, hidden))


def _lines(served: Running, hidden: str | None) -> Iterator[str]:
    yield f"Microsoft Graph and sign-in  {served.https}  (trust {served.ca_file})"
    yield f"the same without TLS         {served.http}"
    tenants, apps = list(served.cloud.tenants.values()), list(served.cloud.apps.values())
    for tenant in tenants[:AT_MOST]:
        yield f"tenant                       {tenant.id}  ({tenant.domain}: {_inhabitants(tenant)})"
    for app in apps[:AT_MOST]:
        yield f"client id                    {app.client_id}{f'  ({app.name})' if app.name else ''}"
        for secret in app.secrets[:1]:
            yield f"client secret                {'(as given)' if secret.value == hidden else secret.value}"
    if tenants and apps:
        yield from _how_to(served, tenants[0], apps[0], hidden)
    yield ""
    yield f"clock, faults, calls, rooms  {served.http}/emulator"
    yield "Ctrl-C ends it."


def _inhabitants(tenant: Tenant) -> str:
    return f"{len(tenant.rooms)} rooms, {len(tenant.people())} people"


def _how_to(served: Running, tenant: Tenant, app: App, hidden: str | None) -> Iterator[str]:
    """As the README has it at length."""
    secret = next((one.value for one in app.secrets if one.value != hidden), "...")
    yield ""
    yield f'azure-identity  ClientSecretCredential("{tenant.id}", "{app.client_id}", "{secret}",'
    yield f'                    authority="{served.https}", connection_verify="{served.ca_file}",'
    yield "                    disable_instance_discovery=True)"
    yield f'msgraph-sdk     adapter.base_url = "{served.https}/v1.0"'
    yield f"curl            curl --cacert {served.ca_file} {served.https}/v1.0/me -H 'Authorization: Bearer ...'"
