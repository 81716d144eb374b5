"""
Access tokens for an app on a person's behalf.

https://learn.microsoft.com/entra/identity-platform/access-tokens
"""

from graph_emulator.errors import Json
from graph_emulator.identity.ask import Ask
from graph_emulator.identity.scopes import Scopes, granted
from graph_emulator.registrations import App
from graph_emulator.sign_ins import Account
from graph_emulator.tokens import Grant


def on_behalf(ask: Ask, app: App, account: Account, scopes: Scopes, allowed: frozenset[str]) -> Json:
    """A token for scopes all of which are allowed, and what an answer says about it."""
    held = allowed if ask.cloud.behaviour.every_granted_scope else scopes.permissions
    lifetime = ask.cloud.tokens.lifetime()
    ends = ask.cloud.clock() + lifetime
    grant = Grant(account.tenant_id, app.client_id, ends, person=account.person, scopes=held)
    return {
        "token_type": "Bearer",
        "scope": " ".join(granted(scopes, held)),
        "expires_in": int(lifetime.total_seconds()),
        "ext_expires_in": int(lifetime.total_seconds()),
        "access_token": ask.cloud.issue(grant),
    }
