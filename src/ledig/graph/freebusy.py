"""Busy times of many mailboxes through getSchedule, reduced to start and end at once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

import msgspec
import structlog
from msgspec import Struct

from ledig import busy
from ledig.availability import Mailbox, Reason, Unknown
from ledig.busy import Busy
from ledig.graph.calls import BUSY_TIMES
from ledig.graph.errors import BadCredentials, GraphError, NoAccess, NotThere, TooBig, Unavailable
from ledig.graph.stamps import Stamp, span
from ledig.graph.transport import Transport
from ledig.intervals import Interval

log = structlog.get_logger()

ANCHORS = 3
# The service refuses a view interval longer than the window, so a short window is asked for as a whole hour.
SHORTEST_WINDOW = timedelta(hours=1)
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


_decoder = msgspec.json.Decoder(_Answer)


class GraphFreeBusy:
    """When rooms are taken, according to Microsoft 365; asks `chunk` rooms at a time."""

    def __init__(self, transport: Transport, chunk: int) -> None:
        self._transport = transport
        self._chunk = chunk

    async def busy_times(
        self, mailboxes: Sequence[Mailbox], during: Interval, zone: ZoneInfo
    ) -> dict[Mailbox, Busy | Unknown]:
        chunks = [mailboxes[i : i + self._chunk] for i in range(0, len(mailboxes), self._chunk)]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._read(chunk, during, zone)) for chunk in chunks]
        return {mailbox: busy for task in tasks for mailbox, busy in task.result().items()}

    async def _read(
        self, chunk: Sequence[Mailbox], during: Interval, zone: ZoneInfo
    ) -> Mapping[Mailbox, Busy | Unknown]:
        """Anchored at a room of the chunk, so that limits per mailbox do not add up; a room may refuse that."""
        refused: dict[Mailbox, Busy | Unknown] = {}
        others = Reason.UNAVAILABLE
        for anchor in chunk[:ANCHORS]:
            try:
                return await self._ask(anchor, chunk, during, zone)
            except NotThere:
                refused[anchor] = Unknown(Reason.NOT_FOUND)
            except NoAccess:
                others = Reason.NO_ACCESS  # most likely a permission that all of them need
            except BadCredentials:
                others = Reason.NO_ACCESS
                break
            except TooBig:
                if len(chunk) == 1:
                    return {anchor: Unknown(Reason.TOO_MANY)}
                half = len(chunk) // 2
                return {
                    **await self._read(chunk[:half], during, zone),
                    **await self._read(chunk[half:], during, zone),
                }
            except GraphError as error:
                others = Reason.UNAVAILABLE if isinstance(error, Unavailable) else Reason.UNEXPECTED
                break
        return {**dict.fromkeys(chunk, Unknown(others)), **refused}

    async def _ask(
        self, anchor: Mailbox, chunk: Sequence[Mailbox], during: Interval, zone: ZoneInfo
    ) -> dict[Mailbox, Busy | Unknown]:
        end = max(during.end, during.start + SHORTEST_WINDOW)
        ask = _Ask(chunk, Stamp.of(during.start), Stamp.of(end), availabilityViewInterval=60)
        body = await self._transport.send(BUSY_TIMES, mailbox=anchor, body=msgspec.json.encode(ask))
        try:
            told = {schedule.scheduleId.casefold(): schedule for schedule in _decoder.decode(body).value}
        except msgspec.MsgspecError:
            log.warning("busy_times_not_understood", rooms=len(chunk))
            told = {}
        return {mailbox: _busy(told.get(mailbox.casefold()), during, zone) for mailbox in chunk}


def _busy(schedule: _Schedule | None, during: Interval, zone: ZoneInfo) -> Busy | Unknown:
    """The items are the truth: merged, clipped, without what is marked free."""
    if schedule is None:
        return Unknown(Reason.UNEXPECTED)
    if schedule.error is not None:
        return Unknown(REASONS.get(schedule.error.responseCode, Reason.UNEXPECTED))
    if schedule.availabilityView is None or schedule.scheduleItems is None:
        return Unknown(Reason.UNEXPECTED)
    try:
        taken = [span(item.start, item.end, zone) for item in schedule.scheduleItems if item.status.lower() != "free"]
    except ValueError:
        return Unknown(Reason.UNEXPECTED)
    return busy.within(busy.of(filter(None, taken)), busy.span(during))
