"""getSchedule: what is asked, and what of it is refused. https://learn.microsoft.com/graph/api/calendar-getschedule"""

from datetime import timedelta

from msgspec import Struct
from starlette.responses import Response

from graph_emulator.errors import Json, bad_request
from graph_emulator.exchange import schedule
from graph_emulator.exchange.sharing import Role
from graph_emulator.exchange.zones import read, zone
from graph_emulator.graph.access import FREE_BUSY, may_open
from graph_emulator.graph.ask import Ask, context, json
from graph_emulator.graph.times import SentTime
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
    """
    Reads many calendars at once; which of them could not be read is told one by one, in a 200.

    The mailbox in the path is the one that must be open to the caller; of those asked about more or less is shown.
    400 for a question the service does not take.
    """
    caller = ask.mailbox
    parameters = await ask.parameters(Parameters)
    question = _question(parameters, ask)
    schedules = [one for address in parameters.schedules for one in _opened(ask, address)]
    _check_number(sum(max(1, len(_members(ask.tenant, one))) for one in schedules), ask.cloud.behaviour.max_schedules)
    answers = [_answer(ask, address, question, caller) for address in schedules]
    return json({"@odata.context": context("Collection(microsoft.graph.scheduleInformation)"), "value": answers})


def _members(tenant: Tenant, address: str) -> tuple[str, ...]:
    """The members of a distribution list, which a room list is too; nobody if it is none."""
    found = tenant.room_lists.get(address.lower())
    return found.rooms if found else ()


def _opened(ask: Ask, address: str) -> tuple[str, ...]:
    return (ask.cloud.behaviour.lists_stand_for_members and _members(ask.tenant, address)) or (address,)


def _question(parameters: Parameters, ask: Ask) -> schedule.Question:
    start, end = (read(time.date_time, zone(time.time_zone)) for time in (parameters.starttime, parameters.endtime))
    behaviour = ask.cloud.behaviour
    if end <= start:
        raise bad_request("The end of the time window is not after its start.", "ErrorInvalidTimeInterval")
    if end - start > LONGEST_WINDOW or (end - start == LONGEST_WINDOW and not behaviour.exactly_62_days):
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
    return schedule.Question(start, end, slot, ask.preferences.zone, behaviour)


def _check_number(asked: int, allowed: int) -> None:
    if asked == 0:
        raise bad_request("There are no target users in the EmailAddress array.", "ErrorMailboxDataArrayEmpty")
    if asked > allowed:
        raise bad_request(
            "There are too many target users in the EmailAddress array. "
            f"The allowed size = {allowed}; the actual size = {asked}.",
            "ErrorMailboxDataArrayTooBig",
        )


def _answer(ask: Ask, address: str, question: schedule.Question, caller: Mailbox) -> Json:
    behaviour = question.behaviour
    if error := ask.tenant.schedule_errors.get(address.lower()):
        return error.answer(address)
    try:
        if members := _members(ask.tenant, address):
            return schedule.answer_of_list(address, [ask.tenant.calendar(member) for member in members], question)
        mailbox = ask.tenant.addressed(address)
        if mailbox is None:
            return schedule.unresolvable(address, behaviour.unknown_schedule_code).answer(address)
        role = _role(ask, mailbox, caller)
        if role is Role.none:
            return schedule.no_access(behaviour.no_access_code).answer(address)
        return schedule.answer(address, mailbox.calendar, question, role, mailbox.working_hours, mailbox.zone)
    except schedule.TooManyEntries as many:
        if behaviour.too_many_entries_refuse_all:
            raise bad_request(many.error.message, many.error.code) from None
        return many.error.answer(address)


def _role(ask: Ask, mailbox: Mailbox, caller: Mailbox) -> Role:
    """As whom the caller sees a calendar: a person by what is shared, an app by what it may open."""
    if ask.grant.person is not None:
        person = ask.tenant.mailbox(ask.grant.person)
        return mailbox.role_of(person.person.address) if person else Role.none
    if not may_open(ask.tenant, ask.grant, FREE_BUSY, mailbox):
        return Role.none if ask.cloud.behaviour.unscoped_schedules_fail else mailbox.everybodys_role
    shows = ask.cloud.behaviour.schedule_details or mailbox is caller
    return Role.limitedRead if shows else Role.freeBusyRead
