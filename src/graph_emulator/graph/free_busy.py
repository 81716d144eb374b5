"""getSchedule: what is asked, and what of it is refused. https://learn.microsoft.com/graph/api/calendar-getschedule"""

from datetime import timedelta

import msgspec
from msgspec import Struct
from starlette.responses import Response

from graph_emulator.errors import Json, bad_request
from graph_emulator.exchange import schedule
from graph_emulator.exchange.zones import Zone, read, zone
from graph_emulator.graph.ask import Ask, context, json
from graph_emulator.graph.sent import SentTime
from graph_emulator.tenant import Mailbox, Tenant

LONGEST_WINDOW = timedelta(days=62)
SHORTEST_SLOT, LONGEST_SLOT = timedelta(minutes=5), timedelta(minutes=1440)


class Parameters(Struct, frozen=True):
    """The parameters in lower case: both camelCase and PascalCase are in use, and a quoted interval too."""

    schedules: tuple[str, ...]
    starttime: SentTime
    endtime: SentTime
    availabilityviewinterval: int = 30


async def get_schedule(ask: Ask) -> Response:
    """Reads many calendars at once; which of them could not be read is told one by one, in a 200."""
    caller = ask.mailbox
    parameters = await _parameters(ask)
    question = _question(parameters, ask.preferences.zone)
    _check_number(len(parameters.schedules), ask.cloud.behaviour.max_schedules)
    answers = [_answer(ask.tenant, address, question, caller) for address in parameters.schedules]
    return json({"@odata.context": context("Collection(microsoft.graph.scheduleInformation)"), "value": answers})


async def _parameters(ask: Ask) -> Parameters:
    sent = await ask.sent(dict[str, object])
    try:
        return msgspec.convert({name.lower(): value for name, value in sent.items()}, Parameters, strict=False)
    except msgspec.ValidationError as error:
        raise bad_request(str(error), "RequestBodyRead") from None


def _question(parameters: Parameters, shown_in: Zone) -> schedule.Question:
    start, end = (read(time.date_time, zone(time.time_zone)) for time in (parameters.starttime, parameters.endtime))
    if end <= start:
        raise bad_request("The end of the time window is not after its start.", "ErrorInvalidTimeInterval")
    if end - start >= LONGEST_WINDOW:
        raise bad_request(
            "The requested time duration specified for FreeBusyViewOptions.TimeWindow is too long. "
            f"The allowed limit = 62 days; the actual limit = {-(-(end - start) // timedelta(days=1))} days.",
            "ErrorTimeIntervalTooBig",
        )
    minutes = parameters.availabilityviewinterval
    slot = timedelta(minutes=max(-1, min(minutes, 10_000)))
    if not SHORTEST_SLOT <= slot <= min(LONGEST_SLOT, end - start):
        raise bad_request(
            "The merged free/busy interval must be between 5 and 1440 minutes and not longer than the time window.",
            "ErrorInvalidMergedFreeBusyInterval",
        )
    return schedule.Question(start, end, slot, shown_in)


def _check_number(asked: int, allowed: int) -> None:
    if asked == 0:
        raise bad_request("There are no target users in the EmailAddress array.", "ErrorMailboxDataArrayEmpty")
    if asked > allowed:
        raise bad_request(
            "There are too many target users in the EmailAddress array. "
            f"The allowed size = {allowed}; the actual size = {asked}.",
            "ErrorMailboxDataArrayTooBig",
        )


def _answer(tenant: Tenant, address: str, question: schedule.Question, caller: Mailbox) -> Json:
    mailbox = tenant.mailbox(address)
    if mailbox is None or "@" not in address:  # an object id is no address
        return schedule.unresolvable(address).answer(address)
    if error := tenant.schedule_errors.get(address.lower()):
        return error.answer(address)
    details = tenant.cloud.behaviour.schedule_details or mailbox is caller
    floating = tenant.cloud.behaviour.all_day_floats_in_schedule
    return schedule.answer(address, mailbox.calendar, question, mailbox.zone, details=details, floating=floating)
