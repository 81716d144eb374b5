"""
Codes and refresh tokens, and what they are good for.

A single-page app redeems from its page, which the Origin header shows; every other app must not. Its refresh tokens end
24 hours after the first one, for good.
https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
"""

from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest

from graph_emulator.errors import Json, TokenError
from graph_emulator.identity import clients
from graph_emulator.identity.access_tokens import on_behalf
from graph_emulator.identity.ask import Ask
from graph_emulator.identity.conditional_access import check_demands
from graph_emulator.identity.id_tokens import client_info, id_token
from graph_emulator.identity.scopes import consented, not_consented, scopes_of
from graph_emulator.registrations import App
from graph_emulator.sign_ins import REFRESH_LIFE, SPA_LIFE, Challenge, RefreshToken, SignIn


def redeem_code(ask: Ask) -> Json:
    """
    Tokens for an authorization code.

    70000 for one never given, 54005 the second time, 70008 after ten minutes, 700005 at another tenant, 501481 with the
    wrong verifier; 9002326, 9002327, 700025 and the client's own errors where it does not act as its kind must.
    """
    app, now = ask.app(), ask.cloud.clock()
    code = ask.cloud.sign_ins.code(ask.required("code"))
    redirect_uri = ask.required("redirect_uri")
    if code is None or code.sign_in.client_id != app.client_id:
        raise _bad_grant(70000, "The provided value for the input parameter 'code' is not valid.")
    _check_redeemer(ask, app, code.kind, code.sign_in)
    if code.redeemed:
        raise _bad_grant(
            54005,
            "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing "
            "refresh token.",
        )
    if now >= code.ends:
        raise _bad_grant(
            70008,
            "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive "
            "authorization request for this user and resource.",
        )
    if redirect_uri != code.redirect_uri:
        raise TokenError(
            400,
            "invalid_client",
            500112,
            f"The reply address '{redirect_uri}' does not match the reply address '{code.redirect_uri}' provided when "
            "requesting Authorization code.",
        )
    _check_verifier(ask.get("code_verifier"), code.challenge)
    code.redeemed = True
    first = RefreshToken(code.sign_in, code.kind, now, now + (SPA_LIFE if code.kind == "spa" else REFRESH_LIFE))
    return _tokens(ask, app, first, code.nonce)


def refresh(ask: Ask) -> Json:
    """
    Tokens for a refresh token, which stays good itself.

    70000 for one never given, 700084 for a single-page app's after its 24 hours, 70008 for another's after 90 days,
    65001 for scopes nobody consented to.
    """
    app, now = ask.app(), ask.cloud.clock()
    token = ask.cloud.sign_ins.refresh_token(ask.required("refresh_token"))
    if token is None or token.sign_in.client_id != app.client_id:
        raise _bad_grant(70000, "Provided grant is invalid or malformed.")
    _check_redeemer(ask, app, token.kind, token.sign_in)
    if now >= token.ends:
        raise _ended(token)
    following = token if token.kind == "spa" else replace(token, issued=now, ends=now + REFRESH_LIFE)
    return _tokens(ask, app, following)


def _ended(token: RefreshToken) -> TokenError:
    if token.kind == "spa":
        return _bad_grant(
            700084,
            "The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of "
            "1.00:00:00, which cannot be extended. It is now expired and a new sign in request must be sent by the SPA "
            f"to the sign in page. The token was issued on {_stamp(token.issued)}.",
        )
    return _bad_grant(
        70008,
        f"The refresh token has expired due to inactivity. The token was issued on {_stamp(token.issued)} and was "
        "inactive for 90.00:00:00.",
    )


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.0000000Z"


def _check_redeemer(ask: Ask, app: App, kind: str, sign_in: SignIn) -> None:
    """That the app asks as its kind must, and where somebody of that tenant may sign in."""
    ask.check_reach(app)
    _check_kind(ask, app, kind)
    if not ask.admits(ask.cloud.tenants[sign_in.account.tenant_id]):
        raise _bad_grant(
            700005,
            "Provided Authorization Code is intended to use against other tenant, thus rejected. OAuth2 Authorization "
            "Code must be redeemed against same tenant it was acquired for (/common or /{tenant-ID} as appropriate).",
        )


def _check_kind(ask: Ask, app: App, kind: str) -> None:
    """That the app asks as the kind of its redirect must."""
    from_a_page = "origin" in ask.request.headers
    if kind == "spa" and not from_a_page:
        raise TokenError(
            400,
            "invalid_request",
            9002327,
            "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin "
            "requests.",
        )
    if kind != "spa" and from_a_page:
        raise clients.cross_origin()
    if kind == "web":
        clients.check_credentials(ask, app)
    else:
        clients.check_is_public(ask)


def _check_verifier(verifier: str | None, challenge: Challenge | None) -> None:
    """PKCE; a verifier without a challenge is no less wrong than a wrong one."""
    if challenge is None and verifier is None:
        return
    if challenge is None or not compare_digest(_challenge(verifier or "", challenge.method), challenge.value.encode()):
        raise _bad_grant(
            501481, "The Code_Verifier does not match the code_challenge supplied in the authorization request."
        )


def _challenge(verifier: str, method: str) -> bytes:
    if method == "plain":
        return verifier.encode()
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=")


def _tokens(ask: Ask, app: App, token: RefreshToken, nonce: str | None = None) -> Json:
    """The answer: an access token for the scopes asked for now, else those of the sign-in; and what goes with it."""
    account = token.sign_in.account
    tenant = ask.cloud.tenants[account.tenant_id]
    text = ask.get("scope") or " ".join(token.sign_in.scopes)
    scopes = scopes_of(text, app, tenant.domain)
    principal = tenant.service_principal(app.client_id)
    check_demands(principal, account.person, "invalid_grant")
    allowed = consented(principal, account.person)
    if scopes.missing(allowed):
        raise not_consented(app, "invalid_grant")
    answer, now = on_behalf(ask, app, account, scopes, allowed), ask.cloud.clock()
    if "offline_access" in map(str.lower, token.sign_in.scopes):
        answer["refresh_token"] = ask.cloud.sign_ins.new_refresh_token(token, now)
        if token.kind == "spa":
            answer["refresh_token_expires_in"] = int((token.ends - now).total_seconds())
    if scopes.openid:
        answer["id_token"] = id_token(ask, account, app.client_id, scopes, nonce=nonce)
    if ask.get("client_info") == "1":
        answer["client_info"] = client_info(account)
    return answer


def _bad_grant(number: int, message: str) -> TokenError:
    return TokenError(400, "invalid_grant", number, message)
