"""
What is done to meetings beside writing them: the organizer cancels, the others accept or decline.

https://learn.microsoft.com/graph/api/event-cancel, …/event-accept, …/event-tentativelyaccept and …/event-decline
"""

from datetime import datetime
from functools import partial

from msgspec import Struct
from starlette.responses import Response

from graph_emulator.errors import GraphError, bad_request
from graph_emulator.exchange.event import Event
from graph_emulator.graph.ask import Ask
from graph_emulator.graph.items import named
from graph_emulator.graph.times import SentSlot

ACCEPTED = 202


class Cancellation(Struct, frozen=True):
    comment: str | None = None


class Answer(Struct, frozen=True, forbid_unknown_fields=True):
    """The parameters of accept, in lower case."""

    comment: str | None = None
    sendresponse: bool | None = None

    @property
    def tells(self) -> bool:
        return self.sendresponse is not False


class Proposal(Answer, frozen=True, forbid_unknown_fields=True):
    """Those of tentativelyAccept and decline, which may propose another time."""

    proposednewtime: SentSlot | None = None


async def cancel(ask: Ask) -> Response:
    sent = await ask.parameters(Cancellation)
    event = named(ask)
    if not event.is_organizer:
        raise _impossible("You need to be an organizer to cancel a meeting.")
    ask.cloud.meetings.cancel(ask.mailbox, event, sent.comment or "")
    return Response(status_code=ACCEPTED)


async def accept(ask: Ask) -> Response:
    return _answered(ask, "accepted", await ask.parameters(Answer))


async def _maybe(ask: Ask, response: str) -> Response:
    sent = await ask.parameters(Proposal)
    return _answered(ask, response, sent, sent.proposednewtime)


tentatively_accept = partial(_maybe, response="tentativelyAccepted")
decline = partial(_maybe, response="declined")


def _answered(ask: Ask, response: str, sent: Answer, slot: SentSlot | None = None) -> Response:
    event = named(ask)
    if event.is_organizer:
        raise _impossible("You can't respond to this meeting because you're the meeting organizer.")
    if sent.tells and not event.asks_for_responses:
        raise _impossible("The meeting organizer hasn't requested a response.")
    proposed = _proposed(event, sent, slot) if slot else None
    ask.cloud.meetings.respond(ask.mailbox, event, response, tell=sent.tells, proposed=proposed)
    return Response(status_code=ACCEPTED)


def _proposed(event: Event, sent: Answer, slot: SentSlot) -> tuple[datetime, datetime]:
    if not sent.tells or not event.allows_proposals:
        raise bad_request("A new time cannot be proposed here.", "ErrorInvalidParameter")
    start, end = slot.start.read()[0], slot.end.read()[0]
    if end < start:
        raise bad_request("The end of the proposed time is before its start.", "ErrorInvalidParameter")
    return start, end


def _impossible(reason: str) -> GraphError:
    return bad_request(f"Your request can't be completed. {reason}", "ErrorInvalidRequest")
