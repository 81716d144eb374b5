"""What can be done with a mailbox's events. https://learn.microsoft.com/graph/api/resources/calendar"""

from datetime import datetime
from urllib.parse import quote

from msgspec import UnsetType
from msgspec.structs import replace
from starlette.responses import Response

from graph_emulator.errors import GraphError, Json, access_denied
from graph_emulator.exchange import series
from graph_emulator.exchange.event import Event, has_moved
from graph_emulator.graph.ask import Ask, context, json
from graph_emulator.graph.declared import invalid_property
from graph_emulator.graph.entities import EVENT
from graph_emulator.graph.ids import event_id
from graph_emulator.graph.items import check_unchanged, named, whereabouts
from graph_emulator.graph.odata import OF_MANY, Options
from graph_emulator.graph.online_meetings import opened
from graph_emulator.graph.sent import SentEvent, applied
from graph_emulator.graph.shown import Showing

PAGE = 10


async def every(ask: Ask) -> Response:
    """Single instances and series, each series once."""
    options = Options.of(ask.request.query_params, EVENT, OF_MANY)
    showing = Showing.of(ask, options)
    what = f"{whereabouts(ask)}/events"
    return ask.page(what, ask.calendar.events(), showing.event, options, PAGE, showing.judged)


async def get(ask: Ask) -> Response:
    return _answer(ask, _showing(ask), named(ask))


async def create(ask: Ask) -> Response:
    """
    Writes an event of the mailbox's owner, and invites whom it names. Into a room's own calendar that is a direct
    write: no booking attendant looks at it, and it may overlap.
    """
    showing, calendar = _showing(ask), ask.calendar
    sent = SentEvent.of(await ask.sent(dict[str, object]))
    if event := _made_before(ask, sent):
        return _created(ask, showing, event)
    if not sent.start or not sent.end:
        raise invalid_property()
    if sent.extensions and ask.grant.person not in (None, ask.mailbox.id):  # a limitation that the pages name
        raise access_denied()
    now = ask.cloud.clock()
    draft = replace(ask.tenant.draft(calendar, now, now), transaction_id=sent.transaction_id or None)
    event = calendar.add(_written(ask, sent, draft))
    if sent.transaction_id:
        calendar.remember(sent.transaction_id, sent, event)
    ask.cloud.meetings.organized(ask.mailbox, event)
    return _created(ask, showing, event)


async def update(ask: Ask) -> Response:
    """
    Changes what was sent and nothing else; of a series' occurrence it makes an exception.

    The organizer's change goes to everybody invited, anybody else's is to their own copy only.
    """
    showing = _showing(ask)
    sent = SentEvent.of(await ask.sent(dict[str, object]))
    event = named(ask)
    check_unchanged(ask, event)
    changed = replace(_written(ask, sent, event), modified=ask.cloud.clock())
    if event.series and has_moved(event, changed):
        series.check_neighbours(ask.calendar, changed)
    changed = ask.calendar.put(changed)
    lost = series.hand_down(ask.calendar, event, changed) if event.recurrence else []
    if event.is_organizer:
        ask.cloud.meetings.organized(ask.mailbox, changed, before=event, lost=lost)
    return _answer(ask, showing, changed)


async def delete(ask: Ask) -> Response:
    """Of the organizer's calendar that cancels a meeting, of anybody else's it takes away their own copy."""
    event = named(ask)
    check_unchanged(ask, event)
    if event.is_organizer:
        ask.cloud.meetings.cancel(ask.mailbox, event)
    else:
        ask.cloud.meetings.drop(ask.mailbox, event)
    return Response(status_code=204)


def _made_before(ask: Ask, sent: SentEvent) -> Event | None:
    """The event that the same request made before; refused if it was a request for another."""
    known = ask.calendar.made_by(sent.transaction_id) if sent.transaction_id else None
    if known is None:
        return None
    asked, event = known
    if event is None and ask.cloud.behaviour.deleted_event_frees_transaction:
        return None
    if event is None or asked != sent:
        raise DuplicateTransaction(ask, event)
    return event


def _written(ask: Ask, sent: SentEvent, event: Event) -> Event:
    changed = applied(sent, event)
    if not sent.is_online_meeting or changed.online:
        return changed
    provider = None if isinstance(sent.online_meeting_provider, UnsetType) else sent.online_meeting_provider
    return replace(changed, online=opened(provider, ask.calendar, ask.cloud.new_id))


def _created(ask: Ask, showing: Showing, event: Event) -> Response:
    response = _answer(ask, showing, event, 201)
    response.headers["Location"] = f"{ask.address}/{quote(showing.id(event))}"
    return response


def _showing(ask: Ask) -> Showing:
    return Showing.of(ask, Options.of(ask.request.query_params, EVENT))


def _answer(ask: Ask, showing: Showing, event: Event, status: int = 200) -> Response:
    """The event as it is now: what was done to it may have had consequences."""
    event = ask.calendar.find(event.key) or event
    what = context(f"{whereabouts(ask)}/events{showing.options.shape}/$entity")
    return json({"@odata.context": what} | showing.event(event), status)


class DuplicateTransaction(GraphError):
    """The transactionId has made another event, which the error names unless it is gone or a switch is off."""

    def __init__(self, ask: Ask, event: Event | None) -> None:
        behaviour = ask.cloud.behaviour
        super().__init__(
            behaviour.duplicate_transaction_status,
            "ErrorDuplicateTransactionId",
            "Your request can't be completed. The TransactionId specified in the request has already been used to "
            "create a different event.",
        )
        named = event if behaviour.duplicate_transaction_names_event else None
        self._event = event_id(named.key, immutable=ask.preferences.immutable_ids) if named else None

    def body(self, now: datetime, request_id: str, client_request_id: str, inner_error: str = "innerError") -> Json:
        body = super().body(now, request_id, client_request_id, inner_error)
        error = body["error"]
        if self._event and isinstance(error, dict):
            error["@event.existingEventId"] = self._event
        return body
