"""
The routes of login.microsoftonline.com that the emulator has, and the shape in which each tells an error.

Programs get errors as JSON and people as a page. What single-page apps call lets their origins in; see `cors`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route as Served

from graph_emulator.cloud import Cloud
from graph_emulator.errors import TokenError
from graph_emulator.identity import admin_consent, cors, discovery, interaction, pages
from graph_emulator.identity.ask import Ask, correlation_id, read
from graph_emulator.identity.authorize import authorization
from graph_emulator.identity.interaction import Errand, Errands
from graph_emulator.identity.logout import logout
from graph_emulator.identity.token import token
from graph_emulator.identity.userinfo import userinfo
from graph_emulator.log import Call
from graph_emulator.rest import REST

ERRANDS: Errands = {
    "authorize": authorization,
    "adminconsent": admin_consent.version_1,
    "v2.0/adminconsent": admin_consent.version_2,
}
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
NO_STORE = {"Cache-Control": "no-store, no-cache", "Pragma": "no-cache"}


@dataclass(frozen=True, slots=True)
class Route:
    """A path template with what answers it; `lets_in` is who may read the answer from a page of another origin."""

    path: str
    methods: tuple[str, ...]
    answer: Callable[[Ask], Response]
    lets_in: cors.LetsIn | None = None  # None: nobody, as people look at it

    @property
    def is_page(self) -> bool:
        return self.lets_in is None


def _begin(open_errand: Callable[[Ask], Errand]) -> Callable[[Ask], Response]:
    def begin(ask: Ask) -> Response:
        errand = open_errand(ask)
        return interaction.carried_out(errand, errand.begun)

    return begin


def _nothing(ask: Ask) -> Response:
    message = f"There is nothing at {ask.request.url.path}; only endpoints of version 2.0 are emulated."
    raise TokenError(404, "not_found", 90009, message)


BROWSED, SENT = ("GET", "POST"), ("GET", "HEAD")
ROUTES = (
    Route("/{tenant}/v2.0/.well-known/openid-configuration", SENT, discovery.configuration, cors.everybody),
    Route("/{tenant}/discovery/v2.0/keys", SENT, discovery.keys, cors.everybody),
    Route("/{tenant}/discovery/instance", SENT, discovery.instance, cors.everybody),
    Route("/{tenant}/oauth2/v2.0/token", tuple(METHODS), token, cors.single_page_apps),  # which tells methods itself
    Route("/{tenant}/oauth2/v2.0/authorize", BROWSED, _begin(authorization)),
    Route("/{tenant}/oauth2/v2.0/logout", BROWSED, logout),
    Route("/{tenant}/v2.0/adminconsent", ("GET",), _begin(admin_consent.version_2)),
    Route("/{tenant}/adminconsent", ("GET",), _begin(admin_consent.version_1)),
    Route("/{tenant}/sign-in", BROWSED, partial(interaction.sign_in, errands=ERRANDS)),
    Route("/{tenant}/consent", ("POST",), partial(interaction.consent, errands=ERRANDS)),
    *(Route(f"/{{tenant}}/{under}{REST}", tuple(METHODS), _nothing) for under in ("oauth2", "v2.0", "discovery")),
)


def routes(cloud: Cloud) -> list[Served]:
    return [*(_served(cloud, route) for route in ROUTES), _userinfo(cloud)]


def _served(cloud: Cloud, route: Route) -> Served:
    async def endpoint(request: Request) -> Response:
        if route.lets_in and cors.is_preflight(request):
            return cors.preflight(cloud, request, route.lets_in)
        call = Call(request.method, route.path.replace(":path", ""))
        response = await cloud.answered(call, partial(_told, cloud, request, route))
        return cors.shared(cloud, request, response, route.lets_in) if route.lets_in else response

    return Served(route.path, endpoint, methods=METHODS)


def _userinfo(cloud: Cloud) -> Served:
    async def answer(request: Request) -> Response:
        return userinfo(cloud, request)

    async def endpoint(request: Request) -> Response:
        if cors.is_preflight(request):
            return cors.preflight(cloud, request, cors.everybody)
        response = await cloud.answered(Call(request.method, "/oidc/userinfo"), partial(answer, request))
        response.headers.update(NO_STORE)
        return cors.shared(cloud, request, response, cors.everybody)

    return Served("/oidc/userinfo", endpoint, methods=METHODS)


async def _told(cloud: Cloud, request: Request, route: Route) -> Response:
    """The answer, or the error as a page or as JSON; never to be kept."""
    given = correlation_id(request)
    try:
        if request.method not in route.methods:
            raise _wrong_method(request, route)
        response = route.answer(await read(cloud, request))
    except TokenError as error:
        told = _page if route.is_page else _json
        response = told(error, cloud, given or cloud.new_id())
    response.headers.update(NO_STORE)
    if given:
        response.headers["client-request-id"] = given
    return response


def _json(error: TokenError, cloud: Cloud, correlation_id: str) -> Response:
    return JSONResponse(error.body(cloud.clock(), cloud.new_id(), correlation_id), error.status)


def _page(error: TokenError, cloud: Cloud, correlation_id: str) -> Response:
    facts = {
        "Trace id": cloud.new_id(),
        "Correlation id": correlation_id,
        "Time": f"{cloud.clock():%Y-%m-%d %H:%M:%S}Z",
    }
    return pages.error("Signing in did not work", f"AADSTS{error.number}: {error.message}", facts, error.status)


def _wrong_method(request: Request, route: Route) -> TokenError:
    allowed = ", ".join(route.methods)
    message = f"The endpoint only accepts {allowed} requests. Received a {request.method} request."
    return TokenError(405, "invalid_request", 900561, message)
