"""
Microsoft Graph v1.0, as much of it as room booking uses: which paths there are, and what each of them needs.

Paths are matched without regard to case, as Graph does. Every answer carries a request-id and echoes client-request-id.
https://learn.microsoft.com/graph/permissions-reference
"""

from collections.abc import Iterator, Mapping
from functools import partial

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route as Served
from starlette.types import Receive, Scope, Send

from graph_emulator.cloud import Cloud
from graph_emulator.errors import GraphError, Json
from graph_emulator.exchange.throttling import Admission
from graph_emulator.graph import (
    access,
    batch,
    calendar_view,
    calendars,
    cors,
    events,
    extensions,
    free_busy,
    outlook,
    photos,
    places,
    responses,
    users,
)
from graph_emulator.graph.access import (
    ANY,
    CALENDARS_READ,
    CALENDARS_WRITE,
    FREE_BUSY,
    IDS_TRANSLATE,
    PLACES_READ,
    PLACES_WRITE,
    USERS_LIST,
    USERS_READ,
    Needs,
    Service,
)
from graph_emulator.graph.ask import Ask, json
from graph_emulator.graph.entities import PLACES
from graph_emulator.graph.preferences import preferences
from graph_emulator.graph.routing import ROOT, Handler, Route, Tree, unrouted
from graph_emulator.graph.throttling import TooMany, counted
from graph_emulator.log import Call
from graph_emulator.rest import REST
from graph_emulator.tenant import Mailbox
from graph_emulator.tokens import Grant


def _mailbox(method: str, path: str, handler: Handler, needs: Needs) -> Iterator[Route]:
    """A route of a mailbox: somebody's by id or address, and one's own."""
    for owner in ("/users/{id}", "/me"):
        yield Route(method, owner + path, handler, needs)


def _events(method: str, path: str, handler: Handler, needs: Needs) -> Iterator[Route]:
    """A route of the events in a mailbox, which are those of its one calendar."""
    for calendar in ("", "/calendar", "/calendars/{calendar}"):
        yield from _mailbox(method, calendar + path, calendars.within(handler), needs)


def _places(path: str, handler: places.OfKind) -> Iterator[Route]:
    """A route for each kind of place, which is named as a type after the path."""
    for kind in PLACES:
        yield Route("GET", f"/places{path}/microsoft.graph.{kind.lower()}", partial(handler, kind=kind), PLACES_READ)


_ZONES_OF = "/outlook/supportedTimeZones(TimeZoneStandard=microsoft.graph.timeZoneStandard"

ROUTES: tuple[Route, ...] = (
    *_mailbox("POST", "/calendar/getSchedule", free_busy.get_schedule, FREE_BUSY),
    *_mailbox("GET", "/calendar", calendars.get, CALENDARS_READ),
    *_mailbox("GET", "/calendars", calendars.every, CALENDARS_READ),
    *_mailbox("GET", "/calendars/{calendar}", calendars.within(calendars.get), CALENDARS_READ),
    *_events("GET", "/calendarView", calendar_view.calendar_view, CALENDARS_READ),
    *_events("GET", "/events", events.every, CALENDARS_READ),
    *_events("POST", "/events", events.create, CALENDARS_WRITE),
    *_events("GET", "/events/{event}", events.get, CALENDARS_READ),
    *_events("PATCH", "/events/{event}", events.update, CALENDARS_WRITE),
    *_events("DELETE", "/events/{event}", events.delete, CALENDARS_WRITE),
    *_events("GET", "/events/{event}/instances", calendar_view.instances, CALENDARS_READ),
    *_events("POST", "/events/{event}/cancel", responses.cancel, CALENDARS_WRITE),
    *_events("POST", "/events/{event}/accept", responses.accept, CALENDARS_WRITE),
    *_events("POST", "/events/{event}/tentativelyAccept", responses.tentatively_accept, CALENDARS_WRITE),
    *_events("POST", "/events/{event}/decline", responses.decline, CALENDARS_WRITE),
    *_events("GET", "/events/{event}/extensions", extensions.every, CALENDARS_READ),
    *_events("POST", "/events/{event}/extensions", extensions.create, CALENDARS_WRITE),
    *_events("GET", "/events/{event}/extensions/{extension}", extensions.get, CALENDARS_READ),
    *_events("PATCH", "/events/{event}/extensions/{extension}", extensions.update, CALENDARS_WRITE),
    *_events("DELETE", "/events/{event}/extensions/{extension}", extensions.delete, CALENDARS_WRITE),
    *_mailbox("POST", "/translateExchangeIds", outlook.translate_ids, IDS_TRANSLATE),
    *_mailbox("GET", "/outlook/supportedTimeZones", outlook.windows_zones, USERS_READ),
    *_mailbox("GET", f"{_ZONES_OF}'Windows')", outlook.windows_zones, USERS_READ),
    *_mailbox("GET", f"{_ZONES_OF}'Iana')", outlook.iana_zones, USERS_READ),
    Route("POST", "/$batch", lambda ask: batch.batch(ask, respond), ANY),
    *_mailbox("GET", "", users.get, USERS_READ),
    *_mailbox("GET", "/photo", photos.get, USERS_READ),
    *_mailbox("GET", "/photo/$value", photos.value, USERS_READ),
    *_mailbox("GET", "/photos/{size}", photos.get, USERS_READ),
    *_mailbox("GET", "/photos/{size}/$value", photos.value, USERS_READ),
    Route("GET", "/users", users.every, USERS_LIST),
    *_places("", places.every),
    *_places("/{place}", places.one),
    Route("GET", "/places/{place}/microsoft.graph.roomlist/rooms", places.rooms_in, PLACES_READ),
    Route("GET", "/places/{place}/microsoft.graph.roomlist/workspaces", places.workspaces_in, PLACES_READ),
    Route("GET", "/places/{place}", places.one, PLACES_READ),
    Route("PATCH", "/places/{place}", places.update, PLACES_WRITE),
)


_TREE = Tree(*ROUTES)


def routes(cloud: Cloud) -> list[Served]:
    graph = _Graph(cloud)
    return [Served(version + REST, graph) for version in (ROOT, "/beta")]


class _Graph:
    """Graph as an ASGI application: it answers whatever is asked, by whichever method."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            response = await self._answer(request)
        except ClientDisconnect:  # in the middle of its body; there is nobody to answer
            return
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if not self._cloud.behaviour.graph_cors:
            return await respond(self._cloud, request)
        if cors.is_preflight(request):
            response = cors.preflight(request)
        else:
            response = await respond(self._cloud, request)
        return cors.shared(request, response, self._cloud.behaviour)


async def respond(cloud: Cloud, request: Request) -> Response:
    """The answer to a request of Graph, whatever it asks for."""
    values: dict[str, str] = {}
    node = _TREE.find(_path(request).removeprefix(ROOT).strip("/"), values)
    route = node.routes.get(request.method) if node else None
    template = route.path if route else "/{path}"
    grant = cloud.tokens.known(request.headers.get("authorization"))
    mailbox = _asked(cloud, grant, template, values)
    with counted(cloud, grant, mailbox if route and route.needs.service is Service.EXCHANGE else None) as admission:
        call = Call(
            request.method,
            template,
            values.get("id") or (mailbox.person.address if mailbox else None),
            tenant=grant.tenant_id if grant else None,
            app=grant.client_id if grant else None,
            concurrency=admission.at_once,
        )
        return await cloud.answered(
            call, partial(_told, cloud, request, route, values, other=node, admission=admission)
        )


def _path(request: Request) -> str:
    """The path as it was sent, still percent-encoded."""
    return bytes(request.scope["raw_path"]).decode("ascii", "replace").partition("?")[0]


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
    other: Tree | None,
    admission: Admission,
) -> Response:
    """The handler's answer, or the error in Graph's shape."""
    request_id = cloud.new_id()
    client_request_id = request.headers.get("client-request-id", request_id)
    try:
        cloud.catch_up()
        grant = cloud.tokens.grant(request.headers.get("authorization"), cloud.clock())
        if admission.wait is not None:
            raise TooMany(admission.wait, admission.too_many_at_once)
        if route is None:
            raise unrouted(request.method, _path(request), other)
        response = await _handled(cloud, request, route, values, grant)
    except GraphError as error:
        body = error.body(cloud.clock(), request_id, client_request_id, cloud.behaviour.inner_error)
        response = _refused(error, body)
    response.headers["request-id"] = request_id
    response.headers["client-request-id"] = client_request_id
    return response


async def _handled(cloud: Cloud, request: Request, route: Route, values: dict[str, str], grant: Grant) -> Response:
    """What the route's handler answers, if the token's permissions let it."""
    mailbox, held = access.opened(cloud, grant, route.needs, route.path, values)
    tenant = cloud.tenants[grant.tenant_id]
    ask = Ask(cloud, tenant, request, values, preferences(request.headers), grant, held, mailbox)
    response = await route.handler(ask)
    if ask.preferences.applied:
        response.headers["Preference-Applied"] = ask.preferences.applied
    return response


def _refused(error: GraphError, body: Json) -> Response:
    response = json(body, error.status)
    response.headers.update(error.headers())
    if error.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="", client_id="00000003-0000-0000-c000-000000000000"'
    return response
