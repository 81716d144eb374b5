"""
What OpenID's UserInfo endpoint tells about the person a token is for; Microsoft has it at Graph.

https://learn.microsoft.com/entra/identity-platform/userinfo
"""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from graph_emulator.cloud import Cloud
from graph_emulator.errors import GraphError, access_denied
from graph_emulator.identity.id_tokens import subject
from graph_emulator.sign_ins import Account

METHODS = ("GET", "POST")


def userinfo(cloud: Cloud, request: Request) -> Response:
    """Claims about the person; refusals have Graph's shape: 401 for a bad token, 403 for one without `openid`."""
    try:
        if request.method not in METHODS:
            raise GraphError(405, "MethodNotAllowed", f"{request.method} is not allowed here.")
        claims = _claims(cloud, request.headers.get("authorization"))
    except GraphError as error:
        request_id = cloud.new_id()
        return JSONResponse(error.body(cloud.clock(), request_id, request_id), error.status)
    return JSONResponse({name: value for name, value in claims.items() if value})


def _claims(cloud: Cloud, authorization: str | None) -> dict[str, str | None]:
    grant = cloud.tokens.grant(authorization, cloud.clock())
    mailbox = cloud.tenants[grant.tenant_id].mailbox(grant.person or "")
    if mailbox is None or "openid" not in grant.scopes:
        raise access_denied()
    claims: dict[str, str | None] = {"sub": subject(Account(grant.tenant_id, mailbox.id), grant.client_id)}
    if "profile" in grant.scopes:
        profile = mailbox.profile
        claims |= {"name": mailbox.person.name, "given_name": profile.given_name, "family_name": profile.surname}
        claims["picture"] = "https://graph.microsoft.com/v1.0/me/photo/$value"
    if "email" in grant.scopes:
        claims["email"] = mailbox.person.address
    return claims
