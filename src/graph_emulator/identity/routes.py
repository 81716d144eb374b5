"""
The identity platform: discovery, keys, and the token endpoint for apps.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
"""

import binascii
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Awaitable, Callable
from functools import cache, partial
from hmac import compare_digest
from urllib.parse import parse_qsl, unquote_plus
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from graph_emulator.cloud import Cloud
from graph_emulator.errors import Json, TokenError
from graph_emulator.log import Call
from graph_emulator.registrations import App
from graph_emulator.tenant import Tenant
from graph_emulator.tokens import Grant

GRAPH_RESOURCES = ("https://graph.microsoft.com", "00000003-0000-0000-c000-000000000000")
SHARED_NAMES = ("common", "organizations", "consumers")


def routes(cloud: Cloud) -> list[Route]:
    """The routes of login.microsoftonline.com that the emulator has."""

    def route(method: str, path: str, answer: Callable[[Cloud, Request], Awaitable[Json]]) -> Route:
        async def endpoint(request: Request) -> Response:
            return await cloud.answered(Call(method, path), partial(_told, cloud, request, answer))

        return Route(path, endpoint, methods=[method])

    return [
        route("GET", "/{tenant}/v2.0/.well-known/openid-configuration", _discovery),
        route("GET", "/{tenant}/discovery/v2.0/keys", _keys),
        route("POST", "/{tenant}/oauth2/v2.0/token", _token),
    ]


async def _told(cloud: Cloud, request: Request, answer: Callable[[Cloud, Request], Awaitable[Json]]) -> Response:
    """The answer, or the error in the identity platform's shape; never to be cached."""
    correlation_id = request.headers.get("client-request-id") or str(uuid4())
    headers = {"Cache-Control": "no-store, no-cache", "Pragma": "no-cache", "client-request-id": correlation_id}
    try:
        return JSONResponse(await answer(cloud, request), headers=headers)
    except TokenError as error:
        return JSONResponse(error.body(cloud.clock(), cloud.new_id(), correlation_id), error.status, headers)


async def _discovery(cloud: Cloud, request: Request) -> Json:
    name = request.path_params["tenant"]
    origin = str(request.base_url).rstrip("/")
    shared = name.lower() in SHARED_NAMES
    tenant = cloud.tenant(name)
    if not shared and tenant is None:
        raise _unknown_tenant(name, "invalid_tenant")
    return {
        "issuer": f"{origin}/{tenant.id if tenant else '{tenantid}'}/v2.0",
        "token_endpoint": f"{origin}/{name}/oauth2/v2.0/token",
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "jwks_uri": f"{origin}/{name}/discovery/v2.0/keys",
        "authorization_endpoint": f"{origin}/{name}/oauth2/v2.0/authorize",
        "response_types_supported": ["code"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "cloud_instance_name": "microsoftonline.com",
        "msgraph_host": "graph.microsoft.com",
    }


async def _keys(cloud: Cloud, request: Request) -> Json:
    numbers = _signing_key().public_key().public_numbers()
    key_id = urlsafe_b64encode(numbers.n.to_bytes(256)[:20]).decode().rstrip("=")
    return {
        "keys": [
            {
                "kty": "RSA",
                "use": "sig",
                "kid": key_id,
                "n": urlsafe_b64encode(numbers.n.to_bytes(256)).decode().rstrip("="),
                "e": "AQAB",
                "issuer": f"{str(request.base_url).rstrip('/')}/{{tenantid}}/v2.0",
            }
        ]
    }


@cache
def _signing_key() -> RSAPrivateKey:
    # Made when first asked for: it takes a moment, and app tokens are opaque.
    return generate_private_key(65537, 2048)


async def _token(cloud: Cloud, request: Request) -> Json:
    """client_credentials: a token even for an app without any role; Graph refuses that later, not we."""
    form = await _form(request)
    name = request.path_params["tenant"]
    grant = _required(form, "grant_type")
    if grant != "client_credentials":
        raise TokenError(
            400, "unsupported_grant_type", 70003, f"The app requested an unsupported grant type '{grant}'."
        )
    if "origin" in request.headers:
        raise TokenError(
            400,
            "invalid_request",
            9002326,
            "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type.",
        )
    if name.lower() in SHARED_NAMES:
        raise TokenError(
            400,
            "invalid_request",
            9001023,
            "The grant type is not supported over the /common or /consumers endpoints. "
            "Please use the tenant-specific endpoint.",
        )
    tenant = cloud.tenant(name)
    if tenant is None:
        raise _unknown_tenant(name, "invalid_request")
    client_id, secret = _credentials(form, request.headers.get("authorization"))
    app = _known_app(tenant, client_id, name)
    _check_secret(app, secret)
    _check_scope(_required(form, "scope"), tenant)
    lifetime = cloud.tokens.lifetime()
    roles = frozenset(tenant.service_principals[client_id.lower()].roles)
    token = cloud.issue(Grant(tenant.id, app.client_id, cloud.clock() + lifetime, roles))
    seconds = int(lifetime.total_seconds())
    return {"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds, "access_token": token}


async def _form(request: Request) -> dict[str, str]:
    """The parameters of a body in application/x-www-form-urlencoded; a body of any other kind has none."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return {}
    return dict(parse_qsl((await request.body()).decode(errors="replace")))


def _credentials(form: dict[str, str], authorization: str | None) -> tuple[str, str | None]:
    """Client id and secret, from HTTP Basic (both URL-encoded) or from the body."""
    scheme, _, encoded = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return _required(form, "client_id"), form.get("client_secret")
    try:
        client_id, _, secret = b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise TokenError(400, "invalid_request", 9000411, "The Authorization header is malformed.") from None
    return unquote_plus(client_id), unquote_plus(secret)


def _required(form: dict[str, str], name: str) -> str:
    if value := form.get(name):
        return value
    raise TokenError(
        400, "invalid_request", 900144, f"The request body must contain the following parameter: '{name}'."
    )


def _known_app(tenant: Tenant, client_id: str, directory: str) -> App:
    if principal := tenant.service_principal(client_id):
        return principal.app
    raise TokenError(
        400,
        "unauthorized_client",
        700016,
        f"Application with identifier '{client_id}' was not found in the directory '{directory}'. This can happen if "
        "the application has not been installed by the administrator of the tenant or consented to by any user in the "
        "tenant. You may have sent your authentication request to the wrong tenant.",
    )


def _check_secret(app: App, secret: str | None) -> None:
    if not secret:
        raise TokenError(
            401,
            "invalid_client",
            7000218,
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
        )
    if not any(compare_digest(secret.encode(), known.value.encode()) for known in app.secrets):
        raise TokenError(
            401,
            "invalid_client",
            7000215,
            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, "
            f"not the client secret ID, for a secret added to app '{app.client_id}'.",
        )


def _check_scope(scope: str, tenant: Tenant) -> None:
    resource = scope.removesuffix("/.default")
    if resource == scope or " " in scope:
        raise TokenError(
            400,
            "invalid_scope",
            70011,
            f"The provided value for the input parameter 'scope' isn't valid. The scope {scope} isn't valid.",
        )
    if resource.rstrip("/") not in GRAPH_RESOURCES:
        raise TokenError(
            400,
            "invalid_resource",
            500011,
            f"The resource principal named {resource} was not found in the tenant named {tenant.domain}.",
        )


def _unknown_tenant(name: str, code: str) -> TokenError:
    return TokenError(
        400,
        code,
        90002,
        f"Tenant '{name}' not found. Check to make sure you have the correct tenant ID and are signing into the "
        "correct cloud. Check with your subscription administrator.",
    )
