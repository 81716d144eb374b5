"""
Whether an app is who it says: by a secret or by a signed assertion.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
"""

import binascii
from base64 import b64decode
from datetime import datetime
from hmac import compare_digest
from urllib.parse import unquote_plus

from graph_emulator.errors import TokenError
from graph_emulator.identity.ask import Ask
from graph_emulator.identity.assertions import check_assertion
from graph_emulator.registrations import App

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def named(ask: Ask) -> Ask:
    """The request with the client id and secret that came by HTTP Basic (both URL-encoded), if they did."""
    scheme, _, encoded = ask.request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ask
    try:
        client_id, _, secret = b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise TokenError(400, "invalid_request", 9000411, "The Authorization header is malformed.") from None
    shown = {"client_id": unquote_plus(client_id), "client_secret": unquote_plus(secret)}
    return Ask(ask.cloud, ask.request, {**ask.parameters, **shown}, ask.correlation_id)


def has_credentials(ask: Ask) -> bool:
    return bool(ask.get("client_secret") or ask.get("client_assertion"))


def check_is_public(ask: Ask) -> None:
    """An app that runs where nothing is secret shows nothing: 700025."""
    if has_credentials(ask):
        raise TokenError(
            401,
            "invalid_client",
            700025,
            "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
        )


def check_credentials(ask: Ask, app: App) -> None:
    """7000218 without credentials, 7000215 and 7000222 for a wrong or an old secret; see assertions for the rest."""
    if "origin" in ask.request.headers:
        raise cross_origin()
    if assertion := ask.get("client_assertion"):
        if ask.required("client_assertion_type") != JWT_BEARER:
            raise TokenError(400, "invalid_request", 90023, "The client_assertion_type isn't supported.")
        check_assertion(ask, app, assertion)
    elif secret := ask.get("client_secret"):
        _check_secret(app, secret, ask.cloud.clock())
    else:
        raise TokenError(
            401,
            "invalid_client",
            7000218,
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
        )


def _check_secret(app: App, secret: str, now: datetime) -> None:
    known = [one for one in app.secrets if compare_digest(secret.encode(), one.value.encode())]
    if not known:
        raise TokenError(
            401,
            "invalid_client",
            7000215,
            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, "
            f"not the client secret ID, for a secret added to app '{app.client_id}'.",
        )
    if all(one.ends and one.ends <= now for one in known):
        raise TokenError(
            401,
            "invalid_client",
            7000222,
            f"The provided client secret keys for app '{app.client_id}' are expired. Create new keys for your app or "
            "consider using certificate credentials for added security.",
        )


def cross_origin() -> TokenError:
    """A page asks, and what it asks for is not for pages."""
    return TokenError(
        400,
        "invalid_request",
        9002326,
        "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type.",
    )
