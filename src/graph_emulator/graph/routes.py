"""
Microsoft Graph v1.0, as much of it as room booking uses: which paths there are, and what each of them needs.

Paths are matched without regard to case, as Graph does. Every answer carries a request-id and echoes client-request-id.
https://learn.microsoft.com/graph/permissions-reference
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as Served

from graph_emulator.cloud import Cloud
from graph_emulator.errors import GraphError, bad_request
from graph_emulator.graph import access, batch, calendar_view, cors, events, free_busy, places
from graph_emulator.graph.access import ANY, CALENDARS_READ, CALENDARS_WRITE, FREE_BUSY, PLACES_READ, Needs
from graph_emulator.graph.ask import Ask, json
from graph_emulator.graph.preferences import preferences
from graph_emulator.graph.throttling import TooMany, counted
from graph_emulator.log import Call
from graph_emulator.tenant import Mailbox
from graph_emulator.tokens import Grant

ROOT = "/v1.0"

Handler = Callable[[Ask], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Route:
    """A method and a path template, what answers them, and the permissions that takes."""

    method: str
    path: str
    handler: Handler
    needs: Needs


def _mailbox(method: str, path: str, handler: Handler, needs: Needs) -> Iterator[Route]:
    """A route of a mailbox: somebody's by id or address, and one's own."""
    for owner in ("/users/{id}", "/me"):
        yield Route(method, owner + path, handler, needs)


def _events(method: str, path: str, handler: Handler, needs: Needs) -> Iterator[Route]:
    """A route of the events in a mailbox, which are those of its one calendar."""
    for calendar in ("", "/calendar"):
        yield from _mailbox(method, calendar + path, handler, needs)


ROUTES: tuple[Route, ...] = (
    *_mailbox("POST", "/calendar/getSchedule", free_busy.get_schedule, FREE_BUSY),
    *_events("GET", "/calendarView", calendar_view.calendar_view, CALENDARS_READ),
    *_events("POST", "/events", events.create, CALENDARS_WRITE),
    *_events("GET", "/events/{event}", events.get, CALENDARS_READ),
    *_events("PATCH", "/events/{event}", events.update, CALENDARS_WRITE),
    *_events("DELETE", "/events/{event}", events.delete, CALENDARS_WRITE),
    Route("POST", "/$batch", lambda ask: batch.batch(ask, respond), ANY),
    Route("GET", "/places/microsoft.graph.room", places.rooms, PLACES_READ),
    Route("GET", "/places/microsoft.graph.roomlist", places.room_lists, PLACES_READ),
    Route("GET", "/places/{place}/microsoft.graph.roomlist/rooms", places.rooms_in, PLACES_READ),
    Route("GET", "/places/{place}", places.place, PLACES_READ),
)


class _Tree:
    """The routes by the segments of their paths; a fixed segment goes before a variable one."""

    def __init__(self) -> None:
        self.fixed: dict[str, _Tree] = {}
        self.variable: tuple[str, _Tree] | None = None
        self.routes: dict[str, Route] = {}  # by method

    def add(self, route: Route) -> None:
        node = self
        for segment in route.path.strip("/").split("/"):
            if segment.startswith("{"):
                node.variable = node.variable or (segment.strip("{}"), _Tree())
                node = node.variable[1]
            else:
                node = node.fixed.setdefault(segment.lower(), _Tree())
        node.routes[route.method] = route

    def find(self, segments: list[str], values: dict[str, str]) -> "_Tree | None":
        """The node of a path, with the values of its variable segments."""
        if not segments:
            return self if self.routes else None
        if (node := self.fixed.get(_plain(segments[0]))) and (found := node.find(segments[1:], values)):
            return found
        if self.variable and segments[0] and (found := self.variable[1].find(segments[1:], values)):
            values[self.variable[0]] = segments[0]
            return found
        return None


def _plain(segment: str) -> str:
    """
    A fixed segment as the table has it: in lower case, the namespace in full and a function without its ().

    "graph" is the alias of "microsoft.graph" in the service's metadata, and Microsoft's SDKs use it in paths.
    """
    name = segment.lower().removesuffix("()")
    return f"microsoft.{name}" if name.startswith("graph.") else name


_TREE = _Tree()
for _route in ROUTES:
    _TREE.add(_route)


def routes(cloud: Cloud) -> list[Served]:
    async def endpoint(request: Request) -> Response:
        if not cloud.behaviour.graph_cors:
            return await respond(cloud, request)
        response = cors.preflight(request) if cors.is_preflight(request) else await respond(cloud, request)
        return cors.shared(request, response, cloud.behaviour)

    methods = ["GET", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"]
    return [Served(ROOT + "/{path:path}", endpoint, methods=methods)]


async def respond(cloud: Cloud, request: Request) -> Response:
    """The answer to a request of Graph, whatever it asks for."""
    values: dict[str, str] = {}
    path = request.scope["raw_path"].decode("ascii", "replace").partition("?")[0].removeprefix(ROOT).strip("/")
    node = _TREE.find([unquote(segment) for segment in path.split("/")], values)
    route = node.routes.get(request.method) if node else None
    template = route.path if route else "/{path}"
    grant = cloud.tokens.known(request.headers.get("authorization"))
    mailbox = _asked(cloud, grant, template, values)
    with counted(cloud, grant, mailbox) as admission:
        call = Call(
            request.method,
            template,
            values.get("id") or (mailbox.person.address if mailbox else None),
            tenant=grant.tenant_id if grant else None,
            app=grant.client_id if grant else None,
            concurrency=admission.at_once,
        )
        answer = partial(_told, cloud, request, route, values, other=node, wait=admission.wait)
        return await cloud.answered(call, answer)


def _asked(cloud: Cloud, grant: Grant | None, template: str, values: Mapping[str, str]) -> Mailbox | None:
    """The mailbox that a path means, whether or not it may be opened."""
    name = grant and grant.person if template.startswith("/me") else values.get("id")
    return cloud.tenants[grant.tenant_id].mailbox(name) if grant and name else None


async def _told(
    cloud: Cloud,
    request: Request,
    route: Route | None,
    values: dict[str, str],
    *,
    other: _Tree | None,
    wait: timedelta | None,
) -> Response:
    """The handler's answer, or the error in Graph's shape."""
    request_id = cloud.new_id()
    client_request_id = request.headers.get("client-request-id", request_id)
    try:
        cloud.catch_up()
        grant = cloud.tokens.grant(request.headers.get("authorization"), cloud.clock())
        if wait is not None:
            raise TooMany(wait)
        if route is None:
            raise _unrouted(request, other)
        tenant = cloud.tenants[grant.tenant_id]
        mailbox, held = access.opened(cloud, grant, route.needs, route.path, values)
        ask = Ask(cloud, tenant, request, values, preferences(request.headers), grant, held, mailbox)
        response = await route.handler(ask)
        if ask.preferences.applied:
            response.headers["Preference-Applied"] = ask.preferences.applied
    except GraphError as error:
        response = json(error.body(cloud.clock(), request_id, client_request_id), error.status)
        response.headers.update(error.headers())
        if error.status == 401:
            response.headers["WWW-Authenticate"] = 'Bearer realm="", client_id="00000003-0000-0000-c000-000000000000"'
    response.headers["request-id"] = request_id
    response.headers["client-request-id"] = client_request_id
    return response


def _unrouted(request: Request, other: _Tree | None) -> GraphError:
    if other:
        return GraphError(405, "MethodNotAllowed", f"{request.method} is not allowed here.")
    segment = request.url.path.removeprefix(ROOT).strip("/").split("/")[0]
    return bad_request(f"Resource not found for the segment '{segment}'.")
