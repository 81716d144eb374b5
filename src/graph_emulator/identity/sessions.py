"""The browser's session: a cookie, by which a person need not be asked again."""

from starlette.responses import Response

from graph_emulator.identity.ask import Ask
from graph_emulator.sign_ins import Session


def browser(ask: Ask) -> str | None:
    """What the browser calls its session."""
    return ask.request.cookies.get(_cookie(ask))


def session(ask: Ask) -> Session | None:
    return ask.cloud.sign_ins.session(browser(ask), ask.cloud.clock())


def begun(ask: Ask) -> tuple[str, Session]:
    """The browser's session with its key; a new one if it has none."""
    key, known = browser(ask), session(ask)
    return (key, known) if key and known else ask.cloud.sign_ins.new_session(ask.cloud.clock())


def kept(ask: Ask, key: str, response: Response) -> Response:
    """The response, by which the browser keeps the key of its session."""
    secure = _is_secure(ask)
    # Without SameSite=None no frame of an app could ask silently. It needs Secure, which Safari refuses over http.
    response.set_cookie(_cookie(ask), key, secure=secure, httponly=True, samesite="none" if secure else "lax", path="/")
    return response


def _cookie(ask: Ask) -> str:
    """Its name; one for each scheme, since a page over http may not change what one over https set."""
    return ask.cloud.sign_ins.cookie + ("" if _is_secure(ask) else "-http")


def _is_secure(ask: Ask) -> bool:
    return ask.request.url.scheme == "https"
