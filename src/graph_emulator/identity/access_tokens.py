"""
Access tokens, for an app by itself or on a person's behalf, and what an answer says about one.

https://learn.microsoft.com/entra/identity-platform/access-tokens
"""

from graph_emulator.errors import Json
from graph_emulator.identity.ask import Ask
from graph_emulator.identity.scopes import Scopes, granted
from graph_emulator.registrations import App, ServicePrincipal
from graph_emulator.sign_ins import Account
from graph_emulator.tokens import Grant


def for_itself(ask: Ask, principal: ServicePrincipal, tenant_id: str) -> Json:
    """A token for all that an app was granted in a tenant, be it nothing."""
    lifetime = ask.cloud.tokens.lifetime()
    ends = ask.cloud.clock() + lifetime
    grant = Grant(tenant_id, principal.app.client_id, ends, roles=frozenset(principal.roles))
    return _bearer(ask, grant, int(lifetime.total_seconds()))


def on_behalf(ask: Ask, app: App, account: Account, scopes: Scopes, allowed: frozenset[str]) -> Json:
    """A token for scopes all of which are allowed."""
    held = allowed if scopes.by_default or ask.cloud.behaviour.every_granted_scope else scopes.permissions
    lifetime = ask.cloud.tokens.lifetime()
    ends = ask.cloud.clock() + lifetime
    grant = Grant(account.tenant_id, app.client_id, ends, person=account.person, scopes=held)
    return _bearer(ask, grant, int(lifetime.total_seconds())) | {"scope": " ".join(granted(scopes, held))}


def _bearer(ask: Ask, grant: Grant, seconds: int) -> Json:
    access_token = ask.cloud.issue(grant)
    return {"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds, "access_token": access_token}
