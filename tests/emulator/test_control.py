"""`/emulator/…`, called as a program on this machine calls it."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import cast

import httpx
import pytest

from graph_emulator.clock import StandingClock
from graph_emulator.cloud import Cloud
from graph_emulator.errors import Json
from graph_emulator.exchange.zones import zone
from graph_emulator.registrations import App, Secret
from graph_emulator.server import Running, running
from graph_emulator.tenant import Room, Tenant
from graph_emulator.world import World

TEN = datetime(2026, 11, 24, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
ROOM, ANN = "room-1@contoso.example", "ann@contoso.example"
APP = App("11111111-aaaa-4aaa-8aaa-111111111111", secrets=(Secret("secret"),), roles=frozenset({"Calendars.ReadWrite"}))
ROOMS, MAILBOXES = "/emulator/tenants/contoso.example/rooms", "/emulator/tenants/contoso.example/mailboxes"


@pytest.fixture(scope="module")
def control() -> Iterator[Running]:
    """A server of its own, as what it serves is replaced."""
    with running(Cloud(StandingClock(TEN))) as served:
        yield served


@pytest.fixture
def world(control: Running) -> World:
    cloud = Cloud(StandingClock(TEN))
    tenant = cloud.add_tenant("44444444-dddd-4ddd-8ddd-444444444444", "contoso.example", zone("Europe/Berlin"))
    tenant.add_room(Room("Room 1", ROOM, capacity=8))
    tenant.add_person("Ann Example", ANN)
    tenant.add_app(APP)
    control.world.show(cloud)
    return control.world


@pytest.fixture
def tenant(world: World) -> Tenant:
    return next(iter(world.cloud.tenants.values()))


@pytest.fixture
def client(control: Running, world: World) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=control.http, trust_env=False) as client:
        yield client


@pytest.fixture
def graph(control: Running, tenant: Tenant) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {tenant.app_token(APP)}"}
    with httpx.Client(base_url=f"{control.http}/v1.0", trust_env=False, headers=headers) as graph:
        yield graph


def calendar_view(graph: httpx.Client) -> httpx.Response:
    window = {"startDateTime": TEN.isoformat(), "endDateTime": (TEN + HOUR).isoformat()}
    return graph.get(f"users/{ROOM}/calendarView", params=window)


def value(response: httpx.Response) -> Json:
    assert response.is_success, response.text
    return cast(Json, response.json())


# the clock


def test_it_tells_what_time_it_is_and_what_happens_next(client: httpx.Client, world: World) -> None:
    world.cloud.agenda.at(TEN + HOUR, lambda _: None)

    told = value(client.get("/emulator/clock"))

    assert told == {"now": "2026-11-24T10:00:00Z", "runs": False, "next_due": "2026-11-24T11:00:00Z"}


@pytest.mark.parametrize("travel", [{"advance": 7200.5}, {"now": "2026-11-24T12:00:00.5Z"}])
def test_travel_in_time_lets_happen_in_order_what_lies_between(
    client: httpx.Client, world: World, travel: dict[str, object]
) -> None:
    happened: list[datetime] = []

    def act(due: datetime) -> None:
        happened.append(due)
        if len(happened) == 2:
            world.cloud.agenda.at(due + HOUR / 2, act)

    world.cloud.agenda.at(TEN + HOUR, act)
    world.cloud.agenda.at(TEN + HOUR / 2, act)
    world.cloud.agenda.at(TEN + 3 * HOUR, act)

    told = value(client.patch("/emulator/clock", json=travel))

    assert told["now"] == "2026-11-24T12:00:00.500000Z"
    assert happened == [TEN + HOUR / 2, TEN + HOUR, TEN + HOUR * 3 / 2]


def test_the_clock_can_run_and_stand_still(client: httpx.Client) -> None:
    assert value(client.patch("/emulator/clock", json={"runs": True}))["runs"] is True
    assert value(client.patch("/emulator/clock", json={"advance": 1}))["runs"] is True

    stopped = value(client.patch("/emulator/clock", json={"runs": False}))

    assert value(client.get("/emulator/clock"))["now"] == stopped["now"]


def test_tokens_end_when_time_goes_by(client: httpx.Client, graph: httpx.Client) -> None:
    assert calendar_view(graph).status_code == 200

    client.patch("/emulator/clock", json={"advance": 5400})

    assert calendar_view(graph).status_code == 401


@pytest.mark.parametrize(
    "travel",
    [
        {"now": "2026-11-24T10:00:00"},
        {"now": "9999-12-31T23:59:59Z"},
        {"now": "soon"},
        {"advance": -1},
        {"advance": "1"},
        {"advance": 1, "now": "2026-11-24T10:00:00Z"},
        {"advance": 9e9},
        {"foo": 1},
        [],
    ],
)
def test_a_bad_time_is_refused(client: httpx.Client, world: World, travel: object) -> None:
    refused = client.patch("/emulator/clock", json=travel)

    assert refused.status_code == 400
    assert "xpected" in refused.json()["error"] or "Invalid RFC3339" in refused.json()["error"]
    assert world.cloud.clock() == TEN


# calls


def test_it_tells_what_was_asked_of_graph(client: httpx.Client, graph: httpx.Client, tenant: Tenant) -> None:
    """By template, mailbox and status, one number after the other; not what was asked of itself."""
    calendar_view(graph)
    graph.get(f"users/{ROOM}/events/lost")
    since = value(client.get("/emulator/calls"))["last"]
    graph.get(f"users/{ANN}/events/lost")

    told = value(client.get("/emulator/calls"))
    news = value(client.get("/emulator/calls", params={"since": str(since)}))

    calls = cast(list[Json], told["calls"])
    assert [(call["number"], call["method"], call["path"], call["mailbox"], call["status"]) for call in calls] == [
        (1, "GET", "/users/{id}/calendarView", ROOM, 200),
        (2, "GET", "/users/{id}/events/{event}", ROOM, 404),
        (3, "GET", "/users/{id}/events/{event}", ANN, 404),
    ]
    assert {(call["tenant"], call["app"], call["concurrency"], call["at"]) for call in calls} == {
        (tenant.id, APP.client_id, 1, "2026-11-24T10:00:00Z")
    }
    assert [call["number"] for call in cast(list[Json], news["calls"])] == [3]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"path": "/users/{id}/events/*"}, [2, 3]),
        ({"mailbox": ROOM.upper()}, [1, 2]),
        ({"status": "404", "mailbox": ROOM}, [2]),
        ({"method": "post"}, []),
        ({"limit": "1"}, [1]),
        ({"app": APP.client_id}, [1, 2, 3]),
    ],
)
def test_calls_can_be_searched(
    client: httpx.Client, graph: httpx.Client, wanted: dict[str, str], found: list[int]
) -> None:
    calendar_view(graph)
    graph.get(f"users/{ROOM}/events/lost")
    graph.get(f"users/{ANN}/events/lost")

    told = value(client.get("/emulator/calls", params=wanted))

    assert [call["number"] for call in cast(list[Json], told["calls"])] == found


def test_reading_on_misses_nothing(client: httpx.Client, graph: httpx.Client) -> None:
    for _ in range(3):
        calendar_view(graph)
    since, numbers = 0, []
    while page := value(client.get("/emulator/calls", params={"since": str(since), "limit": "2"}))["calls"]:
        numbers += [call["number"] for call in cast(list[Json], page)]
        since = cast(int, numbers[-1])

    assert numbers == [1, 2, 3]


def test_counters_count_until_they_are_reset(client: httpx.Client, graph: httpx.Client, tenant: Tenant) -> None:
    calendar_view(graph)
    calendar_view(graph)

    told = value(client.get("/emulator/counters"))

    assert told["answers"] == [{"method": "GET", "path": "/users/{id}/calendarView", "status": 200, "count": 2}]
    assert told["most_at_once"] == [{"tenant": tenant.id, "app": APP.client_id, "mailbox": ROOM, "calls": 1}]

    assert client.delete("/emulator/calls").status_code == 204

    assert value(client.get("/emulator/counters")) == {"answers": [], "most_at_once": []}
    calendar_view(graph)
    assert [call["number"] for call in cast(list[Json], value(client.get("/emulator/calls"))["calls"])] == [3]


# switches


def test_switches_are_shown_and_set(client: httpx.Client, world: World) -> None:
    assert value(client.get("/emulator/behaviour"))["delivery"] == 2

    told = value(client.patch("/emulator/behaviour", json={"delivery": 60, "max_schedules": 20}))

    assert (told["delivery"], told["max_schedules"], told["throttling"]) == (60, 20, True)
    assert world.cloud.behaviour.delivery == timedelta(minutes=1)


def test_a_switch_it_does_not_have_is_refused_and_nothing_is_set(client: httpx.Client, world: World) -> None:
    refused = client.patch("/emulator/behaviour", json={"max_schedules": 20, "max_schedule": 20})

    assert refused.status_code == 400
    assert "unknown field `max_schedule`, expected one of max_schedules, " in refused.json()["error"]
    assert world.cloud.behaviour.max_schedules == 100


@pytest.mark.parametrize(
    ("switch", "reason"),
    [
        ({"access_tokens": "paper"}, "expected one of jwt, opaque - at `$.access_tokens`"),
        ({"duplicate_transaction_status": 500}, "expected one of 400, 409 - at `$.duplicate_transaction_status`"),
        ({"max_page": 0}, "Expected `int` >= 1 - at `$.max_page`"),
        ({"delivery": -1}, "Expected `float` >= 0.0 - at `$.delivery`"),
        ({"delivery": 1e30}, "Expected `float` <= 10000000.0 - at `$.delivery`"),
    ],
)
def test_a_switch_has_no_third_position(client: httpx.Client, switch: dict[str, object], reason: str) -> None:
    refused = client.patch("/emulator/behaviour", json=switch)

    assert refused.status_code == 400
    assert reason in refused.json()["error"]


def test_all_tokens_can_be_made_bad(client: httpx.Client, graph: httpx.Client) -> None:
    assert client.post("/emulator/revoke").status_code == 204

    assert calendar_view(graph).status_code == 401


def test_everybody_can_be_signed_out(client: httpx.Client, world: World) -> None:
    key, _ = world.cloud.sign_ins.new_session(TEN)

    assert client.post("/emulator/sign-out").status_code == 204

    assert world.cloud.sign_ins.session(key, TEN) is None


# tenants


def test_a_meeting_is_written_and_the_truth_is_told(client: httpx.Client, graph: httpx.Client) -> None:
    """Into the organizer's calendar and the room's, whose copy has the organizer's name for a subject."""
    meeting = {"organizer": ANN, "rooms": [ROOM], "subject": "Budget"}
    times = {"start": "2026-11-24T11:00:00", "end": "2026-11-24T12:00:00+01:00"}  # the first by the tenant's clocks

    made = client.post("/emulator/tenants/contoso.example/meetings", json=meeting | times)

    assert made.status_code == 201
    window = {"from": "2026-11-24T10:30:00Z", "to": "2026-11-25T00:00:00+01:00"}
    for mailbox in (ROOM, ANN):
        busy = client.get(f"{MAILBOXES}/{mailbox}/busy", params=window)
        assert busy.json() == [{"start": "2026-11-24T10:30:00Z", "end": "2026-11-24T11:00:00Z"}]
    (copy,) = calendar_view(graph).json()["value"]
    assert (copy["subject"], copy["iCalUId"], copy["isOrganizer"]) == ("Ann Example", made.json()["uid"], False)


@pytest.mark.parametrize("window", [{}, {"from": "2026-11-24", "to": "2026-11-25"}, {"from": "x", "to": "y"}])
def test_a_window_without_instants_is_refused(client: httpx.Client, window: dict[str, str]) -> None:
    refused = client.get(f"{MAILBOXES}/{ROOM}/busy", params=window)

    assert refused.status_code == 400
    assert "such as 2026-11-24T09:10:00Z" in refused.json()["error"]


def test_a_rooms_settings_have_exchanges_names(client: httpx.Client, tenant: Tenant) -> None:
    told = value(client.get(f"{ROOMS}/{ROOM}/processing"))
    assert (told["AutomateProcessing"], told["BookingWindowInDays"], told["AnswersAfter"]) == ("AutoAccept", 180, 5)

    told = value(client.patch(f"{ROOMS}/{ROOM}/processing", json={"AllowConflicts": True, "AnswersAfter": "never"}))

    assert (told["AllowConflicts"], told["AnswersAfter"]) == (True, "never")
    processing = tenant.the_mailbox(ROOM).processing
    assert processing
    assert (processing.allow_conflicts, processing.answers_after) == (True, None)


@pytest.mark.parametrize(
    "settings",
    [{"BookingWindowInDays": 1081}, {"AllowConflicts": "yes"}, {"AllowConflict": True}, {"AnswersAfter": -1}],
)
def test_settings_that_exchange_would_refuse_are_refused(
    client: httpx.Client, tenant: Tenant, settings: dict[str, object]
) -> None:
    before = tenant.the_mailbox(ROOM).processing

    refused = client.patch(f"{ROOMS}/{ROOM}/processing", json={"EnforceCapacity": True} | settings)

    assert refused.status_code == 400
    assert next(iter(settings)) in refused.json()["error"] or "answers_after" in refused.json()["error"]
    assert tenant.the_mailbox(ROOM).processing == before


def test_somebody_checks_in(client: httpx.Client, tenant: Tenant) -> None:
    event = tenant.add_event(ROOM, TEN, TEN + HOUR)

    assert client.post(f"{ROOMS}/{ROOM}/check-in", json={"uid": event.uid}).status_code == 204

    assert tenant.the_mailbox(ROOM).checked_in == {event.key}
    assert client.post(f"{ROOMS}/{ROOM}/check-in", json={"uid": "other"}).status_code == 404
    assert client.post(f"{ROOMS}/{ANN}/check-in", json={"uid": event.uid}).status_code == 404


# it refuses


def test_what_is_not_there_is_answered_with_what_is(client: httpx.Client) -> None:
    for path in ("/emulator", "/emulator/", "/emulator/nothing"):
        lost = client.get(path)
        assert lost.status_code == 404
        assert lost.json()["routes"]["/emulator/clock"] == ["GET", "PATCH"]
    assert client.get("/emulator/tenants/lost.example/mailboxes/x/busy").json() == {
        "error": "There is no tenant 'lost.example'."
    }
    assert client.get(f"{ROOMS}/nobody@contoso.example/processing").status_code == 404
    assert client.get("/emulator/faults/7").status_code == 404
    wrong = client.delete("/emulator/clock")
    assert (wrong.status_code, wrong.json()) == (405, {"error": "Expected GET or PATCH."})


@pytest.mark.parametrize("body", [b"", b"{", b'{"advance":', b"\xff\xfe", b"[" * 100_000, b'"\\ud800"'])
@pytest.mark.parametrize(
    ("method", "path"),
    [("PATCH", "clock"), ("PATCH", "behaviour"), ("POST", "faults"), ("PUT", "scenario")],
)
def test_what_cannot_be_read_is_refused(client: httpx.Client, method: str, path: str, body: bytes) -> None:
    refused = client.request(method, f"/emulator/{path}", content=body)

    assert refused.status_code == 400
    assert refused.json()["error"]


@pytest.mark.parametrize("address", ["192.0.2.1", "10.0.0.5", "::ffff:192.0.2.1", "somewhere"])
async def test_other_machines_may_not_control_it(world: World, address: str) -> None:
    transport = httpx.ASGITransport(world, client=(address, 50_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        for path in ("clock", "nothing"):
            assert (await client.get(f"/emulator/{path}")).status_code == 403


@pytest.mark.parametrize("host", ["localhost", "localhost:8980", "127.0.0.1:8943", "[::1]:8980"])
def test_it_is_known_by_the_names_of_this_machine(client: httpx.Client, host: str) -> None:
    assert client.get("/emulator/clock", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", "[", "192.0.2.1"]
)
def test_a_name_that_was_made_to_mean_this_machine_is_refused(client: httpx.Client, host: str) -> None:
    """DNS rebinding: a page of evil.example, whose name now leads here."""
    refused = client.get("/emulator/clock", headers={"Host": host})

    assert refused.status_code == 403
    assert "localhost or 127.0.0.1 only" in refused.json()["error"]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:5173", "http://127.0.0.1:81"])
def test_a_page_of_another_site_is_refused(client: httpx.Client, world: World, origin: str) -> None:
    refused = client.patch("/emulator/clock", json={"advance": 60}, headers={"Origin": origin})

    assert refused.status_code == 403
    assert "access-control-allow-origin" not in refused.headers
    assert world.cloud.clock() == TEN
    assert client.get("/emulator/clock", headers={"Origin": str(client.base_url)}).status_code == 200


def test_it_is_served_beside_graph_on_both_addresses(control: Running, world: World) -> None:
    trust = ssl.create_default_context(cafile=str(control.ca_file))
    for address in (control.https, control.http):
        with httpx.Client(base_url=address, verify=trust, trust_env=False) as client:
            assert client.get("/emulator/clock").json()["now"] == "2026-11-24T10:00:00Z"
            assert client.get("/v1.0/me").status_code == 401


# rooms that misbehave, and people who decide for them


def invite(graph: httpx.Client) -> str:
    """Ann invites the room; the id of her event."""
    wish = {
        "start": {"dateTime": "2026-11-24T11:00:00", "timeZone": "UTC"},
        "end": {"dateTime": "2026-11-24T12:00:00", "timeZone": "UTC"},
        "attendees": [{"emailAddress": {"address": ROOM}, "type": "resource"}],
    }
    made = graph.post(f"users/{ANN}/events", json=wish)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def answer_of_the_room(graph: httpx.Client, event: str) -> str:
    (attendee,) = graph.get(f"users/{ANN}/events/{event}").json()["attendees"]
    return str(attendee["status"]["response"])


@pytest.mark.parametrize(
    ("settings", "answer"),
    [
        ({}, "accepted"),
        ({"AnswersAfter": "never"}, "none"),
        ({"AutomateProcessing": "None"}, "none"),
        ({"BookingType": "Reserved"}, "declined"),
        ({"BookingWindowInDays": 0, "AnswersAfter": 0.5}, "accepted"),
    ],
)
def test_a_room_may_be_told_to_be_silent_or_to_decline(
    client: httpx.Client, graph: httpx.Client, settings: dict[str, object], answer: str
) -> None:
    client.patch(f"{ROOMS}/{ROOM}/processing", json=settings)
    event = invite(graph)
    assert answer_of_the_room(graph, event) == "none"

    value(client.patch("/emulator/clock", json={"advance": 60}))

    assert answer_of_the_room(graph, event) == answer


@pytest.mark.parametrize("decision", ["accepted", "declined"])
def test_a_delegate_decides(client: httpx.Client, graph: httpx.Client, decision: str) -> None:
    client.patch(f"{ROOMS}/{ROOM}/processing", json={"AllBookInPolicy": False, "AllRequestInPolicy": True})
    event = invite(graph)
    value(client.patch("/emulator/clock", json={"advance": 60}))
    uid = graph.get(f"users/{ANN}/events/{event}").json()["iCalUId"]

    decided = client.post(f"{ROOMS}/{ROOM}/decision", json={"uid": uid, "response": decision})
    value(client.patch("/emulator/clock", json={"advance": 60}))

    assert decided.status_code == 204
    assert answer_of_the_room(graph, event) == decision
    again = client.post(f"{ROOMS}/{ROOM}/decision", json={"uid": uid, "response": decision})
    assert again.status_code == (409 if decision == "accepted" else 404)


@pytest.mark.parametrize("comes", [True, False])
def test_a_room_is_given_free_if_nobody_checks_in(
    client: httpx.Client, graph: httpx.Client, tenant: Tenant, comes: bool
) -> None:
    client.patch(f"{ROOMS}/{ROOM}/processing", json={"EnableAutoRelease": True})
    event = invite(graph)
    value(client.patch("/emulator/clock", json={"now": "2026-11-24T11:01:00Z"}))
    if comes:
        uid = graph.get(f"users/{ANN}/events/{event}").json()["iCalUId"]
        assert client.post(f"{ROOMS}/{ROOM}/check-in", json={"uid": uid}).status_code == 204

    value(client.patch("/emulator/clock", json={"advance": 1800}))

    assert (tenant.busy(ROOM, TEN, TEN + 3 * HOUR) != []) == comes


def test_a_body_without_end_is_refused(client: httpx.Client) -> None:
    refused = client.put("/emulator/scenario", content=(b" " * 1_000_000 for _ in range(70)))

    assert refused.status_code == 413
    assert client.get("/emulator/clock").status_code == 200
