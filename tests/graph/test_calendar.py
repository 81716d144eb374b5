"""A room's own calendar: read afresh, written, tidied up."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from faults import Fault, answers, cut, done_but_cut, on, says
from graph.conftest import BERLIN, HOUR, TEN, TEN_TO_ELEVEN, HastyClock
from graph_emulator.behaviour import Behaviour
from graph_emulator.exchange.event import Event
from graph_emulator.tenant import Tenant
from ledig.booking import Target
from ledig.errors import CalendarUnavailable
from ledig.graph.calendar import SUBJECT, GraphCalendar
from ledig.intervals import Interval

LOOK = "GET /users/{id}/calendarView"
WRITE = "POST /users/{id}/events"
END = "PATCH /users/{id}/events/{event}"
REMOVE = "DELETE /users/{id}/events/{event}"
DAY = timedelta(days=1)
KEY = "019a0000-0000-7000-8000-000000000001"
OTHER = "019a0000-0000-7000-8000-000000000002"


def only(tenant: Tenant, target: Target) -> Event:
    """The one event of the room."""
    (event,) = tenant.calendar(target.mailbox).events()
    return event


class TestLooking:
    async def test_sees_what_blocks_the_time_and_whose_key_it_has(
        self, calendar: GraphCalendar, tenant: Tenant, target: Target
    ) -> None:
        tenant.add_event(target.mailbox, TEN, TEN + HOUR, transaction_id=KEY)
        tenant.add_event(target.mailbox, TEN + HOUR / 2, TEN + 2 * HOUR)

        found = await calendar.entries(target, TEN_TO_ELEVEN)

        assert [(entry.during, entry.key) for entry in found] == [
            (TEN_TO_ELEVEN, KEY),
            (Interval(TEN + HOUR / 2, TEN + 2 * HOUR), None),
        ]

    async def test_what_touches_does_not_block(self, calendar: GraphCalendar, tenant: Tenant, target: Target) -> None:
        tenant.add_event(target.mailbox, TEN - HOUR, TEN)
        tenant.add_event(target.mailbox, TEN + HOUR, TEN + 2 * HOUR)

        assert await calendar.entries(target, TEN_TO_ELEVEN) == []

    async def test_free_cancelled_and_empty_items_do_not_block(
        self, calendar: GraphCalendar, tenant: Tenant, target: Target
    ) -> None:
        tenant.add_event(target.mailbox, TEN, TEN + HOUR, show_as="free")
        tenant.add_event(target.mailbox, TEN, TEN + HOUR, cancelled=True)
        tenant.add_event(target.mailbox, TEN, TEN)

        assert await calendar.entries(target, TEN_TO_ELEVEN) == []

    @pytest.mark.parametrize("day", [date(2026, 11, 24), date(2026, 10, 25), date(2027, 3, 28)], ids=str)
    async def test_an_all_day_event_blocks_its_day_where_the_building_stands(
        self, calendar: GraphCalendar, tenant: Tenant, target: Target, day: date
    ) -> None:
        """To its last quarter of an hour, and no quarter of the days beside it."""
        whole = Interval.of_day(day, BERLIN)
        tenant.add_event(target.mailbox, whole.start, whole.end, all_day=True)
        quarter = timedelta(minutes=15)

        for start in (whole.start, whole.end - quarter):
            assert await calendar.entries(target, Interval(start, start + quarter))
        for start in (whole.start - quarter, whole.end):
            assert await calendar.entries(target, Interval(start, start + quarter)) == []

    async def test_a_meeting_from_midnight_to_midnight_is_no_all_day_event(
        self, calendar: GraphCalendar, tenant: Tenant, target: Target
    ) -> None:
        """In UTC, and its flag says so: it ends an hour later on the building's clocks."""
        midnight = datetime(2026, 11, 24, tzinfo=UTC)
        tenant.add_event(target.mailbox, midnight, midnight + DAY)
        quarter = timedelta(minutes=15)

        (entry,) = await calendar.entries(target, Interval(midnight + DAY - quarter, midnight + DAY))

        assert entry.during == Interval(midnight, midnight + DAY)
        assert await calendar.entries(target, Interval(midnight - quarter, midnight)) == []

    async def test_reads_every_page(self, calendar: GraphCalendar, tenant: Tenant, target: Target) -> None:
        """The event that matters may be the last."""
        tenant.cloud.behaviour = Behaviour(max_page=3)
        for hour in range(2, 9):
            tenant.add_event(target.mailbox, TEN + hour * HOUR, TEN + (hour + 1) * HOUR)
        tenant.add_event(target.mailbox, TEN, TEN + HOUR)

        assert len(await calendar.entries(target, TEN_TO_ELEVEN)) == 1
        assert len(tenant.cloud.calls) == 3

    async def test_does_not_read_pages_without_end(
        self, calendar: GraphCalendar, tenant: Tenant, target: Target
    ) -> None:
        """Such a room cannot be booked; it is not taken for free."""
        tenant.cloud.behaviour = Behaviour(max_page=1)
        for _ in range(30):
            tenant.add_event(target.mailbox, TEN + 2 * HOUR, TEN + 3 * HOUR)

        with pytest.raises(CalendarUnavailable, match="too full"):
            await calendar.entries(target, TEN_TO_ELEVEN)
        assert len(tenant.cloud.calls) == 20

    @pytest.mark.parametrize(
        "body",
        [
            "",
            "<html>",
            "{}",
            '{"value": null}',
            '{"value": [{"id": "x"}]}',
            '{"value": [{"id": "x", "start": {"dateTime": "2026-11-24T09:00:00", "timeZone": "CET"},'
            ' "end": {"dateTime": "2026-11-24T10:00:00", "timeZone": "CET"}}]}',
        ],
        ids=["empty", "html", "no list", "null", "no times", "another zone"],
    )
    async def test_what_it_does_not_understand_is_never_free(
        self, calendar: GraphCalendar, tenant: Tenant, target: Target, body: str
    ) -> None:
        tenant.cloud.intercept = on(LOOK, answers(200, body))

        with pytest.raises(CalendarUnavailable, match="does not understand"):
            await calendar.entries(target, TEN_TO_ELEVEN)


class TestWriting:
    async def test_writes_an_event_without_any_person(
        self, calendar: GraphCalendar, tenant: Tenant, target: Target
    ) -> None:
        """Colleagues see that the kiosk booked; nobody is invited and nobody reminded."""
        await calendar.write(target, TEN_TO_ELEVEN, KEY)

        event = only(tenant, target)
        assert (event.start, event.end, event.show_as, event.transaction_id) == (TEN, TEN + HOUR, "busy", KEY)
        assert (event.subject, event.attendees, event.body) == (SUBJECT, (), "")

    async def test_the_same_key_finds_the_same_event(
        self, calendar: GraphCalendar, tenant: Tenant, target: Target
    ) -> None:
        first = await calendar.write(target, TEN_TO_ELEVEN, KEY)

        assert await calendar.write(target, TEN_TO_ELEVEN, KEY) == first
        assert await calendar.write(target, TEN_TO_ELEVEN, OTHER) != first

    async def test_an_answer_that_was_lost_is_asked_for_again(
        self, calendar: GraphCalendar, tenant: Tenant, target: Target
    ) -> None:
        """And nothing is written twice."""
        tenant.cloud.intercept = on(WRITE, done_but_cut)

        event_id = await calendar.write(target, TEN_TO_ELEVEN, KEY)

        assert only(tenant, target)
        assert (await calendar.entries(target, TEN_TO_ELEVEN))[0].id == event_id

    @pytest.mark.parametrize("fault", [cut, done_but_cut, answers(503), answers(201, "<html>"), answers(408)])
    async def test_without_a_clear_answer_it_may_have_happened(
        self, calendar: GraphCalendar, tenant: Tenant, target: Target, fault: Fault
    ) -> None:
        tenant.cloud.intercept = on(WRITE, then=fault)

        with pytest.raises(CalendarUnavailable) as error:
            await calendar.write(target, TEN_TO_ELEVEN, KEY)
        assert not error.value.is_refusal

    @pytest.mark.parametrize("fault", [says(403, "ErrorAccessDenied"), says(404, "ErrorInvalidUser"), says(401, "")])
    async def test_a_refusal_is_an_answer(
        self, calendar: GraphCalendar, tenant: Tenant, target: Target, fault: Fault
    ) -> None:
        """Nothing was written, and waiting does not help: somebody has to be told."""
        tenant.cloud.intercept = on(WRITE, then=fault)

        with pytest.raises(CalendarUnavailable, match="Tell whoever runs this map") as error:
            await calendar.write(target, TEN_TO_ELEVEN, KEY)
        assert error.value.is_refusal

    @pytest.mark.parametrize("fault", [says(400, "ErrorInvalidRequest"), says(409, "")])
    async def test_so_is_one_that_nobody_expects(
        self, calendar: GraphCalendar, tenant: Tenant, target: Target, fault: Fault
    ) -> None:
        tenant.cloud.intercept = on(WRITE, then=fault)

        with pytest.raises(CalendarUnavailable, match="does not understand") as error:
            await calendar.write(target, TEN_TO_ELEVEN, KEY)
        assert error.value.is_refusal

    async def test_a_key_that_made_another_event_is_no_booking(
        self, calendar: GraphCalendar, tenant: Tenant, target: Target
    ) -> None:
        await calendar.write(target, TEN_TO_ELEVEN, KEY)

        with pytest.raises(CalendarUnavailable):
            await calendar.write(target, Interval(TEN + HOUR, TEN + 2 * HOUR), KEY)


class TestTidyingUp:
    async def test_removes_an_event(self, calendar: GraphCalendar, tenant: Tenant, target: Target) -> None:
        await calendar.remove(target, await calendar.write(target, TEN_TO_ELEVEN, KEY))

        assert tenant.calendar(target.mailbox).events() == ()

    async def test_removes_an_event_that_looking_found(
        self, calendar: GraphCalendar, tenant: Tenant, target: Target
    ) -> None:
        """Ids are the same in every answer."""
        await calendar.write(target, TEN_TO_ELEVEN, KEY)
        (entry,) = await calendar.entries(target, TEN_TO_ELEVEN)

        await calendar.remove(target, entry.id)

        assert tenant.calendar(target.mailbox).events() == ()

    async def test_a_lost_answer_to_a_removal_is_none_the_worse(
        self, calendar: GraphCalendar, tenant: Tenant, target: Target
    ) -> None:
        """The second try finds nothing, which is what was wanted."""
        event_id = await calendar.write(target, TEN_TO_ELEVEN, KEY)
        tenant.cloud.intercept = on(REMOVE, done_but_cut)

        await calendar.remove(target, event_id)

        assert [call.status for call in tenant.cloud.calls_to(REMOVE)] == [200, 404]

    async def test_lets_a_running_event_end(self, calendar: GraphCalendar, tenant: Tenant, target: Target) -> None:
        event_id = await calendar.write(target, TEN_TO_ELEVEN, KEY)

        await calendar.end(target, event_id, TEN + HOUR / 3)

        event = only(tenant, target)
        assert (event.start, event.end) == (TEN, TEN + HOUR / 3)

    async def test_what_somebody_removed_by_hand_has_ended(
        self, calendar: GraphCalendar, tenant: Tenant, target: Target
    ) -> None:
        event_id = await calendar.write(target, TEN_TO_ELEVEN, KEY)
        tenant.remove_event(target.mailbox, only(tenant, target))

        await calendar.end(target, event_id, TEN + HOUR / 3)
        await calendar.remove(target, event_id)

    @pytest.mark.parametrize(("told", "seconds"), [("60", 60), ("0", 5), ("1.2", 5)])
    async def test_says_when_to_come_back(
        self, calendar: GraphCalendar, tenant: Tenant, target: Target, hasty: HastyClock, told: str, seconds: int
    ) -> None:
        """When Microsoft says, but not so soon that everybody hammers on it."""
        tenant.cloud.intercept = on(REMOVE, then=answers(429, retry_after=told))

        with pytest.raises(CalendarUnavailable, match="try again") as error:
            await calendar.remove(target, "whatever")
        assert error.value.retry_after == timedelta(seconds=seconds)
