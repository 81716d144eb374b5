"""GET /health: the server is up, and for how long its credential is good. GET /ready: it can do its work."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from litestar import get
from msgspec import Struct
from sqlalchemy.exc import SQLAlchemyError

from ledig.errors import NotReady
from ledig.web.house import WARN_DAYS, TheHouse
from ledig.web.problems import refusals


class State(StrEnum):
    GOOD = "good"
    ENDS_SOON = "ends_soon"
    ENDED = "ended"
    UNKNOWN = "unknown"


class Credential(Struct, frozen=True):
    """What ledig proves itself with to Microsoft; `ends` is null where nobody said."""

    state: State
    ends: datetime | None

    @classmethod
    def at(cls, now: datetime, ends: datetime | None) -> Credential:
        if ends is None:
            return cls(State.UNKNOWN, None)
        if ends <= now:
            return cls(State.ENDED, ends)
        return cls(State.ENDS_SOON if ends - now <= timedelta(days=max(WARN_DAYS)) else State.GOOD, ends)


class Health(Struct, frozen=True):
    status: str
    now: datetime
    credential: Credential


class Ready(Struct, frozen=True):
    status: str
    venues: int


@get("/health", summary="Whether the server is up, and when its credential ends; asks nobody")
async def health(house: TheHouse) -> Health:
    now = house.clock.now()
    return Health("ok", now.replace(microsecond=0), Credential.at(now, house.credential_ends))


@get(
    "/ready",
    summary="Whether settings and database are fine; says nothing about Microsoft 365",
    responses=refusals(503),
)
async def ready(house: TheHouse) -> Ready:
    try:
        return Ready("ready", len(await house.venues.names()))
    except SQLAlchemyError:
        raise NotReady from None
