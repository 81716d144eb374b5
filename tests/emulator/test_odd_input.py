"""Whatever is sent, the answer is an answer: never a 500, and every error in its shape."""

from typing import TypeAlias

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from graph_emulator.exchange.event import DAY_MARK
from graph_emulator.exchange.recurrence import KINDS
from graph_emulator.graph.ids import event_id
from graph_emulator.tenant import Tenant

from .conftest import APP, SECRET, TEN, at

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

odd_json: some.SearchStrategy[Json] = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False, allow_infinity=False) | some.text(),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(), inner, max_size=3),
    max_leaves=5,
)
odd_times = some.sampled_from(
    ("1602-01-01T00:00:00", "4499-12-31T23:59:59", "2026-03-29T02:30:00", "2026-02-30", "9999-12-31T00:00:00", "")
) | some.datetimes().map(lambda moment: moment.isoformat())
odd_zones = some.sampled_from(("UTC", "Europe/Berlin", "Samoa Standard Time", "to\u212ayo standard time", "", "Mars"))
odd_time = some.fixed_dictionaries({"dateTime": odd_times, "timeZone": odd_zones}) | odd_json
odd_recurrence = some.fixed_dictionaries(
    {
        "pattern": some.fixed_dictionaries(
            {
                "type": some.sampled_from(KINDS),
                "interval": some.integers(-1, 10**12),
                "dayOfMonth": some.integers(0, 32),
                "month": some.integers(0, 13),
                "daysOfWeek": some.lists(some.sampled_from(("Monday", "sunday", "noday")), max_size=3),
            }
        ),
        "range": some.fixed_dictionaries(
            {
                "type": some.sampled_from(("endDate", "noEnd", "numbered", "never")),
                "startDate": some.dates().map(str) | some.text(),
                "endDate": some.dates().map(str),
                "numberOfOccurrences": some.integers(-1, 2000),
            }
        ),
    }
)
odd_event = some.fixed_dictionaries(
    {},
    optional={
        "start": odd_time,
        "end": odd_time,
        "isAllDay": some.booleans() | odd_json,
        "recurrence": odd_recurrence | odd_json,
        "transactionId": odd_json,
        "subject": odd_json,
        "body": odd_json,
        "attendees": odd_json,
        "location": odd_json,
        "locations": some.lists(odd_json, max_size=2),
        "showAs": odd_json,
    },
)
odd_question = some.fixed_dictionaries(
    {},
    optional={
        "schedules": some.lists(some.text(), max_size=3) | odd_json,
        "startTime": odd_time,
        "EndTime": odd_time,
        "availabilityViewInterval": some.integers() | odd_json,
    },
)

odd_part = some.fixed_dictionaries(
    {
        "id": some.sampled_from("abcdef"),
        "method": some.sampled_from(("GET", "delete")),
        "url": some.sampled_from(("/me", "users/x", "", "//", "?", "/%", "/places/\u00e9", "#", "/users/\r\n"))
        | some.text(),
    },
    optional={
        "headers": some.just({"Content-Type": "application/json"})
        | some.dictionaries(some.text(), some.text(), max_size=2),
        "dependsOn": some.lists(some.sampled_from("abc"), max_size=2) | odd_json,
    },
)

many = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def acceptable(answer: httpx.Response) -> None:
    assert answer.status_code < 500 or answer.status_code == 501, answer.text
    if answer.status_code >= 400:
        assert answer.json()["error"].keys() == {"code", "message", "innerError"}


@many
@given(odd_event | odd_json)
def test_odd_events_break_nothing(graph: httpx.Client, room: str, sent: Json) -> None:
    """Neither when they are written, nor when they are read afterwards."""
    acceptable(graph.post(f"/users/{room}/events", json=sent))
    for year in ("1602", "2026", "4499"):
        window = {"startDateTime": f"{year}-01-01T00:00:00", "endDateTime": f"{year}-12-31T00:00:00"}
        assert graph.get(f"/users/{room}/calendarView", params=window).status_code == 200
    question = {"schedules": [room], "startTime": at(TEN), "endTime": {"dateTime": "2026-12-24", "timeZone": "UTC"}}
    assert graph.post(f"/users/{room}/calendar/getSchedule", json=question).status_code == 200


@many
@given(odd_event)
def test_odd_changes_break_nothing(graph: httpx.Client, tenant: Tenant, room: str, sent: Json) -> None:
    wish = {
        "start": at(TEN),
        "end": at(TEN),
        "recurrence": {"pattern": {"type": "daily"}, "range": {"type": "noEnd", "startDate": "2026-11-24"}},
    }
    series = graph.post(f"/users/{room}/events", json=wish).json()["id"]
    key = next(event.key for event in tenant.calendar(room).events())

    for changed in (event_id(f"{key}{DAY_MARK}20261126", immutable=False), series):
        acceptable(graph.patch(f"/users/{room}/events/{changed}", json=sent))
    assert graph.delete(f"/users/{room}/events/{series}").status_code == 204


@many
@given(odd_question | odd_json)
def test_odd_questions_break_nothing(graph: httpx.Client, room: str, sent: Json) -> None:
    acceptable(graph.post(f"/users/{room}/calendar/getSchedule", json=sent))


@many
@given(some.lists(odd_part, max_size=4, unique_by=lambda part: str(part["id"])) | odd_json)
def test_odd_batches_break_nothing(graph: httpx.Client, room: str, sent: Json) -> None:
    """Neither the whole nor any of its parts."""
    answer = graph.post("/$batch", json={"requests": sent})

    acceptable(answer)
    for part in answer.json().get("responses", ()):
        assert part["status"] < 500, part


@many
@given(
    some.dictionaries(
        some.sampled_from(
            ("startDateTime", "endDateTime", "$top", "$skip", "$select", "$orderby", "$count", "$filter")
        ),
        some.text() | odd_times,
    )
)
def test_odd_queries_break_nothing(graph: httpx.Client, room: str, query: dict[str, str]) -> None:
    acceptable(graph.get(f"/users/{room}/calendarView", params=query))
    acceptable(graph.get("/places/microsoft.graph.room", params=query))


@many
@given(some.text(), some.text())
def test_odd_paths_break_nothing(graph: httpx.Client, one: str, other: str) -> None:
    for path in (f"/users/{one}/events/{other}", f"/places/{one}", f"/{one}/{other}"):
        try:
            url = graph.build_request("GET", path).url
        except httpx.InvalidURL:
            continue
        if url.path.startswith("/v1.0/") and url.path not in ("/v1.0/places/microsoft.graph.room",):
            acceptable(graph.get(url))


@many
@given(some.dictionaries(some.sampled_from(("grant_type", "client_id", "client_secret", "scope")), some.text()))
def test_odd_forms_break_nothing(login: httpx.Client, tenant: Tenant, form: dict[str, str]) -> None:
    good = {"grant_type": "client_credentials", "client_id": APP.client_id, "client_secret": SECRET}
    for sent in (form, good | form):
        answer = login.post(f"/{tenant.id}/oauth2/v2.0/token", data=sent)
        assert answer.status_code in (400, 401)
        assert len(answer.json()["error_codes"]) == 1


@pytest.mark.parametrize("header", ["=", 'IdType="Immutable', "odata.maxpagesize=0", "\u00e9=\u00e9", ","])
def test_odd_preferences_are_ignored(graph: httpx.Client, room: str, header: str) -> None:
    window = {"startDateTime": "2026-11-24T00:00:00", "endDateTime": "2026-11-25T00:00:00"}

    answer = graph.get(f"/users/{room}/calendarView", params=window, headers={b"Prefer": header.encode("latin-1")})

    assert answer.status_code == 200
