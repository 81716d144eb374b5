"""Which permissions open what: https://learn.microsoft.com/graph/permissions-reference, row by row"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import httpx
import pytest

from graph_emulator.exchange.event import Person
from graph_emulator.exchange.sharing import Role
from graph_emulator.graph.routes import ROUTES
from graph_emulator.graph.routing import Route
from graph_emulator.tenant import Mailbox, Tenant

from .callers import app_with, as_app, on_behalf
from .conftest import HOUR, POWERLESS, TEN, at, code
from .test_graph import WINDOW

BASIC, READ, WRITE = "Calendars.ReadBasic", "Calendars.Read", "Calendars.ReadWrite"
READ_SHARED, WRITE_SHARED = "Calendars.Read.Shared", "Calendars.ReadWrite.Shared"
PERMISSIONS = {BASIC, READ, WRITE, READ_SHARED, WRITE_SHARED, "Place.Read.All", "User.Read", "User.Read.All"}
READS = {BASIC, READ, WRITE}
TIMES = {"start": at(TEN), "end": at(TEN + HOUR)}


@dataclass(frozen=True)
class Row:
    """A call, and the permissions each of which is enough for it: of an app, of a person's own, of another's."""

    method: str
    path: str
    app: set[str]
    own: set[str]
    others: set[str]
    role: Role  # the least in another's calendar
    body: object = None


ROWS = (
    Row(
        "POST",
        "calendar/getSchedule",
        READS,
        READS | {READ_SHARED, WRITE_SHARED},
        {READ_SHARED, WRITE_SHARED},
        Role.freeBusyRead,
        {"schedules": ["x@contoso.example"], "startTime": at(TEN), "endTime": at(TEN + HOUR)},
    ),
    Row(
        "GET",
        "calendarView?startDateTime=2026-11-24&endDateTime=2026-11-25",
        READS,
        READS | {READ_SHARED, WRITE_SHARED},
        {READ_SHARED, WRITE_SHARED},
        Role.read,
    ),
    Row("GET", "events/{event}", READS, READS | {READ_SHARED, WRITE_SHARED}, {READ_SHARED, WRITE_SHARED}, Role.read),
    Row("POST", "events", {WRITE}, {WRITE, WRITE_SHARED}, {WRITE_SHARED}, Role.write, TIMES),
    Row("PATCH", "events/{event}", {WRITE}, {WRITE, WRITE_SHARED}, {WRITE_SHARED}, Role.write, {"subject": "new"}),
    Row("DELETE", "events/{event}", {WRITE}, {WRITE, WRITE_SHARED}, {WRITE_SHARED}, Role.write),
)
each_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.path[:21]}")


@pytest.fixture
def bo(tenant: Tenant, room: str) -> Iterator[Mailbox]:
    """Somebody whose calendar is not shared with anybody."""
    person = tenant.add_person("Bo Example", f"bo-{room}")
    mailbox = tenant.mailbox(person.address)
    assert mailbox
    yield mailbox
    mailbox.shared_with.clear()


def send(graph: httpx.Client, row: Row, owner: str, mailbox: str, headers: dict[str, str]) -> httpx.Response:
    """The call of a row, about an event that was made for it."""
    made = graph.post(f"/users/{mailbox}/events", json=TIMES).json()["id"] if "{event}" in row.path else ""
    return graph.request(row.method, f"{owner}/{row.path.replace('{event}', made)}", json=row.body, headers=headers)


@each_row
def test_an_app_on_its_own(graph: httpx.Client, tenant: Tenant, room: str, row: Row) -> None:
    """One of the permissions is enough, each of the others is not, which shows only now: it did get a token."""
    for permission in PERMISSIONS:
        answer = send(graph, row, f"/users/{room}", room, as_app(tenant, app_with(tenant, permission)))
        assert answer.is_success == (permission in row.app), permission
        if not answer.is_success:
            assert (answer.status_code, code(answer)) == (403, "ErrorAccessDenied")


@each_row
def test_an_app_on_a_persons_behalf(graph: httpx.Client, tenant: Tenant, ann: Person, row: Row) -> None:
    """In the person's own calendar, at /me as well as by name."""
    for permission in PERMISSIONS:
        for owner in ("/me", f"/users/{ann.address}"):
            answer = send(graph, row, owner, ann.address, on_behalf(tenant, ann, permission))
            assert answer.is_success == (permission in row.own), (permission, owner)


@each_row
def test_another_persons_calendar(graph: httpx.Client, tenant: Tenant, ann: Person, bo: Mailbox, row: Row) -> None:
    """Takes a .Shared permission, and a calendar that is shared far enough."""
    for permission in PERMISSIONS:
        for role in Role:
            bo.shared_with[ann.address] = role
            headers = on_behalf(tenant, ann, permission)
            answer = send(graph, row, f"/users/{bo.person.address}", bo.person.address, headers)
            assert answer.is_success == (permission in row.others and role >= row.role), (permission, role)


def test_a_calendar_nobody_shared_is_denied_or_not_there(
    graph: httpx.Client, tenant: Tenant, ann: Person, bo: Mailbox
) -> None:
    """Both have been seen."""
    headers = on_behalf(tenant, ann, READ_SHARED)
    address = f"/users/{bo.person.address}/calendarView"

    denied = graph.get(address, params=WINDOW, headers=headers)
    tenant.cloud.behaviour = replace(tenant.cloud.behaviour, unshared_calendar_status=404)
    missing = graph.get(address, params=WINDOW, headers=headers)

    assert denied.json()["error"]["message"] == "Access is denied. Check credentials and try again."
    assert (denied.status_code, code(denied)) == (403, "ErrorAccessDenied")
    assert (missing.status_code, code(missing)) == (404, "ErrorItemNotFound")


def test_the_basics_have_no_body(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    """Calendars.ReadBasic shows subjects and people, but neither body nor its beginning."""
    tenant.add_event(room, TEN, TEN + HOUR, subject="Budget", body="secret")

    def shown(permission: str) -> dict[str, object]:
        headers = as_app(tenant, app_with(tenant, permission))
        (event,) = graph.get(f"/users/{room}/calendarView", params=WINDOW, headers=headers).json()["value"]
        assert event["subject"] == "Budget"
        return dict(event)

    assert {"body", "bodyPreview"} <= shown(READ).keys()
    assert not {"body", "bodyPreview"} & shown(BASIC).keys()


def test_names_that_nobody_has(graph: httpx.Client, tenant: Tenant, bo: Mailbox) -> None:
    """Nobody of that name, and somebody without a mailbox."""
    bo.is_enabled = False

    unknown = graph.get("/users/nobody@contoso.example/calendarView", params=WINDOW)
    boxless = graph.get(f"/users/{bo.person.address}/calendarView", params=WINDOW)

    assert (unknown.status_code, code(unknown)) == (404, "ErrorInvalidUser")
    assert (boxless.status_code, code(boxless)) == (404, "MailboxNotEnabledForRESTAPI")


def test_a_token_opens_its_own_tenant_only(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    other = tenant.cloud.add_tenant("99999999-dddd-4ddd-8ddd-444444444444", "fabrikam.example", tenant.zone)
    headers = as_app(other, app_with(other, WRITE))

    assert graph.get(f"/users/{room}/calendarView", params=WINDOW, headers=headers).status_code == 404
    del tenant.cloud.tenants[other.id]


def _address(route: Route, room: str) -> str:
    return "/".join({"{id}": room, "{place}": room}.get(part, part.strip("{}")) for part in route.path.split("/"))


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_no_route_is_open(graph: httpx.Client, tenant: Tenant, room: str, ann: Person, route: Route) -> None:
    """Without a token a 401, without a permission a 403; a batch needs none, its parts do."""
    address = _address(route, room)

    def ask(headers: dict[str, str]) -> httpx.Response:
        return graph.request(route.method, address, json={}, headers=headers)

    nobody = ask({"Authorization": "Bearer"})
    assert (nobody.status_code, code(nobody)) == (401, "InvalidAuthenticationToken")
    if route.path == "/$batch":
        return
    if route.path.startswith("/me"):
        assert (ask(as_app(tenant, POWERLESS)).status_code, code(ask(as_app(tenant, POWERLESS)))) == (400, "BadRequest")
    else:
        assert ask(as_app(tenant, POWERLESS)).status_code == 403
    assert ask(on_behalf(tenant, ann, "Mail.Read")).status_code == 403
