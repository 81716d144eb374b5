"""
Logout: ends the session of a browser for one person, and sends the browser back to the app.

https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc#send-a-sign-out-request
"""

import json
from dataclasses import replace
from urllib.parse import quote

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


def logout(ask: Ask) -> Response:
    """Signs out whom a hint names, else the only one there is; asks if there are several."""
    present = signed_in(ask)
    leaving = [human for human in present if _is_meant(ask, human)] or present
    if len(leaving) > 1:
        action = f"/{quote(ask.directory, safe='')}/oauth2/v2.0/logout"
        faces = [replace(face(human), value=login_hint(human.mailbox)) for human in leaving]
        return pages.sign_out(action, ask.parameters, faces)
    if leaving and (known := session(ask)):
        known.remove(leaving[0].account)
    return _back(ask) or pages.signed_out([human.name for human in leaving])


def _is_meant(ask: Ask, human: Human) -> bool:
    hint = ask.get("logout_hint")
    return human.is_meant_by(hint) if hint else human.mailbox.id == _person(ask.get("id_token_hint"))


def _person(id_token: str | None) -> str | None:
    """Whom an id token is about; its signature does not matter, since it only saves a question."""
    try:
        claims = json.loads(jws.extract_compact((id_token or "").encode()).payload)
    except (JoseError, ValueError, RecursionError):
        return None
    return claims.get("oid") if isinstance(claims, dict) else None


def _back(ask: Ask) -> Response | None:
    """To the app, if the address is a redirect address of one."""
    uri, any_port = ask.get("post_logout_redirect_uri"), ask.cloud.behaviour.localhost_any_port
    if uri is None or not any(app.redirect(uri, any_port=any_port) for app in ask.cloud.apps.values()):
        return None
    state = ask.get("state")
    return RedirectResponse(added(uri, {"state": state}) if state else uri, 302)
