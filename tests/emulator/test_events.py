"""POST, GET, PATCH and DELETE of /users/{id}/events"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import httpx
import pytest

from graph_emulator.clock import StandingClock
from graph_emulator.exchange.event import Person
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
    assert ("transactionId" in event, event["reminderMinutesBeforeStart"], event["isReminderOn"]) == (False, 15, True)
    assert event["@odata.etag"] == f'W/"{event["changeKey"]}"'
    assert tenant.busy(room, TEN - HOUR, TEN + 9 * HOUR) == [(TEN, TEN + HOUR)]


def test_both_paths_lead_to_the_same_calendar(graph: httpx.Client, room: str) -> None:
    created = graph.post(f"/users/{room}/calendar/events", json=WISH).json()

    assert graph.get(f"/users/{room}/events/{created['id']}").json()["subject"] == "Kiosk"
    assert graph.get(f"/users/{room}/calendar/events/{created['id']}").status_code == 200


def test_direct_writes_into_a_room_may_overlap(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    """Trap 2: no booking attendant looks at them: both are accepted, and the room is taken twice."""
    first, second = made(graph, room), made(graph, room)

    assert first["id"] != second["id"]
    assert len(tenant.events(room, TEN, TEN + HOUR)) == 2


def test_times_come_in_any_zone_and_leave_in_the_preferred_one(graph: httpx.Client, room: str) -> None:
    """Trap 8: a wall time means nothing without its zone."""
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


def test_all_that_may_be_set_is_kept(graph: httpx.Client, room: str) -> None:
    event = made(
        graph,
        room,
        reminderMinutesBeforeStart=99,
        isReminderOn=False,
        responseRequested=False,
        allowNewTimeProposals=False,
        hideAttendees=True,
        sensitivity="Private",
        importance="high",
    )

    assert read(graph, room, event) == event
    assert (event["reminderMinutesBeforeStart"], event["isReminderOn"]) == (99, False)
    assert (event["responseRequested"], event["allowNewTimeProposals"], event["hideAttendees"]) == (False, False, True)
    assert (event["sensitivity"], event["importance"]) == ("private", "high")


def test_null_brings_back_the_default(graph: httpx.Client, room: str) -> None:
    event = made(graph, room, showAs="free", categories=["Red category"], isReminderOn=False, importance="low")

    after = changed(graph, room, event, showAs=None, categories=None, isReminderOn=None, importance=None, subject=None)

    assert (after["showAs"], after["categories"], after["isReminderOn"]) == ("busy", [], True)
    assert (after["importance"], after["subject"]) == ("normal", "")


def test_several_places_are_joined_in_one(graph: httpx.Client, room: str) -> None:
    """All of `locations` stand in `location`, each with its address and where it lies on the globe."""
    address = {"street": "4567 Main St", "city": "Redmond", "countryOrRegion": "US", "postalCode": "32008"}
    cafe = {"displayName": "Fourth Coffee", "address": address, "coordinates": {"latitude": 47.672, "longitude": -102}}
    rooms = {"displayName": "Room 1", "locationEmailAddress": "room-1@contoso.example", "locationType": "Default"}

    event = made(graph, room, location={"displayName": "Room 1; Fourth Coffee"}, locations=[rooms, cafe])

    first, second = event.each("locations")
    assert event.inside("location")["displayName"] == "Room 1; Fourth Coffee"
    assert (first["locationType"], first["locationEmailAddress"]) == ("conferenceRoom", "room-1@contoso.example")
    assert (second["address"], second["coordinates"]) == (address, {"latitude": 47.672, "longitude": -102})
    assert (second["locationType"], second["uniqueId"], second["uniqueIdType"]) == ("default", "Fourth Coffee", "private")  # fmt: skip  # noqa: E501
    assert changed(graph, room, event, location={"displayName": "Lobby"}).each("locations") == [
        {"displayName": "Lobby", "locationType": "default", "uniqueIdType": "private", "uniqueId": "Lobby"}
    ]
    assert changed(graph, room, event, locations=[])["locations"] == []


def test_the_body_is_told_as_text_if_that_is_preferred(graph: httpx.Client, room: str) -> None:
    html = "<html><head><style>p {color: red}</style></head><body><p>Hello &amp; welcome</p><br>you</body></html>"
    event = made(graph, room, body={"contentType": "HTML", "content": html})

    answer = graph.get(f"/users/{room}/events/{event['id']}", headers={"Prefer": 'outlook.body-content-type="text"'})

    assert event["body"] == {"contentType": "html", "content": html}
    assert answer.json()["body"] == {"contentType": "text", "content": "Hello & welcome\r\n\r\nyou"}
    assert answer.headers["Preference-Applied"] == 'outlook.body-content-type="text"'


def test_a_meeting_goes_online_where_the_calendar_allows_it(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    """A provider that is not allowed is passed over without a word; once online, a meeting stays so."""
    event = made(graph, room, isOnlineMeeting=True)
    skype = made(graph, room, isOnlineMeeting=True, onlineMeetingProvider="skypeForBusiness")
    after = changed(graph, room, event, isOnlineMeeting=False)
    tenant.calendar(room).online_providers = ()
    nowhere = made(graph, room, isOnlineMeeting=True, onlineMeetingProvider="teamsForBusiness")

    assert (event["isOnlineMeeting"], event["onlineMeetingProvider"]) == (True, "teamsForBusiness")
    assert str(event.inside("onlineMeeting")["joinUrl"]).startswith("https://teams.microsoft.com/l/meetup-join/19%3A")
    assert after["onlineMeeting"] == event["onlineMeeting"]
    for offline in (skype, nowhere):
        assert (offline["isOnlineMeeting"], offline["onlineMeetingProvider"], offline["onlineMeeting"]) == (False, "unknown", None)  # fmt: skip  # noqa: E501


def test_what_was_answered_may_be_sent_back(graph: httpx.Client, room: str, ann: Person) -> None:
    """Annotations and read-only properties are passed over."""
    invited = {"emailAddress": {"name": "Ann", "address": ann.address}, "type": "optional"}
    event = made(graph, room, attendees=[invited], **{"@odata.type": "#microsoft.graph.event"})

    again = changed(graph, room, event, **event | {"responseStatus": {"response": "", "time": "datetime-value"}})

    ours = {"@odata.etag", "changeKey", "lastModifiedDateTime"}
    assert {name: again[name] for name in again.keys() - ours} == {name: event[name] for name in event.keys() - ours}


def test_a_location_header_leads_to_the_new_event(graph: httpx.Client, room: str) -> None:
    answer = graph.post(f"/users/{room}/events", json=WISH, headers={"Prefer": 'IdType="ImmutableId"'})

    assert "=" not in answer.headers["Location"]
    assert graph.get(answer.headers["Location"]).status_code == 200
    assert answer.json()["id"].startswith("AAkA")


def test_events_are_listed_a_series_once(graph: httpx.Client, room: str) -> None:
    for number in range(11):
        made(graph, room, subject=str(number))
    made(graph, room, subject="series", recurrence={"pattern": {"type": "daily"}, "range": {"type": "noEnd", "startDate": "2026-11-24"}})  # fmt: skip  # noqa: E501

    first = graph.get(f"/users/{room}/events").json()
    second = graph.get(first["@odata.nextLink"]).json()
    masters = graph.get(f"/users/{room}/events", params={"$filter": "type eq 'seriesMaster'", "$select": "subject"})
    newest = graph.get(f"/users/{room}/events", params={"$orderby": "createdDateTime desc,subject", "$top": "1"})

    assert [event["subject"] for event in first["value"] + second["value"]] == [*map(str, range(11)), "series"]
    assert [event["subject"] for event in masters.json()["value"]] == ["series"]
    assert [event["subject"] for event in newest.json()["value"]] == ["0"]


def test_a_repeated_transaction_makes_one_event(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    """Trap 13: the same id and content is a retry: 201 with the same event, nothing new."""
    first, again = (made(graph, room, transactionId="a-key") for _ in range(2))

    assert first == again
    assert first["transactionId"] == "a-key"
    assert len(tenant.events(room, TEN, TEN + HOUR)) == 1


@pytest.mark.parametrize("status", [400, 409])
def test_a_transaction_of_another_event_is_refused(graph: httpx.Client, tenant: Tenant, room: str, status: int) -> None:
    """Trap 13: both statuses have been seen, so both can be chosen, and whether the error names the event."""
    tenant.cloud.behaviour = replace(tenant.cloud.behaviour, duplicate_transaction_status=status)
    event = made(graph, room, transactionId="a-key")
    other = WISH | {"transactionId": "a-key", "subject": "Another"}

    refused = graph.post(f"/users/{room}/events", json=other)
    tenant.cloud.behaviour = replace(tenant.cloud.behaviour, duplicate_transaction_names_event=False)
    silent = graph.post(f"/users/{room}/events", json=other)

    assert (refused.status_code, code(refused)) == (status, "ErrorDuplicateTransactionId")
    assert refused.json()["error"]["@event.existingEventId"] == event["id"]
    assert "@event.existingEventId" not in silent.json()["error"]


def test_a_deleted_event_may_keep_its_transaction(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    tenant.cloud.behaviour = replace(tenant.cloud.behaviour, deleted_event_frees_transaction=False)
    graph.delete(f"/users/{room}/events/{made(graph, room, transactionId='a-key')['id']}")

    refused = graph.post(f"/users/{room}/events", json=WISH | {"transactionId": "a-key"})

    assert (refused.status_code, code(refused)) == (400, "ErrorDuplicateTransactionId")
    assert tenant.events(room, TEN, TEN + HOUR) == []


def test_transactions_are_known_per_mailbox_and_forgotten_with_their_event(
    graph: httpx.Client, room: str, ann: Person
) -> None:
    first = made(graph, room, transactionId="a-key")
    elsewhere = made(graph, ann.address, transactionId="a-key")
    graph.delete(f"/users/{room}/events/{first['id']}")
    after = made(graph, room, transactionId="a-key")

    assert len({first["id"], elsewhere["id"], after["id"]}) == 3


def test_an_event_id_is_valid_in_one_mailbox_and_minds_case(graph: httpx.Client, room: str, ann: Person) -> None:
    """Trap 10."""
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
    """Trap 15: who does not know whether it worked asks again, and 404 means it did."""
    path = f"/users/{room}/events/{made(graph, room)['id']}"

    gone = graph.delete(path)
    again = graph.delete(path)

    assert (gone.status_code, gone.content) == (204, b"")
    assert (again.status_code, code(again)) == (404, "ErrorItemNotFound")
    assert tenant.busy(room, TEN, TEN + HOUR) == []


def test_a_whole_day_floats(graph: httpx.Client, room: str) -> None:
    """Trap 9: midnight to midnight on its own date, whatever zone is asked for."""
    day = datetime(2026, 11, 25)  # noqa: DTZ001 - a wall time
    graph.headers["Prefer"] = 'outlook.timezone="Tokyo Standard Time"'

    event = made(graph, room, isAllDay=True, start=at(day, "Eastern Standard Time"), end=at(day + 24 * HOUR, "Eastern Standard Time"))  # fmt: skip  # noqa: E501

    assert event["start"] == {"dateTime": "2026-11-25T00:00:00.0000000", "timeZone": "Tokyo Standard Time"}
    assert event["end"] == {"dateTime": "2026-11-26T00:00:00.0000000", "timeZone": "Tokyo Standard Time"}


@pytest.mark.parametrize(
    ("there", "first", "second", "third"),
    [
        ("Pacific SA Standard Time", "2026-09-06", "2026-09-07", "2026-09-08"),
        ("Egypt Standard Time", "2027-04-30", "2027-05-01", "2027-05-02"),
    ],
)
def test_a_day_without_a_midnight_is_whole(
    graph: httpx.Client, room: str, there: str, first: str, second: str, third: str
) -> None:
    """Where the clocks go forward at midnight the day begins at one; it floats from midnight to midnight anyway."""
    day = {"start": {"dateTime": first, "timeZone": there}, "end": {"dateTime": second, "timeZone": there}}
    until = {"type": "endDate", "startDate": first, "endDate": second}
    made(graph, room, isAllDay=True, **day)
    made(graph, room, isAllDay=True, **day, recurrence={"pattern": {"type": "daily"}, "range": until})

    found = graph.get(f"/users/{room}/calendarView", params={"startDateTime": first, "endDateTime": third})

    times = [(event["start"]["dateTime"][:16], event["end"]["dateTime"][:16]) for event in found.json()["value"]]
    one, other = (f"{first}T00:00", f"{second}T00:00"), (f"{second}T00:00", f"{third}T00:00")
    assert times == [one, one, other]


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
        ({"colour": "red"}, "RequestBodyRead"),
        ({"body": {"content": "x", "contentTyp": "text"}}, "RequestBodyRead"),
        ({"body": {"content": "x", "contentType": "markdown"}}, "RequestBodyRead"),
        ({"attendees": [{"emailAddress": {"mail": "a@b.example"}}]}, "RequestBodyRead"),
        ({"attendees": [{"emailAddress": {"name": "Ann"}}]}, "ErrorInvalidRecipients"),
        ({"reminderMinutesBeforeStart": 2**31}, "RequestBodyRead"),
        ({"isOnlineMeeting": True, "onlineMeetingProvider": "zoom"}, "RequestBodyRead"),
        ({"extensions": [{"companyName": "Alpine Skis"}]}, "RequestBodyRead"),
        ({"singleValueExtendedProperties": [{"id": "Name Color", "value": "red"}]}, "ErrorInvalidProperty"),
        ({"subject": 5}, "RequestBodyRead"),
        ({"attendees": [{"emailAddress": {"address": "a@b.example"}}] * 501}, "ErrorInvalidRequest"),
        (
            {"recurrence": {"pattern": {"type": "weekly"}, "range": {"type": "noEnd", "startDate": "2026-11-24"}}},
            "ErrorPropertyValidationFailure",
        ),
        (
            {
                "recurrence": {
                    "pattern": {"type": "daily"},
                    "range": {"type": "noEnd", "startDate": "2026-11-24", "recurrenceTimeZone": "Mars"},
                }
            },
            "TimeZoneNotSupportedException",
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


def test_a_bad_option_stops_a_write(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    refused = graph.post(f"/users/{room}/events?$select=colour", json=WISH)

    assert (refused.status_code, code(refused)) == (400, "RequestBroker--ParseUri")
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


def test_quoted_flags_and_numbers_are_read(graph: httpx.Client, room: str) -> None:
    """A library in wide use sends flags as text."""
    event = made(graph, room, isOnlineMeeting="false", isReminderOn="False", reminderMinutesBeforeStart="5")

    assert (event["isOnlineMeeting"], event["isReminderOn"], event["reminderMinutesBeforeStart"]) == (False, False, 5)


@pytest.mark.parametrize("name", ["innerError", "innererror", ""])
def test_errors_have_their_inner_part_under_either_name(
    graph: httpx.Client, tenant: Tenant, room: str, name: str
) -> None:
    """Trap 24: or not at all."""
    tenant.cloud.behaviour = replace(tenant.cloud.behaviour, inner_error=name)

    error = graph.get(f"/users/{room}/events/x").json()["error"]

    assert error.keys() == {"code", "message"} | ({name} if name else set())
