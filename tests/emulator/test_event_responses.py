"""POST of cancel, accept, tentativelyAccept and decline, and what updates and deletions do to those invited."""

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from graph_emulator.clock import StandingClock
from graph_emulator.exchange.event import Person
from graph_emulator.registrations import App
from graph_emulator.tenant import Tenant

from .conftest import HOUR, READER, TEN, at, code
from .wishes import Event, changed, made, read

MINUTE = timedelta(minutes=1)
DAY = {"startDateTime": "2026-11-24T00:00:00", "endDateTime": "2026-11-25T00:00:00"}
LATER = {"start": at(TEN + 2 * HOUR), "end": at(TEN + 3 * HOUR)}


def invited(address: str, kind: str = "required") -> dict[str, object]:
    return {"type": kind, "emailAddress": {"address": address}}


def viewed(graph: httpx.Client, mailbox: str) -> list[Event]:
    found = graph.get(f"/users/{mailbox}/calendarView", params=DAY).json()["value"]
    return [Event(event) for event in found]


def answer(event: Event) -> object:
    """What the only attendee answered, as the organizer's event has it."""
    (attendee,) = event.each("attendees")
    status = attendee["status"]
    assert isinstance(status, dict)
    return status["response"]


def do(graph: httpx.Client, mailbox: str, event: Event, what: str, **body: object) -> httpx.Response:
    return graph.post(f"/users/{mailbox}/events/{event['id']}/{what}", json=body)


@pytest.fixture
def bob(tenant: Tenant, ann: Person) -> Person:
    return tenant.add_person("Bob", f"bob.{ann.address}")


def test_a_created_event_is_no_booked_room(
    graph: httpx.Client, clock: StandingClock, tenant: Tenant, ann: Person, room: str
) -> None:
    """Trap 1: the room's answer comes later, into the organizer's event."""
    event = made(graph, ann.address, attendees=[invited(room, "resource")])
    assert (answer(event), tenant.busy(room, TEN, TEN + HOUR)) == ("none", [])

    clock.move(MINUTE)

    after = read(graph, ann.address, event)
    assert (answer(after), tenant.busy(room, TEN, TEN + HOUR)) == ("accepted", [(TEN, TEN + HOUR)])
    assert after["changeKey"] != event["changeKey"]


def test_a_room_that_is_taken_declines(
    graph: httpx.Client, clock: StandingClock, ann: Person, bob: Person, room: str
) -> None:
    made(graph, bob.address, attendees=[invited(room, "resource")])
    event = made(graph, ann.address, attendees=[invited(room, "resource")])

    clock.move(MINUTE)

    assert answer(read(graph, ann.address, event)) == "declined"


def test_a_room_shows_the_organizers_name_for_a_subject(
    graph: httpx.Client, clock: StandingClock, ann: Person, room: str
) -> None:
    """Trap 12; its copy has an id of its own and the iCalUId of the organizer's event."""
    event = made(graph, ann.address, subject="Salaries", body={"content": "x"}, attendees=[invited(room, "resource")])
    clock.move(MINUTE)

    (copy,) = viewed(graph, room)

    assert (copy["subject"], copy.inside("body")["content"], copy["isOrganizer"]) == (ann.name, "", False)
    assert (copy["iCalUId"], copy["id"] == event["id"]) == (event["iCalUId"], False)
    assert copy.inside("responseStatus")["response"] == "accepted"
    assert graph.get(f"/users/{room}/events/{event['id']}").status_code == 404
    same = graph.get(f"/users/{room}/events", params={"$filter": f"iCalUId eq '{event['iCalUId']}'"}).json()["value"]
    assert [one["id"] for one in same] == [copy["id"]]


def test_whom_a_direct_write_names_is_invited_all_the_same(
    graph: httpx.Client, clock: StandingClock, bob: Person, room: str
) -> None:
    """By the room, for it is the organizer; it does not invite itself."""
    made(graph, room, attendees=[invited(bob.address), invited(room, "resource")])
    clock.move(MINUTE)

    (invitation,) = viewed(graph, bob.address)

    assert invitation.inside("organizer")["emailAddress"] == viewed(graph, room)[0].inside("organizer")["emailAddress"]
    assert len(viewed(graph, room)) == 1


def test_a_new_room_in_the_place_of_the_old_frees_that(
    graph: httpx.Client, clock: StandingClock, tenant: Tenant, ann: Person, bob: Person, room: str
) -> None:
    """Collections in an update take the place of those there were; who stays keeps the answer."""
    event = made(graph, ann.address, attendees=[invited(room, "resource"), invited(bob.address)])
    clock.move(MINUTE)

    after = changed(graph, ann.address, event, attendees=[invited(room.upper(), "resource")])
    clock.move(MINUTE)

    assert answer(after) == "accepted"
    assert all(copy["isCancelled"] for copy in viewed(graph, bob.address))
    changed(graph, ann.address, event, attendees=[])
    clock.move(MINUTE)
    assert tenant.busy(room, TEN, TEN + HOUR) == []


def test_a_meeting_that_moves_is_decided_anew(
    graph: httpx.Client, clock: StandingClock, tenant: Tenant, ann: Person, room: str
) -> None:
    event = made(graph, ann.address, attendees=[invited(room, "resource")])
    clock.move(MINUTE)

    after = changed(graph, ann.address, event, **LATER)
    clock.move(MINUTE)

    assert answer(after) == "none"
    assert answer(read(graph, ann.address, event)) == "accepted"
    assert tenant.busy(room, TEN, TEN + 5 * HOUR) == [(TEN + 2 * HOUR, TEN + 3 * HOUR)]


def test_an_attendee_changes_a_copy_only(graph: httpx.Client, clock: StandingClock, ann: Person, bob: Person) -> None:
    """It succeeds, and the organizer's next update has its way again."""
    event = made(graph, ann.address, subject="Review", attendees=[invited(bob.address)])
    clock.move(MINUTE)
    (copy,) = viewed(graph, bob.address)

    assert changed(graph, bob.address, copy, subject="Mine")["subject"] == "Mine"
    clock.move(MINUTE)
    assert read(graph, ann.address, event)["subject"] == "Review"
    changed(graph, ann.address, event, subject="Ours")
    clock.move(MINUTE)
    assert [one["subject"] for one in viewed(graph, bob.address)] == ["Ours"]


def test_cancelling_frees_the_room(
    graph: httpx.Client, clock: StandingClock, tenant: Tenant, ann: Person, room: str
) -> None:
    """Trap 11: what stays in the room's calendar is marked and blocks nothing."""
    event = made(graph, ann.address, attendees=[invited(room, "resource")])
    clock.move(MINUTE)

    cancelled = do(graph, ann.address, event, "cancel", Comment="not needed")
    clock.move(MINUTE)

    assert (cancelled.status_code, cancelled.content) == (202, b"")
    assert graph.get(f"/users/{ann.address}/events/{event['id']}").status_code == 404
    assert [(one["isCancelled"], one["showAs"]) for one in viewed(graph, room)] == [(True, "free")]
    assert tenant.busy(room, TEN, TEN + HOUR) == []


def test_cancelling_needs_no_body(graph: httpx.Client, ann: Person) -> None:
    event = made(graph, ann.address)

    assert graph.post(f"/users/{ann.address}/events/{event['id']}/cancel").status_code == 202


def test_deleting_the_organizers_event_cancels_the_meeting(
    graph: httpx.Client, clock: StandingClock, tenant: Tenant, ann: Person, room: str
) -> None:
    event = made(graph, ann.address, attendees=[invited(room, "resource")])
    clock.move(MINUTE)

    graph.delete(f"/users/{ann.address}/events/{event['id']}")
    clock.move(MINUTE)

    assert tenant.busy(room, TEN, TEN + HOUR) == []


def test_deleting_a_copy_takes_away_that_copy(
    graph: httpx.Client, clock: StandingClock, ann: Person, bob: Person
) -> None:
    event = made(graph, ann.address, attendees=[invited(bob.address)])
    clock.move(MINUTE)
    (copy,) = viewed(graph, bob.address)

    assert graph.delete(f"/users/{bob.address}/events/{copy['id']}").status_code == 204
    clock.move(MINUTE)

    assert viewed(graph, bob.address) == []
    assert answer(read(graph, ann.address, event)) == "none"


@pytest.mark.parametrize(
    ("what", "expected", "left"),
    [
        ("accept", "accepted", "busy"),
        ("tentativelyAccept", "tentativelyAccepted", "tentative"),
        ("decline", "declined", None),
    ],
)
def test_an_answer_gets_to_the_organizer(
    graph: httpx.Client, clock: StandingClock, ann: Person, bob: Person, what: str, expected: str, left: str | None
) -> None:
    """What is declined is gone."""
    event = made(graph, ann.address, attendees=[invited(bob.address)])
    clock.move(MINUTE)
    (copy,) = viewed(graph, bob.address)
    assert (copy.inside("responseStatus")["response"], copy["showAs"]) == ("notResponded", "tentative")

    answered = do(graph, bob.address, copy, what, comment="Gladly", sendResponse=True)
    clock.move(MINUTE)

    assert (answered.status_code, answered.content) == (202, b"")
    assert answer(read(graph, ann.address, event)) == expected
    assert [one["showAs"] for one in viewed(graph, bob.address)] == ([left] if left else [])


def test_an_answer_may_stay_with_who_gave_it(
    graph: httpx.Client, clock: StandingClock, ann: Person, bob: Person
) -> None:
    event = made(graph, ann.address, attendees=[invited(bob.address)])
    clock.move(MINUTE)

    (copy,) = viewed(graph, bob.address)
    assert do(graph, bob.address, copy, "accept", sendResponse=False).status_code == 202
    clock.move(MINUTE)

    assert answer(read(graph, ann.address, event)) == "none"
    assert read(graph, bob.address, copy).inside("responseStatus")["response"] == "accepted"


def test_another_time_may_be_proposed(graph: httpx.Client, clock: StandingClock, ann: Person, bob: Person) -> None:
    event = made(graph, ann.address, attendees=[invited(bob.address)])
    clock.move(MINUTE)
    (copy,) = viewed(graph, bob.address)

    do(graph, bob.address, copy, "tentativelyAccept", proposedNewTime=LATER)
    clock.move(MINUTE)

    (attendee,) = read(graph, ann.address, event).each("attendees")
    assert attendee["proposedNewTime"] == {
        "start": {"dateTime": "2026-11-24T12:00:00.0000000", "timeZone": "UTC"},
        "end": {"dateTime": "2026-11-24T13:00:00.0000000", "timeZone": "UTC"},
    }


@pytest.mark.parametrize(
    ("wish", "what", "body", "expected"),
    [
        ({}, "cancel", {}, "ErrorInvalidRequest"),
        ({}, "accept", {"proposedNewTime": LATER}, "RequestBodyRead"),
        ({}, "accept", {"sendResponse": "perhaps"}, "RequestBodyRead"),
        ({}, "decline", {"proposedNewTime": LATER, "sendResponse": False}, "ErrorInvalidParameter"),
        ({}, "decline", {"proposedNewTime": {"start": LATER["end"], "end": LATER["start"]}}, "ErrorInvalidParameter"),
        ({}, "decline", {"proposedNewTime": {"start": LATER["start"]}}, "RequestBodyRead"),
        ({"allowNewTimeProposals": False}, "decline", {"proposedNewTime": LATER}, "ErrorInvalidParameter"),
        ({"responseRequested": False}, "accept", {}, "ErrorInvalidRequest"),
    ],
)
def test_it_refuses_attendees(
    graph: httpx.Client,
    clock: StandingClock,
    ann: Person,
    bob: Person,
    wish: dict[str, object],
    what: str,
    body: dict[str, object],
    expected: str,
) -> None:
    made(graph, ann.address, attendees=[invited(bob.address)], **wish)
    clock.move(MINUTE)
    (copy,) = viewed(graph, bob.address)

    refused = do(graph, bob.address, copy, what, **body)

    assert (refused.status_code, code(refused)) == (400, expected)


@pytest.mark.parametrize("what", ["accept", "tentativelyAccept", "decline"])
def test_nobody_answers_their_own_meeting(graph: httpx.Client, ann: Person, what: str) -> None:
    refused = do(graph, ann.address, made(graph, ann.address), what)

    assert (refused.status_code, code(refused)) == (400, "ErrorInvalidRequest")


@pytest.mark.parametrize("what", ["cancel", "accept", "tentativelyAccept", "decline"])
def test_it_takes_the_permission_to_write(
    graph: httpx.Client, authorised: Callable[[App], httpx.Client], ann: Person, what: str
) -> None:
    event = made(graph, ann.address)

    refused = do(authorised(READER), ann.address, event, what)
    missing = do(graph, ann.address, Event(id="x"), what)

    assert (refused.status_code, code(refused)) == (403, "ErrorAccessDenied")
    assert (missing.status_code, code(missing)) == (404, "ErrorItemNotFound")
