"""GET and PATCH /emulator/clock: what time it is, and travel in time. What becomes due on the way happens in order."""

from datetime import datetime, timedelta
from typing import Annotated

from msgspec import Meta, Struct

from graph_emulator.clock import StandingClock, running_from
from graph_emulator.control.ask import Ask, Refused, sensible
from graph_emulator.errors import Json

LONGEST = 100 * 365 * 24 * 3600


class Travel(Struct, forbid_unknown_fields=True):
    now: datetime | None = None  # the time to go to, back too
    advance: Annotated[float, Meta(ge=0, le=LONGEST)] | None = None  # seconds
    runs: bool | None = None


async def show(ask: Ask) -> Json:
    now, due = ask.cloud.clock(), ask.cloud.agenda.next_due()
    return {"now": now, "runs": not isinstance(ask.cloud.clock, StandingClock), "next_due": due}


async def change(ask: Ask) -> Json:
    travel = await ask.sent(Travel)
    if travel.now is not None and travel.advance is not None:
        raise Refused(400, "Expected now or advance, not both.")
    cloud = ask.cloud
    there = sensible(travel.now or cloud.clock() + timedelta(seconds=travel.advance or 0), "now")
    stands = isinstance(cloud.clock, StandingClock) if travel.runs is None else not travel.runs
    cloud.clock = StandingClock(there) if stands else running_from(there)
    cloud.catch_up()
    return await show(ask)
