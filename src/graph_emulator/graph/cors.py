"""
What lets a page of another origin call Graph: answers to preflights, and the headers a page may read.

The headers on answers are those of the sample on the page "Get profilePhoto" of learn.microsoft.com. How preflights are
answered is nowhere documented; pages of any origin do call Graph.
"""

from starlette.requests import Request
from starlette.responses import Response

from graph_emulator.behaviour import Behaviour

READABLE = "ETag, Location, Preference-Applied, Content-Range, request-id, client-request-id"


def is_preflight(request: Request) -> bool:
    return request.method == "OPTIONS" and "access-control-request-method" in request.headers


def preflight(request: Request) -> Response:
    """Allows what the browser asks for; a token is not needed, as browsers send none."""
    asked = request.headers
    headers = {"Access-Control-Allow-Methods": asked["access-control-request-method"]}
    if wanted := asked.get("access-control-request-headers"):
        headers["Access-Control-Allow-Headers"] = wanted  # by name: "*" would leave out Authorization
    return Response(headers=headers)


def shared(request: Request, response: Response, behaviour: Behaviour) -> Response:
    """The answer, readable for a page of any origin."""
    if "origin" in request.headers:
        readable = f"{READABLE}, Retry-After" if behaviour.graph_cors_exposes_retry_after else READABLE
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = readable
    return response
