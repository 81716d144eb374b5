"""POST, GET, PATCH and DELETE of /users/{id}/events"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import httpx
import pytest

from graph_emulator.clock import StandingClock
from graph_emulator.exchange.calendar import Person
from graph_emulator.exchange.recurrence import Recurrence
from graph_emulator.registrations import App
from graph_emulator.tenant import Tenant

from .conftest import HOUR, READER, TEN, at, code
from .wishes import WISH, changed, made, read


def test_creating_works(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    """201, the defaults of the service, and the calendar's owner for an organizer, whatever was sent."""
    event = made(graph, room, organizer={"emailAddress": {"address": "eve@contoso.example"}}, isOrganizer=False)

    assert event["start"] == {"dateTime": "2026-11-24T10:00:00.0000000", "timeZone": "UTC"}
    assert event["originalStartTimeZone"] == "UTC"
    assert event["organizer"] == {"emailAddress": {"name": tenant.rooms[room].name, "address": room}}
    assert event["isOrganizer"] is True
    assert event["responseStatus"] == {"response": "organizer", "time": "0001-01-01T00:00:00Z"}
    assert (event["showAs"], event["sensitivity"], event["importance"]) == ("busy", "normal", "normal")
    assert (event["type"], event["isCancelled"], event["isAllDay"]) == ("singleInstance", False, False)
    assert (event["transactionId"], event["reminderMinutesBeforeStart"]) == (None, 15)
    assert event["@odata.etag"] == f'W/"{event["changeKey"]}"'
    assert tenant.busy(room, TEN - HOUR, TEN + 9 * HOUR) == [(TEN, TEN + HOUR)]


def test_both_paths_lead_to_the_same_calendar(graph: httpx.Client, room: str) -> None:
    created = graph.post(f"/users/{room}/calendar/events", json=WISH).json()

    assert graph.get(f"/users/{room}/events/{created['id']}").json()["subject"] == "Kiosk"
    assert graph.get(f"/users/{room}/calendar/events/{created['id']}").status_code == 200


def test_direct_writes_into_a_room_may_overlap(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    """No booking attendant looks at them: both are accepted, and the room is taken twice."""
    first, second = made(graph, room), made(graph, room)

    assert first["id"] != second["id"]
    assert len(tenant.events(room, TEN, TEN + HOUR)) == 2


def test_times_come_in_any_zone_and_leave_in_the_preferred_one(graph: httpx.Client, room: str) -> None:
    wall = datetime(2026, 11, 24, 10)  # noqa: DTZ001 - a wall time
    graph.headers["Prefer"] = 'outlook.timezone="Europe/Berlin"'

    event = made(graph, room, start=at(wall, "Pacific Standard Time"), end=at(wall + HOUR, "America/Los_Angeles"))

    assert event["start"] == {"dateTime": "2026-11-24T19:00:00.0000000", "timeZone": "Europe/Berlin"}
    assert event["originalEndTimeZone"] == "America/Los_Angeles"


@pytest.mark.parametrize("time", ["2026-11-24T10:00:00.0000000", "2026-11-24T10:00", "2026-11-24T10:00:00Z"])
def test_times_have_several_spellings(graph: httpx.Client, room: str, time: str) -> None:
    event = made(graph, room, start={"dateTime": time, "timeZone": "UTC"})

    assert event["start"] == {"dateTime": "2026-11-24T10:00:00.0000000", "timeZone": "UTC"}


def test_texts_places_and_people_are_kept(graph: httpx.Client, room: str) -> None:
    event = made(
        graph,
        room,
        body={"contentType": "text", "content": "a < b"},
        location={"displayName": "Lobby"},
        attendees=[{"emailAddress": {"address": "bo@contoso.example", "name": "Bo"}, "type": "Resource"}],
        categories=["Red category"],
        showAs="Tentative",
    )

    assert event["body"] == {"contentType": "html", "content": "<html><head></head><body>a &lt; b</body></html>"}
    assert event["bodyPreview"] == "a < b"
    assert event.inside("location")["displayName"] == "Lobby"
    assert [place["displayName"] for place in event.each("locations")] == ["Lobby"]
    (attendee,) = event.each("attendees")
    assert attendee["status"] == {"response": "none", "time": "0001-01-01T00:00:00Z"}
    assert attendee["type"] == "resource"
    assert (event["categories"], event["showAs"]) == (["Red category"], "tentative")


def test_a_repeated_transaction_makes_one_event(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    """The same id and content is a retry: 201 with the same event, nothing new."""
    first, again = (made(graph, room, transactionId="a-key") for _ in range(2))

    assert first == again
    assert first["transactionId"] == "a-key"
    assert len(tenant.events(room, TEN, TEN + HOUR)) == 1


@pytest.mark.parametrize("status", [400, 409])
def test_a_transaction_of_another_event_is_refused(graph: httpx.Client, tenant: Tenant, room: str, status: int) -> None:
    """Both statuses have been seen, so both can be chosen."""
    tenant.cloud.behaviour = replace(tenant.cloud.behaviour, duplicate_transaction_status=status)
    made(graph, room, transactionId="a-key")

    refused = graph.post(f"/users/{room}/events", json=WISH | {"transactionId": "a-key", "subject": "Another"})

    assert (refused.status_code, code(refused)) == (status, "ErrorDuplicateTransactionId")


def test_transactions_are_known_per_mailbox_and_forgotten_with_their_event(
    graph: httpx.Client, room: str, ann: Person
) -> None:
    first = made(graph, room, transactionId="a-key")
    elsewhere = made(graph, ann.address, transactionId="a-key")
    graph.delete(f"/users/{room}/events/{first['id']}")
    after = made(graph, room, transactionId="a-key")

    assert len({first["id"], elsewhere["id"], after["id"]}) == 3


def test_an_event_id_is_valid_in_one_mailbox_and_minds_case(graph: httpx.Client, room: str, ann: Person) -> None:
    event_id = str(made(graph, room)["id"])

    for path in (f"{ann.address}/events/{event_id}", f"{room}/events/{event_id.swapcase()}", f"{room}/events/x"):
        missing = graph.get(f"/users/{path}")
        assert (missing.status_code, code(missing)) == (404, "ErrorItemNotFound")


def test_immutable_ids_are_given_on_request_and_found_again(graph: httpx.Client, room: str) -> None:
    usual = made(graph, room)
    answer = graph.get(f"/users/{room}/events/{usual['id']}", headers={"Prefer": 'IdType="ImmutableId"'})
    immutable = answer.json()["id"]

    assert immutable != usual["id"]
    assert answer.headers["Preference-Applied"] == 'IdType="ImmutableId"'
    assert graph.get(f"/users/{room}/events/{immutable}").json()["id"] == usual["id"]


def test_select_leaves_id_and_entity_tag(graph: httpx.Client, room: str) -> None:
    path = f"/users/{room}/events/{made(graph, room)['id']}"

    assert graph.get(path, params={"$select": "subject,start"}).json().keys() == {
        "@odata.context", "@odata.etag", "id", "subject", "start",
    }  # fmt: skip
    unknown = graph.get(path, params={"$select": "colour"})
    assert (unknown.status_code, code(unknown)) == (400, "RequestBroker--ParseUri")


def test_updating_changes_what_was_sent(graph: httpx.Client, tenant: Tenant, room: str, clock: StandingClock) -> None:
    before = made(graph, room, transactionId="a-key")
    clock.move(HOUR)

    answer = graph.patch(
        f"/users/{room}/events/{before['id']}",
        json={"end": at(TEN + HOUR / 2), "showAs": "tentative", "transactionId": "other"},
    )

    after = answer.json()
    assert answer.status_code == 200
    assert after["end"]["dateTime"] == "2026-11-24T10:30:00.0000000"
    assert (after["showAs"], after["subject"], after["transactionId"]) == ("tentative", "Kiosk", "a-key")
    assert after["changeKey"] != before["changeKey"]
    assert after["lastModifiedDateTime"] == "2026-11-24T11:00:00.0000000Z"
    assert tenant.busy(room, TEN, TEN + HOUR) == [(TEN, TEN + HOUR / 2)]


def test_an_outdated_entity_tag_stops_an_update(graph: httpx.Client, room: str) -> None:
    event = made(graph, room)
    path, tag = f"/users/{room}/events/{event['id']}", {"If-Match": str(event["@odata.etag"])}

    assert graph.patch(path, json={"subject": "one"}, headers=tag).status_code == 200
    for refused in (graph.patch(path, json={"subject": "two"}, headers=tag), graph.delete(path, headers=tag)):
        assert (refused.status_code, code(refused)) == (412, "ErrorIrresolvableConflict")


def test_deleting_works_once(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    path = f"/users/{room}/events/{made(graph, room)['id']}"

    gone = graph.delete(path)
    again = graph.delete(path)

    assert (gone.status_code, gone.content) == (204, b"")
    assert (again.status_code, code(again)) == (404, "ErrorItemNotFound")
    assert tenant.busy(room, TEN, TEN + HOUR) == []


def test_a_whole_day_floats(graph: httpx.Client, room: str) -> None:
    """Midnight to midnight on its own date, whatever zone is asked for."""
    day = datetime(2026, 11, 25)  # noqa: DTZ001 - a wall time
    graph.headers["Prefer"] = 'outlook.timezone="Tokyo Standard Time"'

    event = made(graph, room, isAllDay=True, start=at(day, "Eastern Standard Time"), end=at(day + 24 * HOUR, "Eastern Standard Time"))  # fmt: skip  # noqa: E501

    assert event["start"] == {"dateTime": "2026-11-25T00:00:00.0000000", "timeZone": "Tokyo Standard Time"}
    assert event["end"] == {"dateTime": "2026-11-26T00:00:00.0000000", "timeZone": "Tokyo Standard Time"}


def test_a_series_is_made_and_one_occurrence_moved_and_another_removed(
    graph: httpx.Client, tenant: Tenant, room: str
) -> None:
    pattern = {"type": "daily", "interval": 1}
    span = {"type": "numbered", "startDate": "2026-11-24", "numberOfOccurrences": 3}
    master = made(graph, room, recurrence={"pattern": pattern, "range": span})
    assert master["type"] == "seriesMaster"
    window = {"startDateTime": "2026-11-24T00:00:00Z", "endDateTime": "2026-12-24T00:00:00Z"}

    def seen() -> list[dict[str, object]]:
        found = graph.get(f"/users/{room}/calendarView", params=window | {"$orderby": "start/dateTime"}).json()
        return list(found["value"])

    first, second, third = seen()
    assert {event["seriesMasterId"] for event in (first, second, third)} == {master["id"]}
    assert len({event["iCalUId"] for event in (first, second, third)}) == 3

    moved = graph.patch(
        f"/users/{room}/events/{second['id']}", json={"start": at(TEN + 29 * HOUR), "end": at(TEN + 30 * HOUR)}
    )
    removed = graph.delete(f"/users/{room}/events/{third['id']}")

    assert (moved.json()["type"], removed.status_code) == ("exception", 204)
    assert [event["type"] for event in seen()] == ["occurrence", "exception"]
    assert tenant.busy(room, TEN, TEN + 96 * HOUR) == [(TEN, TEN + HOUR), (TEN + 29 * HOUR, TEN + 30 * HOUR)]
    assert graph.get(f"/users/{room}/events/{third['id']}").status_code == 404
    assert graph.delete(f"/users/{room}/events/{master['id']}").status_code == 204
    assert seen() == []


def test_an_occurrence_that_never_was_is_not_found(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    recurrence = Recurrence("weekly", TEN.date(), days=("tuesday",))
    tenant.add_event(room, TEN, TEN + HOUR, recurrence=recurrence)
    (occurrence,) = tenant.events(room, TEN, TEN + HOUR)
    window = {"startDateTime": "2026-11-24T00:00:00Z", "endDateTime": "2026-11-25T00:00:00Z"}
    (seen,) = graph.get(f"/users/{room}/calendarView", params=window).json()["value"]

    assert graph.get(f"/users/{room}/events/{seen['id']}").json()["id"] == seen["id"]
    for wrong in ("20261125", "20261399", "2026", "x"):
        missing = str(seen["id"]).replace(occurrence.key, f"{occurrence.series}.{wrong}")
        assert graph.get(f"/users/{room}/events/{missing}").status_code == 404


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"start": None}, "ErrorPropertyValidationFailure"),
        ({"end": at(TEN - HOUR)}, "ErrorPropertyValidationFailure"),
        ({"isAllDay": True}, "ErrorPropertyValidationFailure"),
        ({"start": at(TEN, "Greenwich Mean Time")}, "TimeZoneNotSupportedException"),
        ({"start": {"dateTime": "2026-02-30T10:00:00", "timeZone": "UTC"}}, "ErrorInvalidParameter"),
        ({"start": "2026-11-24T10:00:00"}, "RequestBodyRead"),
        ({"showAs": "asleep"}, "RequestBodyRead"),
        ({"subject": 5}, "RequestBodyRead"),
        ({"attendees": [{"emailAddress": {"address": "a@b.example"}}] * 501}, "ErrorInvalidRequest"),
        (
            {"recurrence": {"pattern": {"type": "weekly"}, "range": {"type": "noEnd", "startDate": "2026-11-24"}}},
            "ErrorPropertyValidationFailure",
        ),
        (
            {"recurrence": {"pattern": {"type": "daily"}, "range": {"type": "endDate", "startDate": "2026-11-24"}}},
            "ErrorPropertyValidationFailure",
        ),
    ],
)
def test_it_refuses(graph: httpx.Client, tenant: Tenant, room: str, change: dict[str, object], expected: str) -> None:
    refused = graph.post(f"/users/{room}/events", json=WISH | change)

    assert (refused.status_code, code(refused)) == (400, expected)
    assert tenant.events(room, TEN, TEN + HOUR) == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'{"start":' * 9, b"[" * 100_000])
def test_it_refuses_what_is_no_event_at_all(graph: httpx.Client, room: str, body: bytes) -> None:
    refused = graph.post(f"/users/{room}/events", content=body, headers={"Content-Type": "application/json"})

    assert refused.status_code == 400
    assert code(refused) in ("BadRequest", "RequestBodyRead")


def test_it_refuses_bodies_that_are_too_large_or_not_json(graph: httpx.Client, room: str) -> None:
    large = graph.post(f"/users/{room}/events", json=WISH | {"subject": "x" * 4_000_001})
    form = graph.post(f"/users/{room}/events", data={"subject": "x"})

    assert (large.status_code, code(large)) == (413, "RequestEntityTooLarge")
    assert (form.status_code, code(form)) == (400, "BadRequest")


def test_reading_is_not_writing(authorised: Callable[[App], httpx.Client], graph: httpx.Client, room: str) -> None:
    """An app with Calendars.ReadBasic sees no bodies and changes nothing."""
    reader, path = authorised(READER), f"/users/{room}/events/{made(graph, room)['id']}"

    assert "body" not in reader.get(path).json()
    for refused in (reader.post(f"/users/{room}/events", json=WISH), reader.patch(path, json={}), reader.delete(path)):
        assert (refused.status_code, code(refused)) == (403, "ErrorAccessDenied")


def test_the_clock_dates_events(graph: httpx.Client, room: str, clock: StandingClock) -> None:
    clock.move(timedelta(minutes=7))

    assert made(graph, room)["createdDateTime"] == "2026-11-24T10:07:00.0000000Z"
