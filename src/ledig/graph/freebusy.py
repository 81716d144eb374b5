"""Busy times of many mailboxes through getSchedule, reduced to start and end at once.

https://learn.microsoft.com/graph/api/calendar-getschedule
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from ledig import busy
from ledig.availability import Mailbox, Reason, Tell, Unknown
from ledig.busy import MINUTE, Busy, Span
from ledig.clock import Clock
from ledig.graph.calendar_view import events
from ledig.graph.calls import BUSY_TIMES, ONE_ROOM
from ledig.graph.errors import BadCredentials, GraphError, NoAccess, NotThere, TooBig, Unavailable
from ledig.graph.stamps import DAY, Stamp, interval, span
from ledig.graph.transport import Transport
from ledig.intervals import Interval

ANCHORS = 3
# The service refuses a view interval longer than the window, so a short window is asked for as a whole hour.
SHORTEST_WINDOW = timedelta(hours=1)
LONGEST_WINDOW = timedelta(days=60)  # it has to be less than 62 days
FREE = {"free", "Free"}  # documented in both cases
SHUT = timedelta(hours=1)  # so long a calendar that was refused is not tried one by one again
REASONS = {
    "5009": Reason.NOT_FOUND,
    "5016": Reason.NOT_FOUND,
    "ErrorMailRecipientNotFound": Reason.NOT_FOUND,
    "ErrorNoFreeBusyAccess": Reason.NO_ACCESS,
    "5006": Reason.TOO_MANY,
}


class _Ask(Struct):
    schedules: Sequence[Mailbox]
    startTime: Stamp
    endTime: Stamp
    availabilityViewInterval: int


class _Item(Struct, gc=False):
    status: str
    start: Stamp
    end: Stamp


class _Error(Struct, gc=False):
    responseCode: str = ""


class _Schedule(Struct, gc=False):
    scheduleId: str
    availabilityView: str | None = None
    scheduleItems: list[_Item] | None = None
    error: _Error | None = None


class _Answer(Struct):
    value: list[_Schedule]


class _Event(Struct):
    start: Stamp
    end: Stamp
    isAllDay: bool = False
    showAs: str = "busy"
    isCancelled: bool = False


decoder = msgspec.json.Decoder(_Answer)

Found = dict[Mailbox, Busy | Unknown]


class GraphFreeBusy:
    """When rooms are taken, according to Microsoft 365; asks `chunk` rooms at a time."""

    def __init__(self, transport: Transport, chunk: int, clock: Clock) -> None:
        self._transport = transport
        self._chunk = chunk
        self._clock = clock
        self._shut: dict[Mailbox, datetime] = {}

    async def busy_times(self, mailboxes: Sequence[Mailbox], during: Interval, zone: ZoneInfo, tell: Tell) -> None:
        """Implements availability.FreeBusy."""
        async with asyncio.TaskGroup() as group:
            for first in range(0, len(mailboxes), self._chunk):
                group.create_task(self._tell(mailboxes[first : first + self._chunk], during, zone, tell))

    async def _tell(self, chunk: Sequence[Mailbox], during: Interval, zone: ZoneInfo, tell: Tell) -> None:
        found: Found = {}
        for window in _windows(during, zone):
            read = await self._read(chunk, window, zone)
            found = {mailbox: _joined(found[mailbox], read[mailbox]) for mailbox in chunk} if found else read
        wanted = busy.span(during)
        tell({mailbox: _within(times, wanted) for mailbox, times in found.items()})

    async def _read(self, chunk: Sequence[Mailbox], window: Interval, zone: ZoneInfo) -> Found:
        """Anchored at a room of the chunk, so that limits per mailbox do not add up; a room may refuse that."""
        refused: Found = {}
        others = Reason.UNAVAILABLE
        for anchor in chunk[:ANCHORS]:
            try:
                return await self._ask(anchor, chunk, window, zone)
            except NotThere:
                refused[anchor] = Unknown(Reason.NOT_FOUND)
            except NoAccess:
                others = Reason.NO_ACCESS  # most likely a permission that all of them need
            except TooBig:
                return await self._halved(chunk, window, zone)
            except GraphError as error:
                others = _reason(error)
                break
        return {**dict.fromkeys(chunk, Unknown(others)), **refused}

    async def _halved(self, chunk: Sequence[Mailbox], window: Interval, zone: ZoneInfo) -> Found:
        if len(chunk) == 1:
            return {chunk[0]: await self._alone(chunk[0], window, zone, Unknown(Reason.TOO_MANY))}
        half = len(chunk) // 2
        return {
            **await self._read(chunk[:half], window, zone),
            **await self._read(chunk[half:], window, zone),
        }

    async def _ask(self, anchor: Mailbox, chunk: Sequence[Mailbox], window: Interval, zone: ZoneInfo) -> Found:
        ask = _Ask(chunk, Stamp.of(window.start), Stamp.of(window.end), availabilityViewInterval=60)
        body = msgspec.json.encode(ask)
        answer = await self._transport.ask(BUSY_TIMES, decoder.decode, mailbox=anchor, body=body)
        told = {schedule.scheduleId.casefold(): schedule for schedule in answer.value}
        found: Found = {}
        for mailbox in chunk:
            schedule = told.get(mailbox.casefold())
            found[mailbox] = times = busy_of(schedule, zone)
            if isinstance(times, Unknown) and schedule and schedule.error and times.reason is not Reason.NOT_FOUND:
                found[mailbox] = await self._alone(mailbox, window, zone, times)
        return found

    async def _alone(self, mailbox: Mailbox, window: Interval, zone: ZoneInfo, refused: Unknown) -> Busy | Unknown:
        """Of a calendar that getSchedule does not tell: from its events; where that fails too, still `refused`."""
        now = self._clock.now()
        if self._shut.get(mailbox, now) > now:
            return refused
        try:
            found = await events(self._transport, ONE_ROOM, mailbox, window, _Event)
            return busy.of(_taken(found, zone))
        except (NoAccess, NotThere):
            self._shut[mailbox] = now + SHUT
        except (GraphError, ValueError):
            pass
        return refused


def _windows(during: Interval, zone: ZoneInfo) -> Iterator[Interval]:
    """What to ask for, so that nothing in `during` is missed.

    An all-day event is matched as the UTC day of its date, so we look into those of the first and the last date.
    """
    first, last = (edge.astimezone(zone).date() for edge in (during.start, during.end - MINUTE))
    start = min(during.start, _utc_midnight(first) + DAY - MINUTE)
    end = max(during.end, _utc_midnight(last) + MINUTE, start + SHORTEST_WINDOW)
    while end - start > LONGEST_WINDOW:
        yield Interval(start, start + LONGEST_WINDOW)
        start += LONGEST_WINDOW
    yield Interval(start, max(end, start + SHORTEST_WINDOW))


def _utc_midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def busy_of(schedule: _Schedule | None, zone: ZoneInfo) -> Busy | Unknown:
    """The items are the truth: merged, without what is marked free."""
    if schedule is None:
        return Unknown(Reason.UNEXPECTED)
    if schedule.error is not None:
        return Unknown(REASONS.get(schedule.error.responseCode, Reason.UNEXPECTED))
    if schedule.availabilityView is None or schedule.scheduleItems is None:
        return Unknown(Reason.UNEXPECTED)
    try:
        taken = [
            span(item.start.dateTime, item.start.timeZone, item.end.dateTime, item.end.timeZone, zone)
            for item in schedule.scheduleItems
            if item.status not in FREE
        ]
    except ValueError:
        return Unknown(Reason.UNEXPECTED)
    return busy.of(filter(None, taken))


def _taken(found: Sequence[_Event], zone: ZoneInfo) -> Iterator[Span]:
    """Raises ValueError where an event has no time that can be read."""
    for event in found:
        time = interval(event.start, event.end, zone, lasts_all_day=event.isAllDay)
        if time and not event.isCancelled and event.showAs.lower() != "free":
            yield busy.span(time)


def _joined(before: Busy | Unknown, after: Busy | Unknown) -> Busy | Unknown:
    if isinstance(before, Unknown):
        return before
    return after if isinstance(after, Unknown) else busy.together(before, after)


def _within(times: Busy | Unknown, window: Span) -> Busy | Unknown:
    return times if isinstance(times, Unknown) else busy.within(times, window)


def _reason(error: GraphError) -> Reason:
    if isinstance(error, BadCredentials):
        return Reason.NO_ACCESS
    return Reason.UNAVAILABLE if isinstance(error, Unavailable) else Reason.UNEXPECTED
