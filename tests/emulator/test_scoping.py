"""How Exchange narrows what an app may open: role assignments with a scope, and application access policies"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from graph_emulator.clock import StandingClock
from graph_emulator.exchange.event import Person
from graph_emulator.exchange.scoping import AccessPolicy, Recipient, Right, RoleAssignment, Scope, Scoping
from graph_emulator.registrations import App
from graph_emulator.tenant import Tenant

from .callers import app_with, as_app, on_behalf
from .conftest import APP, HOUR, TEN, at, code
from .test_graph import WINDOW

ROOMS = Scope(kind="RoomMailbox")


@pytest.fixture
def tenant(tenant: Tenant) -> Iterator[Tenant]:
    """Its scoping is a new one for each test."""
    before = tenant.scoping
    cloud = tenant.cloud
    tenant.scoping = Scoping(
        lambda: cloud.clock() + cloud.behaviour.role_assignments_take,
        lambda: cloud.clock() + cloud.behaviour.access_policies_take,
    )
    yield tenant
    tenant.scoping = before


@pytest.fixture
def bare(tenant: Tenant) -> App:
    """An app that Entra granted nothing."""
    return app_with(tenant)


def sees(graph: httpx.Client, tenant: Tenant, app: App, mailbox: str) -> int:
    return graph.get(f"/users/{mailbox}/calendarView", params=WINDOW, headers=as_app(tenant, app)).status_code


def books(graph: httpx.Client, tenant: Tenant, app: App, mailbox: str) -> int:
    event = {"start": at(TEN), "end": at(TEN + HOUR)}
    return graph.post(f"/users/{mailbox}/events", json=event, headers=as_app(tenant, app)).status_code


def test_a_scoped_role_opens_what_is_in_its_scope(
    graph: httpx.Client, tenant: Tenant, bare: App, room: str, ann: Person
) -> None:
    """Though its token has no roles; outside it is denied."""
    tenant.scoping.assign(RoleAssignment(bare.client_id, "Application Calendars.ReadWrite", ROOMS))

    assert (sees(graph, tenant, bare, room), books(graph, tenant, bare, room)) == (200, 201)
    refused = graph.get(f"/users/{ann.address}/calendarView", params=WINDOW, headers=as_app(tenant, bare))
    assert (refused.status_code, code(refused)) == (403, "ErrorAccessDenied")


def test_the_role_says_what_may_be_done(graph: httpx.Client, tenant: Tenant, bare: App, room: str) -> None:
    tenant.scoping.assign(RoleAssignment(bare.client_id, "Application Calendars.Read", ROOMS))

    assert (sees(graph, tenant, bare, room), books(graph, tenant, bare, room)) == (200, 403)


def test_a_tenant_wide_consent_defeats_the_scope(graph: httpx.Client, tenant: Tenant, room: str, ann: Person) -> None:
    """The trap: the grants add up, so a narrow role narrows nothing as long as the consent is there."""
    app = app_with(tenant, "Calendars.ReadWrite")
    tenant.scoping.assign(RoleAssignment(app.client_id, "Application Calendars.ReadWrite", ROOMS))

    assert books(graph, tenant, app, ann.address) == 201

    tenant.service_principals[app.client_id].roles.clear()
    assert (books(graph, tenant, app, ann.address), books(graph, tenant, app, room)) == (403, 201)


def test_a_wide_read_and_a_narrow_write_are_both_kept(
    graph: httpx.Client, tenant: Tenant, room: str, ann: Person
) -> None:
    app = app_with(tenant, "Calendars.Read")
    tenant.scoping.assign(RoleAssignment(app.client_id, "Application Calendars.ReadWrite", Scope(frozenset({room}))))

    assert (sees(graph, tenant, app, ann.address), books(graph, tenant, app, ann.address)) == (200, 403)
    assert books(graph, tenant, app, room.upper()) == 201


def test_role_assignments_open_no_directory(graph: httpx.Client, tenant: Tenant, bare: App, room: str) -> None:
    tenant.scoping.assign(RoleAssignment(bare.client_id, "Application Exchange Full Access"))

    assert graph.get(f"/users/{room}", headers=as_app(tenant, bare)).status_code == 403
    assert graph.get(f"/places/{room}", headers=as_app(tenant, bare)).status_code == 403
    assert sees(graph, tenant, bare, room) == 200


def test_an_assignment_takes_its_time(
    graph: httpx.Client, tenant: Tenant, clock: StandingClock, bare: App, room: str
) -> None:
    """And so does its end."""
    tenant.cloud.behaviour = replace(tenant.cloud.behaviour, role_assignments_take=timedelta(minutes=30))
    assignment = RoleAssignment(bare.client_id, "Application Calendars.Read", ROOMS)

    tenant.scoping.assign(assignment)
    assert sees(graph, tenant, bare, room) == 403
    clock.move(timedelta(minutes=30))
    assert sees(graph, tenant, bare, room) == 200
    tenant.scoping.withdraw(assignment)
    clock.move(timedelta(minutes=29))
    assert sees(graph, tenant, bare, room) == 200
    clock.move(timedelta(minutes=1))
    assert sees(graph, tenant, bare, room) == 403


def test_only_published_roles_can_be_assigned() -> None:
    with pytest.raises(ValueError, match="none of the application roles"):
        RoleAssignment("x", "Application Teapots.Read")


# application access policies


def restrict(tenant: Tenant, app: App, *group: str) -> None:
    tenant.scoping.add_policy(AccessPolicy(app.client_id, Right.RESTRICT, frozenset(group)))


def deny(tenant: Tenant, app: App, *group: str) -> None:
    tenant.scoping.add_policy(AccessPolicy(app.client_id, Right.DENY, frozenset(group)))


def test_without_a_policy_all_is_open(graph: httpx.Client, tenant: Tenant, room: str, ann: Person) -> None:
    assert (sees(graph, tenant, APP, room), sees(graph, tenant, APP, ann.address)) == (200, 200)


def test_a_restriction_leaves_its_group(graph: httpx.Client, tenant: Tenant, room: str, ann: Person) -> None:
    """With the published error for all others."""
    restrict(tenant, APP, room.upper())

    assert sees(graph, tenant, APP, room) == 200
    refused = graph.get(f"/users/{ann.address}/calendarView", params=WINDOW)
    assert refused.status_code == 403
    assert refused.json()["error"]["code"] == "ErrorAccessDenied"
    assert refused.json()["error"]["message"] == "Access to OData is disabled."


def test_one_restriction_that_matches_is_enough(graph: httpx.Client, tenant: Tenant, room: str, ann: Person) -> None:
    restrict(tenant, APP, ann.address)
    restrict(tenant, APP, room)

    assert (sees(graph, tenant, APP, room), sees(graph, tenant, APP, ann.address)) == (200, 200)


def test_a_denial_wins(graph: httpx.Client, tenant: Tenant, room: str, ann: Person) -> None:
    restrict(tenant, APP, room, ann.address)
    deny(tenant, APP, room)

    assert (sees(graph, tenant, APP, room), sees(graph, tenant, APP, ann.address)) == (403, 200)


def test_policies_bind_one_app_without_a_person(graph: httpx.Client, tenant: Tenant, room: str, ann: Person) -> None:
    """Not other apps, and not what somebody does with the app."""
    deny(tenant, APP, room, ann.address)

    assert sees(graph, tenant, app_with(tenant, "Calendars.Read"), room) == 200
    mine = graph.get("/me/calendarView", params=WINDOW, headers=on_behalf(tenant, ann, "Calendars.Read"))
    assert mine.status_code == 200


def test_a_policy_takes_its_time(graph: httpx.Client, tenant: Tenant, clock: StandingClock, room: str) -> None:
    tenant.cloud.behaviour = replace(tenant.cloud.behaviour, access_policies_take=timedelta(minutes=61))
    deny(tenant, APP, room)

    clock.move(timedelta(minutes=60))
    assert sees(graph, tenant, APP, room) == 200
    clock.move(timedelta(minutes=1))
    assert sees(graph, tenant, APP, room) == 403


def test_whether_policies_bind_role_assignments_too_is_open(
    graph: httpx.Client, tenant: Tenant, bare: App, room: str
) -> None:
    tenant.scoping.assign(RoleAssignment(bare.client_id, "Application Calendars.Read"))
    deny(tenant, bare, room)

    assert sees(graph, tenant, bare, room) == 200
    tenant.cloud.behaviour = replace(tenant.cloud.behaviour, access_policies_bind_role_assignments=True)
    assert sees(graph, tenant, bare, room) == 403


def test_a_scope_may_say_both_who_and_what_kind() -> None:
    scope = Scope(frozenset({"a@x.example", "b@x.example"}), "RoomMailbox")

    assert scope.covers(Recipient("A@x.example", "RoomMailbox"))
    assert not scope.covers(Recipient("a@x.example", "UserMailbox"))
    assert not scope.covers(Recipient("c@x.example", "RoomMailbox"))


# getSchedule


def ask_schedule(graph: httpx.Client, tenant: Tenant, app: App, anchor: str, about: str) -> httpx.Response:
    sent = {"schedules": [about], "startTime": at(TEN), "endTime": at(TEN + HOUR)}
    return graph.post(f"/users/{anchor}/calendar/getSchedule", json=sent, headers=as_app(tenant, app))


def test_in_getschedule_the_mailbox_of_the_path_has_to_be_open(
    graph: httpx.Client, tenant: Tenant, bare: App, room: str, ann: Person
) -> None:
    """What an app may not open it sees as anybody does, or not at all: nothing is known of that."""
    tenant.scoping.assign(RoleAssignment(bare.client_id, "Application Calendars.Read", ROOMS))
    tenant.add_event(ann.address, TEN, TEN + HOUR, subject="Doctor")

    assert ask_schedule(graph, tenant, bare, ann.address, room).status_code == 403
    (seen,) = ask_schedule(graph, tenant, bare, room, ann.address).json()["value"]
    assert [item.keys() for item in seen["scheduleItems"]] == [{"status", "start", "end"}]

    tenant.cloud.behaviour = replace(tenant.cloud.behaviour, unscoped_schedules_fail=True)
    (refused,) = ask_schedule(graph, tenant, bare, room, ann.address).json()["value"]
    assert refused["error"]["responseCode"] == "5037"
    assert "availabilityView" not in refused
