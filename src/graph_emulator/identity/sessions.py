"""The browser's session: a cookie, by which a person need not be asked again."""

from starlette.responses import Response

from graph_emulator.identity.ask import Ask
from graph_emulator.sign_ins import Account, Session


def session(ask: Ask) -> Session | None:
    sign_ins = ask.cloud.sign_ins
    return sign_ins.session(ask.request.cookies.get(sign_ins.cookie))


def remembered(ask: Ask, account: Account, response: Response) -> Response:
    """The response, after which the browser is signed in as that person too."""
    if known := session(ask):
        known.add(account)
        return response
    key, begun = ask.cloud.sign_ins.new_session(ask.cloud.clock())
    begun.add(account)
    # Secure works on loopback without TLS; without SameSite=None no frame of an app could ask silently.
    cookie = ask.cloud.sign_ins.cookie
    response.set_cookie(cookie, key, secure=True, httponly=True, samesite="none", path="/")
    return response
