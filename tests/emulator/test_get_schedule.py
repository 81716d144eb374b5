"""POST /users/{id}/calendar/getSchedule"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypedDict, cast
from zoneinfo import ZoneInfo

import httpx
import pytest

from graph_emulator.exchange.event import Person
from graph_emulator.exchange.schedule import FreeBusyError
from graph_emulator.exchange.sharing import Role
from graph_emulator.exchange.zones import Zone
from graph_emulator.registrations import App
from graph_emulator.tenant import Profile, Room, Tenant

from .callers import on_behalf
from .conftest import HOUR, READER, TEN, at, code


def asked(graph: httpx.Client, room: str, **change: object) -> httpx.Response:
    parameters = {"schedules": [room], "startTime": at(TEN), "endTime": at(TEN + 8 * HOUR)} | change
    sent = {name: value for name, value in parameters.items() if value is not None}
    return graph.post(f"/users/{room}/calendar/getSchedule", json=sent)


class Item(TypedDict, total=False):
    status: str
    start: dict[str, str]


class Hours(TypedDict):
    timeZone: dict[str, object]


class Schedule(TypedDict, total=False):
    scheduleId: str
    availabilityView: str
    scheduleItems: list[Item]
    workingHours: Hours
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


def test_a_part_of_a_slot_may_have_no_digit(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    """No source tells."""
    tenant.cloud.behaviour = replace(tenant.cloud.behaviour, partial_last_slot=False)
    tenant.add_event(room, TEN + HOUR / 4, TEN + HOUR)

    found = schedule(graph, room, endTime=at(TEN + timedelta(minutes=50)), availabilityViewInterval=20)

    assert found["availabilityView"] == "22"
    assert len(found["scheduleItems"]) == 1


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


def test_a_user_principal_name_is_no_address(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    tenant.add_person("Cem", "cem@contoso.example", Profile(user_principal_name="c.example@contoso.example"))

    answer = asked(graph, room, schedules=["c.example@contoso.example", "cem@contoso.example"])

    assert [one.get("error", {}).get("responseCode") for one in answer.json()["value"]] == ["5009", None]


def test_a_test_may_let_a_schedule_fail(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    tenant.schedule_errors[room] = FreeBusyError("5037", "No access.")

    assert schedule(graph, room) == {"scheduleId": room, "error": {"message": "No access.", "responseCode": "5037"}}


def test_more_than_a_thousand_entries_in_a_slot_are_too_many(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    for _ in range(1001):
        tenant.add_event(room, TEN, TEN + HOUR)

    found = schedule(graph, room)

    assert found["error"] == {
        "responseCode": "5006",
        "message": "The result set contains too many calendar entries. "
        "The allowed size = 1000; the actual size = 1001.",
    }


def test_too_many_entries_may_refuse_the_whole_call(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    """Public code expects that."""
    tenant.cloud.behaviour = replace(tenant.cloud.behaviour, too_many_entries_refuse_all=True)
    for _ in range(1001):
        tenant.add_event(room, TEN, TEN + HOUR)

    answer = asked(graph, room)

    assert (answer.status_code, code(answer)) == (400, "5006")


def test_a_thousand_entries_and_more_in_different_slots_are_fine(
    graph: httpx.Client, tenant: Tenant, room: str
) -> None:
    for number in range(1001):
        tenant.add_event(room, TEN + number % 2 * HOUR, TEN + (number % 2 + 1) * HOUR)

    assert len(schedule(graph, room)["scheduleItems"]) == 1001


def test_an_unknown_address_may_have_the_newer_code(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    """Which comes with scheduleItems that are null, for somebody without a mailbox as well."""
    tenant.cloud.behaviour = replace(tenant.cloud.behaviour, unknown_schedule_code="5016")
    boxless = tenant.add_person("No Box", f"boxless-{room}").address
    mailbox = tenant.mailbox(boxless)
    assert mailbox
    mailbox.is_enabled = False

    unknown, without = asked(graph, room, schedules=["nobody@contoso.example", boxless]).json()["value"]

    assert (unknown["error"]["responseCode"], unknown["scheduleItems"]) == ("5016", None)
    assert (without["error"]["responseCode"], without["scheduleItems"]) == ("5016", None)
    assert "availabilityView" not in unknown


@pytest.mark.parametrize(
    ("statuses", "digit"),
    [
        (["free"], "0"),
        (["tentative"], "1"),
        (["busy"], "2"),
        (["oof"], "3"),
        (["workingElsewhere"], "4"),
        (["busy", "tentative"], "2"),
        (["oof", "busy"], "3"),
        (["free", "tentative"], "1"),
    ],
)
def test_where_items_overlap_the_stronger_wins(
    graph: httpx.Client, tenant: Tenant, room: str, statuses: list[str], digit: str
) -> None:
    """Any overlap marks a slot; all items are listed."""
    for show_as in statuses:
        tenant.add_event(room, TEN + HOUR / 4, TEN + HOUR / 3, show_as=show_as)

    found = schedule(graph, room)

    assert found["availabilityView"] == digit + 15 * "0"
    assert sorted(item["status"] for item in found["scheduleItems"]) == sorted(statuses)


def test_working_elsewhere_may_count_as_free(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    """One of two pages says so; and one shows statuses with capitals."""
    tenant.cloud.behaviour = replace(tenant.cloud.behaviour, working_elsewhere_digit=0, capital_statuses=True)
    tenant.add_event(room, TEN, TEN + HOUR, show_as="workingElsewhere")

    found = schedule(graph, room)

    assert set(found["availabilityView"]) == {"0"}
    assert [item["status"] for item in found["scheduleItems"]] == ["WorkingElsewhere"]


def test_a_list_is_answered_as_one_or_member_by_member(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    """Its members count towards the limit either way."""
    other = tenant.add_room(Room("Other", f"list-{room}")).address
    tenant.add_room_list("Both", f"both-{room}", [room, other])
    tenant.add_event(room, TEN, TEN + HOUR, subject="Budget")
    tenant.add_event(other, TEN + HOUR, TEN + 2 * HOUR)

    together = schedule(graph, room, schedules=[f"both-{room}"])
    tenant.cloud.behaviour = replace(tenant.cloud.behaviour, lists_stand_for_members=True)
    apart = asked(graph, room, schedules=[f"both-{room}"]).json()["value"]
    tenant.cloud.behaviour = replace(tenant.cloud.behaviour, max_schedules=1)
    refused = asked(graph, room, schedules=[f"both-{room}"])
    tenant.room_lists.clear()

    assert together["scheduleId"] == f"both-{room}"
    assert together["availabilityView"].startswith("22220")
    assert [item.keys() for item in together["scheduleItems"]] == 2 * [{"status", "start", "end"}]
    assert [(one["scheduleId"], one["availabilityView"][:4]) for one in apart] == [(room, "2200"), (other, "0022")]
    assert refused.json()["error"]["message"].endswith("The allowed size = 1; the actual size = 2.")


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        (Role.none, None),
        (Role.freeBusyRead, {"status", "start", "end"}),
        (Role.limitedRead, {"isPrivate", "subject", "location", "status", "start", "end"}),
    ],
)
def test_a_person_sees_as_much_as_is_shared(
    graph: httpx.Client, tenant: Tenant, ann: Person, room: str, role: Role, shown: set[str] | None
) -> None:
    """Of others; of the own calendar everything."""
    other = tenant.add_person("Bo", f"bo-{room}").address
    mailbox = tenant.mailbox(other)
    assert mailbox
    mailbox.shared_with[ann.address] = role
    for address in (ann.address, other):
        tenant.add_event(address, TEN, TEN + HOUR, subject="Doctor", location="Praxis")
    sent = {"schedules": [ann.address, other], "startTime": at(TEN), "endTime": at(TEN + HOUR)}
    headers = on_behalf(tenant, ann, "Calendars.ReadBasic")

    own, theirs = graph.post("/me/calendar/getSchedule", json=sent, headers=headers).json()["value"]

    assert (own["scheduleItems"][0]["subject"], own["scheduleItems"][0]["location"]) == ("Doctor", "Praxis")
    if shown is None:
        assert theirs.keys() == {"scheduleId", "error"}
        assert theirs["error"]["responseCode"] == "5037"
    else:
        assert theirs["scheduleItems"][0].keys() == shown


@pytest.mark.parametrize(("sensitivity", "shown"), [("personal", True), ("private", False), ("confidential", False)])
def test_details_are_of_normal_and_personal_items(
    graph: httpx.Client, tenant: Tenant, room: str, sensitivity: str, shown: bool
) -> None:
    tenant.add_event(room, TEN, TEN + HOUR, subject="Doctor", sensitivity=sensitivity)

    (item,) = schedule(graph, room)["scheduleItems"]

    assert ("subject" in item) == shown


def test_working_hours_of_an_odd_zone_are_described(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    """A zone without a Windows name: its bias, and when its clocks change. Year 0 is every year."""
    mailbox = tenant.mailbox(room)
    assert mailbox
    mailbox.zone = Zone("America/Los_Angeles", ZoneInfo("America/Los_Angeles"))
    named = schedule(graph, room)["workingHours"]
    mailbox.zone = Zone("Europe/Vaduz", ZoneInfo("Europe/Vaduz"))
    described = schedule(graph, room)["workingHours"]

    assert named["timeZone"] == {"name": "Pacific Standard Time"}
    assert described["timeZone"] == {
        "@odata.type": "#microsoft.graph.customTimeZone",
        "bias": -60,
        "name": "Customized Time Zone",
        "standardOffset": _change("03:00:00.0000000", 10),
        "daylightOffset": {"daylightBias": -60} | _change("02:00:00.0000000", 3),
    }


def _change(time: str, month: int) -> dict[str, object]:
    """On the last Sunday of a month."""
    return {"time": time, "dayOccurrence": 5, "dayOfWeek": "sunday", "month": month, "year": 0}


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
        ({"availabilityViewInterval": 7.5}, "RequestBodyRead"),
    ],
)
def test_it_refuses(graph: httpx.Client, room: str, change: dict[str, object], expected: str) -> None:
    answer = asked(graph, room, **change)

    assert (answer.status_code, code(answer)) == (400, expected)


def test_null_is_no_interval(graph: httpx.Client, room: str) -> None:
    """The service once answered 500 to that."""
    sent = {"schedules": [room], "startTime": at(TEN), "endTime": at(TEN + HOUR), "availabilityViewInterval": None}

    answer = graph.post(f"/users/{room}/calendar/getSchedule", json=sent)

    assert (answer.status_code, code(answer)) == (400, "RequestBodyRead")


def test_without_an_interval_slots_are_half_hours(graph: httpx.Client, room: str) -> None:
    assert schedule(graph, room, endTime=at(TEN + 24 * HOUR))["availabilityView"] == 48 * "0"


@pytest.mark.parametrize(("minutes", "slots"), [(5, 1440 // 5), (1440, 1)])
def test_the_shortest_and_the_longest_interval(graph: httpx.Client, room: str, minutes: int, slots: int) -> None:
    found = schedule(graph, room, endTime=at(TEN + 24 * HOUR), availabilityViewInterval=minutes)

    assert found["availabilityView"] == slots * "0"


def test_a_window_of_just_under_62_days_is_fine(graph: httpx.Client, room: str) -> None:
    assert asked(graph, room, endTime=at(TEN + timedelta(days=62) - HOUR)).status_code == 200


def test_a_window_of_90_days_is_refused_in_the_words_that_were_seen(graph: httpx.Client, room: str) -> None:
    answer = asked(graph, room, endTime=at(TEN + timedelta(days=90)))

    assert answer.json()["error"]["message"] == (
        "The requested time duration specified for FreeBusyViewOptions.TimeWindow is too long. "
        "The allowed limit = 62 days; the actual limit = 90 days."
    )


def test_a_window_of_exactly_62_days_may_be_allowed(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    """The page says less than 62; nobody has reported what happens at 62."""
    tenant.cloud.behaviour = replace(tenant.cloud.behaviour, exactly_62_days=True)

    assert asked(graph, room, endTime=at(TEN + timedelta(days=62))).status_code == 200
    assert asked(graph, room, endTime=at(TEN + timedelta(days=62) + HOUR)).status_code == 400


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
