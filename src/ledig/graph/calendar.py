"""The rooms' own calendars, for booking without a person: read afresh, write, remove."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

import msgspec
import structlog
from msgspec import Struct

from ledig.booking import Entry, Target
from ledig.errors import CalendarUnavailable
from ledig.graph.calls import END, ENTRIES, REMOVE, WRITE, Call
from ledig.graph.errors import GraphError, NoAccess, NotThere, Unavailable
from ledig.graph.stamps import DAY, Stamp, interval
from ledig.graph.transport import Transport
from ledig.intervals import Interval

log = structlog.get_logger()

SUBJECT = "Booked at the kiosk"  # what colleagues see in the room's calendar; nobody's name
SURPRISED = "Microsoft 365 gave an answer that ledig does not understand. Try again in a moment."
PAGES = 20
AT_LEAST = timedelta(seconds=5)


T = TypeVar("T")


class _Event(Struct):
    id: str
    start: Stamp
    end: Stamp
    isAllDay: bool = False
    showAs: str = "busy"
    isCancelled: bool = False
    transactionId: str | None = None


class _Page(Struct, rename={"next_link": "@odata.nextLink"}):
    value: list[_Event]
    next_link: str | None = None


class _Written(Struct):
    id: str


class GraphCalendar:
    """Implements booking.Calendar."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def entries(self, target: Target, during: Interval) -> Sequence[Entry]:
        # All-day events are matched as UTC midnights: look a day further and sort out what does not touch.
        window = during.widened(DAY)
        query = {
            "startDateTime": f"{window.start.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "endDateTime": f"{window.end.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "$select": ",".join(ENTRIES.reads),
            "$top": "100",
        }
        found: list[Entry] = []
        link: str | None = None
        for _ in range(PAGES):
            page = _decode(await self._send(ENTRIES, query=query, link=link, mailbox=target.mailbox), _Page)
            found += _blocking(page.value, during, target.zone)
            if (link := page.next_link) is None:
                return found
        raise CalendarUnavailable("The room's calendar is too full to be read. Choose another room.")

    async def write(self, target: Target, during: Interval, key: str) -> str:
        event = {
            "subject": SUBJECT,
            "start": Stamp.of(during.start),
            "end": Stamp.of(during.end),
            "showAs": "busy",
            "isReminderOn": False,
            "transactionId": key,
        }
        body = msgspec.json.encode(event)
        return _decode(await self._send(WRITE, mailbox=target.mailbox, body=body), _Written).id

    async def remove(self, target: Target, event_id: str) -> None:
        await self._send(REMOVE, mailbox=target.mailbox, event=event_id, may_be_gone=True)

    async def end(self, target: Target, event_id: str, at: datetime) -> None:
        body = msgspec.json.encode({"end": Stamp.of(at)})
        await self._send(END, mailbox=target.mailbox, event=event_id, body=body, may_be_gone=True)

    async def _send(
        self,
        call: Call,
        *,
        query: Mapping[str, str] | None = None,
        body: bytes | None = None,
        link: str | None = None,
        may_be_gone: bool = False,
        **path: str,
    ) -> bytes:
        try:
            return await self._transport.send(call, query=query, body=body, link=link, **path)
        except GraphError as error:
            if may_be_gone and isinstance(error, NotThere):
                return b""  # removed by hand, or by an earlier try whose answer was lost
            raise _unavailable(error) from error


def _blocking(events: Sequence[_Event], during: Interval, zone: ZoneInfo) -> list[Entry]:
    found = []
    for event in events:
        if event.isCancelled or event.showAs.lower() == "free":
            continue
        try:
            time = interval(event.start, event.end, zone, lasts_all_day=event.isAllDay)
        except ValueError as error:
            raise CalendarUnavailable(SURPRISED) from error
        if time is not None and time.overlaps(during):
            found.append(Entry(event.id, time, event.transactionId))
    return found


def _decode(content: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(content, type=kind)
    except msgspec.MsgspecError as error:
        raise CalendarUnavailable(SURPRISED) from error


def _unavailable(error: GraphError) -> CalendarUnavailable:
    log.warning("calendar_failed", problem=str(error), request=error.request_id)
    if isinstance(error, Unavailable):
        return CalendarUnavailable(
            "Microsoft 365 does not answer right now. Nothing is lost; try again in a moment.",
            max(error.retry_after, AT_LEAST),
        )
    return CalendarUnavailable(
        "Microsoft 365 does not let ledig into this room's calendar. Tell whoever runs this map.",
        is_refusal=isinstance(error, NoAccess | NotThere),
    )
