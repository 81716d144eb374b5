"""The rooms' own calendars, for booking without a person: read afresh, write, remove."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from ledig.booking import Entry, Target
from ledig.errors import CalendarUnavailable
from ledig.graph.calendar_view import events
from ledig.graph.calls import END, ENTRIES, REMOVE, WRITE
from ledig.graph.errors import GraphError, NoAccess, NotThere, Refused, Surprise, TooBig, Unavailable
from ledig.graph.stamps import DAY, Stamp, interval
from ledig.graph.transport import Transport
from ledig.intervals import Interval

SUBJECT = "Booked at the kiosk"  # what colleagues see in the room's calendar; nobody's name
AT_LEAST = timedelta(seconds=5)


class _Event(Struct):
    id: str
    start: Stamp
    end: Stamp
    isAllDay: bool = False
    showAs: str = "busy"
    isCancelled: bool = False
    transactionId: str | None = None


class _Written(Struct):
    id: str


_written = msgspec.json.Decoder(_Written)


class GraphCalendar:
    """Implements booking.Calendar."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def entries(self, target: Target, during: Interval) -> Sequence[Entry]:
        # All-day events are matched as UTC midnights: look a day further and sort out what does not touch.
        with _in_our_words():
            found = await events(self._transport, ENTRIES, target.mailbox, during.widened(DAY), _Event)
            return list(_blocking(found, during, target.zone))

    async def write(self, target: Target, during: Interval, key: str, *, until: datetime | None = None) -> str:
        event = {
            "subject": SUBJECT,
            "start": Stamp.of(during.start),
            "end": Stamp.of(during.end),
            "showAs": "busy",
            "isReminderOn": False,
            "transactionId": key,
        }
        with _in_our_words():
            body = msgspec.json.encode(event)
            written = await self._transport.ask(WRITE, _written.decode, mailbox=target.mailbox, body=body, until=until)
            return written.id

    async def remove(self, target: Target, event_id: str, *, until: datetime | None = None) -> None:
        with _in_our_words(may_be_gone=True):
            await self._transport.send(REMOVE, mailbox=target.mailbox, event=event_id, until=until)

    async def end(self, target: Target, event_id: str, at: datetime) -> None:
        with _in_our_words(may_be_gone=True):
            body = msgspec.json.encode({"end": Stamp.of(at)})
            await self._transport.send(END, mailbox=target.mailbox, event=event_id, body=body)


def _blocking(found: Sequence[_Event], during: Interval, zone: ZoneInfo) -> Iterator[Entry]:
    """Raises Surprise where an event has no time that can be read."""
    for event in found:
        if event.isCancelled or event.showAs.lower() == "free":
            continue
        try:
            time = interval(event.start, event.end, zone, lasts_all_day=event.isAllDay)
        except ValueError as error:
            raise Surprise(str(error)) from None
        if time is not None and time.overlaps(during):
            yield Entry(event.id, time, event.transactionId)


@contextmanager
def _in_our_words(*, may_be_gone: bool = False) -> Iterator[None]:
    """Raises CalendarUnavailable for whatever Microsoft 365 answers, but for an event that may be gone already."""
    try:
        yield
    except GraphError as error:
        if may_be_gone and isinstance(error, NotThere):
            return  # removed by hand, or by an earlier try whose answer was lost
        raise _unavailable(error) from error


def _unavailable(error: GraphError) -> CalendarUnavailable:
    if isinstance(error, Unavailable):
        return CalendarUnavailable(
            "Microsoft 365 does not answer right now. Nothing is lost; try again in a moment.",
            max(error.retry_after, AT_LEAST),
        )
    if isinstance(error, Surprise):
        return CalendarUnavailable(
            "Microsoft 365 gave an answer that ledig does not understand. Try again in a moment.",
            is_refusal=isinstance(error, Refused),
        )
    if isinstance(error, TooBig):
        return CalendarUnavailable("The room's calendar is too full to be read. Choose another room.")
    return CalendarUnavailable(
        "Microsoft 365 does not let ledig into this room's calendar. Tell whoever runs this map.",
        is_refusal=isinstance(error, NoAccess | NotThere),
    )
