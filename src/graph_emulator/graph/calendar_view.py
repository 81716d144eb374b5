"""What lies between two instants. https://learn.microsoft.com/graph/api/calendar-list-calendarview"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from starlette.datastructures import QueryParams
from starlette.responses import Response

from graph_emulator.errors import Json, bad_request
from graph_emulator.exchange.calendar import Event
from graph_emulator.exchange.zones import UTC_ZONE, read
from graph_emulator.graph.ask import Ask
from graph_emulator.graph.odata import Options
from graph_emulator.graph.shown import event_json

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

    def show(event: Event) -> Json:
        return event_json(event, ask.preferences, basic=ask.basic)

    return ask.page(f"users('{ask.mailbox.id}')/calendarView", events, show, options, _TYPE, PAGE)


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
