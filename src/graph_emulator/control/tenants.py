"""/emulator/tenants/…: what happens in them besides the calls of clients, and the truth about calendars."""

from typing import Literal

from msgspec import Struct
from starlette.responses import Response

from graph_emulator.control.ask import Ask, Refused
from graph_emulator.errors import Json
from graph_emulator.exchange.event import Event
from graph_emulator.exchange.processing import CalendarProcessing
from graph_emulator.scenario.meetings import hold
from graph_emulator.scenario.settings import ProcessingSettings, changed, shown
from graph_emulator.scenario.types import Meeting


class Decision(Struct, forbid_unknown_fields=True):
    """What a delegate says to a request that waits; a meeting is named by its iCalUId."""

    uid: str
    response: Literal["accepted", "declined"]


class CheckIn(Struct, forbid_unknown_fields=True):
    uid: str


async def show_all(ask: Ask) -> list[Json]:
    return [
        {"id": tenant.id, "domain": tenant.domain, "people": len(tenant.people()), "rooms": len(tenant.rooms)}
        for tenant in ask.cloud.tenants.values()
    ]


async def meet(ask: Ask) -> Json:
    """Writes a meeting as scenarios say it."""
    meeting = await ask.sent(Meeting)
    ask.cloud.catch_up()
    return {"uid": hold(ask.tenant(), meeting, "$").uid}


async def busy(ask: Ask) -> list[Json]:
    """When a calendar is taken, merged."""
    mailbox = ask.mailbox()
    spans = ask.tenant().busy(mailbox.person.address, ask.instant("from"), ask.instant("to"))
    return [{"start": begin, "end": finish} for begin, finish in spans]


async def processing(ask: Ask) -> Json:
    """What Get-CalendarProcessing says of a room."""
    return shown(_settings(ask), ProcessingSettings)


async def change_processing(ask: Ask) -> Json:
    """Set-CalendarProcessing. With AnswersAfter "never" the room is silent."""
    mailbox, sent = ask.mailbox(), await ask.sent(ProcessingSettings)
    mailbox.processing = changed(_settings(ask), sent)
    _ = mailbox.calendar  # drawn now, if it is one of those: what was changed is no longer only drawn
    return await processing(ask)


async def decide(ask: Ask) -> Response:
    """A delegate's decision on a request that the room left to one."""
    decision = await ask.sent(Decision)
    mailbox, event = ask.mailbox(), _meeting(ask, decision.uid)
    if event.response != "tentativelyAccepted":
        raise Refused(409, f"Nobody waits for a decision on it: it is {event.response}.")
    ask.cloud.meetings.respond(mailbox, event, decision.response)
    return Response(status_code=204)


async def check_in(ask: Ask) -> Response:
    """Somebody came to the meeting; a room with EnableAutoRelease keeps it."""
    sent = await ask.sent(CheckIn)
    ask.mailbox().checked_in.add(_meeting(ask, sent.uid).key)
    return Response(status_code=204)


def _settings(ask: Ask) -> CalendarProcessing:
    mailbox = ask.mailbox()
    if mailbox.processing is None:
        raise Refused(404, f"{mailbox.person.address} is no room.")
    return mailbox.processing


def _meeting(ask: Ask, uid: str) -> Event:
    _settings(ask)
    if event := ask.mailbox().calendar.meeting(uid):
        return event
    raise Refused(404, f"The room has no meeting with the iCalUId {uid!r}.")
