"""The event that a path names, and where it lies."""

from urllib.parse import quote

from graph_emulator.errors import GraphError, not_found
from graph_emulator.exchange.event import Event
from graph_emulator.graph.ask import Ask
from graph_emulator.graph.ids import event_key
from graph_emulator.graph.shown import etag


def named(ask: Ask) -> Event:
    """The event the path names; 404 if it is in no calendar of that mailbox."""
    if event := ask.calendar.find(event_key(ask.path["event"])):
        return event
    raise not_found()


def check_unchanged(ask: Ask, event: Event) -> None:
    """412 if the caller has seen another version than there is."""
    if ask.request.headers.get("if-match", "*") not in ("*", etag(event)):
        raise GraphError(
            412,
            "ErrorIrresolvableConflict",
            "The send or update operation could not be performed because the change key passed in the request does not "
            "match the current change key for the item.",
        )


def whereabouts(ask: Ask) -> str:
    """The mailbox, and the calendar if the path names one, as contexts of answers spell it."""
    mailbox = f"users('{ask.mailbox.id}')"
    return f"{mailbox}/calendars('{quote(ask.path['calendar'])}')" if "calendar" in ask.path else mailbox


def whereabouts_of(ask: Ask, event_id: str) -> str:
    return f"{whereabouts(ask)}/events('{quote(event_id)}')"
