"""GET /venues/{venue}/rooms/{room}/schedule: when one room is taken; times and nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from litestar import get
from litestar.params import FromPath, QueryParameter
from msgspec import Struct

from ledig.availability import Reason, Unknown
from ledig.busy import instant, span, spans, within
from ledig.errors import Invalid, NotFound
from ledig.web import times
from ledig.web.caller import Caller
from ledig.web.house import TheHouse
from ledig.web.problems import refusals

LONGEST = timedelta(days=14)


class Taken(Struct, frozen=True):
    start: datetime
    end: datetime


class Schedule(Struct, frozen=True, rename={"start": "from", "end": "to"}):
    """`busy` is null where the room is unknown; `unknown` then says why."""

    room: str
    start: datetime
    end: datetime
    busy: list[Taken] | None
    unknown: Reason | None


@get(
    "/venues/{venue:str}/rooms/{room:str}/schedule",
    summary="When one room is taken, for 14 days at most",
    responses=refusals(400, 404, 429),
)
async def show_schedule(
    house: TheHouse,
    caller: Caller,
    venue: FromPath[str],
    room: FromPath[str],
    begin: Annotated[str, QueryParameter(name="from")],
    finish: Annotated[str, QueryParameter(name="to")],
) -> Schedule:
    bound = await house.venue(venue)
    mailbox = bound.mailboxes.get(room)
    if mailbox is None:
        raise NotFound(f"There is no room {room[:40]!r} in this venue.")
    during = times.between(times.instant(begin, "from"), times.instant(finish, "to"))
    if during.length > LONGEST:
        raise Invalid("A schedule covers 14 days at most.")
    days = times.days(during, bound.zone)
    for edge in (days[0], days[-1]):
        house.require_in_sight(bound, edge)
    busy = await house.schedules.of(venue, room, mailbox, days, bound.zone, lambda: house.may_ask(caller))
    if isinstance(busy, Unknown):
        return Schedule(room, during.start, during.end, None, busy.reason)
    taken = [Taken(instant(start), instant(end)) for start, end in spans(within(busy, span(during)))]
    return Schedule(room, during.start, during.end, taken, None)
