"""What can be done with a mailbox's events. https://learn.microsoft.com/graph/api/resources/calendar"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from starlette.datastructures import QueryParams
from starlette.responses import Response

from graph_emulator.errors import GraphError, Json, bad_request, not_found
from graph_emulator.exchange.calendar import Event
from graph_emulator.exchange.zones import UTC_ZONE, read
from graph_emulator.graph.ask import Ask, context, json
from graph_emulator.graph.odata import Options, selected
from graph_emulator.graph.sent import SentEvent, applied, invalid_property
from graph_emulator.graph.shown import etag, event_id, event_json, event_key

LONGEST_VIEW = timedelta(days=1825)
PAGE = 10
_TYPE = "Microsoft.OutlookServices.Event"


async def calendar_view(ask: Ask) -> Response:
    """Everything between two instants, series expanded; without $orderby in no order of time."""
    options = Options.of(ask.request.query_params, orders=True)
    for name in ("createdDateTime", "lastModifiedDateTime"):
        if name in options.select:
            raise bad_request(f"The property '{name}' cannot be selected here.", "ErrorInvalidRequest")
    start, end = _window(ask.request.query_params)
    events = _ordered(ask.calendar.view(start, end, floating=True), options.order)
    return ask.page(f"users('{ask.mailbox.id}')/calendarView", events, lambda e: _json(ask, e), options, _TYPE, PAGE)


async def get(ask: Ask) -> Response:
    return _shown(ask, _event(ask))


async def create(ask: Ask) -> Response:
    """
    Writes an event of the mailbox's owner. Into a room's own calendar that is a direct write: no booking attendant
    looks at it, and it may overlap.
    """
    calendar = ask.calendar
    sent = await ask.sent(SentEvent)
    if sent.transaction_id and (known := calendar.made_by(sent.transaction_id)):
        asked, event = known
        if asked != sent:
            raise _duplicate(ask.cloud.behaviour.duplicate_transaction_status)
        return _created(ask, event)
    if not sent.start or not sent.end:
        raise invalid_property()
    now = ask.cloud.clock()
    event = calendar.add(applied(sent, ask.tenant.draft(calendar, now, now)))
    if sent.transaction_id:
        event = calendar.add(replace(event, transaction_id=sent.transaction_id))
        calendar.remember(sent.transaction_id, sent, event)
    return _created(ask, event)


async def update(ask: Ask) -> Response:
    """Changes what was sent and nothing else; of a series' occurrence it makes an exception."""
    sent = await ask.sent(SentEvent)
    event = _event(ask)
    _check_unchanged(ask, event)
    changed = replace(applied(sent, event), version=event.version + 1, modified=ask.cloud.clock())
    return _shown(ask, ask.calendar.put(changed))


async def delete(ask: Ask) -> Response:
    event = _event(ask)
    _check_unchanged(ask, event)
    ask.calendar.remove(event)
    return Response(status_code=204)


def _event(ask: Ask) -> Event:
    """The event the path names, if it is in that mailbox."""
    if event := ask.calendar.find(event_key(ask.path["event"])):
        return event
    raise not_found()


def _created(ask: Ask, event: Event) -> Response:
    response = _shown(ask, event, 201)
    own_id = event_id(event.key, immutable=ask.preferences.immutable_ids)
    response.headers["Location"] = f"{ask.address}/{own_id}"
    return response


def _shown(ask: Ask, event: Event, status: int = 200) -> Response:
    chosen = selected(_json(ask, event), Options.of(ask.request.query_params).select, _TYPE)
    return json({"@odata.context": context(f"users('{ask.mailbox.id}')/events/$entity")} | chosen, status)


def _json(ask: Ask, event: Event) -> Json:
    return event_json(event, ask.preferences, basic=ask.basic)


def _check_unchanged(ask: Ask, event: Event) -> None:
    if ask.request.headers.get("if-match", "*") not in ("*", etag(event)):
        raise GraphError(
            412,
            "ErrorIrresolvableConflict",
            "The send or update operation could not be performed because the change key passed in the request does not "
            "match the current change key for the item.",
        )


def _duplicate(status: int) -> GraphError:
    return GraphError(
        status,
        "ErrorDuplicateTransactionId",
        "Your request can't be completed. The TransactionId specified in the request has already been used to create a "
        "different event.",
    )


def _window(query: QueryParams) -> tuple[datetime, datetime]:
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


_ORDERS: Mapping[str, Callable[[Event], datetime]] = {
    "start/datetime": lambda event: event.floating()[0],
    "end/datetime": lambda event: event.floating()[1],
}


def _ordered(events: list[Event], order: str | None) -> list[Event]:
    if not order:
        return events
    name, _, direction = order.strip().lower().partition(" ")
    if name not in _ORDERS or direction.strip() not in ("", "asc", "desc"):
        raise bad_request(f"The order '{order}' is not supported.", "ErrorInvalidUrlQuery")
    return sorted(events, key=_ORDERS[name], reverse=direction.strip() == "desc")
