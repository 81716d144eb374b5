"""
Microsoft Graph v1.0, as much of it as room booking uses: which paths there are and who may call them.

Paths are matched without regard to case, as Graph does. Every answer carries a request-id and echoes client-request-id.
https://learn.microsoft.com/graph/permissions-reference
"""

import re
from collections.abc import Awaitable, Callable
from functools import partial
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from graph_emulator import events, free_busy, places
from graph_emulator.ask import Ask, json
from graph_emulator.calls import Call, answered
from graph_emulator.errors import GraphError, access_denied, bad_request
from graph_emulator.odata import preferences
from graph_emulator.tenant import Tenant

Handler = Callable[[Ask], Awaitable[Response]]

_WRITE = frozenset({"Calendars.ReadWrite"})
_READ = _WRITE | {"Calendars.Read", "Calendars.ReadBasic"}
_PLACES = frozenset({"Place.Read.All", "Place.ReadWrite.All"})

# What is answered, with the application permissions of which one is needed.
ROUTES: tuple[tuple[str, str, Handler, frozenset[str]], ...] = (
    ("POST", "/users/{id}/calendar/getSchedule", free_busy.get_schedule, _READ),
    ("GET", "/users/{id}/calendarView", events.calendar_view, _READ),
    ("GET", "/users/{id}/calendar/calendarView", events.calendar_view, _READ),
    ("POST", "/users/{id}/events", events.create, _WRITE),
    ("POST", "/users/{id}/calendar/events", events.create, _WRITE),
    ("GET", "/users/{id}/events/{event}", events.get, _READ),
    ("GET", "/users/{id}/calendar/events/{event}", events.get, _READ),
    ("PATCH", "/users/{id}/events/{event}", events.update, _WRITE),
    ("PATCH", "/users/{id}/calendar/events/{event}", events.update, _WRITE),
    ("DELETE", "/users/{id}/events/{event}", events.delete, _WRITE),
    ("DELETE", "/users/{id}/calendar/events/{event}", events.delete, _WRITE),
    ("GET", "/places/microsoft.graph.room", places.rooms, _PLACES),
    ("GET", "/places/microsoft.graph.roomlist", places.room_lists, _PLACES),
    ("GET", "/places/{place}/microsoft.graph.roomlist/rooms", places.rooms_in, _PLACES),
    ("GET", "/places/{place}", places.place, _PLACES),
)


def routes(tenant: Tenant) -> list[Route]:
    """All paths under /v1.0; the last takes what no other does, and says why it is refused."""
    known: list[Route] = [_route(tenant, *row) for row in ROUTES]

    async def refuse(ask: Ask) -> Response:
        segment = ask.request.path_params["path"].split("/")[0]
        if segment.lower() == "me":
            raise bad_request("/me request is only valid with delegated authentication flow.")
        if any(route.matches(ask.request.scope)[0] is Match.PARTIAL for route in known):
            raise GraphError(405, "MethodNotAllowed", f"{ask.request.method} is not allowed here.")
        raise bad_request(f"Resource not found for the segment '{segment}'.")

    elsewhere = [_route(tenant, method, "/{path:path}", refuse, None) for method in ("GET", "POST", "PATCH", "DELETE")]
    return known + elsewhere


class _Route(Route):
    """A route of Graph: the case of its path does not matter."""

    def __init__(self, method: str, path: str, endpoint: Callable[[Request], Awaitable[Response]]) -> None:
        super().__init__(f"/v1.0{path}", endpoint, methods=[method])
        self.path_regex = re.compile(self.path_regex.pattern, re.IGNORECASE)


def _route(tenant: Tenant, method: str, path: str, handler: Handler, roles: frozenset[str] | None) -> Route:
    async def endpoint(request: Request) -> Response:
        call = Call(method, path, request.path_params.get("id"))
        return await answered(tenant, call, partial(_told, tenant, request, handler, roles))

    return _Route(method, path, endpoint)


async def _told(tenant: Tenant, request: Request, handler: Handler, roles: frozenset[str] | None) -> Response:
    """The handler's answer, or the error in Graph's shape."""
    request_id = str(uuid4())
    client_request_id = request.headers.get("client-request-id", request_id)
    try:
        ask = _authorised(tenant, request, roles)
        response = await handler(ask)
        if ask.preferences.applied:
            response.headers["Preference-Applied"] = ask.preferences.applied
    except GraphError as error:
        response = json(error.body(tenant.clock(), request_id, client_request_id), error.status)
        if error.status == 401:
            response.headers["WWW-Authenticate"] = 'Bearer realm="", client_id="00000003-0000-0000-c000-000000000000"'
    response.headers["request-id"] = request_id
    response.headers["client-request-id"] = client_request_id
    return response


def _authorised(tenant: Tenant, request: Request, roles: frozenset[str] | None) -> Ask:
    grant = tenant.tokens.grant(request.headers.get("authorization"), tenant.clock())
    if roles is not None and not roles & grant.roles:
        raise access_denied()
    return Ask(tenant, request, preferences(request.headers), grant.roles)
