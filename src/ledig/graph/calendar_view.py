"""calendarView: what lies in one calendar between two instants, a page at a time.

https://learn.microsoft.com/graph/api/calendar-list-calendarview
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Generic, TypeVar

import msgspec
from msgspec import Struct

from ledig.graph.calls import Call
from ledig.graph.errors import TooBig
from ledig.graph.transport import Transport
from ledig.intervals import Interval

PAGES = 20
E = TypeVar("E", bound=Struct)


class _Page(Struct, Generic[E], rename={"next_link": "@odata.nextLink"}):
    value: list[E]
    next_link: str | None = None


async def events(transport: Transport, call: Call, mailbox: str, window: Interval, kind: type[E]) -> list[E]:
    """All of them, of which only the fields of `kind` are asked for. Raises GraphError, TooBig for too many."""
    query = {
        "startDateTime": _utc(window.start),
        "endDateTime": _utc(window.end),
        "$select": ",".join(call.reads),
        "$top": "100",
    }
    found: list[E] = []
    link: str | None = None
    for _ in range(PAGES):
        page = await transport.ask(call, _decoder(kind).decode, query=query, link=link, mailbox=mailbox)
        found += page.value
        if (link := page.next_link) is None:
            return found
    raise TooBig(f"more than {len(found)} events in a calendar")


@lru_cache
def _decoder(kind: type[E]) -> msgspec.json.Decoder[_Page[E]]:
    return msgspec.json.Decoder(_Page[kind])  # type: ignore[valid-type]  # a type only at run time


def _utc(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
