"""The calendar of a mailbox as a thing of its own, and the events in it."""

import httpx
import pytest

from graph_emulator.exchange.event import Person
from graph_emulator.exchange.sharing import Role
from graph_emulator.tenant import Tenant

from .conftest import APP, code
from .wishes import WISH

DAY = {"startDateTime": "2026-11-24T00:00:00", "endDateTime": "2026-11-25T00:00:00"}


def test_a_mailbox_has_one_calendar(graph: httpx.Client, ann: Person) -> None:
    (listed,) = graph.get(f"/users/{ann.address}/calendars").json()["value"]
    default = graph.get(f"/users/{ann.address}/calendar").json()
    by_id = graph.get(f"/users/{ann.address}/calendars/{listed['id']}").json()

    assert default == by_id
    assert listed.items() <= default.items()
    assert (listed["isDefaultCalendar"], listed["canEdit"], listed["isRemovable"]) == (True, True, False)
    assert listed["owner"] == {"name": ann.name, "address": ann.address}
    assert listed["allowedOnlineMeetingProviders"] == ["teamsForBusiness"]
    assert listed["defaultOnlineMeetingProvider"] == "teamsForBusiness"


def test_options_choose(graph: httpx.Client, room: str) -> None:
    assert graph.get(f"/users/{room}/calendar", params={"$select": "name"}).json().keys() == {
        "@odata.context", "id", "name",
    }  # fmt: skip
    found = graph.get(f"/users/{room}/calendars", params={"$filter": "name eq 'Other'"}).json()
    assert found["value"] == []


def test_its_events_are_those_of_the_mailbox(graph: httpx.Client, room: str) -> None:
    calendar = f"/users/{room}/calendars/{graph.get(f'/users/{room}/calendar').json()['id']}"

    created = graph.post(f"{calendar}/events", json=WISH)

    event = created.json()
    assert created.status_code == 201
    assert "/calendars('" in event["@odata.context"]
    assert graph.get(f"/users/{room}/events/{event['id']}").json()["subject"] == "Kiosk"
    assert [one["id"] for one in graph.get(f"{calendar}/events").json()["value"]] == [event["id"]]
    assert [one["id"] for one in graph.get(f"{calendar}/calendarView", params=DAY).json()["value"]] == [event["id"]]
    assert graph.patch(f"{calendar}/events/{event['id']}", json={"subject": "x"}).json()["subject"] == "x"
    assert graph.delete(f"{calendar}/events/{event['id']}").status_code == 204


@pytest.mark.parametrize("path", ["", "/events", "/calendarView?startDateTime=2026-11-24&endDateTime=2026-11-25"])
def test_another_mailboxs_calendar_is_not_found(graph: httpx.Client, room: str, ann: Person, path: str) -> None:
    other = graph.get(f"/users/{ann.address}/calendar").json()["id"]

    missing = graph.get(f"/users/{room}/calendars/{other}{path}")

    assert (missing.status_code, code(missing)) == (404, "ErrorItemNotFound")


def test_whom_it_is_shared_with_may_do_less(graph: httpx.Client, tenant: Tenant, room: str, ann: Person) -> None:
    mailbox = tenant.mailbox(room)
    assert mailbox is not None
    mailbox.shared_with[ann.address] = Role.read
    token = tenant.person_token(APP, ann.address, {"Calendars.Read.Shared"})

    shared = graph.get(f"/users/{room}/calendar", headers={"Authorization": f"Bearer {token}"}).json()

    assert (shared["canEdit"], shared["canShare"], shared["canViewPrivateItems"]) == (False, False, False)
