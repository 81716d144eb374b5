"""GET /health: the server is up and can read its database."""

from __future__ import annotations

from datetime import datetime

from litestar import get
from msgspec import Struct

from ledig.web.house import TheHouse


class Health(Struct, frozen=True):
    status: str
    now: datetime
    venues: int


@get("/health", summary="Whether the server is up; says nothing about Microsoft 365")
async def health(house: TheHouse) -> Health:
    return Health("ok", house.clock.now().replace(microsecond=0), len(await house.venues.names()))
