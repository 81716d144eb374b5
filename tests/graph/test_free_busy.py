"""Busy times of many rooms, as Microsoft 365 tells them and as ledig understands them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from starlette.responses import Response
from structlog.typing import EventDict

from faults import Fault, answers, never, on, says, truly
from graph.conftest import BERLIN, HOUR, TEN, TEN_TO_ELEVEN, HastyClock, add_room
from graph_emulator.behaviour import Behaviour
from graph_emulator.exchange.schedule import FreeBusyError
from graph_emulator.log import Answer, Call
from graph_emulator.tenant import Tenant
from ledig.availability import Reason, Unknown
from ledig.busy import Busy
from ledig.graph import calls, freebusy
from ledig.graph.freebusy import GraphFreeBusy
from ledig.graph.transport import Transport
from ledig.intervals import Interval
from lobby import taken

VIEW = "GET /users/{id}/calendarView"
SCHEDULE = "POST /users/{id}/calendar/getSchedule"
DAY = Interval.of_day(date(2026, 11, 24), BERLIN)


@pytest.fixture
def free_busy(transport: Transport, hasty: HastyClock) -> GraphFreeBusy:
    return GraphFreeBusy(transport, 20, hasty)


async def read(
    free_busy: GraphFreeBusy, rooms: Sequence[str], during: Interval = DAY, zone: ZoneInfo = BERLIN
) -> dict[str, Busy | Unknown]:
    """Everything that is told, in the order that was asked for."""
    told: dict[str, Busy | Unknown] = {}
    await free_busy.busy_times(rooms, during, zone, told.update)
    return {room: told[room] for room in rooms}


async def read_one(
    free_busy: GraphFreeBusy, room: str, during: Interval = DAY, zone: ZoneInfo = BERLIN
) -> Busy | Unknown:
    return (await read(free_busy, [room], during, zone))[room]


def hours(start: float, end: float) -> Interval:
    """Hours after ten o'clock."""
    return Interval(TEN + start * HOUR, TEN + end * HOUR)


def meet(tenant: Tenant, room: str, start: float, end: float, **kind: str) -> None:
    tenant.add_event(room, TEN + start * HOUR, TEN + end * HOUR, show_as=kind.get("show_as", "busy"))


async def test_tells_when_each_room_is_taken(free_busy: GraphFreeBusy, tenant: Tenant) -> None:
    """A room without meetings has an empty list, which means free."""
    egg, cave = add_room(tenant), add_room(tenant)
    meet(tenant, egg, 0, 1)

    assert await read(free_busy, [egg, cave]) == {egg: taken(hours(0, 1)), cave: ()}


async def test_meetings_that_touch_or_overlap_become_one(free_busy: GraphFreeBusy, tenant: Tenant, room: str) -> None:
    for start, end in ((1, 2), (0, 1), (4, 6), (5, 5.5)):
        meet(tenant, room, start, end)

    assert await read_one(free_busy, room) == taken(hours(0, 2), hours(4, 6))


async def test_meetings_are_cut_to_the_time_asked_for(free_busy: GraphFreeBusy, tenant: Tenant, room: str) -> None:
    """Microsoft tells them whole."""
    meet(tenant, room, -20, 20)

    assert await read_one(free_busy, room, hours(0, 1)) == taken(hours(0, 1))


async def test_a_short_time_can_be_asked_for(free_busy: GraphFreeBusy, tenant: Tenant, room: str) -> None:
    """Microsoft refuses less than its grid, so more is asked and cut away."""
    meet(tenant, room, 0.5, 1)

    assert await read_one(free_busy, room, hours(0, 0.25)) == ()
    assert await read_one(free_busy, room, hours(0.25, 0.75)) == taken(hours(0.5, 0.75))


@pytest.mark.parametrize("status", ["tentative", "busy", "oof", "workingElsewhere", "unknown"])
async def test_whatever_is_not_free_takes_the_room(
    free_busy: GraphFreeBusy, tenant: Tenant, room: str, status: str
) -> None:
    meet(tenant, room, 0, 1, show_as=status)

    assert await read_one(free_busy, room) == taken(hours(0, 1))


async def test_free_and_cancelled_items_do_not(free_busy: GraphFreeBusy, tenant: Tenant, room: str) -> None:
    meet(tenant, room, 0, 1, show_as="free")
    tenant.add_event(room, TEN, TEN + HOUR, cancelled=True)

    assert await read_one(free_busy, room) == ()


@pytest.mark.parametrize("floats", [False, True], ids=["as instants", "as midnights of UTC"])
@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 11, 24), 24), (date(2026, 10, 25), 25), (date(2027, 3, 28), 23)], ids=str
)
async def test_an_all_day_event_takes_a_day_of_the_building(
    free_busy: GraphFreeBusy, tenant: Tenant, room: str, day: date, hours: int, floats: bool
) -> None:
    """In whichever of the two ways it is told."""
    tenant.cloud.behaviour = Behaviour(all_day_floats_in_schedule=floats)
    whole = Interval.of_day(day, BERLIN)
    tenant.add_event(room, whole.start, whole.end, all_day=True)

    around = Interval(whole.start - timedelta(days=1), whole.end + timedelta(days=1))

    assert await read_one(free_busy, room, around) == taken(whole)
    assert whole.length == timedelta(hours=hours)


@pytest.mark.parametrize(("chunk", "calls"), [(1, 7), (3, 3), (7, 1), (20, 1)])
async def test_asks_for_a_chunk_of_rooms_at_a_time(
    transport: Transport, tenant: Tenant, hasty: HastyClock, chunk: int, calls: int
) -> None:
    """Each chunk through a room of its own, because what a mailbox may be asked is limited."""
    rooms = [add_room(tenant) for _ in range(7)]
    meet(tenant, rooms[6], 0, 1)

    found = await read(GraphFreeBusy(transport, chunk, hasty), rooms)

    assert found == {**dict.fromkeys(rooms, ()), rooms[6]: taken(hours(0, 1))}
    assert sorted(str(call.mailbox) for call in tenant.cloud.calls) == sorted(rooms[::chunk])
    assert len(tenant.cloud.calls) == calls


async def test_the_hundred_and_first_room_is_read_too(free_busy: GraphFreeBusy, tenant: Tenant) -> None:
    rooms = [add_room(tenant) for _ in range(101)]
    meet(tenant, rooms[100], 0, 1)

    found = await read(free_busy, rooms)

    assert list(found) == rooms
    assert found[rooms[100]] == taken(hours(0, 1))


async def test_no_rooms_cost_no_call(free_busy: GraphFreeBusy, tenant: Tenant) -> None:
    assert await read(free_busy, []) == {}
    assert not tenant.cloud.calls


class TestARoomThatCannotBeRead:
    """It is unknown with a reason; the others are told all the same."""

    @pytest.mark.parametrize(
        ("code", "reason"),
        [
            ("5009", Reason.NOT_FOUND),
            ("5016", Reason.NOT_FOUND),
            ("ErrorMailRecipientNotFound", Reason.NOT_FOUND),
            ("ErrorNoFreeBusyAccess", Reason.NO_ACCESS),
            ("5006", Reason.TOO_MANY),
            ("4711", Reason.UNEXPECTED),
            ("", Reason.UNEXPECTED),
        ],
    )
    async def test_for_a_reason_of_its_own(
        self, free_busy: GraphFreeBusy, tenant: Tenant, code: str, reason: Reason
    ) -> None:
        good, bad = add_room(tenant), add_room(tenant)
        tenant.schedule_errors[bad] = FreeBusyError(code, "words of Microsoft")
        tenant.cloud.intercept = on(VIEW, then=says(403, "ErrorAccessDenied"))

        assert await read(free_busy, [good, bad]) == {good: (), bad: Unknown(reason)}

    async def test_because_there_is_no_such_mailbox(self, free_busy: GraphFreeBusy, tenant: Tenant) -> None:
        good = add_room(tenant)

        found = await read(free_busy, [good, "gone@contoso.example"])

        assert found == {good: (), "gone@contoso.example": Unknown(Reason.NOT_FOUND)}

    async def test_because_its_calendar_holds_too_much(
        self, free_busy: GraphFreeBusy, tenant: Tenant, room: str
    ) -> None:
        for _ in range(1001):
            meet(tenant, room, 0, 1)
        tenant.cloud.intercept = on(VIEW, then=says(403, "ErrorAccessDenied"))

        assert await read_one(free_busy, room) == Unknown(Reason.TOO_MANY)

    @pytest.mark.parametrize(
        "damage",
        [
            lambda schedule: schedule.clear(),
            lambda schedule: schedule.update(scheduleId="somebody-else@contoso.example"),
            lambda schedule: schedule.pop("availabilityView"),
            lambda schedule: schedule.pop("scheduleItems"),
            lambda schedule: schedule.update(scheduleItems=None),
            lambda schedule: schedule["scheduleItems"][0].pop("status"),
            lambda schedule: schedule["scheduleItems"][0].pop("end"),
            lambda schedule: schedule["scheduleItems"][0]["start"].update(timeZone="Pacific Standard Time"),
            lambda schedule: schedule["scheduleItems"][0]["start"].update(dateTime="2026-11-24T10:00:00+01:00"),
            lambda schedule: schedule["scheduleItems"][0]["start"].update(dateTime="noon"),
            lambda schedule: schedule["scheduleItems"][0].update(
                start={"dateTime": "0001-01-01T00:00:00.0000000", "timeZone": "UTC"},
                end={"dateTime": "2026-11-25T00:00:00.0000000", "timeZone": "UTC"},
            ),
        ],
        ids=[
            "nothing in it",
            "another's name",
            "no view",
            "no items",
            "null items",
            "no status",
            "no end",
            "another zone",
            "an offset",
            "no time",
            "before all time",
        ],
    )
    async def test_because_the_answer_makes_no_sense(
        self, free_busy: GraphFreeBusy, tenant: Tenant, room: str, damage: Callable[[object], None]
    ) -> None:
        """It is never taken for free."""
        meet(tenant, room, 0, 1)
        tenant.cloud.intercept = on(SCHEDULE, _damaged(damage))

        assert await read_one(free_busy, room) == Unknown(Reason.UNEXPECTED)

    @pytest.mark.parametrize(
        "body", ["", "<html>", "{}", '{"value": null}', '{"value": [7]}', '{"value": []}', "\xff"], ids=repr
    )
    async def test_because_there_is_no_answer_in_the_answer(
        self, free_busy: GraphFreeBusy, tenant: Tenant, room: str, body: str
    ) -> None:
        tenant.cloud.intercept = on(SCHEDULE, answers(200, body))

        assert await read_one(free_busy, room) == Unknown(Reason.UNEXPECTED)

    async def test_an_answer_that_nobody_understands_is_logged_without_its_words(
        self, free_busy: GraphFreeBusy, tenant: Tenant, room: str, log: list[EventDict]
    ) -> None:
        """Once, however often it comes, and with the id that Microsoft's support asks for."""
        nonsense = answers(200, "<html>secret words of Microsoft", request_id="what-support-asks-for")
        tenant.cloud.intercept = on(SCHEDULE, then=nonsense)

        for _ in range(3):
            await read_one(free_busy, room)

        assert [(line["event"], line["request"]) for line in log] == [("graph_fails", "what-support-asks-for")]
        assert "secret" not in str(log)


class TestACalendarThatGetScheduleDoesNotTell:
    """It is read event by event, if that is permitted."""

    @pytest.mark.parametrize("code", ["ErrorNoFreeBusyAccess", "5006", "4711"])
    async def test_is_known_all_the_same(self, free_busy: GraphFreeBusy, tenant: Tenant, room: str, code: str) -> None:
        tenant.schedule_errors[room] = FreeBusyError(code, "words of Microsoft")
        meet(tenant, room, 0, 1)
        meet(tenant, room, 0.5, 2)
        meet(tenant, room, 3, 4, show_as="free")
        midnight = TEN - 10 * HOUR
        tenant.add_event(room, midnight - 24 * HOUR, midnight, all_day=True)

        assert await read_one(free_busy, room) == taken(hours(0, 2))

    async def test_page_by_page(self, free_busy: GraphFreeBusy, tenant: Tenant, room: str) -> None:
        tenant.schedule_errors[room] = FreeBusyError("5006", "words of Microsoft")
        for _ in range(101):
            meet(tenant, room, 0, 1)
        meet(tenant, room, 2, 3)

        assert await read_one(free_busy, room) == taken(hours(0, 1), hours(2, 3))
        assert len(tenant.cloud.calls_to(VIEW)) == 2

    async def test_is_left_alone_for_an_hour_after_it_was_refused(
        self, free_busy: GraphFreeBusy, tenant: Tenant, room: str, hasty: HastyClock
    ) -> None:
        tenant.schedule_errors[room] = FreeBusyError("ErrorNoFreeBusyAccess", "words of Microsoft")
        tenant.cloud.intercept = on(VIEW, then=says(403, "ErrorAccessDenied"))
        for _ in range(3):
            assert await read_one(free_busy, room) == Unknown(Reason.NO_ACCESS)
        assert len(tenant.cloud.calls_to(VIEW)) == 1

        await hasty.sleep(timedelta(hours=1))
        await read_one(free_busy, room)
        assert len(tenant.cloud.calls_to(VIEW)) == 2

    @pytest.mark.parametrize("fault", [answers(503, "<html>", retry_after="60"), answers(200, "<html>")])
    async def test_is_unknown_while_that_fails_too(
        self, free_busy: GraphFreeBusy, tenant: Tenant, room: str, fault: Fault
    ) -> None:
        tenant.schedule_errors[room] = FreeBusyError("5006", "words of Microsoft")
        tenant.cloud.intercept = on(VIEW, then=fault)

        assert await read_one(free_busy, room) == Unknown(Reason.TOO_MANY)


class TestALongTime:
    """The service tells of less than 62 days at once."""

    @pytest.mark.parametrize("days", [61, 62, 63, 150])
    async def test_is_asked_for_in_parts(self, free_busy: GraphFreeBusy, tenant: Tenant, room: str, days: int) -> None:
        for day in range(0, days, 10):
            meet(tenant, room, 24 * day, 24 * day + 1)

        found = await read_one(free_busy, room, Interval(TEN, TEN + timedelta(days=days)))

        assert found == taken(*(hours(24 * day, 24 * day + 1) for day in range(0, days, 10)))
        assert len(tenant.cloud.calls) == -(-days // 60)

    @pytest.mark.parametrize("seam", [-0.5, 0, 0.5, 14.5])
    @pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Los_Angeles", "Pacific/Kiritimati"])
    async def test_has_no_seams(
        self, free_busy: GraphFreeBusy, tenant: Tenant, room: str, seam: float, zone: str
    ) -> None:
        """What lies across one is there once and whole, also what lasts all day."""
        where = ZoneInfo(zone)
        day = datetime(2027, 1, 23, tzinfo=where)
        start = day + seam * HOUR - timedelta(days=60)
        tenant.add_event(room, day - 6 * HOUR, day + 1.25 * HOUR)
        utc_day = datetime(2027, 1, 23, tzinfo=UTC)
        tenant.add_event(room, utc_day, utc_day + timedelta(days=1), all_day=True)

        found = await read_one(free_busy, room, Interval(start, start + timedelta(days=90)), where)

        assert found == taken(Interval(day - 6 * HOUR, datetime(2027, 1, 24, tzinfo=where)))


class Service:
    """getSchedule as it is documented, without anything in between: it tells what meets the window."""

    def __init__(self, events: list[tuple[datetime, datetime]]) -> None:
        self._events = events
        self.longest = timedelta(0)

    async def ask(self, call: calls.Call, decode: Callable[[bytes], object], *, body: bytes, **path: str) -> object:
        asked = msgspec.json.decode(body)
        start, end = (datetime.fromisoformat(asked[edge]["dateTime"]) for edge in ("startTime", "endTime"))
        self.longest = max(self.longest, end - start)
        items = [
            {
                "status": "busy",
                **{
                    name: {"dateTime": f"{at:%Y-%m-%dT%H:%M:%S}.0000000", "timeZone": "UTC"}
                    for name, at in (("start", begins), ("end", ends))
                },
            }
            for begins, ends in self._events
            if begins < end and ends > start
        ]
        schedule = {"scheduleId": path["mailbox"], "availabilityView": "0", "scheduleItems": items}
        return decode(msgspec.json.encode({"value": [schedule]}))


def instants(unit: timedelta, most: int) -> some.SearchStrategy[tuple[datetime, datetime]]:
    epoch = datetime(2027, 3, 20)  # noqa: DTZ001 - as Graph writes it
    return some.tuples(some.integers(0, most), some.integers(1, 5)).map(
        lambda told: (epoch + told[0] * unit, epoch + (told[0] + told[1]) * unit)
    )


@settings(deadline=None)
@given(
    some.lists(some.one_of(instants(timedelta(minutes=50), 400), instants(timedelta(days=1), 14)), max_size=8),
    some.integers(0, 14 * 24 * 4),
    some.integers(1, 10 * 24 * 4),
    some.integers(25, 100),
    some.sampled_from(["Europe/Berlin", "America/Los_Angeles", "Pacific/Kiritimati", "UTC"]),
)
def test_however_a_time_is_cut_the_same_is_told(
    events: list[tuple[datetime, datetime]], start: int, length: int, hours: int, zone: str
) -> None:
    """In one question, or in parts that are as short as a day; also on the days the clocks change."""
    where, quarter = ZoneInfo(zone), timedelta(minutes=15)
    begin = datetime(2027, 3, 20, tzinfo=UTC) + start * quarter
    during = Interval(begin, begin + length * quarter)

    async def told(longest: timedelta) -> Busy | Unknown:
        service = Service(events)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(freebusy, "LONGEST_WINDOW", longest)
            found = await read_one(GraphFreeBusy(service, 20, HastyClock()), "egg", during, where)  # type: ignore[arg-type]
        assert service.longest <= longest
        return found

    assert asyncio.run(told(timedelta(hours=hours))) == asyncio.run(told(timedelta(days=60)))


@pytest.mark.parametrize("hour", [0, 0.5, 12, 23.5])
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Los_Angeles", "Pacific/Kiritimati"])
async def test_a_short_time_within_an_all_day_event_is_taken(
    free_busy: GraphFreeBusy, tenant: Tenant, room: str, hour: float, zone: str
) -> None:
    """The service looks for it on the UTC day of its date, wherever the building stands."""
    where = ZoneInfo(zone)
    midnight = datetime(2026, 11, 24, tzinfo=UTC)
    tenant.add_event(room, midnight, midnight + timedelta(days=1), all_day=True)
    begin = datetime(2026, 11, 24, tzinfo=where) + hour * HOUR
    window = Interval(begin, begin + HOUR / 2)

    assert await read_one(free_busy, room, window, where) == taken(window)


async def test_names_are_compared_without_regard_to_case(free_busy: GraphFreeBusy, tenant: Tenant, room: str) -> None:
    """Exchange writes an address as it likes."""
    meet(tenant, room, 0, 1)
    tenant.cloud.intercept = on(SCHEDULE, _damaged(lambda schedule: schedule.update(scheduleId=room.upper())))

    assert await read_one(free_busy, room) == taken(hours(0, 1))


class TestTheRoomAskedThrough:
    """Each chunk is asked through one of its own rooms; where that is refused, through the next."""

    @pytest.mark.parametrize("refused", [says(404, "ErrorInvalidUser"), says(403, "ErrorAccessDenied")])
    @pytest.mark.parametrize("times", [1, 2])
    async def test_the_next_one_takes_over(
        self, free_busy: GraphFreeBusy, tenant: Tenant, refused: Fault, times: int
    ) -> None:
        rooms = [add_room(tenant) for _ in range(5)]
        tenant.cloud.intercept = on(SCHEDULE, *[refused] * times)

        assert await read(free_busy, rooms) == dict.fromkeys(rooms, ())
        assert [call.mailbox for call in tenant.cloud.calls] == rooms[: times + 1]

    @pytest.mark.parametrize(
        ("refused", "asked", "others"),
        [
            (says(404, "ErrorInvalidUser"), Reason.NOT_FOUND, Reason.UNAVAILABLE),
            (says(403, "ErrorAccessDenied"), Reason.NO_ACCESS, Reason.NO_ACCESS),
        ],
    )
    async def test_three_at_most(
        self, free_busy: GraphFreeBusy, tenant: Tenant, refused: Fault, asked: Reason, others: Reason
    ) -> None:
        rooms = [add_room(tenant) for _ in range(5)]
        tenant.cloud.intercept = on(SCHEDULE, then=refused)

        found = await read(free_busy, rooms)

        assert list(found.values()) == [Unknown(asked)] * 3 + [Unknown(others)] * 2
        assert len(tenant.cloud.calls) == 3


class TestAChunkThatIsTooBig:
    """It is halved until it fits."""

    async def test_every_room_is_read(self, free_busy: GraphFreeBusy, tenant: Tenant) -> None:
        tenant.cloud.behaviour = replace(tenant.cloud.behaviour, max_schedules=3)
        rooms = [add_room(tenant) for _ in range(11)]
        meet(tenant, rooms[10], 0, 1)

        found = await read(free_busy, rooms)

        assert found == {**dict.fromkeys(rooms, ()), rooms[10]: taken(hours(0, 1))}

    async def test_a_single_room_cannot_be_halved_and_is_read_event_by_event(
        self, free_busy: GraphFreeBusy, tenant: Tenant
    ) -> None:
        rooms = [add_room(tenant) for _ in range(4)]
        tenant.cloud.intercept = on(SCHEDULE, then=says(400, "ErrorMailboxDataArrayTooBig"))
        meet(tenant, rooms[3], 0, 1)

        assert await read(free_busy, rooms) == {**dict.fromkeys(rooms, ()), rooms[3]: taken(hours(0, 1))}
        assert len(tenant.cloud.calls_to(SCHEDULE)) == 7


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (answers(503, "<html>"), Reason.UNAVAILABLE),
        (answers(429, retry_after="60"), Reason.UNAVAILABLE),
        (answers(400, "<html>"), Reason.UNEXPECTED),
    ],
)
async def test_one_chunk_fails_and_the_others_are_told(
    transport: Transport, tenant: Tenant, hasty: HastyClock, fault: Fault, reason: Reason
) -> None:
    rooms = [add_room(tenant) for _ in range(6)]

    async def second_fails(call: Call, answer: Answer) -> Response:
        return await (fault if call.mailbox == rooms[2] else truly)(answer)

    tenant.cloud.intercept = second_fails

    found = await read(GraphFreeBusy(transport, 2, hasty), rooms)

    assert found == {**dict.fromkeys(rooms, ()), **dict.fromkeys(rooms[2:4], Unknown(reason))}


async def test_stops_when_nobody_waits_any_more(plain: Transport, tenant: Tenant, hasty: HastyClock) -> None:
    """Everything under it stops too: no room is asked for afterwards."""
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()

    async def silent(call: Call, answer: Answer) -> Response:
        loop.call_soon_threadsafe(asked.set)
        return await never(answer)

    tenant.cloud.intercept = silent
    rooms = [add_room(tenant) for _ in range(3)]
    before = asyncio.all_tasks()
    reading = asyncio.create_task(read(GraphFreeBusy(plain, 1, hasty), rooms))
    await asked.wait()

    reading.cancel()
    await asyncio.wait([reading])

    assert reading.cancelled()
    assert asyncio.all_tasks() == before


async def test_the_zone_of_the_question_does_not_matter(free_busy: GraphFreeBusy, tenant: Tenant, room: str) -> None:
    """A window given in the building's zone is the same window."""
    meet(tenant, room, 0, 1)
    berlin = Interval(TEN.astimezone(BERLIN), (TEN + HOUR).astimezone(BERLIN))

    assert await read_one(free_busy, room, berlin) == taken(TEN_TO_ELEVEN)
    assert await read_one(free_busy, room, Interval(TEN.astimezone(UTC), TEN + HOUR)) == taken(TEN_TO_ELEVEN)


def _damaged(damage: Callable[[dict[str, object]], object]) -> Fault:
    """The true answer, but for what `damage` does to its first schedule."""

    async def fault(answer: Answer) -> Response:
        true = await answer()
        told: dict[str, list[dict[str, object]]] = msgspec.json.decode(true.body)
        damage(told["value"][0])
        return Response(msgspec.json.encode(told), 200)

    return fault
