"""
What lies between two instants. https://learn.microsoft.com/graph/api/calendar-list-calendarview and
https://learn.microsoft.com/graph/api/event-list-instances
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from starlette.datastructures import QueryParams
from starlette.responses import Response

from graph_emulator.errors import Json, bad_request
from graph_emulator.exchange.event import Event
from graph_emulator.exchange.zones import UTC_ZONE, read
from graph_emulator.graph.ask import Ask
from graph_emulator.graph.entities import EVENT
from graph_emulator.graph.items import named, whereabouts, whereabouts_of
from graph_emulator.graph.odata import OF_MANY, Options
from graph_emulator.graph.shown import Showing

LONGEST_VIEW = timedelta(days=1825)
PAGE = 10


async def calendar_view(ask: Ask) -> Response:
    """Everything between two instants, series expanded; without $orderby in no order of time."""
    options = Options.of(ask.request.query_params, EVENT, OF_MANY)
    for name in ("createdDateTime", "lastModifiedDateTime"):
        if name in options.select:
            raise bad_request(f"The property '{name}' cannot be selected here.", "ErrorInvalidRequest")
    start, end = _window(ask.request.query_params)
    return _page(ask, options, f"{whereabouts(ask)}/calendarView", ask.calendar.view(start, end, floating=True))


async def instances(ask: Ask) -> Response:
    """The occurrences and exceptions of one series between two instants."""
    options = Options.of(ask.request.query_params, EVENT, OF_MANY)
    start, end = _window(ask.request.query_params)
    event = named(ask)
    if event.recurrence is None:
        raise bad_request(
            "Your request can't be completed. ExpandSeries can only be performed against a series.",
            "ErrorInvalidRequest",
        )
    found = [one for one in ask.calendar.view(start, end, floating=True) if one.series == event.key]
    return _page(ask, options, f"{whereabouts_of(ask, ask.path['event'])}/instances", found)


def _page(ask: Ask, options: Options, what: str, events: Sequence[Event]) -> Response:
    showing = Showing.of(ask, options)
    # Seen in the service: who chooses onlineMeeting has to choose isOnlineMeeting, too.
    half_chosen = "onlineMeeting" in options.select and "isOnlineMeeting" not in options.select

    def show(event: Event) -> Json:
        return showing.event(event) | {"onlineMeeting": None} if half_chosen else showing.event(event)

    return ask.page(what, events, show, options, PAGE, showing.judged)


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
