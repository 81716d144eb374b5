"""What can be done with a mailbox's events. https://learn.microsoft.com/graph/api/resources/calendar"""

from msgspec.structs import replace
from starlette.responses import Response

from graph_emulator.errors import GraphError, Json, not_found
from graph_emulator.exchange.calendar import Event
from graph_emulator.graph.ask import Ask, context, json
from graph_emulator.graph.entities import EVENT
from graph_emulator.graph.ids import event_id, event_key
from graph_emulator.graph.odata import Options
from graph_emulator.graph.sent import SentEvent, applied, invalid_property
from graph_emulator.graph.shown import etag, event_json


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
    chosen = Options.of(ask.request.query_params, EVENT).selected(_json(ask, event))
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
