"""GET /venues/{venue}/availability: every room at one point in time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Annotated

from litestar import get
from litestar.params import FromPath, FromQuery, QueryParameter
from msgspec import Struct

from ledig.availability import Reason, State, Unknown, standing
from ledig.busy import Busy, together
from ledig.intervals import Interval
from ledig.store.venues import BoundVenue
from ledig.web import times
from ledig.web.house import House, TheHouse
from ledig.web.problems import refusals


class RoomThen(Struct, frozen=True):
    """`until` is when the state ends; null when nothing known ends it that day, or the room is unknown."""

    id: str
    state: State
    until: datetime | None
    reason: Reason | None


class Availability(Struct, frozen=True):
    venue: str
    at: datetime
    minutes: int
    rooms: list[RoomThen]


@get(
    "/venues/{venue:str}/availability",
    summary="Which rooms are free at one point in time, and until when",
    responses=refusals(400, 404),
)
async def show_availability(
    house: TheHouse,
    venue: FromPath[str],
    at: FromQuery[str],
    minutes: Annotated[int, QueryParameter(ge=1, le=1440)] = 30,
) -> Availability:
    bound = await house.venue(venue)
    begin = times.instant(at, "at")
    during = Interval(begin, begin + timedelta(minutes=minutes))
    last_day = (during.end - timedelta(microseconds=1)).astimezone(bound.zone).date()
    known = await _known(house, bound, {begin.astimezone(bound.zone).date(), last_day})
    end_of_known = Interval.of_day(last_day, bound.zone).end
    rooms = []
    for room, busy in known.items():
        then = standing(busy, during)
        until = then.until if then.until and then.until < end_of_known else None
        rooms.append(RoomThen(room, then.state, until, then.reason))
    return Availability(venue, begin, minutes, rooms)


async def _known(house: House, bound: BoundVenue, days: Collection[date]) -> dict[str, Busy | Unknown]:
    """Busy times by room id on one day, or on two where a wish goes past midnight."""
    known: dict[str, Busy | Unknown] = {}
    for day in sorted(days):
        for room, busy in (await house.overview(bound, day)).busy.items():
            known[room] = _joined(known.get(room, ()), busy)
    return known


def _joined(before: Busy | Unknown, after: Busy | Unknown) -> Busy | Unknown:
    if isinstance(before, Unknown):
        return before
    return after if isinstance(after, Unknown) else together(before, after)
