"""Series as clients of Graph make, read and change them."""

from datetime import datetime, timedelta

import httpx
import pytest

from graph_emulator.clock import StandingClock
from graph_emulator.exchange.event import Person
from graph_emulator.tenant import Tenant

from .conftest import HOUR, TEN, at, code
from .wishes import Event, changed, made, read

DAY = timedelta(days=1)
MONTH = {"startDateTime": "2026-11-24T00:00:00Z", "endDateTime": "2026-12-24T00:00:00Z"}


def daily(times: int = 3) -> dict[str, object]:
    span = {"type": "numbered", "startDate": "2026-11-24", "numberOfOccurrences": times}
    return {"pattern": {"type": "daily", "interval": 1}, "range": span}


def instances(graph: httpx.Client, mailbox: str, series: Event, **query: str) -> list[Event]:
    asked = MONTH | {"$orderby": "start/dateTime"} | query
    answer = graph.get(f"/users/{mailbox}/events/{series['id']}/instances", params=asked)
    assert answer.status_code == 200, answer.text
    return [Event(event) for event in answer.json()["value"]]


def test_a_recurrence_comes_back_as_it_was_sent(graph: httpx.Client, room: str) -> None:
    sent = {
        "pattern": {"type": "RelativeMonthly", "interval": 2, "daysOfWeek": ["Tuesday"], "index": "Last"},
        "range": {
            "type": "endDate",
            "startDate": "2026-11-24",
            "endDate": "2027-12-31",
            "recurrenceTimeZone": "Tokyo Standard Time",
        },
    }

    series = made(graph, room, recurrence=sent)

    assert series["type"] == "seriesMaster"
    assert series["recurrence"] == {
        "pattern": {
            "type": "relativeMonthly",
            "interval": 2,
            "month": 0,
            "dayOfMonth": 0,
            "daysOfWeek": ["tuesday"],
            "firstDayOfWeek": "sunday",
            "index": "last",
        },
        "range": {
            "type": "endDate",
            "startDate": "2026-11-24",
            "endDate": "2027-12-31",
            "recurrenceTimeZone": "Tokyo Standard Time",
            "numberOfOccurrences": 0,
        },
    }
    assert read(graph, room, series)["recurrence"] == series["recurrence"]


def test_instances_are_those_of_one_series(graph: httpx.Client, room: str) -> None:
    series, other = made(graph, room, recurrence=daily(12)), made(graph, room, recurrence=daily())

    found = instances(graph, room, series)

    assert len(found) == 10
    assert {event["seriesMasterId"] for event in found} == {series["id"]}
    assert {event["recurrence"] for event in found} == {None}
    assert len({event["iCalUId"] for event in found} | {series["iCalUId"], other["iCalUId"]}) == 12
    assert [event["id"] for event in instances(graph, room, series, **{"$top": "20"})][:10] == [
        event["id"] for event in found
    ]


def test_only_a_series_has_instances_and_only_within_a_window(graph: httpx.Client, room: str) -> None:
    path = f"/users/{room}/events/{made(graph, room)['id']}/instances"

    for refused, expected in (
        (graph.get(path, params=MONTH), "ErrorInvalidRequest"),
        (graph.get(path), "ErrorInvalidParameter"),
    ):
        assert (refused.status_code, code(refused)) == (400, expected)


def test_an_occurrence_stays_between_its_neighbours(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    series = made(graph, room, recurrence=daily())
    _, second, third = instances(graph, room, series)

    for day in (TEN, TEN + 2 * DAY):
        wish = {"start": at(day + 3 * HOUR), "end": at(day + 4 * HOUR)}
        refused = graph.patch(f"/users/{room}/events/{second['id']}", json=wish)
        assert (refused.status_code, code(refused)) == (400, "ErrorOccurrenceCrossingBoundary")
    moved = changed(graph, room, second, start=at(TEN + DAY + HOUR), end=at(TEN + DAY + 2 * HOUR))

    assert (moved["type"], moved["id"]) == ("exception", second["id"])
    assert moved["originalStart"] == "2026-11-25T10:00:00.0000000Z"
    assert tenant.busy(room, TEN, TEN + 3 * DAY) == [
        (TEN, TEN + HOUR),
        (TEN + DAY + HOUR, TEN + DAY + 2 * HOUR),
        (TEN + 2 * DAY, TEN + 2 * DAY + HOUR),
    ]
    assert graph.delete(f"/users/{room}/events/{third['id']}").status_code == 204


def test_a_series_tells_what_departs_from_it(graph: httpx.Client, room: str) -> None:
    series = made(graph, room, recurrence=daily())
    first, second, _ = instances(graph, room, series)
    changed(graph, room, first, subject="Other")
    graph.delete(f"/users/{room}/events/{second['id']}")

    told = read(graph, room, series, **{"$select": "subject,cancelledOccurrences", "$expand": "exceptionOccurrences"})

    assert told["cancelledOccurrences"] == [f"OID.{series['id']}.2026-11-25"]
    assert [event["subject"] for event in told.each("exceptionOccurrences")] == ["Other"]
    assert "cancelledOccurrences" not in read(graph, room, series)


def test_exceptions_take_over_what_they_have_not_made_their_own(graph: httpx.Client, room: str) -> None:
    series = made(graph, room, recurrence=daily(), subject="Stand-up")
    first, *_ = instances(graph, room, series)
    changed(graph, room, first, subject="Kick-off")

    changed(graph, room, series, subject="Daily", showAs="oof")

    found = instances(graph, room, series)
    assert [event["subject"] for event in found] == ["Kick-off", "Daily", "Daily"]
    assert {event["showAs"] for event in found} == {"oof"}


def test_a_series_at_another_time_has_no_exceptions_left(graph: httpx.Client, room: str) -> None:
    series = made(graph, room, recurrence=daily())
    first, second, _ = instances(graph, room, series)
    changed(graph, room, first, subject="Kick-off")
    graph.delete(f"/users/{room}/events/{second['id']}")

    changed(graph, room, series, start=at(TEN + HOUR), end=at(TEN + 2 * HOUR))

    found = instances(graph, room, series)
    assert [(event["type"], event.inside("start")["dateTime"]) for event in found] == [
        ("occurrence", f"2026-11-{day}T11:00:00.0000000") for day in (24, 25, 26)
    ]


def test_a_series_may_become_a_single_event_and_back(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    series = made(graph, room, recurrence=daily())

    assert changed(graph, room, series, recurrence=None)["type"] == "singleInstance"
    assert len(tenant.events(room, TEN, TEN + 3 * DAY)) == 1
    assert changed(graph, room, series, recurrence=daily(2))["type"] == "seriesMaster"
    assert len(tenant.events(room, TEN, TEN + 3 * DAY)) == 2


def test_an_occurrence_does_not_recur(graph: httpx.Client, room: str) -> None:
    first, *_ = instances(graph, room, made(graph, room, recurrence=daily()))

    refused = graph.patch(f"/users/{room}/events/{first['id']}", json={"recurrence": daily()})

    assert (refused.status_code, code(refused)) == (400, "ErrorPropertyValidationFailure")


def test_a_series_keeps_the_wall_time_of_its_zone(graph: httpx.Client, room: str) -> None:
    """Sent in UTC, but to be held at ten o'clock in Berlin, also after the clocks went forward."""
    start = datetime(2027, 3, 27, 9)  # noqa: DTZ001 - a wall time
    span = {"type": "noEnd", "startDate": "2027-03-27", "recurrenceTimeZone": "W. Europe Standard Time"}
    series = made(graph, room, start=at(start), end=at(start + HOUR), recurrence={"pattern": {"type": "daily"}, "range": span})  # fmt: skip  # noqa: E501
    window = {"startDateTime": "2027-03-27T00:00:00Z", "endDateTime": "2027-03-29T00:00:00Z"}

    found = instances(graph, room, series, **window)

    assert [event.inside("start")["dateTime"] for event in found] == [
        "2027-03-27T09:00:00.0000000",
        "2027-03-28T08:00:00.0000000",
    ]


@pytest.mark.parametrize("deleted", [True, False])
def test_one_occurrence_is_called_off(
    graph: httpx.Client, tenant: Tenant, clock: StandingClock, ann: Person, room: str, deleted: bool
) -> None:
    """Deleted or cancelled by its organizer: the room is free that day, and that day only."""
    attendee = {"type": "resource", "emailAddress": {"address": room}}
    series = made(graph, ann.address, recurrence=daily(), attendees=[attendee])
    clock.move(timedelta(minutes=1))
    _, second, _ = instances(graph, ann.address, series)
    path = f"/users/{ann.address}/events/{second['id']}"

    called_off = graph.delete(path) if deleted else graph.post(f"{path}/cancel", json={})
    clock.move(timedelta(minutes=1))

    assert called_off.status_code == (204 if deleted else 202)
    assert graph.get(path).status_code == 404
    assert tenant.busy(room, TEN, TEN + 3 * DAY) == [(TEN, TEN + HOUR), (TEN + 2 * DAY, TEN + 2 * DAY + HOUR)]
