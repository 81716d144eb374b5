"""/me: who is signed in in this browser. Nothing of it is kept here, and no answer is to be kept elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Annotated

from litestar import Request, Response, Router, delete, get, post, put
from litestar.datastructures import ResponseHeader, State
from litestar.di import NamedDependency, Provide
from litestar.openapi import ResponseSpec
from litestar.params import JSONBody
from msgspec import Meta, Struct

from ledig.errors import CalendarUnavailable, LedigError, NotFound, SignInAgain, SignInRefused, TooLarge
from ledig.graph.errors import GraphError, SignedOut, Unavailable
from ledig.graph.me import GraphMe, LentToken
from ledig.web import problems
from ledig.web.cookies import Session
from ledig.web.edge import NO_COMPRESSION, json_only, own_page_only
from ledig.web.house import House, TheHouse
from ledig.web.problems import Problem, refusals
from ledig.web.sign_in import SCOPES, SignIn

LARGEST_BODY = 32 * 1024  # two tokens
AT_LEAST = timedelta(seconds=5)

Token = Annotated[str, Meta(min_length=1, max_length=24 * 1024, pattern=r"^[\x21-\x7e]+$")]
TheSession = NamedDependency[Session]


class HowToSignIn(Struct, frozen=True):
    """Where the page sends people, and what it asks for; `issuer` may hold {tenantid}."""

    client_id: str
    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    scope: str

    @classmethod
    def of(cls, sign_in: SignIn) -> HowToSignIn:
        return cls(
            sign_in.client_id,
            sign_in.issuer,
            f"{sign_in.authority}/oauth2/v2.0/authorize",
            f"{sign_in.authority}/oauth2/v2.0/token",
            " ".join(SCOPES),
        )


class SessionState(Struct, frozen=True):
    """`sign_in` is null where nobody can sign in, `ends` where nobody did in this browser."""

    sign_in: HowToSignIn | None
    ends: datetime | None


class NonceBody(Struct, frozen=True):
    nonce: str


class Tokens(Struct, frozen=True, forbid_unknown_fields=True):
    """As Microsoft gave them to the page, which keeps none."""

    access_token: Token
    id_token: Token
    expires_in: Annotated[int, Meta(ge=1)]


class Me(Struct, frozen=True):
    name: str
    user_name: str


def _sign_in(house: House) -> SignIn:
    if house.sign_in:
        return house.sign_in
    raise NotFound("Nobody signs in here. The setting sign_in is for that.")


async def provide_session(request: Request[object, object, State], house: TheHouse) -> Session:
    """The session of whoever asks."""
    session = _sign_in(house).cookies.session(request.cookies, house.clock.now())
    if session is None:
        raise SignInAgain
    return session


@get("/session", summary="Whether somebody is signed in in this browser, and how the page signs people in")
async def show_session(request: Request[object, object, State], house: TheHouse) -> Response[SessionState]:
    sign_in = house.sign_in
    if sign_in is None:
        return Response(SessionState(None, None))
    session = sign_in.cookies.session(request.cookies, house.clock.now())
    is_over = session is None and sign_in.cookies.holds_any(request.cookies)
    return Response(
        SessionState(HowToSignIn.of(sign_in), session.ends if session else None),
        cookies=sign_in.cookies.forgetting() if is_over else [],
    )


@post(
    "/session/nonce",
    guards=[own_page_only],
    summary="A nonce that the id token has to name; good for ten minutes, once, and in this browser",
    responses=refusals(403, 404),
)
async def give_nonce(house: TheHouse) -> Response[NonceBody]:
    sign_in = _sign_in(house)
    nonce = sign_in.nonce()
    return Response(NonceBody(nonce.value), cookies=[sign_in.cookies.keeping_nonce(nonce)])


@put(
    "/session",
    guards=[own_page_only, json_only],
    status_code=204,
    request_max_body_size=LARGEST_BODY,
    summary="Seal a session into this browser's cookies",
    responses=refusals(400, 403, 404, 413, 503),
)
async def keep_session(
    request: Request[object, object, State], house: TheHouse, data: JSONBody[Tokens]
) -> Response[None]:
    sign_in = _sign_in(house)
    nonce = sign_in.cookies.nonce(request.cookies, house.clock.now())
    with _in_our_words():
        cookies = await sign_in.cookies_for(data.access_token, data.id_token, data.expires_in, nonce)
    return Response(None, status_code=204, cookies=[*cookies, sign_in.cookies.forgetting_nonce()])


@delete("/session", guards=[own_page_only], summary="Forget the session", status_code=204, responses=refusals(403, 404))
async def forget_session(house: TheHouse) -> Response[None]:
    return Response(None, status_code=204, cookies=_sign_in(house).cookies.forgetting())


@get("/", summary="The name and user name of whoever is signed in", responses=refusals(401, 404, 503))
async def show_me(house: TheHouse, session: TheSession) -> Me:
    with _in_our_words():
        return Me(*await _graph(house, session).names())


@get(
    "/picture",
    opt={NO_COMPRESSION: True},
    media_type="image/jpeg",
    summary="The picture of whoever is signed in",
    responses={
        200: ResponseSpec(bytes, description="The picture", media_type="image/jpeg"),
        **refusals(401, 404, 503),
    },
)
async def show_picture(house: TheHouse, session: TheSession) -> Response[bytes]:
    with _in_our_words():
        picture = await _graph(house, session).picture()
    if picture is None:
        raise NotFound("There is no picture.")
    return Response(picture.content, media_type=picture.kind)


def _graph(house: House, session: Session) -> GraphMe:
    return GraphMe(house.transport.lent(LentToken(session.access_token)), session.person)


@contextmanager
def _in_our_words() -> Iterator[None]:
    """Raises SignInAgain or CalendarUnavailable for whatever Microsoft answers."""
    try:
        yield
    except SignedOut:
        raise SignInAgain from None
    except Unavailable as error:
        raise CalendarUnavailable(
            "Microsoft 365 does not answer right now. Try again in a moment.", max(error.retry_after, AT_LEAST)
        ) from error
    except GraphError as error:
        raise CalendarUnavailable("Microsoft 365 does not say who you are. Tell whoever runs this map.") from error


def _forget(request: Request[object, object, State], error: LedigError) -> Response[Problem]:
    """A session that is no good is not sent again."""
    response = problems.ledig_error(request, error)
    house: House = request.app.state.house
    if house.sign_in:
        for cookie in (*house.sign_in.cookies.forgetting(), house.sign_in.cookies.forgetting_nonce()):
            response.set_cookie(cookie)
    return response


routes = Router(
    "/me",
    route_handlers=[show_session, give_nonce, keep_session, forget_session, show_me, show_picture],
    dependencies={"session": Provide(provide_session)},
    exception_handlers=dict.fromkeys((SignInAgain, SignInRefused, TooLarge), _forget),
    response_headers=[ResponseHeader(name="Cache-Control", value="no-store")],
)
