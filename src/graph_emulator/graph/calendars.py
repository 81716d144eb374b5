"""The calendars of a mailbox, which has one. https://learn.microsoft.com/graph/api/resources/calendar"""

from hashlib import blake2b

from starlette.responses import Response

from graph_emulator.errors import Json, not_found
from graph_emulator.exchange.sharing import Role
from graph_emulator.graph.ask import Ask, context, json
from graph_emulator.graph.entities import CALENDAR
from graph_emulator.graph.ids import CALENDAR as FORM
from graph_emulator.graph.odata import OF_MANY, Options
from graph_emulator.graph.routing import Handler
from graph_emulator.tenant import Mailbox

PAGE = 10


async def every(ask: Ask) -> Response:
    options = Options.of(ask.request.query_params, CALENDAR, OF_MANY)
    return ask.page(f"users('{ask.mailbox.id}')/calendars", [_calendar(ask)], lambda shown: shown, options, PAGE)


async def get(ask: Ask) -> Response:
    options = Options.of(ask.request.query_params, CALENDAR)
    what = context(f"users('{ask.mailbox.id}')/calendars{options.shape}/$entity")
    return json({"@odata.context": what} | options.selected(_calendar(ask)))


def within(handler: Handler) -> Handler:
    """What answers in the one calendar there is, and 404 if the path names another."""

    async def answer(ask: Ask) -> Response:
        if "calendar" in ask.path and ask.path["calendar"] != calendar_id(ask.mailbox):
            raise not_found()
        return await handler(ask)

    return answer


def calendar_id(mailbox: Mailbox) -> str:
    return FORM.id(blake2b(mailbox.id.encode(), digest_size=16).hexdigest())


def _calendar(ask: Ask) -> Json:
    mailbox, providers, role = ask.mailbox, ask.calendar.online_providers, _role(ask)
    return {
        "id": calendar_id(mailbox),
        "name": "Calendar",
        "color": "auto",
        "hexColor": "",
        "isDefaultCalendar": True,
        "changeKey": blake2b(mailbox.id.encode(), digest_size=12).hexdigest(),
        "canShare": role is Role.delegateWithPrivateEventAccess,
        "canViewPrivateItems": role is Role.delegateWithPrivateEventAccess,
        "canEdit": role >= Role.write,
        "allowedOnlineMeetingProviders": list(providers),
        "defaultOnlineMeetingProvider": next(iter(providers), "unknown"),
        "isTallyingResponses": True,
        "isRemovable": False,
        "owner": {"name": mailbox.person.name, "address": mailbox.person.address},
    }


def _role(ask: Ask) -> Role:
    """What the caller may do here: an app on its own all that its permissions say."""
    person = ask.tenant.mailbox(ask.grant.person) if ask.grant.person else None
    return ask.mailbox.role_of(person.person.address) if person else Role.delegateWithPrivateEventAccess
