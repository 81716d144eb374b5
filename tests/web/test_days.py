"""GET /venues/{venue}/days/{date}"""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta

import httpx
import msgspec
import pytest
from starlette.responses import Response

from graph_emulator.log import Answer, Call
from graph_emulator.tenant import Tenant
from ledig.web.house import House
from ledig.web.sheets import OverviewDay
from lobby import ToldClock
from scenario import BERLIN, times

TUESDAY = "/api/v1/venues/apb/days/2026-11-24"
SCHEDULES = "POST /users/{id}/calendar/getSchedule"


async def test_gives_the_busy_minutes_of_every_room(visitor: httpx.AsyncClient) -> None:
    """In minutes since the building's midnight, in the order of the rooms."""
    answer = await visitor.get(TUESDAY)
    day = answer.json()

    assert (day["venue"], day["date"], day["zone"]) == ("apb", "2026-11-24", "Europe/Berlin")
    assert (day["start"], day["minutes"]) == ("2026-11-23T23:00:00Z", 1440)
    assert len(day["rooms"]) == len(day["busy"]) == 30
    assert day["unknown"] == {}
    assert all(0 <= start < end <= 1440 for busy in day["busy"] for start, end in busy)
    assert answer.headers["Ledig-Now"] == "2026-11-23T09:10:00Z"
    assert answer.headers["Ledig-As-Of"] == "2026-11-23T09:10:00Z"


async def test_rounds_outwards_to_minutes(visitor: httpx.AsyncClient, tenant: Tenant) -> None:
    """A meeting that begins at 10:00:30 takes 10:00."""
    _clear(tenant, "room-1096@rooms.example.org")
    start = datetime(2026, 11, 24, 10, 0, 30, tzinfo=BERLIN)
    tenant.add_event("room-1096@rooms.example.org", start, start + timedelta(minutes=9))

    assert await _busy(visitor, TUESDAY, "1096") == [[600, 610]]


@pytest.mark.parametrize(
    ("now", "path", "minutes"),
    [
        (datetime(2026, 10, 20, 8, 10, tzinfo=UTC), "2026-10-25", 25 * 60),
        (datetime(2027, 3, 23, 9, 10, tzinfo=UTC), "2027-03-28", 23 * 60),
    ],
)
async def test_days_are_23_or_25_hours_long_when_the_clocks_change(
    visitor: httpx.AsyncClient, tenant: Tenant, path: str, minutes: int
) -> None:
    """And a meeting after the change is counted in minutes that passed."""
    _clear(tenant, "room-1096@rooms.example.org")
    noon = datetime.fromisoformat(f"{path}T12:00").replace(tzinfo=BERLIN)
    tenant.add_event("room-1096@rooms.example.org", noon, noon + timedelta(hours=1))

    day = (await visitor.get(f"/api/v1/venues/apb/days/{path}")).json()

    assert day["minutes"] == minutes
    assert await _busy(visitor, f"/api/v1/venues/apb/days/{path}", "1096") == [[minutes - 720, minutes - 660]]


async def test_answers_304_while_nothing_changes(visitor: httpx.AsyncClient, tenant: Tenant, clock: ToldClock) -> None:
    """A strong ETag over the content: another after a change, the same after a read that found nothing new."""
    first = await visitor.get(TUESDAY)
    etag = {"If-None-Match": first.headers["ETag"]}
    await clock.move(timedelta(minutes=1))
    unchanged = await visitor.get(TUESDAY, headers=etag)
    start = datetime(2026, 11, 24, 21, tzinfo=BERLIN)
    tenant.add_event("room-1096@rooms.example.org", start, start + timedelta(hours=1))
    await clock.move(timedelta(minutes=1))
    changed = await visitor.get(TUESDAY, headers=etag)

    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert unchanged.headers["Ledig-As-Of"] == "2026-11-23T09:11:00Z"
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]


async def test_a_tag_that_a_proxy_made_weak_is_the_same_tag(visitor: httpx.AsyncClient) -> None:
    """Compressing on the way does not change what is said."""
    etag = (await visitor.get(TUESDAY)).headers["ETag"]

    answer = await visitor.get(TUESDAY, headers={"If-None-Match": f'"other", W/{etag}'})

    assert answer.status_code == 304


async def test_many_viewers_cost_no_more_calls_than_one(visitor: httpx.AsyncClient, tenant: Tenant) -> None:
    """30 rooms are two calls of 20 at most, however many look at once."""
    await asyncio.gather(*(visitor.get(TUESDAY) for _ in range(50)))

    assert len(tenant.cloud.calls_to(SCHEDULES)) == 2


async def test_shows_ages_and_then_unknown_when_microsoft_is_away(
    visitor: httpx.AsyncClient, tenant: Tenant, clock: ToldClock
) -> None:
    """What was read stays for five minutes, with its age; then it is unknown, never free."""
    before = (await visitor.get(TUESDAY)).json()
    tenant.cloud.intercept = _away

    await clock.move(timedelta(minutes=4))
    aged = await visitor.get(TUESDAY)
    await clock.move(timedelta(minutes=2))
    lost = await visitor.get(TUESDAY)

    assert aged.json() == before
    assert aged.headers["Ledig-As-Of"] == "2026-11-23T09:10:00Z"
    assert lost.json()["busy"] == [None] * 30
    assert set(lost.json()["unknown"].values()) == {"unavailable"}
    assert "Ledig-As-Of" not in lost.headers


async def test_shows_what_the_calendars_say(visitor: httpx.AsyncClient, tenant: Tenant) -> None:
    """Every minute of every room, against the events themselves."""
    start = datetime(2026, 11, 24, tzinfo=BERLIN)
    day = (await visitor.get(TUESDAY)).json()

    for room, busy in zip(day["rooms"], day["busy"], strict=True):
        taken = list(times(tenant, f"room-{room}@rooms.example.org", start.date()))
        for minute in range(0, 1440, 5):
            at = start + timedelta(minutes=minute)
            assert any(a <= minute < b for a, b in busy) == any(a <= at < b for a, b in taken), (room, minute)


@pytest.mark.parametrize("day", ["2026-11-21", "2026-12-08", "1999-01-01", "9999-12-31"])
async def test_refuses_days_out_of_sight(visitor: httpx.AsyncClient, day: str) -> None:
    """From yesterday to the horizon."""
    answer = await visitor.get(f"/api/v1/venues/apb/days/{day}")

    assert answer.status_code == 404
    assert "2026-11-22 to 2026-12-07" in answer.json()["detail"]


async def test_the_day_before_yesterday_is_out_of_sight_at_midnight(
    visitor: httpx.AsyncClient, clock: ToldClock
) -> None:
    """However many look at it just then."""
    yesterday = "/api/v1/venues/apb/days/2026-11-22"
    await clock.move(datetime(2026, 11, 23, 23, 59, 45, tzinfo=BERLIN) - clock.now())
    before = [(await visitor.get(yesterday)).status_code for _ in range(2)]
    await clock.move(timedelta(seconds=15))

    assert before == [200, 200]
    assert (await visitor.get(yesterday)).status_code == 404


@pytest.mark.parametrize(
    "day", ["today", "2026-13-01", "2026-02-30", "24.11.2026", "2026-11-24T10:00", "2026-11-4", "２０２６-11-24"]
)
async def test_refuses_what_is_no_day(visitor: httpx.AsyncClient, day: str) -> None:
    """With an example of one."""
    answer = await visitor.get(f"/api/v1/venues/apb/days/{day}")

    assert answer.status_code == 400
    assert "looks like 2026-11-24" in answer.json()["detail"]


def _clear(tenant: Tenant, mailbox: str) -> None:
    for event in tenant.calendar(mailbox).events():
        tenant.remove_event(mailbox, event)


async def _busy(visitor: httpx.AsyncClient, path: str, room: str) -> list[list[int]]:
    day = (await visitor.get(path)).json()
    busy: list[list[int]] = day["busy"][day["rooms"].index(room)]
    return busy


async def _away(_call: Call, _answer: Answer) -> Response:
    return Response("try later", 503, {"Retry-After": "60"})


class TestWhatGoesOverTheWire:
    """One content, packed as the browser likes it."""

    @pytest.mark.parametrize(
        ("accepted", "coding"),
        [
            ("gzip, deflate, br", "br"),
            ("gzip", "gzip"),
            ("br;q=0, gzip;q=0.5", "gzip"),
            ("*", "br"),
            ("identity", None),
            ("", None),
            ("zstd", None),
        ],
    )
    async def test_each_coding_has_a_strong_tag_of_its_own(
        self, visitor: httpx.AsyncClient, accepted: str, coding: str | None
    ) -> None:
        for _ in range(2):  # from the framework, and from in front of it
            answer = await visitor.get(TUESDAY, headers={"Accept-Encoding": accepted})

            assert answer.headers.get("Content-Encoding") == coding
            assert answer.headers["Vary"] == "Accept-Encoding"
            assert answer.headers["ETag"].endswith(f'-{coding}"' if coding else '"')
            assert not answer.headers["ETag"].startswith("W/")
            assert answer.json()["date"] == "2026-11-24"

    async def test_a_tag_of_another_coding_is_another(self, visitor: httpx.AsyncClient) -> None:
        plain = (await visitor.get(TUESDAY, headers={"Accept-Encoding": ""})).headers["ETag"]

        answer = await visitor.get(TUESDAY, headers={"Accept-Encoding": "br", "If-None-Match": plain})

        assert answer.status_code == 200

    async def test_is_the_same_with_and_without_the_framework(
        self, visitor: httpx.AsyncClient, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Headers and all."""
        await visitor.get(TUESDAY)
        in_front = await visitor.get(TUESDAY)
        monkeypatch.setattr(house.venues, "at_hand", lambda _: None)
        framework = await visitor.get(TUESDAY)

        assert in_front.content == framework.content
        assert dict(in_front.headers) == dict(framework.headers)

    async def test_what_is_at_hand_takes_neither_framework_nor_database(
        self, visitor: httpx.AsyncClient, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        etag = {"If-None-Match": (await visitor.get(TUESDAY)).headers["ETag"]}

        async def asked(_: str) -> None:
            raise AssertionError("the database was asked")

        monkeypatch.setattr(house.venues, "get", asked)

        assert (await visitor.get(TUESDAY)).status_code == 200
        assert (await visitor.get(TUESDAY, headers=etag)).status_code == 304

    async def test_is_unpacked_to_what_the_document_promises(self, visitor: httpx.AsyncClient) -> None:
        content = (await visitor.get(TUESDAY)).content

        day = msgspec.json.decode(content, type=OverviewDay)

        assert json.loads(content) == json.loads(msgspec.json.encode(day))
        assert list(json.loads(content)) == list(OverviewDay.__struct_fields__)


@pytest.mark.parametrize("path", [TUESDAY, "/api/v1/venues", "/health", "/api/v1/venues/apb/days/noday"])
async def test_head_tells_all_but_the_body(visitor: httpx.AsyncClient, path: str) -> None:
    await visitor.get(path)
    whole = await visitor.get(path)

    head = await visitor.head(path)

    assert (head.status_code, dict(head.headers), head.content) == (whole.status_code, dict(whole.headers), b"")


async def test_who_asks_for_ever_other_days_is_told_to_wait(
    visitor: httpx.AsyncClient, house: House, tenant: Tenant, clock: ToldClock
) -> None:
    """Each costs calls to Microsoft; what is remembered costs none, and is always told."""
    for _ in range(57):
        house.callers.take("127.0.0.1")  # of the 60 that there are
    days = [f"/api/v1/venues/apb/days/2026-11-{day}" for day in (23, 24, 25, 26)]

    answers = [await visitor.get(day) for day in days]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1].json()["code"] == "too_much_asked"
    assert answers[-1].headers["Retry-After"] == "1"
    assert (await visitor.get(days[0])).status_code == 200
    await clock.move(timedelta(seconds=1))
    assert (await visitor.get(days[3])).status_code == 200
