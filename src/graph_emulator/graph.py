"""
Microsoft Graph v1.0, as much of it as room booking uses: which paths there are, who may call them, and what they do.

Paths are matched without regard to case, as Graph does. Every answer carries a request-id and echoes client-request-id.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from graph_emulator import places, schedule, wire
from graph_emulator.calendar import Calendar, Event
from graph_emulator.calls import Call, answered
from graph_emulator.errors import GraphError, Json, access_denied, bad_request, not_found
from graph_emulator.odata import Options, Preferences, next_link, preferences, selected
from graph_emulator.tenant import Mailbox, Tenant
from graph_emulator.zones import UTC_ZONE, read, zone

LARGEST_BODY = 4_000_000
LONGEST_SCHEDULE = timedelta(days=62)
LONGEST_VIEW = timedelta(days=1825)
_EVENT_TYPE = "Microsoft.OutlookServices.Event"

_WRITE = frozenset({"Calendars.ReadWrite"})
_READ = _WRITE | {"Calendars.Read", "Calendars.ReadBasic"}
_PLACES = frozenset({"Place.Read.All", "Place.ReadWrite.All"})


@dataclass(frozen=True, slots=True)
class Ask:
    """One request that may be answered: authorised, and its preferences understood."""

    tenant: Tenant
    request: Request
    preferences: Preferences
    roles: frozenset[str]

    @property
    def mailbox(self) -> Mailbox:
        """The mailbox the path names."""
        name = self.request.path_params["id"]
        if found := self.tenant.mailbox(name):
            return found
        raise GraphError(404, "ErrorInvalidUser", f"The requested user '{name}' is invalid.")

    @property
    def calendar(self) -> Calendar:
        return self.mailbox.calendar

    @property
    def event(self) -> Event:
        """The event the path names, if it is in that mailbox."""
        if event := self.calendar.find(wire.event_key(self.request.path_params["event"])):
            return event
        raise not_found()

    @property
    def basic(self) -> bool:
        """Whether the app may see no more than Calendars.ReadBasic shows."""
        return not self.roles & {"Calendars.Read", "Calendars.ReadWrite"}

    def context(self, what: str) -> str:
        return f"https://graph.microsoft.com/v1.0/$metadata#{what}"


Handler = Callable[[Ask], Awaitable[Response]]


class _Route(Route):
    """A route of Graph: the case of its path does not matter."""

    def __init__(self, path: str, endpoint: Callable[[Request], Awaitable[Response]], methods: Sequence[str]) -> None:
        super().__init__(path, endpoint, methods=list(methods))
        self.path_regex = re.compile(self.path_regex.pattern, re.IGNORECASE)


def routes(tenant: Tenant) -> list[Route]:
    """All paths under /v1.0, the last of them taking what no other does."""
    known: list[Route] = []

    def add(method: str, path: str, handler: Handler, roles: frozenset[str]) -> None:
        async def endpoint(request: Request) -> Response:
            call = Call(method, path, request.path_params.get("id"))
            return await answered(tenant, call, partial(_told, tenant, request, handler, roles))

        known.append(_Route(f"/v1.0{path}", endpoint, [method]))

    add("POST", "/users/{id}/calendar/getSchedule", _get_schedule, _READ)
    for calendar in ("/users/{id}", "/users/{id}/calendar"):
        add("GET", f"{calendar}/calendarView", _calendar_view, _READ)
        add("POST", f"{calendar}/events", _create, _WRITE)
        add("GET", f"{calendar}/events/{{event}}", _get, _READ)
        add("PATCH", f"{calendar}/events/{{event}}", _update, _WRITE)
        add("DELETE", f"{calendar}/events/{{event}}", _delete, _WRITE)
    add("GET", "/places/microsoft.graph.room", _rooms, _PLACES)
    add("GET", "/places/microsoft.graph.roomlist", _room_lists, _PLACES)
    add("GET", "/places/{place}/microsoft.graph.roomlist/rooms", _rooms_in, _PLACES)
    add("GET", "/places/{place}", _place, _PLACES)

    async def elsewhere(request: Request) -> Response:
        async def refuse(ask: Ask) -> Response:
            path = request.path_params["path"]
            if path.lower().split("/")[0] == "me":
                raise bad_request("/me request is only valid with delegated authentication flow.")
            if any(route.matches(request.scope)[0] is Match.PARTIAL for route in known):
                raise GraphError(405, "MethodNotAllowed", f"{request.method} is not allowed here.")
            raise bad_request(f"Resource not found for the segment '{path.split('/')[0]}'.")

        call = Call(request.method, "/{path}", None)
        return await answered(tenant, call, partial(_told, tenant, request, refuse, None))

    methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
    return [*known, _Route("/v1.0/{path:path}", elsewhere, methods)]


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
        response = _json(error.body(tenant.clock(), request_id, client_request_id), error.status)
        if error.status == 401:
            response.headers["WWW-Authenticate"] = (
                'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", '
                'client_id="00000003-0000-0000-c000-000000000000"'
            )
    response.headers["request-id"] = request_id
    response.headers["client-request-id"] = client_request_id
    return response


def _authorised(tenant: Tenant, request: Request, roles: frozenset[str] | None) -> Ask:
    grant = tenant.tokens.grant(request.headers.get("authorization"))
    if roles is not None and not roles & grant.roles:
        raise access_denied()
    return Ask(tenant, request, preferences(request.headers), grant.roles)


def _json(body: Json, status: int = 200) -> Response:
    media = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
    return Response(msgspec.json.encode(body), status, media_type=media)


# bodies


async def _body(request: Request) -> bytes:
    if "json" not in request.headers.get("content-type", ""):
        raise _unreadable()
    body = await request.body()
    if len(body) > LARGEST_BODY:
        raise GraphError(413, "RequestEntityTooLarge", "The request body is too large.")
    return body


def _unreadable() -> GraphError:
    return bad_request(
        "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON "
        "format."
    )


async def _sent_event(request: Request) -> wire.WireEvent:
    body = await _body(request)
    try:
        return msgspec.json.decode(body, type=wire.WireEvent)
    except msgspec.ValidationError as error:
        raise bad_request(str(error), "RequestBodyRead") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise _unreadable() from None


# getSchedule


class _Parameters(Struct, frozen=True):
    """The parameters of getSchedule, in lower case: both spellings are in use, and a quoted interval too."""

    schedules: tuple[str, ...]
    starttime: wire.WireTime
    endtime: wire.WireTime
    availabilityviewinterval: int = 30


async def _get_schedule(ask: Ask) -> Response:
    """Reads many calendars at once; which of them could not be read is told one by one, in a 200."""
    mailbox = ask.mailbox
    parameters = await _sent_parameters(ask.request)
    question = _question(parameters, ask)
    behaviour = ask.tenant.behaviour
    if not parameters.schedules:
        raise bad_request("There are no target users in the EmailAddress array.", "ErrorMailboxDataArrayEmpty")
    if len(parameters.schedules) > behaviour.max_schedules:
        raise bad_request(
            "There are too many target users in the EmailAddress array. "
            f"The allowed size = {behaviour.max_schedules}; the actual size = {len(parameters.schedules)}.",
            "ErrorMailboxDataArrayTooBig",
        )
    answers = [_schedule_of(ask.tenant, address, question, mailbox) for address in parameters.schedules]
    return _json({"@odata.context": ask.context("Collection(microsoft.graph.scheduleInformation)"), "value": answers})


async def _sent_parameters(request: Request) -> _Parameters:
    body = await _body(request)
    try:
        sent = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
        lowered = b",".join(msgspec.json.encode(name.lower()) + b":" + bytes(value) for name, value in sent.items())
        interval_may_be_quoted = msgspec.json.decode(b"{" + lowered + b"}")
        return msgspec.convert(interval_may_be_quoted, _Parameters, strict=False)
    except msgspec.ValidationError as error:
        raise bad_request(str(error), "RequestBodyRead") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise _unreadable() from None


def _question(parameters: _Parameters, ask: Ask) -> schedule.Question:
    start = read(parameters.starttime.date_time, zone(parameters.starttime.time_zone))
    end = read(parameters.endtime.date_time, zone(parameters.endtime.time_zone))
    slot = timedelta(minutes=parameters.availabilityviewinterval)
    if end <= start:
        raise bad_request("The end of the time window is not after its start.", "ErrorInvalidTimeInterval")
    if end - start >= LONGEST_SCHEDULE:
        raise bad_request(
            "The requested time duration specified for FreeBusyViewOptions.TimeWindow is too long. "
            f"The allowed limit = 62 days; the actual limit = {-(-(end - start) // timedelta(days=1))} days.",
            "ErrorTimeIntervalTooBig",
        )
    if not timedelta(minutes=5) <= slot <= timedelta(minutes=1440) or slot > end - start:
        raise bad_request(
            "The merged free/busy interval must be between 5 and 1440 minutes and within the time window.",
            "ErrorInvalidMergedFreeBusyInterval",
        )
    return schedule.Question(start, end, slot, ask.preferences.zone)


def _schedule_of(tenant: Tenant, address: str, question: schedule.Question, caller: Mailbox) -> Json:
    mailbox = tenant.mailbox(address)
    if mailbox is None or "@" not in address:
        return schedule.unresolvable(address).answer(address)
    if error := tenant.schedule_errors.get(address.lower()):
        return error.answer(address)
    details = tenant.behaviour.schedule_details or mailbox is caller
    floating = tenant.behaviour.all_day_floats_in_schedule
    return schedule.answer(address, mailbox.calendar, question, mailbox.zone, details=details, floating=floating)


# events


async def _calendar_view(ask: Ask) -> Response:
    """Everything between two instants, series expanded, ten to a page; without $orderby in no order of time."""
    calendar, query = ask.calendar, ask.request.query_params
    options = Options.of(query, orders=True)
    start, end = _window(query)
    for name in ("createdDateTime", "lastModifiedDateTime"):
        if name in options.select:
            raise bad_request(f"The property '{name}' cannot be selected here.", "ErrorInvalidRequest")
    events = _ordered(calendar.view(start, end, floating=True), options.order)
    size = min(options.top or ask.preferences.page or 10, ask.tenant.behaviour.max_page)
    page = events[options.skip : options.skip + size]
    answer: Json = {"@odata.context": ask.context(f"users('{ask.mailbox.id}')/calendarView")}
    if options.count:
        answer["@odata.count"] = len(events)
    answer["value"] = [
        selected(wire.event_json(event, ask.preferences, basic=ask.basic), options.select, _EVENT_TYPE)
        for event in page
    ]
    if options.skip + size < len(events):
        answer["@odata.nextLink"] = next_link(str(ask.request.url.replace(query="")), query, options.skip + size)
    return _json(answer)


def _window(query: Mapping[str, str]) -> tuple[datetime, datetime]:
    """The window of a calendarView: Prefer has no say in it, and without an offset it is UTC."""
    given = {name.lower(): value for name, value in query.items()}
    if not given.get("startdatetime") or not given.get("enddatetime"):
        raise bad_request(
            "This request requires a time window specified by the query string parameters StartDateTime and "
            "EndDateTime.",
            "ErrorInvalidParameter",
        )
    start, end = read(given["startdatetime"], UTC_ZONE), read(given["enddatetime"], UTC_ZONE)
    if end < start:
        raise bad_request("The end of the time window is before its start.", "ErrorInvalidParameter")
    if end - start > LONGEST_VIEW:
        raise bad_request("The requested time window is longer than 1825 days.", "ErrorInvalidRequest")
    return start, end


_ORDERS: Mapping[str, Callable[[Event], datetime | str]] = {
    "start/datetime": lambda event: event.floating()[0],
    "end/datetime": lambda event: event.floating()[1],
    "subject": lambda event: event.subject.lower(),
}


def _ordered(events: list[Event], order: str | None) -> list[Event]:
    if not order:
        return events
    name, _, direction = order.strip().partition(" ")
    if name.lower() not in _ORDERS or direction.strip().lower() not in ("", "asc", "desc"):
        raise bad_request(f"The order '{order}' is not supported.", "ErrorInvalidUrlQuery")
    return sorted(events, key=_ORDERS[name.lower()], reverse=direction.strip().lower() == "desc")


async def _create(ask: Ask) -> Response:
    """
    Writes an event of the mailbox's owner. Into a room's own calendar that is a direct write: no booking attendant
    looks at it, and it may overlap.
    """
    calendar = ask.calendar
    sent = await _sent_event(ask.request)
    if isinstance(sent.transaction_id, str) and (known := calendar.made_by(sent.transaction_id)):
        asked, event = known
        if asked != sent:
            raise GraphError(
                ask.tenant.behaviour.duplicate_transaction_status,
                "ErrorDuplicateTransactionId",
                "Your request can't be completed. The TransactionId specified in the request has already been used to "
                "create a different event.",
            )
        return _one(ask, event, 201)
    if not sent.start or not sent.end:
        raise wire.invalid_property()
    now = ask.tenant.clock()
    event = wire.applied(sent, ask.tenant.draft(calendar, now, now))
    if isinstance(sent.transaction_id, str):
        event = replace(event, transaction_id=sent.transaction_id)
        calendar.remember(sent.transaction_id, sent, event)
    calendar.add(event)
    response = _one(ask, event, 201)
    response.headers["Location"] = f"{ask.request.url.replace(query='')}/{wire.event_id(event.key, immutable=False)}"
    return response


async def _get(ask: Ask) -> Response:
    return _one(ask, ask.event)


async def _update(ask: Ask) -> Response:
    event = ask.event
    sent = await _sent_event(ask.request)
    _check_unchanged(ask.request, event)
    changed = wire.applied(sent, event)
    changed = replace(changed, version=event.version + 1, modified=ask.tenant.clock())
    ask.calendar.put(changed)
    return _one(ask, changed)


async def _delete(ask: Ask) -> Response:
    event = ask.event
    _check_unchanged(ask.request, event)
    ask.calendar.remove(event)
    return Response(status_code=204)


def _check_unchanged(request: Request, event: Event) -> None:
    if request.headers.get("if-match", "*") not in ("*", wire.etag(event)):
        raise GraphError(
            412,
            "ErrorIrresolvableConflict",
            "The send or update operation could not be performed because the change key passed in the request does not "
            "match the current change key for the item.",
        )


def _one(ask: Ask, event: Event, status: int = 200) -> Response:
    entity = wire.event_json(event, ask.preferences, basic=ask.basic)
    chosen = selected(entity, Options.of(ask.request.query_params).select, _EVENT_TYPE)
    context: Json = {"@odata.context": ask.context(f"users('{ask.mailbox.id}')/events/$entity")}
    return _json(context | chosen, status)


# places


async def _rooms(ask: Ask) -> Response:
    return _place_page(ask, places.rooms(ask.tenant), "room")


async def _room_lists(ask: Ask) -> Response:
    return _place_page(ask, places.room_lists(ask.tenant), "roomList")


async def _rooms_in(ask: Ask) -> Response:
    return _place_page(ask, places.rooms_in(ask.tenant, ask.request.path_params["place"]), "room")


async def _place(ask: Ask) -> Response:
    entity = places.place(ask.tenant, ask.request.path_params["place"])
    chosen = selected(entity, Options.of(ask.request.query_params).select, "microsoft.graph.place")
    return _json({"@odata.context": ask.context("places/$entity")} | chosen)


def _place_page(ask: Ask, entities: Sequence[Json], kind: str) -> Response:
    query = ask.request.query_params
    options = Options.of(query)
    size = min(options.top or 100, ask.tenant.behaviour.max_page)
    page = entities[options.skip : options.skip + size]
    answer: Json = {"@odata.context": ask.context(f"places/microsoft.graph.{kind}")}
    if options.count:
        answer["@odata.count"] = len(entities)
    answer["value"] = [selected(entity, options.select, f"microsoft.graph.{kind}") for entity in page]
    if options.skip + size < len(entities):
        answer["@odata.nextLink"] = next_link(str(ask.request.url.replace(query="")), query, options.skip + size)
    return _json(answer)
