"""What lies between two instants. https://learn.microsoft.com/graph/api/calendar-list-calendarview"""

from dataclasses import replace
from datetime import datetime, timedelta

from starlette.datastructures import QueryParams
from starlette.responses import Response

from graph_emulator.errors import Json, bad_request
from graph_emulator.exchange.calendar import Event
from graph_emulator.exchange.zones import UTC_ZONE, read
from graph_emulator.graph.ask import Ask
from graph_emulator.graph.entities import EVENT
from graph_emulator.graph.odata import OF_MANY, Options
from graph_emulator.graph.shown import event_json

LONGEST_VIEW = timedelta(days=1825)
PAGE = 10


async def calendar_view(ask: Ask) -> Response:
    """Everything between two instants, series expanded; without $orderby in no order of time."""
    options = Options.of(ask.request.query_params, EVENT, OF_MANY)
    for name in ("createdDateTime", "lastModifiedDateTime"):
        if name in options.select:
            raise bad_request(f"The property '{name}' cannot be selected here.", "ErrorInvalidRequest")
    start, end = _window(ask.request.query_params)
    events = ask.calendar.view(start, end, floating=True)

    def show(event: Event) -> Json:
        return event_json(event, ask.preferences, basic=ask.basic)

    def judge(event: Event) -> Json:
        return event_json(event, replace(ask.preferences, zone=UTC_ZONE), basic=ask.basic)

    return ask.page(f"users('{ask.mailbox.id}')/calendarView", events, show, options, PAGE, judge)


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
