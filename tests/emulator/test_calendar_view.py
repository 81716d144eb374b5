"""GET /users/{id}/calendarView"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from graph_emulator.exchange.recurrence import Recurrence
from graph_emulator.registrations import App
from graph_emulator.tenant import Tenant

from .conftest import HOUR, READER, TEN, code
from .wishes import made

DAY = {"startDateTime": "2026-11-24T00:00:00", "endDateTime": "2026-11-25T00:00:00"}


def viewed(graph: httpx.Client, room: str, **change: str) -> httpx.Response:
    return graph.get(f"/users/{room}/calendarView", params=DAY | change)


def subjects(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [event["subject"] for event in answer.json()["value"]]


def test_it_works(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    """Single instances and the occurrences of series; leftovers and free items too, marked as such."""
    tenant.add_event(room, TEN, TEN + HOUR, subject="single", body="<p>secret</p>", transaction_id="a-key")
    tenant.add_event(room, TEN, TEN + HOUR, subject="cancelled", cancelled=True)
    tenant.add_event(room, TEN, TEN + HOUR, subject="free", show_as="free")
    tenant.add_event(
        room,
        TEN - timedelta(weeks=2),
        TEN - timedelta(weeks=2) + HOUR,
        subject="series",
        recurrence=Recurrence("weekly", TEN.date() - timedelta(weeks=2), days=("tuesday",)),
    )

    events = {event["subject"]: event for event in viewed(graph, room).json()["value"]}

    assert {name: event["type"] for name, event in events.items()} == {
        "single": "singleInstance", "cancelled": "singleInstance", "free": "singleInstance", "series": "occurrence",
    }  # fmt: skip
    assert events["single"]["transactionId"] == "a-key"
    assert events["cancelled"]["isCancelled"] is True
    assert events["free"]["showAs"] == "free"
    assert events["series"]["start"]["dateTime"] == "2026-11-24T10:00:00.0000000"


def test_both_paths_and_all_spellings_lead_there(graph: httpx.Client, room: str) -> None:
    answer = graph.get(
        f"/users/{room}/calendar/CalendarView",
        params={"StartDateTime": DAY["startDateTime"], "endDatetime": DAY["endDateTime"]},
    )

    assert answer.status_code == 200


def test_pages_hold_ten_and_the_link_leads_on(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    """Trap 7: the link is followed as it is."""
    for number in range(25):
        tenant.add_event(room, TEN, TEN + HOUR, subject=str(number))

    pages = [viewed(graph, room, **{"$select": "subject"})]
    while link := pages[-1].json().get("@odata.nextLink"):
        pages.append(graph.get(link))

    assert [len(subjects(page)) for page in pages] == [10, 10, 5]
    assert [subject for page in pages for subject in subjects(page)] == [str(number) for number in range(25)]
    assert pages[2].json()["value"][0].keys() == {"@odata.etag", "id", "subject"}


def test_top_and_preference_set_the_size_of_a_page(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    for number in range(12):
        tenant.add_event(room, TEN, TEN + HOUR, subject=str(number))

    assert len(subjects(viewed(graph, room, **{"$top": "3"}))) == 3
    assert "@odata.nextLink" not in viewed(graph, room, **{"$top": "12"}).json()
    assert viewed(graph, room, **{"$count": "true"}).json()["@odata.count"] == 12
    preferring = graph.get(f"/users/{room}/calendarView", params=DAY, headers={"Prefer": "odata.maxpagesize=5"})
    assert len(subjects(preferring)) == 5


def test_without_an_order_occurrences_come_last(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    """Trap 7: nobody may rely on the order of time unless it was asked for."""
    tenant.add_event(room, TEN, TEN + HOUR, subject="early", recurrence=Recurrence("daily", TEN.date()))
    tenant.add_event(room, TEN + 3 * HOUR, TEN + 4 * HOUR, subject="late")
    tenant.add_event(room, TEN + 2 * HOUR, TEN + 5 * HOUR, subject="middle")

    assert subjects(viewed(graph, room)) == ["late", "middle", "early"]
    assert subjects(viewed(graph, room, **{"$orderby": "start/dateTime"})) == ["early", "middle", "late"]
    assert subjects(viewed(graph, room, **{"$orderby": "end/dateTime desc"})) == ["middle", "late", "early"]


def test_the_window_is_utc_unless_it_has_an_offset(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    """Prefer has no say in it."""
    tenant.add_event(room, TEN, TEN + HOUR, subject="here")
    graph.headers["Prefer"] = 'outlook.timezone="Tokyo Standard Time"'
    window = {"startDateTime": "2026-11-24T10:30:00", "endDateTime": "2026-11-24T10:45:00"}
    offset = {"startDateTime": "2026-11-24T11:30:00+01:00", "endDateTime": "2026-11-24T02:45:00.000-08:00"}

    for asked in (window, offset):
        (event,) = graph.get(f"/users/{room}/calendarView", params=asked).json()["value"]
        assert event["start"] == {"dateTime": "2026-11-24T19:00:00.0000000", "timeZone": "Tokyo Standard Time"}


def test_the_window_is_half_open(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    tenant.add_event(room, TEN - HOUR, TEN, subject="before")
    tenant.add_event(room, TEN, TEN, subject="no length")
    tenant.add_event(room, TEN + HOUR, TEN + 2 * HOUR, subject="after")

    window = {"startDateTime": "2026-11-24T10:00:00Z", "endDateTime": "2026-11-24T11:00:00Z"}

    assert subjects(graph.get(f"/users/{room}/calendarView", params=window)) == ["no length"]


def test_whole_days_are_compared_as_days_of_utc(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    """Trap 9: so a window of a local day finds the day before, too."""
    monday = datetime(2026, 11, 23, tzinfo=tenant.zone.rules)
    tenant.add_event(room, monday, monday + timedelta(days=1), subject="Monday", all_day=True)

    tuesday = {"startDateTime": "2026-11-23T23:00:00Z", "endDateTime": "2026-11-24T23:00:00Z"}
    found = graph.get(f"/users/{room}/calendarView", params=tuesday)

    assert subjects(found) == ["Monday"]
    assert found.json()["value"][0]["start"]["dateTime"] == "2026-11-23T00:00:00.0000000"


def test_a_series_keeps_its_wall_time_when_the_clocks_change(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    start = datetime(2026, 10, 23, 9, tzinfo=tenant.zone.rules)
    tenant.add_event(room, start, start + HOUR, recurrence=Recurrence("daily", start.date()))
    window = {"startDateTime": "2026-10-24T00:00:00Z", "endDateTime": "2026-10-26T00:00:00Z"}

    found = graph.get(f"/users/{room}/calendarView", params=window | {"$orderby": "start/dateTime"}).json()["value"]

    assert [event["start"]["dateTime"] for event in found] == [
        "2026-10-24T07:00:00.0000000",
        "2026-10-25T08:00:00.0000000",
    ]


def test_the_next_link_stays_on_the_same_origin(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    for _ in range(11):
        tenant.add_event(room, TEN, TEN + HOUR)

    link = urlsplit(viewed(graph, room).json()["@odata.nextLink"])

    assert f"{link.scheme}://{link.netloc}" == str(graph.base_url).removesuffix("/v1.0/")
    assert parse_qs(link.query)["$skip"] == ["10"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"startDateTime": ""}, "ErrorInvalidParameter"),
        ({"endDateTime": ""}, "ErrorInvalidParameter"),
        ({"endDateTime": "soon"}, "ErrorInvalidParameter"),
        ({"endDateTime": "2026-11-24T00:00:00 01:00"}, "ErrorInvalidParameter"),
        ({"endDateTime": "2026-11-23T00:00:00Z"}, "ErrorInvalidParameter"),
        ({"endDateTime": "2031-11-24T00:00:00Z"}, "ErrorInvalidRequest"),
        ({"$top": "-1"}, "BadRequest"),
        ({"$skip": "two"}, "BadRequest"),
        ({"$select": "createdDateTime"}, "ErrorInvalidRequest"),
        ({"$orderby": "colour"}, "ErrorInvalidUrlQuery"),
    ],
)
def test_it_refuses(graph: httpx.Client, tenant: Tenant, room: str, change: dict[str, str], expected: str) -> None:
    refused = viewed(graph, room, **change)

    assert (refused.status_code, code(refused)) == (400, expected)


def test_filters_look_at_what_is_shown_and_at_what_is_attached(graph: httpx.Client, room: str) -> None:
    tag = "String {66f5a359-4659-4830-9070-00047ec6ac6e} Name Booking"
    made(graph, room, subject="red", categories=["Red category", "Blue category"])
    made(graph, room, subject="mine", singleValueExtendedProperties=[{"id": tag, "value": "ledig"}])
    made(graph, room, subject="away", showAs="oof", extensions=[{"extensionName": "com.contoso.deal", "n": 1}])

    def found(text: str) -> list[str]:
        return subjects(viewed(graph, room, **{"$filter": text}))

    assert found("categories/any(c:c eq 'Red category')") == ["red"]
    assert found(f"singleValueExtendedProperties/any(p:p/id eq '{tag}' and p/value eq 'ledig')") == ["mine"]
    assert found("extensions/any(e:e/id eq 'Com.Contoso.Deal')") == ["away"]
    assert found("showAs eq 'oof' and start/dateTime ge '2026-11-24T10:00:00'") == ["away"]
    assert found("type eq 'singleInstance' and not startswith(subject,'m')") == ["red", "away"]
    assert found("multiValueExtendedProperties/any(p:p/value/any(v:v eq 'x'))") == []


def test_filters_see_times_in_utc_whatever_zone_is_preferred(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    tenant.add_event(room, TEN, TEN + HOUR, subject="ten")
    graph.headers["Prefer"] = 'outlook.timezone="Tokyo Standard Time"'

    assert subjects(viewed(graph, room, **{"$filter": "start/dateTime eq '2026-11-24T10:00:00'"})) == ["ten"]
    assert subjects(viewed(graph, room, **{"$filter": "start/dateTime ge '2026-11-24T19:00:00'"})) == []


def test_what_it_cannot_do_it_does_not_ignore(graph: httpx.Client, room: str) -> None:
    for text, expected in (("body eq 'x'", "ErrorInvalidProperty"), ("subject like 'x'", "BadRequest")):
        refused = viewed(graph, room, **{"$filter": text})
        assert (refused.status_code, code(refused)) == (400, expected)
    made(graph, room)
    assert viewed(graph, room, **{"$expand": "instances"}).status_code == 400
    assert viewed(graph, room, **{"$search": "x"}).status_code == 400


def test_the_online_meeting_comes_only_with_its_flag(graph: httpx.Client, room: str) -> None:
    """Seen in the service: chosen without isOnlineMeeting, it is null."""
    made(graph, room, isOnlineMeeting=True)

    def chosen(names: str) -> object:
        return viewed(graph, room, **{"$select": names}).json()["value"][0]["onlineMeeting"]

    assert chosen("onlineMeeting") is None
    assert chosen("onlineMeeting,isOnlineMeeting") is not None


def test_the_least_permission_sees_neither_bodies_nor_what_is_attached(
    graph: httpx.Client, authorised: Callable[[App], httpx.Client], room: str
) -> None:
    made(graph, room, body={"content": "secret"}, extensions=[{"extensionName": "com.contoso.deal", "n": 1}])
    reader = authorised(READER)

    (event,) = viewed(reader, room, **{"$expand": "extensions"}).json()["value"]
    hidden = viewed(reader, room, **{"$filter": "extensions/any(e:e/id eq 'com.contoso.deal')"})

    assert event.keys() & {"body", "bodyPreview", "extensions"} == set()
    assert subjects(hidden) == []


def test_the_largest_page_is_bounded(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    for _ in range(1001):
        tenant.add_event(room, TEN, TEN + HOUR)

    assert len(viewed(graph, room, **{"$top": "5000", "$select": "id"}).json()["value"]) == 1000


def test_a_view_far_away_is_empty(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    start = datetime(2020, 1, 1, tzinfo=UTC)
    tenant.add_event(room, start, start + HOUR, recurrence=Recurrence("daily", start.date(), times=3))

    assert subjects(viewed(graph, room)) == []
    far = {"startDateTime": "4499-12-30T00:00:00Z", "endDateTime": "4499-12-31T00:00:00Z"}
    assert subjects(viewed(graph, room, **far)) == []
