"""What people meet about, and who, stays in Microsoft 365: no answer, log line or database file tells it."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa
import structlog
from msgspec import Struct
from msgspec.structs import replace
from prometheus_client import generate_latest
from starlette.responses import Response

from faults import answers
from graph_emulator import demo as tenants
from graph_emulator.exchange.event import Attendee, Event, Location, Person
from graph_emulator.log import Answer, Call
from graph_emulator.server import Running
from graph_emulator.tenant import Tenant
from ledig import logs
from ledig.graph import calendar, calendar_view, freebusy, me
from ledig.settings import Settings
from ledig.store.database import opened
from ledig.web.house import House
from ledig.web.metrics import Metrics
from lobby import SECRET, ToldClock
from scenario import BERLIN
from signing_in import AMARA, ME, PARTS, SESSION, access_token, sign_in

API = "/api/v1/venues/apb"
BOOKINGS = "/api/v1/kiosk/bookings"
EGG = "room-1096@rooms.example.org"
THREE = datetime(2026, 11, 23, 15, tzinfo=BERLIN)
ADDRESS = re.compile(rb"[\w.+-]+(@|%40)[\w-]+\.\w+")
POISON = {
    place: f"poison-{place}-zyx"
    for place in ("subject", "body", "location", "organizer", "attendee", "category", "error", "header")
}


class Wire:
    """Listens to what Microsoft told ledig, so that we know that the poison was there; and to the tokens."""

    def __init__(self) -> None:
        self.heard = b""
        self.tokens: list[str] = []
        self.selected: set[str] = set()
        self.fault: Response | None = None

    async def intercept(self, call: Call, answer: Answer) -> Response:
        if self.fault and ("/users/" in call.path or "/me" in call.path):
            return self.fault
        response = await answer()
        self.heard += bytes(response.body)
        if response.media_type and response.media_type.startswith("image/"):
            return response
        told = json.loads(bytes(response.body)) if response.body else {}
        if "access_token" in told:
            self.tokens.append(told["access_token"])
        if call.route == "GET /users/{id}/calendarView" and response.status_code == 200:
            self.selected.update(name for event in told["value"] for name in event if not name.startswith("@"))
        return response


def poisoned(event: Event) -> Event:
    """The same meeting, full of things that are nobody's business."""
    who = {kind: Person(POISON[kind], f"{POISON[kind]}@rooms.example.org") for kind in ("organizer", "attendee")}
    return replace(
        event,
        subject=POISON["subject"],
        body=POISON["body"],
        locations=(Location(POISON["location"]),),
        organizer=who["organizer"],
        attendees=(Attendee(who["attendee"]),),
        categories=(POISON["category"],),
    )


@pytest.fixture
def wire(tenant: Tenant) -> Wire:
    """Poison in every meeting of the tenant; The Egg has one, this afternoon at three."""
    for room in tenant.rooms.values():
        for event in tenant.calendar(room.address).events():
            tenant.calendar(room.address).put(poisoned(event))
    for event in tenant.calendar(EGG).events():
        tenant.remove_event(EGG, event)
    tenant.calendar(EGG).put(poisoned(tenant.add_event(EGG, THREE, THREE + timedelta(hours=1))))
    wire = Wire()
    tenant.cloud.intercept = wire.intercept
    return wire


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged, down to the least important."""
    text = io.StringIO()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(0), logger_factory=structlog.PrintLoggerFactory(text)
    )
    yield text
    logs.set_up(is_quiet=True)


@pytest.fixture
def answered(visitor: httpx.AsyncClient) -> list[bytes]:
    """Every answer, with its headers."""
    heard: list[bytes] = []

    async def hear(response: httpx.Response) -> None:
        heard.append(repr(response.headers.raw).encode() + await response.aread())

    visitor.event_hooks["response"].append(hear)
    return heard


def files(settings: Settings) -> bytes:
    """The database as it lies on the disk, with what SQLite keeps beside it."""
    found = sorted(Path(settings.database).parent.glob("ledig.db*"))
    assert found
    return b"".join(file.read_bytes() for file in found)


def numbers(house: House) -> bytes:
    """What /metrics tells."""
    Metrics(house)
    return generate_latest(house.registry)


def booking(number: int = 1, begin: datetime = THREE + timedelta(hours=2)) -> dict[str, str]:
    key = UUID(int=0x019A0000_0000_7000_8000_000000000000 + number)
    end = begin + timedelta(minutes=30)
    return {"key": str(key), "room": "1096", "start": begin.isoformat(), "end": end.isoformat()}


async def ask_everything(client: httpx.AsyncClient, number: int) -> set[int]:
    """All that can be asked about calendars, and a booking made, repeated, refused and undone."""
    wish = booking(number)
    taken = booking(number + 1, THREE)
    asked = [
        await client.get(f"{API}/days/2026-11-24"),
        await client.get(f"{API}/availability", params={"at": "2026-11-24T10:00:00+01:00"}),
        await client.get(
            f"{API}/rooms/1096/schedule",
            params={"from": "2026-11-23T00:00:00+01:00", "to": "2026-11-29T00:00:00+01:00"},
        ),
        await client.post(BOOKINGS, json=wish),
        await client.post(BOOKINGS, json=wish),
        await client.post(BOOKINGS, json=taken),
        await client.post(BOOKINGS, json={"key": SECRET}),
        await client.get(BOOKINGS),
        await client.delete(f"{BOOKINGS}/{wish['key']}"),
    ]
    return {answer.status_code for answer in asked}


async def test_poison_in_meetings_and_secrets_appears_nowhere(
    kiosk: httpx.AsyncClient,
    tenant: Tenant,
    wire: Wire,
    clock: ToldClock,
    settings: Settings,
    house: House,
    answered: list[bytes],
    log: io.StringIO,
) -> None:
    """On good days, and on days when Microsoft answers with errors that repeat it."""
    for path in ("/health", "/schema", "/api/v1/venues", API, "/api/v1/nothing"):
        await kiosk.get(path)
    assert await ask_everything(kiosk, 1) == {200, 201, 204, 400, 409}

    for number, status in enumerate((200, 302, 400, 401, 403, 404, 409, 429, 500, 503), start=1):
        body = f'{{"error": {{"code": "ErrorOdd", "message": "{POISON["error"]} {EGG}"}}}}'
        wire.fault = await answers(status, body, x_ms_diagnostics=POISON["header"], retry_after="60")(_no_answer)
        await clock.move(timedelta(minutes=6))
        statuses = await ask_everything(kiosk, 10 * number)
        assert {200, 400, 503} <= statuses <= {200, 400, 404, 503}

    logged = log.getvalue().encode()
    assert b"graph_fails" in logged
    assert wire.tokens
    for place in ("subject", "location"):
        assert POISON[place].encode() in wire.heard, "the poison was never there"
    poison = [*POISON.values(), tenants.CLIENT_SECRET, SECRET, *wire.tokens]
    metrics = numbers(house)
    places = {
        "an answer": b"".join(answered),
        "the log": logged,
        "the database": files(settings),
        "the metrics": metrics,
    }
    for where, said in places.items():
        assert [word for word in poison if word.encode() in said] == [], where
    assert ADDRESS.findall(b"".join(answered)) == []
    assert ADDRESS.findall(logged) == []
    assert ADDRESS.findall(metrics) == []


async def test_of_who_signs_in_nothing_stays(
    visitor: httpx.AsyncClient,
    tenant: Tenant,
    wire: Wire,
    graph: Running,
    house: House,
    settings: Settings,
    answered: list[bytes],
    log: io.StringIO,
) -> None:
    """Neither tokens nor who it was; a person's name is told to their own browser, and only when it asks for it."""
    tokens = [access_token(tenant), "poison-access-token-zyx"]
    for token in tokens:
        answer = await sign_in(visitor, tenant, graph.http, token)
        assert answer.status_code == 204
        sealed = visitor.cookies[PARTS[0]]
        await visitor.get(SESSION)
        for status in (None, 403, 500, 503, 429, 401):  # the last one ends the session
            body = f'{{"error": {{"code": "ErrorOdd", "message": "{POISON["error"]} {AMARA}"}}}}'
            wire.fault = await answers(status, body, retry_after="60")(_no_answer) if status else None
            await visitor.get(f"{ME}/picture")
        wire.fault = None
        await visitor.put(SESSION, json={"access_token": "poison-access-token-zyx", "id_token": "x", "expires_in": 60})
    who = [AMARA, "Amara", tenant.object_id(AMARA)]

    metrics = numbers(house)
    logged = log.getvalue().encode()
    kept = files(settings)
    assert b"graph_fails" in logged
    poison = [*tokens, POISON["error"], sealed]
    for where, said in {"the log": logged, "the database": kept, "the metrics": metrics}.items():
        assert [word for word in (*poison, *who) if word.encode() in said] == [], where
    told = b"".join(answered).replace(sealed.encode(), b"")
    assert [word for word in (*poison, *who) if word.encode() in told] == []


async def test_a_crash_report_tells_nothing_either(
    kiosk: httpx.AsyncClient, tenant: Tenant, wire: Wire, settings: Settings, answered: list[bytes], log: io.StringIO
) -> None:
    """The database breaks while a booking is written: the log holds a traceback, but neither event nor kiosk."""
    ids: list[str] = []

    async def break_the_database(call: Call, answer: Answer) -> Response:
        response = await answer()
        if call.route == "POST /users/{id}/events":
            ids.append(json.loads(bytes(response.body))["id"])
            async with opened(Path(settings.database)) as engine, engine.begin() as connection:
                await connection.execute(sa.text("DROP TABLE attempts"))
        return response

    tenant.cloud.intercept = break_the_database

    answer = await kiosk.post(BOOKINGS, json=booking())

    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "Traceback" in log.getvalue()
    for private in (*ids, "lobby", booking()["key"], EGG):
        assert private not in log.getvalue()
        assert private.encode() not in b"".join(answered)


async def test_of_an_answer_only_these_fields_are_decoded() -> None:
    """Privacy by projection: what is no field cannot leak. Think twice before this list grows."""
    fields = {
        f"{module.__name__.rpartition('.')[2]}.{kind.__name__}": set(kind.__struct_fields__)
        for module in (freebusy, calendar, calendar_view, me)
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Struct) and kind.__module__ == module.__name__
    }

    assert fields == {
        "freebusy._Ask": {"schedules", "startTime", "endTime", "availabilityViewInterval"},
        "freebusy._Answer": {"value"},
        "freebusy._Schedule": {"scheduleId", "availabilityView", "scheduleItems", "error"},
        "freebusy._Item": {"status", "start", "end"},
        "freebusy._Error": {"responseCode"},
        "freebusy._Event": {"start", "end", "isAllDay", "showAs", "isCancelled"},
        "calendar_view._Page": {"value", "next_link"},
        "calendar._Event": {"id", "start", "end", "isAllDay", "showAs", "isCancelled", "transactionId"},
        "calendar._Written": {"id"},
        "me._Me": {"displayName", "userPrincipalName"},
        "me.Picture": {"kind", "content"},
    }


async def test_of_a_calendar_no_more_is_asked_for_than_is_decoded(kiosk: httpx.AsyncClient, wire: Wire) -> None:
    """Subjects and people do not even travel."""
    await kiosk.post(BOOKINGS, json=booking())

    assert wire.selected == set(calendar._Event.__struct_fields__)


async def _no_answer() -> Response:
    raise AssertionError("a fault asks for no answer")
