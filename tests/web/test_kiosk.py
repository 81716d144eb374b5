"""/kiosk/bookings"""

from __future__ import annotations

import asyncio
import os
from datetime import datetime, timedelta
from uuid import UUID

import httpx
import pytest
from starlette.responses import Response

from graph_emulator.exchange.event import Event
from graph_emulator.log import Answer, Call
from graph_emulator.tenant import Tenant
from ledig.web.house import House
from lobby import SECRET, ToldClock
from scenario import BERLIN

PATH = "/api/v1/kiosk/bookings"
ROOM = "room-1096@rooms.example.org"
WRITES = "POST /users/{id}/events"


@pytest.fixture(autouse=True)
def _empty_rooms(tenant: Tenant) -> None:
    for room in tenant.rooms.values():
        for event in tenant.calendar(room.address).events():
            tenant.remove_event(room.address, event)


async def test_books_a_room(kiosk: httpx.AsyncClient, tenant: Tenant) -> None:
    """One event stands in the room's calendar, with nobody's name, and the map shows the room as taken at once."""
    await _state(kiosk, "10:10")
    wish = _wish()

    answer = await kiosk.post(PATH, json=wish)

    assert answer.status_code == 201
    assert answer.json() == {
        "key": wish["key"],
        "room": "1096",
        "start": "2026-11-23T09:10:00Z",
        "end": "2026-11-23T09:40:00Z",
        "state": "confirmed",
    }
    (event,) = _events(tenant)
    assert (event.start, event.end) == (_at("10:10"), _at("10:40"))
    assert (event.subject, event.attendees) == ("Booked at the kiosk", ())
    assert await _state(kiosk, "10:10") == "busy"
    assert await _state(kiosk, "10:40") == "free"


async def test_a_browser_can_ask_whether_it_is_a_kiosk(visitor: httpx.AsyncClient) -> None:
    """Before it offers to book; everybody else's is none, and that is no error."""
    nobody = await visitor.get("/api/v1/kiosk/session")
    somebody = await visitor.get("/api/v1/kiosk/session", headers={"Cookie": f"ledig-kiosk-8000={SECRET}"})

    assert nobody.json() == {"kiosk": None}
    assert somebody.json() == {"kiosk": {"id": "lobby", "venue": "apb"}}


async def test_the_same_key_finds_the_same_booking(kiosk: httpx.AsyncClient, tenant: Tenant) -> None:
    """A client that lost the answer asks again and gets it, with 200."""
    wish = _wish()
    first = await kiosk.post(PATH, json=wish)
    again = await kiosk.post(PATH, json=wish)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert len(_events(tenant)) == 1


async def test_a_repeat_that_comes_late_finds_its_booking(kiosk: httpx.AsyncClient, clock: ToldClock) -> None:
    """Although a new wish could not begin in the past any more."""
    wish = _wish()
    await kiosk.post(PATH, json=wish)
    await clock.move(timedelta(minutes=15))

    again = await kiosk.post(PATH, json=wish)

    assert (again.status_code, again.json()["state"]) == (200, "confirmed")


async def test_a_repeat_of_what_failed_is_a_wish_like_any_other(
    kiosk: httpx.AsyncClient, tenant: Tenant, clock: ToldClock
) -> None:
    """Nothing was booked then, so nothing is booked now in what has become the past."""
    wish = _wish()

    async def away(call: Call, answer: Answer) -> Response:
        return Response("", 503, {"Retry-After": "60"}) if "/users/" in call.route else await answer()

    tenant.cloud.intercept = away
    assert (await kiosk.post(PATH, json=wish)).status_code == 503
    tenant.cloud.intercept = None
    await clock.move(timedelta(hours=5))

    assert (await kiosk.post(PATH, json=wish)).status_code == 422
    assert _events(tenant) == []


async def test_a_key_stands_for_one_wish(kiosk: httpx.AsyncClient) -> None:
    """Used for another wish it is refused."""
    wish = _wish()
    await kiosk.post(PATH, json=wish)

    answer = await kiosk.post(PATH, json={**wish, "room": "1072"})

    assert (answer.status_code, answer.json()["code"]) == (409, "key_reused")


async def test_of_two_wishes_for_one_slot_one_gets_it(kiosk: httpx.AsyncClient, tenant: Tenant) -> None:
    """The other is told, and which rooms are free instead, nearest floor first."""
    answers = await asyncio.gather(kiosk.post(PATH, json=_wish()), kiosk.post(PATH, json=_wish()))

    assert sorted(answer.status_code for answer in answers) == [201, 409]
    refused = next(answer.json() for answer in answers if answer.status_code == 409)
    assert refused["code"] == "room_taken"
    assert {room["id"][0] for room in refused["free"]} == {"1"}
    assert "1004" not in {room["id"] for room in refused["free"]}, "the Council Chamber needs an approval"
    assert len(_events(tenant)) == 1


async def test_touching_bookings_do_not_clash(kiosk: httpx.AsyncClient, tenant: Tenant) -> None:
    """One ends when the next begins."""
    first = await kiosk.post(PATH, json=_wish("10:10", "10:40"))
    second = await kiosk.post(PATH, json=_wish("10:40", "11:00"))

    assert (first.status_code, second.status_code) == (201, 201)
    assert len(_events(tenant)) == 2


async def test_refuses_a_room_that_somebody_holds(kiosk: httpx.AsyncClient, tenant: Tenant) -> None:
    """What stands in the calendar wins, although the overview has not heard of it yet."""
    await _state(kiosk, "10:10")
    tenant.add_event(ROOM, _at("10:30"), _at("11:00"))

    answer = await kiosk.post(PATH, json=_wish())

    assert (answer.status_code, answer.json()["code"]) == (409, "room_taken")
    assert len(_events(tenant)) == 1


async def test_withdraws_where_somebody_came_in_between(kiosk: httpx.AsyncClient, tenant: Tenant) -> None:
    """Exchange takes both; ledig reads again after writing and removes its own."""

    async def somebody_is_quicker(call: Call, answer: Answer) -> Response:
        if call.route == WRITES:
            tenant.add_event(ROOM, _at("10:00"), _at("11:00"), subject="Somebody Else")
        return await answer()

    tenant.cloud.intercept = somebody_is_quicker

    answer = await kiosk.post(PATH, json=_wish())

    assert (answer.status_code, answer.json()["code"]) == (409, "room_taken")
    assert [event.subject for event in _events(tenant)] == ["Somebody Else"]


async def test_says_later_when_the_room_was_lost_after_all(
    kiosk: httpx.AsyncClient, tenant: Tenant, clock: ToldClock
) -> None:
    """Half a minute later one more look; where somebody else is there, ours goes and the kiosk is told."""
    await kiosk.post(PATH, json=_wish())
    tenant.add_event(ROOM, _at("10:00"), _at("11:00"), subject="Accepted meanwhile")

    await clock.move(timedelta(seconds=31))

    await asyncio.wait_for(_until_held(kiosk, ["declined"]), 5)
    assert [event.subject for event in _events(tenant)] == ["Accepted meanwhile"]


async def test_undoes_a_booking(kiosk: httpx.AsyncClient, tenant: Tenant) -> None:
    """Gone from the calendar, from the kiosk's list and from the map; once more changes nothing."""
    wish = _wish()
    await kiosk.post(PATH, json=wish)
    assert await _held(kiosk) == ["confirmed"]

    first = await kiosk.delete(f"{PATH}/{wish['key']}")
    again = await kiosk.delete(f"{PATH}/{wish['key']}")

    assert (first.status_code, again.status_code) == (204, 204)
    assert await _held(kiosk) == []
    assert _events(tenant) == []
    assert await _state(kiosk, "10:10") == "free"


async def test_ends_a_running_booking_now(kiosk: httpx.AsyncClient, tenant: Tenant, clock: ToldClock) -> None:
    """What has been used stays used; the rest is free again."""
    wish = _wish()
    await kiosk.post(PATH, json=wish)
    await clock.move(timedelta(minutes=20))

    assert (await kiosk.delete(f"{PATH}/{wish['key']}")).status_code == 204

    (event,) = _events(tenant)
    assert event.end == _at("10:30")
    assert await _state(kiosk, "10:30") == "free"


async def test_says_when_to_try_again_while_microsoft_is_away(kiosk: httpx.AsyncClient, tenant: Tenant) -> None:
    """Nothing is booked, and the same key may be tried again."""
    wish = _wish()

    async def away(call: Call, answer: Answer) -> Response:
        is_graph = "/users/" in call.route
        return Response("<html>busy</html>", 503, {"Retry-After": "60.5"}) if is_graph else await answer()

    tenant.cloud.intercept = away
    refused = await kiosk.post(PATH, json=wish)
    tenant.cloud.intercept = None
    again = await kiosk.post(PATH, json=wish)

    assert (refused.status_code, refused.json()["code"]) == (503, "calendar_unavailable")
    assert refused.headers["Retry-After"] == "61"
    assert again.status_code == 201


@pytest.mark.parametrize(
    ("start", "end", "word"),
    [
        ("10:10", "10:20", "at least 15 minutes"),
        ("10:10", "12:30", "at most 120 minutes"),
        ("19:30", "20:30", "open from 07:00 to 20:00"),
        ("09:00", "09:30", "already begun"),
    ],
)
async def test_the_house_rules_hold(kiosk: httpx.AsyncClient, tenant: Tenant, start: str, end: str, word: str) -> None:
    """Told in a sentence, before Microsoft is asked."""
    answer = await kiosk.post(PATH, json=_wish(start, end))

    assert (answer.status_code, answer.json()["code"]) == (422, "policy")
    assert word in answer.json()["detail"]
    assert not tenant.cloud.calls


async def test_a_kiosk_books_for_today_and_three_rooms_at_most(kiosk: httpx.AsyncClient) -> None:
    """And never a room that somebody in charge gives away."""
    tomorrow = await kiosk.post(PATH, json=_wish(day=24))
    council = await kiosk.post(PATH, json=_wish(room="1004"))
    made = [(await kiosk.post(PATH, json=_wish(room=room))).status_code for room in ("1018", "1020", "1035", "1053")]

    assert "today only" in tomorrow.json()["detail"]
    assert "in charge" in council.json()["detail"]
    assert made == [201, 201, 201, 422]


async def test_refuses_a_browser_that_is_no_kiosk(visitor: httpx.AsyncClient, tenant: Tenant) -> None:
    """Nothing is told, booked or undone without the secret."""
    wish = _wish()
    wrong = {"Cookie": "ledig-kiosk-8000=guessed"}
    answers = [
        await visitor.post(PATH, json=wish),
        await visitor.post(PATH, json=wish, headers=wrong),
        await visitor.get(PATH),
        await visitor.delete(f"{PATH}/{wish['key']}"),
    ]

    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(401, "kiosk_required")}
    assert not tenant.cloud.calls


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://localhost:8001"},
    ],
)
async def test_refuses_other_peoples_pages(kiosk: httpx.AsyncClient, tenant: Tenant, headers: dict[str, str]) -> None:
    """A page elsewhere cannot make a kiosk's browser book or cancel."""
    wish = _wish()
    booked = await kiosk.post(PATH, json=wish, headers=headers)
    undone = await kiosk.delete(f"{PATH}/{wish['key']}", headers=headers)

    assert [answer.json()["code"] for answer in (booked, undone)] == ["forbidden_origin"] * 2
    assert not tenant.cloud.calls


@pytest.mark.parametrize(
    "change",
    [
        {"key": "1"},
        {"key": "6b1a1c1e-0a3c-4f5e-8d7a-2b4e6f8091a3"},
        {"room": ""},
        {"room": "x" * 65},
        {"start": "10:10"},
        {"start": "2026-11-23T10:10:00"},
        {"start": "2026-11-23T09:10:30Z"},
        {"end": "2026-11-23T09:00:00Z"},
        {"end": None},
        {"subject": "lunch"},
        {"start": "0001-01-01T00:00:00+23:59"},
        {"end": "9999-12-31T23:30:00-23:59"},
    ],
)
async def test_refuses_a_wish_that_makes_no_sense(
    kiosk: httpx.AsyncClient, tenant: Tenant, change: dict[str, str | None]
) -> None:
    """400, and no call is made."""
    answer = await kiosk.post(PATH, json={**_wish(), **change})

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
    assert not tenant.cloud.calls


async def test_refuses_bodies_that_are_not_small_json(kiosk: httpx.AsyncClient) -> None:
    """Too large, another type, broken."""
    json = {"Content-Type": "application/json"}
    large = await kiosk.post(PATH, content=b'{"key":"' + b"x" * 2_000_000 + b'"}', headers=json)
    text = await kiosk.post(PATH, content=b"{}", headers={"Content-Type": "text/plain"})
    broken = await kiosk.post(PATH, content=b'{"key":', headers=json)

    deep = await kiosk.post(PATH, content=b"[" * 15_000, headers=json)
    not_text = await kiosk.post(PATH, content=b'{"key":"\xff"}', headers=json)

    assert (large.status_code, large.json()["code"]) == (413, "too_large")
    for answer in (text, broken, deep, not_text):
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")


async def test_refuses_rooms_that_are_not_there(kiosk: httpx.AsyncClient) -> None:
    """And bookings that are not."""
    booked = await kiosk.post(PATH, json=_wish(room="9999"))
    undone = await kiosk.delete(f"{PATH}/{_key()}")

    assert (booked.status_code, undone.status_code) == (404, 404)


async def test_only_outcomes_are_kept(kiosk: httpx.AsyncClient, house: House, clock: ToldClock) -> None:
    """A day after its end nothing of a booking is left but that it succeeded; after 90 days not even that."""
    await kiosk.post(PATH, json=_wish())

    await house.attempts.forget(clock.now() + timedelta(days=2), timedelta(days=90))
    (told,) = await house.attempts.newest(house.settings.tenant.id, 10)
    assert (told.room, told.kind, told.outcome) == ("1096", "anonymous", "confirmed")
    assert await house.attempts.get(house.settings.tenant.id, "lobby", _wish()["key"]) is None

    await house.attempts.forget(clock.now() + timedelta(days=91), timedelta(days=90))
    assert await house.attempts.newest(house.settings.tenant.id, 10) == []


def _key() -> str:
    """A UUIDv7, as a client makes one."""
    random = bytearray(os.urandom(16))
    random[6], random[8] = random[6] & 0x0F | 0x70, random[8] & 0x3F | 0x80
    return str(UUID(bytes=bytes(random)))


def _wish(start: str = "10:10", end: str = "10:40", room: str = "1096", day: int = 23) -> dict[str, str]:
    times = {"start": _at(start, day).isoformat(), "end": _at(end, day).isoformat()}
    return {"key": _key(), "room": room, **times}


def _at(time: str, day: int = 23) -> datetime:
    return datetime.fromisoformat(f"2026-11-{day}T{time}").replace(tzinfo=BERLIN)


def _events(tenant: Tenant) -> list[Event]:
    return tenant.events(ROOM, _at("00:00"), _at("23:00"))


async def _state(client: httpx.AsyncClient, time: str) -> str:
    query: dict[str, str | int] = {"at": _at(time).isoformat(), "minutes": 15}
    rooms = (await client.get("/api/v1/venues/apb/availability", params=query)).json()["rooms"]
    return next(str(room["state"]) for room in rooms if room["id"] == "1096")


async def _until_held(client: httpx.AsyncClient, states: list[str]) -> None:
    while await _held(client) != states:
        pass


async def _held(client: httpx.AsyncClient) -> list[str]:
    return [booking["state"] for booking in (await client.get(PATH)).json()["bookings"]]
