"""What goes wrong on purpose, set by `/emulator/faults` and met by clients of Graph and of the identity platform."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import cast

import httpx
import msgspec
import pytest

from graph_emulator.clock import StandingClock
from graph_emulator.cloud import Cloud
from graph_emulator.errors import Json
from graph_emulator.exchange.zones import zone
from graph_emulator.faults import AnyFault, Cut, Faults, Latency, Page, Schedules, Status
from graph_emulator.registrations import App, Secret
from graph_emulator.server import Running, running
from graph_emulator.tenant import Room, Tenant

TEN = datetime(2026, 11, 24, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
TENANT_ID = "44444444-dddd-4ddd-8ddd-444444444444"
APP = App("11111111-aaaa-4aaa-8aaa-111111111111", secrets=(Secret("secret"),), roles=frozenset({"Calendars.ReadWrite"}))
ROOMS = [f"room-{number}@contoso.example" for number in range(1, 21)]
ROOM = ROOMS[0]
EVENT = {
    "subject": "Budget",
    "start": {"dateTime": "2026-11-24T10:00:00", "timeZone": "UTC"},
    "end": {"dateTime": "2026-11-24T11:00:00", "timeZone": "UTC"},
}


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running(Cloud(StandingClock(TEN))) as served:
        yield served


@pytest.fixture
def tenant(server: Running) -> Tenant:
    cloud = Cloud(StandingClock(TEN))
    tenant = cloud.add_tenant(TENANT_ID, "contoso.example", zone("Europe/Berlin"))
    for address in ROOMS:
        tenant.add_room(Room(address, address))
    tenant.add_app(APP)
    server.world.show(cloud)
    return tenant


@pytest.fixture
def control(server: Running, tenant: Tenant) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{server.http}/emulator", trust_env=False) as client:
        yield client


@pytest.fixture
def graph(server: Running, tenant: Tenant) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {tenant.app_token(APP)}"}
    trust = ssl.create_default_context(cafile=str(server.ca_file))
    with httpx.Client(base_url=f"{server.https}/v1.0", verify=trust, trust_env=False, headers=headers) as client:
        yield client


def calendar_view(graph: httpx.Client, mailbox: str = ROOM) -> httpx.Response:
    window = {"startDateTime": TEN.isoformat(), "endDateTime": (TEN + HOUR).isoformat()}
    return graph.get(f"/users/{mailbox}/calendarView", params=window)


def schedules(graph: httpx.Client) -> list[Json]:
    answer = graph.post(
        f"/users/{ROOM}/calendar/getSchedule",
        json={"schedules": ROOMS, "startTime": EVENT["start"], "endTime": EVENT["end"]},
    )
    assert answer.status_code == 200
    return cast(list[Json], answer.json()["value"])


def set_fault(control: httpx.Client, **fault: object) -> int:
    answer = control.post("/faults", json=fault)
    assert answer.status_code == 201, answer.text
    return cast(int, answer.json()["number"])


# the list of them


def test_a_fault_is_set_shown_and_taken_away(control: httpx.Client, graph: httpx.Client) -> None:
    number = set_fault(control, kind="status", status=503, method="GET")
    other = set_fault(control, kind="cut", path="/me/*")
    calendar_view(graph)

    shown = {"number": number, "met": 1, "kind": "status", "status": 503, "method": "GET"}
    assert control.get(f"/faults/{number}").json() == shown
    assert control.get("/faults").json() == [shown, {"number": other, "met": 0, "kind": "cut", "path": "/me/*"}]

    assert control.delete(f"/faults/{number}").status_code == 204
    assert calendar_view(graph).status_code == 200
    assert [one["number"] for one in control.get("/faults").json()] == [other]
    assert control.delete("/faults").status_code == 204
    assert control.get("/faults").json() == []


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({}, "missing required field `kind`"),
        ({"kind": "fire"}, "expected one of status, page, latency, cut, schedules - at `$.kind`"),
        ({"kind": "status"}, "missing required field `status`"),
        ({"kind": "status", "status": 200}, "Expected `int` >= 400 - at `$.status`"),
        ({"kind": "status", "status": 500, "share": 1.5}, "Expected `float` <= 1.0 - at `$.share`"),
        ({"kind": "latency", "seconds": 1, "distribution": "weird"}, "expected one of exponential, fixed, lognormal"),
        ({"kind": "cut", "retry_after": 3}, "unknown field `retry_after`"),
    ],
)
def test_a_fault_that_cannot_be_is_refused(control: httpx.Client, fault: Json, reason: str) -> None:
    refused = control.post("/faults", json=fault)

    assert refused.status_code == 400
    assert reason in refused.json()["error"]
    assert control.get("/faults").json() == []


# which calls


@pytest.mark.parametrize(
    ("of", "met"),
    [
        ({"path": "/users/{id}/calendarView"}, True),
        ({"path": "/users/*"}, True),
        ({"path": "/me/*"}, False),
        ({"method": "post"}, False),
        ({"mailbox": ROOM.upper()}, True),
        ({"mailbox": ROOMS[1]}, False),
        ({"app": APP.client_id.upper(), "tenant": TENANT_ID}, True),
        ({"app": TENANT_ID}, False),
    ],
)
def test_it_is_for_the_calls_it_names(control: httpx.Client, graph: httpx.Client, of: Json, met: bool) -> None:
    set_fault(control, kind="status", status=503, **of)

    assert calendar_view(graph).status_code == (503 if met else 200)


def test_it_is_over_after_so_many(control: httpx.Client, graph: httpx.Client) -> None:
    set_fault(control, kind="status", status=503, count=2)

    assert [calendar_view(graph).status_code for _ in range(4)] == [503, 503, 200, 200]


def test_a_share_of_calls_is_drawn_from_the_seed(control: httpx.Client, graph: httpx.Client, tenant: Tenant) -> None:
    def met() -> list[int]:
        tenant.cloud.faults = Faults(tenant.cloud.seed)
        set_fault(control, kind="status", status=503, share=0.3)
        return [calendar_view(graph).status_code for _ in range(100)]

    first = met()

    assert 15 <= first.count(503) <= 45
    assert met() == first


# what clients meet


@pytest.mark.parametrize(
    ("status", "code"), [(429, "ApplicationThrottled"), (503, "ServiceUnavailable"), (500, "InternalServerError")]
)
def test_an_error_in_graphs_shape(control: httpx.Client, graph: httpx.Client, status: int, code: str) -> None:
    set_fault(control, kind="status", status=status)

    answer = calendar_view(graph)

    assert answer.status_code == status
    assert answer.json()["error"]["code"] == code
    assert {"message", "innerError"} < answer.json()["error"].keys()
    assert "retry-after" not in answer.headers


@pytest.mark.parametrize(("seconds", "header"), [(120, "120"), (0.75, "0.75"), (0, "0")])
def test_an_error_that_says_how_long_to_wait(
    control: httpx.Client, graph: httpx.Client, seconds: float, header: str
) -> None:
    set_fault(control, kind="status", status=503, retry_after=seconds)

    assert calendar_view(graph).headers["retry-after"] == header


def test_the_wait_may_be_a_date(control: httpx.Client, graph: httpx.Client) -> None:
    set_fault(control, kind="status", status=429, retry_after=90, as_date=True)

    assert calendar_view(graph).headers["retry-after"] == "Tue, 24 Nov 2026 10:01:30 GMT"


def test_the_identity_platform_has_its_own_shape(control: httpx.Client, server: Running, graph: httpx.Client) -> None:
    set_fault(control, kind="status", status=503, path="/{tenant}/oauth2/v2.0/token")
    form = {"grant_type": "client_credentials", "client_id": APP.client_id, "client_secret": "secret"}

    answer = httpx.post(f"{server.http}/{TENANT_ID}/oauth2/v2.0/token", data=form, trust_env=False)

    assert answer.status_code == 503
    assert (answer.json()["error"], answer.json()["error_codes"]) == ("temporarily_unavailable", [90033])
    assert calendar_view(graph).status_code == 200


def test_the_page_of_a_proxy(control: httpx.Client, graph: httpx.Client) -> None:
    set_fault(control, kind="page", status=502)

    answer = calendar_view(graph)

    assert (answer.status_code, answer.headers["content-type"]) == (502, "text/html; charset=utf-8")
    assert "<h1>502 Bad Gateway</h1>" in answer.text


@pytest.mark.parametrize("lost", [{"kind": "cut"}, {"kind": "cut", "when": "before"}])
def test_a_connection_is_cut_before_anything_was_done(
    control: httpx.Client, graph: httpx.Client, tenant: Tenant, lost: Json
) -> None:
    set_fault(control, **lost)

    with pytest.raises(httpx.TransportError):
        graph.post(f"/users/{ROOM}/events", json=EVENT)

    assert tenant.busy(ROOM, TEN, TEN + HOUR) == []


@pytest.mark.parametrize("lost", [{"kind": "cut", "when": "after"}, {"kind": "status", "status": 504, "after": True}])
def test_an_answer_is_lost_after_the_write(
    control: httpx.Client, graph: httpx.Client, tenant: Tenant, lost: Json
) -> None:
    """And a transactionId finds what was written."""
    set_fault(control, **lost, count=1)
    wish = EVENT | {"transactionId": "one"}

    try:
        assert graph.post(f"/users/{ROOM}/events", json=wish).status_code == 504
    except httpx.TransportError:
        assert lost["kind"] == "cut"

    assert tenant.busy(ROOM, TEN, TEN + HOUR) == [(TEN, TEN + HOUR)]
    assert graph.post(f"/users/{ROOM}/events", json=wish).status_code == 201
    assert len(tenant.events(ROOM, TEN, TEN + HOUR)) == 1


def test_a_cut_connection_is_in_the_log_without_a_status(control: httpx.Client, graph: httpx.Client) -> None:
    set_fault(control, kind="cut")
    with pytest.raises(httpx.TransportError):
        calendar_view(graph)

    (call,) = control.get("/calls").json()["calls"]
    assert call["status"] == 0


def test_some_schedules_fail_in_a_good_answer(control: httpx.Client, graph: httpx.Client) -> None:
    set_fault(control, kind="schedules", part=0.5)

    failed = [schedule for schedule in schedules(graph) if "error" in schedule]

    assert 4 <= len(failed) <= 16
    assert all("availabilityView" not in schedule for schedule in failed)
    assert {cast(Json, schedule["error"])["responseCode"] for schedule in failed} == {"5009"}
    assert calendar_view(graph).status_code == 200


def test_latency_delays_the_call(control: httpx.Client, graph: httpx.Client) -> None:
    """On the machine's clock, as that is what a client's patience goes by."""
    set_fault(control, kind="latency", seconds=0.05)

    assert calendar_view(graph).elapsed >= timedelta(seconds=0.05)


@pytest.mark.parametrize(
    ("latency", "least", "median", "most"),
    [
        (Latency(seconds=2), 2, 2, 2),
        (Latency(seconds=4, shortest=2, distribution="uniform"), 2, 3, 4),
        (Latency(seconds=1, distribution="exponential", longest=3), 0, 0.693, 3),
        (Latency(seconds=1, shortest=0.5, distribution="lognormal", sigma=1), 0.5, 1.5, 60),
    ],
)
def test_latency_is_drawn(latency: Latency, least: float, median: float, most: float) -> None:
    random = Random(0)
    drawn = sorted(latency.drawn(random) for _ in range(2001))

    assert least <= drawn[0] <= drawn[-1] <= most
    assert drawn[1000] == pytest.approx(median, rel=0.1)


def test_one_fault_may_meet_another(control: httpx.Client, graph: httpx.Client) -> None:
    """The first that was set is outermost."""
    set_fault(control, kind="latency", seconds=0.05)
    set_fault(control, kind="status", status=503, retry_after=1)

    answer = calendar_view(graph)

    assert (answer.status_code, answer.elapsed >= timedelta(seconds=0.05)) == (503, True)


@pytest.mark.parametrize(
    "fault",
    [
        Status(status=429, retry_after=1.5, as_date=True, code="C", message="m", after=True, share=0.5),
        Page(status=503, retry_after=2, count=3),
        Latency(seconds=1, distribution="lognormal", sigma=1, method="GET"),
        Cut(when="after", tenant=TENANT_ID, app=APP.client_id),
        Schedules(part=0.1, code="5016", message="{address}", mailbox=ROOM, path="/users/*"),
    ],
)
def test_every_kind_is_shown_as_it_was_set(control: httpx.Client, fault: AnyFault) -> None:
    number = set_fault(control, **msgspec.to_builtins(fault))

    shown = control.get(f"/faults/{number}").json()

    assert msgspec.convert({name: shown[name] for name in shown if name not in ("number", "met")}, AnyFault) == fault
