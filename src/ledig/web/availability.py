"""GET /venues/{venue}/availability: every room at one point in time."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from litestar import get
from litestar.params import FromPath, FromQuery, QueryParameter
from msgspec import Struct

from ledig.availability import Busy, Reason, State, Unknown, standing
from ledig.intervals import Interval, merged
from ledig.store.venues import BoundVenue
from ledig.web import times
from ledig.web.days import readable_day
from ledig.web.house import House, TheHouse
from ledig.web.problems import refusals


class RoomThen(Struct, frozen=True):
    """`until` is when the state ends; null when nothing known ends it that day, or the room is unknown."""

    id: str
    state: State
    until: str | None
    reason: Reason | None


class Availability(Struct, frozen=True):
    venue: str
    at: str
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
    zone = ZoneInfo(bound.venue.zone)
    begin = times.instant(at, "at")
    wish = Interval(begin, begin + timedelta(minutes=minutes))
    known = await _known(house, bound, wish, zone)
    end_of_known = Interval.of_day(_last_day(wish, zone), zone).end
    rooms = []
    for room, busy in known.items():
        then = standing(busy, wish)
        until = then.until if then.until and then.until < end_of_known else None
        rooms.append(RoomThen(room, then.state, times.rfc3339(until) if until else None, then.reason))
    return Availability(venue, times.rfc3339(begin), minutes, rooms)


async def _known(house: House, bound: BoundVenue, wish: Interval, zone: ZoneInfo) -> dict[str, Busy | Unknown]:
    """Busy times by room id of the day of the wish; of two days where it goes past midnight."""
    days = sorted({wish.start.astimezone(zone).date(), _last_day(wish, zone)})
    known: dict[str, Busy | Unknown] = {}
    for day in days:
        readable = readable_day(day, bound.venue, house.clock)
        overview = await house.overviews.of(bound.venue.id, readable, zone, bound.mailboxes)
        for room, busy in overview.busy.items():
            known[room] = _joined(known.get(room, ()), busy)
    return known


def _joined(before: Busy | Unknown, after: Busy | Unknown) -> Busy | Unknown:
    if isinstance(before, Unknown):
        return before
    return after if isinstance(after, Unknown) else merged((*before, *after))


def _last_day(wish: Interval, zone: ZoneInfo) -> date:
    return (wish.end - timedelta(microseconds=1)).astimezone(zone).date()
