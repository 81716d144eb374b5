"""Who calls Graph: apps on their own, and apps on somebody's behalf, with the permissions a test names."""

from itertools import count
from uuid import UUID

from graph_emulator.exchange.event import Person
from graph_emulator.registrations import App
from graph_emulator.tenant import Tenant

from .conftest import APP

_numbers = count(1)


def app_with(tenant: Tenant, *roles: str) -> App:
    """A new app with just these application permissions."""
    app = App(str(UUID(int=next(_numbers))), roles=frozenset(roles))
    tenant.add_app(app)
    return app


def as_app(tenant: Tenant, app: App) -> dict[str, str]:
    return {"Authorization": f"Bearer {tenant.app_token(app)}"}


def on_behalf(tenant: Tenant, person: Person, *scopes: str) -> dict[str, str]:
    """The headers of an app that has just these delegated permissions."""
    return {"Authorization": f"Bearer {tenant.person_token(APP, person.address, scopes)}"}
