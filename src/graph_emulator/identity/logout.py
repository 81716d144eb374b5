"""
Logout: ends the session of a browser for one person, and sends the browser back to the app.

https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc#send-a-sign-out-request
"""

from dataclasses import replace
from urllib.parse import quote

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from starlette.responses import RedirectResponse, Response

from graph_emulator.identity import pages
from graph_emulator.identity.ask import Ask
from graph_emulator.identity.id_tokens import login_hint
from graph_emulator.identity.interaction import face
from graph_emulator.identity.people import Human, signed_in
from graph_emulator.identity.reply import added
from graph_emulator.identity.sessions import session


class _Claims(msgspec.Struct):
    login_hint: str = ""


def logout(ask: Ask) -> Response:
    """Signs out whom a hint names, else the only one there is; asks if there are several."""
    present, back = signed_in(ask), _back(ask)
    hint = ask.get("logout_hint") or _hint_in(ask.get("id_token_hint") or "")
    leaving = [human for human in present if human.is_meant_by(hint)] or present
    if len(leaving) > 1:
        return _question(ask, leaving, back)
    if leaving and (known := session(ask)):
        known.remove(leaving[0].account)
    return RedirectResponse(back, 302) if back else pages.signed_out([human.name for human in leaving])


def _question(ask: Ask, leaving: list[Human], back: str | None) -> Response:
    action = f"/{quote(ask.directory, safe='')}/oauth2/v2.0/logout"
    kept = {name: value for name, value in ask.parameters.items() if name != "logout_hint"}
    return pages.sign_out(action, kept, [replace(face(one), value=login_hint(one.mailbox)) for one in leaving], back)


def _hint_in(id_token: str) -> str:
    """Whom an id token is about; its signature does not matter, since it only saves a question."""
    try:
        return msgspec.json.decode(jws.extract_compact(id_token.encode()).payload, type=_Claims).login_hint
    except (JoseError, ValueError, RecursionError):
        return ""


def _back(ask: Ask) -> str | None:
    """Back to the app with its state, if the address is a redirect address of one."""
    uri, any_port = ask.get("post_logout_redirect_uri"), ask.cloud.behaviour.localhost_any_port
    if uri is None or not any(app.redirect(uri, any_port=any_port) for app in ask.cloud.apps.values()):
        return None
    state = ask.get("state")
    return added(uri, {"state": state}) if state else uri
