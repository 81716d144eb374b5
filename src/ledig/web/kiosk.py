"""/kiosk: a device that was given a secret books without a person."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from litestar import Request, Response, Router, delete, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.handlers.base import BaseRouteHandler
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from ledig.availability import standing
from ledig.booking import Attempt, Outcome, Target, Wish
from ledig.errors import Invalid, KioskRequired, NotFound, PolicyBroken, RoomTaken
from ledig.settings import KioskSettings, Settings
from ledig.store.venues import BoundVenue
from ledig.web import times
from ledig.web.edge import Connection, json_only, own_page_only
from ledig.web.house import House, TheHouse
from ledig.web.problems import PROBLEM_JSON, RoomTakenProblem, refusals

OTHERS = 6

TheKiosk = NamedDependency[KioskSettings]


class WishBody(Struct, frozen=True, forbid_unknown_fields=True):
    """`key` is a UUIDv7 that the client makes for each wish: sent again, it finds the same booking."""

    key: UUID
    room: Annotated[str, Meta(min_length=1, max_length=64)]
    start: datetime
    end: datetime


class BookingState(StrEnum):
    CONFIRMED = Outcome.CONFIRMED
    DECLINED = Outcome.DECLINED
    CANCELLED = Outcome.CANCELLED


class BookingBody(Struct, frozen=True):
    key: str
    room: str
    start: datetime
    end: datetime
    state: BookingState

    @classmethod
    def of(cls, attempt: Attempt) -> BookingBody:
        """Of an attempt that made a booking, whatever became of it."""
        wish = attempt.wish
        return cls(wish.key, wish.room, wish.during.start, wish.during.end, BookingState(str(attempt.outcome)))


class BookingList(Struct, frozen=True):
    bookings: list[BookingBody]


class Kiosk(Struct, frozen=True):
    id: str
    venue: str


class KioskSession(Struct, frozen=True):
    """Null for everybody's browser, which then does not offer to book."""

    kiosk: Kiosk | None


def cookie_name(settings: Settings) -> str:
    """One jar serves all ports of a machine, so on loopback the port is in the name."""
    if settings.origin.startswith("https:"):
        return "__Secure-ledig-kiosk"
    return f"ledig-kiosk-{settings.port}"


async def provide_kiosk(request: Request[object, object, State], house: TheHouse) -> KioskSettings:
    """The kiosk that asks."""
    return _require_kiosk(request.cookies, house.settings)


def kiosk_only(connection: Connection, _: BaseRouteHandler) -> None:
    """Before the body is read: who has no secret cannot make us wait for one."""
    house: House = connection.app.state.house
    _require_kiosk(connection.cookies, house.settings)


def _require_kiosk(cookies: Mapping[str, str], settings: Settings) -> KioskSettings:
    if kiosk := _kiosk(cookies, settings):
        return kiosk
    raise KioskRequired("Only a kiosk in the building can book without signing in.")


def _kiosk(cookies: Mapping[str, str], settings: Settings) -> KioskSettings | None:
    """The kiosk whose secret is in the cookie."""
    kiosk, told = settings.kiosk, cookies.get(cookie_name(settings), "")
    return kiosk if kiosk and secrets.compare_digest(told.encode(), kiosk.secret.encode()) else None


@get("/session", summary="Which kiosk this browser is, if any")
async def show_session(request: Request[object, object, State], house: TheHouse) -> KioskSession:
    kiosk = _kiosk(request.cookies, house.settings)
    return KioskSession(Kiosk(kiosk.id, kiosk.venue) if kiosk else None)


@post(
    "/",
    guards=[own_page_only, json_only],
    summary="Book a room for the kiosk",
    responses={
        200: ResponseSpec(BookingBody, description="The key was used before, for the same wish: the same booking"),
        409: ResponseSpec(
            RoomTakenProblem,
            description="room_taken with other free rooms, or key_reused",
            media_type=PROBLEM_JSON,
        ),
        **refusals(400, 401, 403, 404, 413, 422, 503),
    },
)
async def book(house: TheHouse, kiosk: TheKiosk, data: JSONBody[WishBody]) -> Response[BookingBody]:
    bound = await house.venue(kiosk.venue)
    wish = _wish(data, house, kiosk, bound)
    earlier = await house.attempts.get(wish.tenant, wish.kiosk, wish.key)
    if earlier is None or earlier.outcome is Outcome.UNAVAILABLE:  # else a repeat, which may come late
        _require_allowed(wish, bound, house.clock.now())
    try:
        attempt, is_new = await house.bookings.book(wish, _target(bound, wish))
    except RoomTaken as error:
        error.free = await _others(house, bound, wish)
        raise
    return Response(BookingBody.of(attempt), status_code=201 if is_new else 200)


@get("/", summary="The kiosk's own bookings that are not over yet", responses=refusals(401))
async def list_bookings(house: TheHouse, kiosk: TheKiosk) -> BookingList:
    held = await house.attempts.held(house.settings.tenant.id, kiosk.id, house.clock.now())
    return BookingList([BookingBody.of(attempt) for attempt in held])


@delete(
    "/{key:uuid}",
    guards=[own_page_only],
    summary="Undo a booking that has not begun, or end a running one now",
    responses=refusals(400, 401, 403, 404, 503),
)
async def undo(house: TheHouse, kiosk: TheKiosk, key: FromPath[UUID]) -> None:
    bound = await house.venue(kiosk.venue)
    await house.bookings.undo(house.settings.tenant.id, kiosk.id, str(key), lambda wish: _target(bound, wish))


def _wish(data: WishBody, house: House, kiosk: KioskSettings, bound: BoundVenue) -> Wish:
    """Raises Invalid or NotFound for what makes no sense."""
    if data.key.version != 7:
        raise Invalid("key has to be a UUID of version 7.")
    if any(moment.second or moment.microsecond for moment in (data.start, data.end)):
        raise Invalid("start and end have to be whole minutes.")
    if bound.room(data.room) is None:
        raise NotFound(f"There is no room {data.room[:40]!r} in this venue.")
    return Wish(
        key=str(data.key),
        tenant=house.settings.tenant.id,
        venue=bound.venue.id,
        room=data.room,
        kiosk=kiosk.id,
        during=times.between(data.start, data.end),
    )


def _require_allowed(wish: Wish, bound: BoundVenue, now: datetime) -> None:
    """Raises PolicyBroken before Microsoft 365 is asked anything."""
    bound.venue.policy.check(wish.during, now, bound.zone)
    if wish.during.start.astimezone(bound.zone).date() != now.astimezone(bound.zone).date():
        raise PolicyBroken("A kiosk books for today only.")
    room = bound.room(wish.room)
    if room and room.booking == "approval":
        raise PolicyBroken("This room is given by somebody in charge of it; a kiosk cannot book it.")


def _target(bound: BoundVenue, wish: Wish) -> Target:
    if mailbox := bound.mailboxes.get(wish.room):
        return Target(mailbox, bound.zone)
    raise NotFound("That room is no longer on the map.")


async def _others(house: House, bound: BoundVenue, wish: Wish) -> list[tuple[str, datetime | None]]:
    """Rooms that are free for the same time, and until when: those on the same floor first, then the nearest."""
    wanted = bound.room(wish.room)
    here = wanted.level if wanted else 0
    overview = await house.overview(bound, wish.during.start.astimezone(bound.zone).date(), wish.kiosk)
    free = []
    for room in sorted(bound.venue.rooms, key=lambda room: (abs(room.level - here), room.id)):
        then = standing(overview.busy[room.id], wish.during)
        if then.is_free and room.id != wish.room and room.booking == "auto":
            free.append((room.id, then.until))
    return free[:OTHERS]


bookings = Router(
    "/bookings",
    route_handlers=[book, list_bookings, undo],
    guards=[kiosk_only],
    dependencies={"kiosk": Provide(provide_kiosk)},
)
routes = Router("/kiosk", route_handlers=[show_session, bookings])
