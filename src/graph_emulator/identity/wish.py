"""
What a request to the authorize endpoint asks for, read and checked.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
https://learn.microsoft.com/entra/identity-platform/v2-oauth2-implicit-grant-flow
"""

import re
from dataclasses import dataclass

from graph_emulator.errors import TokenError
from graph_emulator.identity.ask import Ask
from graph_emulator.identity.reply import MODES, Reply
from graph_emulator.identity.scopes import Scopes, scopes_of
from graph_emulator.registrations import App, Redirect
from graph_emulator.sign_ins import Challenge

TYPES = ("code", "id_token", "token", "code id_token", "id_token token")
PROMPTS = (None, "login", "none", "consent", "select_account")
METHODS = ("plain", "S256")
CHALLENGE = re.compile(r"[A-Za-z0-9._~-]{43,128}")


@dataclass(frozen=True, slots=True)
class Wish:
    """What an app wants from authorize; all of it is in order."""

    types: frozenset[str]
    scopes: Scopes
    prompt: str | None
    nonce: str | None
    challenge: Challenge | None

    @property
    def is_silent(self) -> bool:
        return self.prompt == "none"


def redirect_of(ask: Ask, app: App) -> Redirect:
    """The registered address to answer to; 50011 if what is asked for is none."""
    uri = ask.required("redirect_uri")
    if found := app.redirect(uri, any_port=ask.cloud.behaviour.localhost_any_port):
        return found
    raise TokenError(
        400,
        "invalid_request",
        50011,
        f"The redirect URI '{uri}' specified in the request does not match the redirect URIs configured for the "
        f"application '{app.client_id}'. Make sure the redirect URI sent in the request matches one added to your "
        "application's registration.",
    )


def reply_to(ask: Ask, redirect: Redirect) -> Reply:
    """Where the answer goes, in the mode asked for, or the default if that cannot be."""
    types, mode = _types(ask), ask.get("response_mode")
    default = "fragment" if "id_token" in types else "query"
    if types == {"token"}:
        default = ask.cloud.behaviour.token_response_mode
    possible = mode in MODES and not (mode == "query" and "id_token" in types)
    return Reply(redirect.uri, mode if mode and possible else default, ask.get("state"))


def wish(ask: Ask, app: App, redirect: Redirect, reply: Reply) -> Wish:
    """
    What is asked for.

    900144 for what is missing; 70007 for a mode that cannot be; 70005, 700051 and 700054 for a response type; 90023 for
    an unknown prompt; 50194 for a single-tenant app at /common; 9002325 and 501491 for PKCE; and those of scopes.
    """
    types = _types(ask)
    _check_types(ask, app, types)
    mode, prompt = ask.get("response_mode"), ask.get("prompt")
    if mode not in (None, reply.mode):
        raise _invalid(70007, f"'{mode}' is not a supported value of 'response_mode' when requesting a token.")
    if prompt not in PROMPTS:
        raise _invalid(90023, f"Unsupported 'prompt' value '{prompt}'.")
    ask.check_reach(app)
    scopes = scopes_of(ask.required("scope"), app, ask.directory)
    if "id_token" in types:
        ask.required("nonce")
        if not scopes.openid:
            raise TokenError(400, "invalid_request", 70005, "The 'id_token' response type requires the 'openid' scope.")
    return Wish(types, scopes, prompt, ask.get("nonce"), _challenge(ask, types, redirect))


def _types(ask: Ask) -> frozenset[str]:
    return frozenset((ask.get("response_type") or "").split())


def _check_types(ask: Ask, app: App, types: frozenset[str]) -> None:
    asked = ask.required("response_type")
    if types not in map(frozenset, (one.split() for one in TYPES)):
        raise TokenError(
            400, "unsupported_response_type", 70005, f"The app requested an unsupported response type '{asked}'."
        )
    for kind, number in (("token", 700051), ("id_token", 700054)):
        if kind in types and not app.implicit:
            raise TokenError(
                400,
                ask.cloud.behaviour.implicit_off_error,
                number,
                f"The provided value for the input parameter 'response_type' is not allowed for this client: "
                f"'{kind}' is not enabled for the application. Expected value is 'code'.",
            )


def _challenge(ask: Ask, types: frozenset[str], redirect: Redirect) -> Challenge | None:
    value, method = ask.get("code_challenge"), ask.get("code_challenge_method") or "plain"
    if value is None:
        if "code" in types and redirect.kind == "spa":
            raise _invalid(
                9002325, "Proof Key for Code Exchange is required for cross-origin authorization code redemption."
            )
        return None
    if method not in METHODS:
        raise _invalid(90023, f"Unsupported 'code_challenge_method' value '{method}'.")
    if not CHALLENGE.fullmatch(value):
        raise _invalid(501491, "Invalid size of Code_Challenge parameter.")
    return Challenge(value, method)


def _invalid(number: int, message: str) -> TokenError:
    return TokenError(400, "invalid_request", number, message)
