"""POST /users/{id}/calendar/getSchedule"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypedDict, cast

import httpx
import pytest

from graph_emulator.exchange.schedule import FreeBusyError
from graph_emulator.registrations import App
from graph_emulator.tenant import Tenant

from .conftest import HOUR, READER, TEN, at, code


def asked(graph: httpx.Client, room: str, **change: object) -> httpx.Response:
    parameters = {"schedules": [room], "startTime": at(TEN), "endTime": at(TEN + 8 * HOUR)} | change
    sent = {name: value for name, value in parameters.items() if value is not None}
    return graph.post(f"/users/{room}/calendar/getSchedule", json=sent)


class Item(TypedDict, total=False):
    status: str
    start: dict[str, str]


class Schedule(TypedDict, total=False):
    scheduleId: str
    availabilityView: str
    scheduleItems: list[Item]
    workingHours: object
    error: dict[str, str]


def schedule(graph: httpx.Client, room: str, **change: object) -> Schedule:
    answer = asked(graph, room, **change)
    assert answer.status_code == 200, answer.text
    (found,) = answer.json()["value"]
    return cast("Schedule", found)


def test_it_works(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    """Items with wall times in seven decimals and no offset, and a digit for each half hour."""
    tenant.add_event(room, TEN + HOUR, TEN + 2 * HOUR, subject="Budget", location="Room")

    found = schedule(graph, room)

    assert found["scheduleId"] == room
    assert found["availabilityView"] == "0022" + 12 * "0"
    assert found["scheduleItems"] == [
        {
            "isPrivate": False,
            "status": "busy",
            "subject": "Budget",
            "location": "Room",
            "start": {"dateTime": "2026-11-24T11:00:00.0000000", "timeZone": "UTC"},
            "end": {"dateTime": "2026-11-24T12:00:00.0000000", "timeZone": "UTC"},
        }
    ]
    assert found["workingHours"] == {
        "daysOfWeek": ["monday", "tuesday", "wednesday", "thursday", "friday"],
        "startTime": "08:00:00.0000000",
        "endTime": "17:00:00.0000000",
        "timeZone": {"name": "W. Europe Standard Time"},
    }


def test_the_names_of_parameters_and_of_the_path_have_no_case(graph: httpx.Client, room: str) -> None:
    """Published samples use both spellings, and one sends the interval as a string."""
    sent = {
        "Schedules": [room],
        "StartTime": at(TEN),
        "EndTime": at(TEN + HOUR),
        "availabilityViewInterval": "15",
    }

    answer = graph.post(f"/Users/{room.upper()}/calendar/getschedule", json=sent)

    assert answer.json()["value"][0]["availabilityView"] == "0000"


def test_the_mailbox_in_the_path_need_not_be_asked_about(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    caller = tenant.object_id(room)

    answer = graph.post(
        f"/users/{caller}/calendar/getSchedule",
        json={"schedules": [room], "startTime": at(TEN), "endTime": at(TEN + HOUR)},
    )

    assert answer.status_code == 200


def test_items_that_began_before_the_window_are_not_clipped(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    tenant.add_event(room, TEN - HOUR, TEN + HOUR / 4)

    found = schedule(graph, room, availabilityViewInterval=60)

    assert found["availabilityView"] == "20000000"
    (item,) = found["scheduleItems"]
    assert item["start"]["dateTime"] == "2026-11-24T09:00:00.0000000"


def test_what_only_touches_the_window_is_not_in_it(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    tenant.add_event(room, TEN - HOUR, TEN)
    tenant.add_event(room, TEN + 8 * HOUR, TEN + 9 * HOUR)

    assert schedule(graph, room)["scheduleItems"] == []


def test_the_stronger_status_wins_a_slot(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    for hour, status in enumerate(("free", "tentative", "busy", "oof", "workingElsewhere")):
        tenant.add_event(room, TEN, TEN + (5 - hour) * HOUR, show_as=status)

    found = schedule(graph, room, availabilityViewInterval=60)

    assert found["availabilityView"] == "43210000"
    assert len(found["scheduleItems"]) == 5


def test_free_items_and_cancelled_leftovers_are_listed_as_free(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    tenant.add_event(room, TEN, TEN + HOUR, show_as="free")
    tenant.add_event(room, TEN, TEN + HOUR, cancelled=True)

    found = schedule(graph, room)

    assert [item["status"] for item in found["scheduleItems"]] == ["free", "free"]
    assert set(found["availabilityView"]) == {"0"}


def test_slots_are_counted_from_the_start_and_the_last_may_be_cut(
    graph: httpx.Client, tenant: Tenant, room: str
) -> None:
    tenant.add_event(room, TEN + timedelta(minutes=29), TEN + timedelta(minutes=31))

    found = schedule(
        graph,
        room,
        startTime=at(TEN + timedelta(minutes=10)),
        endTime=at(TEN + timedelta(minutes=55)),
        availabilityViewInterval=20,
    )

    assert found["availabilityView"] == "220"


def test_prefer_sets_the_zone_of_the_answer_and_the_question_does_not(
    graph: httpx.Client, tenant: Tenant, room: str
) -> None:
    tenant.add_event(room, TEN, TEN + HOUR)
    graph.headers["Prefer"] = 'outlook.timezone="Pacific Standard Time"'

    answer = asked(graph, room, startTime=at(TEN, "W. Europe Standard Time"))

    (item,) = answer.json()["value"][0]["scheduleItems"]
    assert item["start"] == {"dateTime": "2026-11-24T02:00:00.0000000", "timeZone": "Pacific Standard Time"}
    assert answer.headers["Preference-Applied"] == 'outlook.timezone="Pacific Standard Time"'


def test_one_unknown_address_does_not_spoil_the_others(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    """It fails in a 200, by itself, and has neither view nor items."""
    answer = asked(graph, room, schedules=["nobody@contoso.example", room, tenant.object_id(room)])

    unknown, known, no_address = answer.json()["value"]
    assert unknown == {
        "scheduleId": "nobody@contoso.example",
        "error": {
            "message": "Unable to resolve e-mail address nobody@contoso.example to an Active Directory object.",
            "responseCode": "5009",
        },
    }
    assert "error" not in known
    assert no_address["error"]["responseCode"] == "5009"


def test_a_test_may_let_a_schedule_fail(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    tenant.schedule_errors[room] = FreeBusyError("5016", "No access.")

    assert schedule(graph, room) == {"scheduleId": room, "error": {"message": "No access.", "responseCode": "5016"}}


def test_more_than_a_thousand_entries_in_a_slot_are_too_many(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    for _ in range(1001):
        tenant.add_event(room, TEN, TEN + HOUR)

    found = schedule(graph, room)

    assert found["error"] == {
        "responseCode": "5006",
        "message": "The result set contains too many calendar entries. "
        "The allowed size = 1000; the actual size = 1001.",
    }


def test_private_items_show_no_details(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    tenant.add_event(room, TEN, TEN + HOUR, subject="Doctor", sensitivity="private")

    (item,) = schedule(graph, room)["scheduleItems"]

    assert item.keys() == {"isPrivate", "status", "start", "end"}


def test_details_of_others_can_be_switched_off(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    tenant.cloud.behaviour = replace(tenant.cloud.behaviour, schedule_details=False)
    other = tenant.add_person("Bo Example", "bo@contoso.example").address
    tenant.add_event(other, TEN, TEN + HOUR, subject="Doctor")

    (item,) = schedule(graph, room, schedules=[other])["scheduleItems"]

    assert item.keys() == {"status", "start", "end"}


def test_whole_days_are_days_of_the_zone_they_were_made_in(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    """Sources leave it open; on the other setting they lie on the days of UTC."""
    start = datetime(2026, 11, 25, tzinfo=tenant.zone.rules)
    tenant.add_event(room, start, start + timedelta(days=1), all_day=True)

    def begins() -> object:
        (item,) = schedule(graph, room, endTime=at(TEN + 48 * HOUR))["scheduleItems"]
        return item["start"]["dateTime"]

    assert begins() == "2026-11-24T23:00:00.0000000"
    tenant.cloud.behaviour = replace(tenant.cloud.behaviour, all_day_floats_in_schedule=True)
    assert begins() == "2026-11-25T00:00:00.0000000"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"schedules": None}, "RequestBodyRead"),
        ({"schedules": "room@contoso.example"}, "RequestBodyRead"),
        ({"schedules": [None]}, "RequestBodyRead"),
        ({"schedules": []}, "ErrorMailboxDataArrayEmpty"),
        ({"schedules": ["x@contoso.example"] * 101}, "ErrorMailboxDataArrayTooBig"),
        ({"startTime": None}, "RequestBodyRead"),
        ({"startTime": "2026-11-24T10:00:00"}, "RequestBodyRead"),
        ({"startTime": {"dateTime": "yesterday", "timeZone": "UTC"}}, "ErrorInvalidParameter"),
        ({"startTime": {"dateTime": "0001-01-01T00:00:00", "timeZone": "UTC"}}, "ErrorInvalidParameter"),
        ({"startTime": at(TEN, "Middle Earth Standard Time")}, "TimeZoneNotSupportedException"),
        ({"startTime": {"dateTime": "2026-11-24T10:00:00"}}, "TimeZoneNotSupportedException"),
        ({"endTime": at(TEN)}, "ErrorInvalidTimeInterval"),
        ({"endTime": at(TEN + timedelta(days=62))}, "ErrorTimeIntervalTooBig"),
        ({"availabilityViewInterval": 4}, "ErrorInvalidMergedFreeBusyInterval"),
        ({"availabilityViewInterval": -(10**17)}, "ErrorInvalidMergedFreeBusyInterval"),
        ({"availabilityViewInterval": 1441}, "ErrorInvalidMergedFreeBusyInterval"),
        ({"availabilityViewInterval": 15, "endTime": at(TEN + HOUR / 6)}, "ErrorInvalidMergedFreeBusyInterval"),
        ({"availabilityViewInterval": "often"}, "RequestBodyRead"),
    ],
)
def test_it_refuses(graph: httpx.Client, room: str, change: dict[str, object], expected: str) -> None:
    answer = asked(graph, room, **change)

    assert (answer.status_code, code(answer)) == (400, expected)


def test_a_window_of_just_under_62_days_is_fine(graph: httpx.Client, room: str) -> None:
    assert asked(graph, room, endTime=at(TEN + timedelta(days=62) - HOUR)).status_code == 200


def test_the_documented_limit_of_schedules_can_be_chosen(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    tenant.cloud.behaviour = replace(tenant.cloud.behaviour, max_schedules=20)

    assert asked(graph, room, schedules=[room] * 20).status_code == 200
    refused = asked(graph, room, schedules=[room] * 21)
    assert refused.json()["error"]["message"].endswith("The allowed size = 20; the actual size = 21.")


def test_an_unknown_zone_in_prefer_is_an_error_and_no_fallback(graph: httpx.Client, room: str) -> None:
    graph.headers["Prefer"] = 'outlook.timezone="Greenwich Mean Time"'

    refused = asked(graph, room)

    assert (refused.status_code, code(refused)) == (400, "TimeZoneNotSupportedException")
    assert refused.json()["error"]["message"] == (
        "A valid TimeZone value must be specified. "
        "The following TimeZone value is not supported: 'Greenwich Mean Time'."
    )


def test_an_unknown_mailbox_in_the_path_is_not_found(graph: httpx.Client) -> None:
    answer = asked(graph, "nobody@contoso.example")

    assert (answer.status_code, code(answer)) == (404, "ErrorInvalidUser")


def test_the_least_permission_is_enough(authorised: Callable[[App], httpx.Client], room: str) -> None:
    assert asked(authorised(READER), room).status_code == 200
