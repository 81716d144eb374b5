"""
Which pages of other origins may read answers: documents anybody's, the token endpoint's those of single-page apps.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from graph_emulator.cloud import Cloud
from graph_emulator.registrations import Redirect

LetsIn = Callable[[Cloud, str], bool]


def everybody(cloud: Cloud, origin: str) -> bool:
    return True


def single_page_apps(cloud: Cloud, origin: str) -> bool:
    """Whether some app has a redirect address of kind "spa" at that origin."""
    any_port = cloud.behaviour.localhost_any_port
    return any(
        redirect.kind == "spa" and _is_at(redirect.uri, origin, any_port=any_port)
        for app in cloud.apps.values()
        for redirect in app.redirects
    )


def _is_at(uri: str, origin: str, *, any_port: bool) -> bool:
    parts = urlsplit(uri)
    registered = Redirect(f"{parts.scheme}://{parts.netloc}")
    return registered.uri == origin or (any_port and registered.is_the_same_but_for_the_port(origin))


def is_preflight(request: Request) -> bool:
    return request.method == "OPTIONS" and "access-control-request-method" in request.headers


def preflight(cloud: Cloud, request: Request, lets_in: LetsIn) -> Response:
    """Allows what the browser asks for, if the page's origin is let in."""
    response = shared(cloud, request, Response(), lets_in)
    if "access-control-allow-origin" in response.headers:
        response.headers["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
        if wanted := request.headers.get("access-control-request-headers"):
            response.headers["Access-Control-Allow-Headers"] = wanted
    response.headers["Cache-Control"] = "no-store"
    return response


def shared(cloud: Cloud, request: Request, response: Response, lets_in: LetsIn) -> Response:
    """The answer, readable for the page that asks if its origin is let in."""
    origin = request.headers.get("origin")
    response.headers["Vary"] = "Origin"
    if origin and lets_in(cloud, origin):
        response.headers["Access-Control-Allow-Origin"] = origin
    return response
