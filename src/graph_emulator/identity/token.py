"""
The token endpoint: an app by itself, the redemption of a code, and the refresh of what was granted.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
"""

from collections.abc import Callable

from starlette.responses import JSONResponse, Response

from graph_emulator.errors import Json, TokenError
from graph_emulator.identity import clients
from graph_emulator.identity.access_tokens import for_itself
from graph_emulator.identity.ask import Ask, unknown_app
from graph_emulator.identity.redemption import redeem_code, refresh
from graph_emulator.identity.scopes import graph_default


def token(ask: Ask) -> Response:
    """Tokens for a grant; errors in the documented shape (`TokenError`)."""
    if ask.request.method != "POST":
        method = ask.request.method
        message = f"The endpoint only accepts POST, OPTIONS requests. Received a {method} request."
        raise TokenError(405, "invalid_request", 900561, message)
    name = ask.required("grant_type")
    grant = GRANTS.get(name)
    if grant is None:
        raise TokenError(400, "unsupported_grant_type", 70003, f"The app requested an unsupported grant type '{name}'.")
    return JSONResponse(grant(clients.named(ask)))


def by_itself(ask: Ask) -> Json:
    """client_credentials: a token even for an app without any role; Graph refuses that later, not we."""
    if "origin" in ask.request.headers:
        raise clients.cross_origin()
    tenant = ask.tenant()
    if tenant is None:
        raise TokenError(
            400,
            "invalid_request",
            9001023,
            "The grant type is not supported over the /common or /consumers endpoints. "
            "Please use the tenant-specific endpoint.",
        )
    principal = tenant.service_principal(ask.required("client_id"))
    if principal is None:
        raise unknown_app(ask.required("client_id"), ask.directory)
    clients.check_credentials(ask, principal.app)
    graph_default(ask.required("scope"), tenant.domain)
    return for_itself(ask, principal, tenant.id)


GRANTS: dict[str, Callable[[Ask], Json]] = {
    "client_credentials": by_itself,
    "authorization_code": redeem_code,
    "refresh_token": refresh,
}
