"""GET /venues/{venue}/availability: every room at one point in time, or those that are wanted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

import numpy as np
from litestar import get
from litestar.params import FromPath, FromQuery, QueryParameter
from msgspec import Struct

from ledig.availability import Reason, State, Unknown, next_free, standing
from ledig.busy import Busy, together
from ledig.intervals import Interval
from ledig.store.venues import BoundVenue
from ledig.venue import Room
from ledig.web import times
from ledig.web.caller import Caller
from ledig.web.house import House, TheHouse
from ledig.web.problems import refusals


class RoomThen(Struct, frozen=True):
    """`until` is when the state ends; null when nothing known ends it that day, or the room is unknown.

    `next` is the first time from then on at which the room is free for so long; null when nothing known is, that day.
    """

    id: str
    state: State
    until: datetime | None
    next: datetime | None
    reason: Reason | None


class Availability(Struct, frozen=True):
    venue: str
    at: datetime
    minutes: int
    rooms: list[RoomThen]


class _Wanted(Struct, frozen=True):
    capacity: int
    equipment: frozenset[str]
    level: float | None
    step_free: bool

    def accepts(self, room: Room) -> bool:
        return (
            room.capacity >= self.capacity
            and self.equipment <= set(room.equipment)
            and self.level in (None, room.level)
            and (not self.step_free or room.step_free == "yes")
        )


@get(
    "/venues/{venue:str}/availability",
    summary="Which rooms are free at one point in time, and until when",
    responses=refusals(400, 404, 429),
)
async def show_availability(
    house: TheHouse,
    caller: Caller,
    venue: FromPath[str],
    at: FromQuery[str],
    minutes: Annotated[int, QueryParameter(ge=1, le=1440)] = 30,
    capacity: Annotated[int, QueryParameter(ge=0, description="At least so many seats")] = 0,
    equipment: Annotated[list[str] | None, QueryParameter(description="All of them")] = None,
    level: Annotated[float | None, QueryParameter(description="On that level only")] = None,
    step_free: Annotated[bool, QueryParameter(description="Only what is known to be reached without steps")] = False,
) -> Availability:
    bound = await house.venue(venue)
    begin = times.instant(at, "at")
    during = Interval(begin, begin + timedelta(minutes=minutes))
    wanted = _Wanted(capacity, frozenset(equipment or ()), level, step_free)
    rooms = [room.id for room in bound.venue.rooms if wanted.accepts(room)]
    return Availability(venue, begin, minutes, await _then(house, bound, rooms, during, caller))


async def _then(house: House, bound: BoundVenue, rooms: Sequence[str], during: Interval, caller: str) -> list[RoomThen]:
    """How the rooms stand for a wish on one day, or on two where it goes past midnight."""
    days = times.days(during, bound.zone)
    found = [await house.overview_and_free(bound, day, during, caller) for day in days]
    is_free = np.logical_and.reduce([free for _, free in found])
    free = {room for room, is_so in zip(bound.mailboxes, is_free, strict=True) if is_so}
    end = found[-1][0].day.end
    told = []
    for room in rooms:
        busy = _joined([overview.busy[room] for overview, _ in found])
        then = standing(busy, during)
        until = then.until if then.until and then.until < end else None
        follows = during.start if room in free else next_free(busy, during, end)
        told.append(RoomThen(room, State.FREE if room in free else then.state, until, follows, then.reason))
    return told


def _joined(days: Sequence[Busy | Unknown]) -> Busy | Unknown:
    known = []
    for busy in days:
        if isinstance(busy, Unknown):
            return busy
        known.append(busy)
    return known[0] if len(known) == 1 else together(*known)
