"""GET /venues, /venues/{venue} and their plans."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath
from msgspec import Struct

from ledig.errors import NotFound
from ledig.policy import Policy
from ledig.venue import Attribution, Level, Room, Venue
from ledig.web import times
from ledig.web.house import TheHouse
from ledig.web.problems import refusals

IMMUTABLE = {"Cache-Control": "public, max-age=31536000, immutable"}


class VenueName(Struct, frozen=True):
    id: str
    name: str


class VenueNames(Struct, frozen=True):
    venues: list[VenueName]


class Rules(Struct, frozen=True):
    """The house rules; opening hours as wall-clock times of the venue's zone."""

    opens: str
    closes: str
    shortest_minutes: int
    longest_minutes: int
    horizon_days: int

    @classmethod
    def of(cls, policy: Policy) -> Rules:
        return cls(
            f"{policy.opens:%H:%M}",
            f"{policy.closes:%H:%M}",
            policy.shortest // times.MINUTE,
            policy.longest // times.MINUTE,
            policy.horizon.days,
        )


class VenueDetail(Struct, frozen=True, kw_only=True):
    """All that everybody may know of a venue. `plan` names the version to fetch; `bearing` turns it upright."""

    id: str
    name: str
    zone: str
    attribution: Attribution
    licence: str
    notice: str | None
    plan: str
    bearing: float
    bounds: tuple[float, float, float, float]
    levels: tuple[Level, ...]
    rooms: tuple[Room, ...]
    policy: Rules

    @classmethod
    def of(cls, venue: Venue, notice: str | None) -> VenueDetail:
        return cls(
            id=venue.id,
            name=venue.name,
            zone=venue.zone,
            attribution=venue.attribution,
            licence=venue.licence,
            notice=notice,
            plan=venue.plan,
            bearing=venue.bearing,
            bounds=venue.bounds,
            levels=venue.levels,
            rooms=venue.rooms,
            policy=Rules.of(venue.policy),
        )


@get("/venues", summary="The venues there are")
async def list_venues(house: TheHouse) -> VenueNames:
    found = [(await house.venue(venue)).venue for venue in await house.venues.names()]
    return VenueNames([VenueName(venue.id, venue.name) for venue in found])


@get("/venues/{venue:str}", summary="A venue: its levels, rooms and house rules", responses=refusals(404))
async def show_venue(house: TheHouse, venue: FromPath[str]) -> VenueDetail:
    return VenueDetail.of((await house.venue(venue)).venue, house.settings.notice)


@get(
    "/venues/{venue:str}/plans/{file:str}",
    summary="One version of a venue's drawing, as GeoJSON; never changes",
    media_type="application/geo+json",
    responses=refusals(404),
)
async def show_plan(house: TheHouse, venue: FromPath[str], file: FromPath[str]) -> Response[bytes]:
    version, dot, kind = file.rpartition(".")
    drawing = await house.venues.plan(venue, version) if (dot, kind) == (".", "geojson") else None
    if drawing is None:
        raise NotFound(
            f"There is no plan {file[:40]!r} of this venue. GET /api/v1/venues/{{venue}} names the current one."
        )
    return Response(drawing, media_type="application/geo+json", headers=IMMUTABLE)
