"""Overviews: read once for many, kept for moments, honest about what is not known."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import structlog
from structlog.testing import capture_logs

from ledig.availability import Mailbox, Reason, Tell, Unknown
from ledig.booking import Attempt, Outcome, Wish
from ledig.busy import Busy
from ledig.intervals import Interval
from ledig.memory.day import FRESH, LASTS, TOO_OLD, Overview
from ledig.memory.overviews import DAYS, Change, Overviews
from ledig.memory.own import LIES_OVER
from lobby import ToldClock, settled, taken

BERLIN = ZoneInfo("Europe/Berlin")
TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
ROOMS = {"egg": "egg@rooms.example.org", "cave": "cave@rooms.example.org"}
AWAY = Unknown(Reason.UNAVAILABLE)


def hours(start: float, end: float) -> Interval:
    """Hours after now."""
    return Interval(NOW + start * HOUR, NOW + end * HOUR)


class Calendars:
    """Implements availability.FreeBusy: tells what it was told, and counts how often it is asked."""

    def __init__(self) -> None:
        self.told: dict[Mailbox, Busy | Unknown] = dict.fromkeys(ROOMS.values(), ())
        self.asked = 0
        self.answers = asyncio.Event()
        self.answers.set()
        self.fails = False

    def tell(self, room: str, *busy: Interval) -> None:
        self.told[ROOMS[room]] = taken(*busy)

    async def busy_times(self, mailboxes: Sequence[Mailbox], during: Interval, zone: ZoneInfo, tell: Tell) -> None:
        self.asked += 1
        told = dict(self.told)
        await self.answers.wait()
        if self.fails:
            raise RuntimeError("a defect of ours")
        for mailbox in mailboxes:
            tell({mailbox: told[mailbox]})


@pytest.fixture
def calendars() -> Calendars:
    return Calendars()


@pytest.fixture
def overviews(calendars: Calendars, clock: ToldClock) -> Overviews:
    return Overviews(calendars, clock)


async def look(overviews: Overviews, day: date = TODAY, venue: str = "apb") -> Overview:
    return await overviews.of(venue, day, BERLIN, ROOMS)


def booked(outcome: Outcome = Outcome.CONFIRMED, during: Interval | None = None, venue: str = "apb") -> Attempt:
    during = during or hours(1, 2)
    return Attempt(
        Wish(key="mine", tenant="t", venue=venue, room="egg", kiosk="lobby", during=during), outcome, "event"
    )


async def test_tells_every_room_of_the_day_by_its_id(overviews: Overviews, calendars: Calendars) -> None:
    calendars.tell("egg", hours(1, 2))

    found = await look(overviews)

    assert found.busy == {"egg": taken(hours(1, 2)), "cave": ()}
    assert found.day == Interval.of_day(TODAY, BERLIN)
    assert found.as_of == NOW


class TestAskingNoMoreThanNeeded:
    async def test_many_who_look_at_once_are_one_question(self, overviews: Overviews, calendars: Calendars) -> None:
        calendars.answers.clear()
        crowd = [asyncio.create_task(look(overviews)) for _ in range(50)]
        await asyncio.sleep(0)
        calendars.answers.set()

        found = await asyncio.gather(*crowd)

        assert calendars.asked == 1
        assert all(each == found[0] for each in found)

    async def test_what_was_just_read_is_not_read_again(
        self, overviews: Overviews, calendars: Calendars, clock: ToldClock
    ) -> None:
        await look(overviews)
        await clock.move(FRESH - SECOND)
        await look(overviews)
        assert calendars.asked == 1

        await clock.move(SECOND)
        await look(overviews)
        await settled()
        assert calendars.asked == 2

    async def test_nobody_looks_and_nothing_is_asked(
        self, overviews: Overviews, calendars: Calendars, clock: ToldClock
    ) -> None:
        await look(overviews)

        await clock.move(HOUR)

        assert calendars.asked == 1

    async def test_days_and_venues_are_apart(self, overviews: Overviews, calendars: Calendars) -> None:
        await look(overviews)
        await look(overviews, TODAY + timedelta(days=1))
        await look(overviews, venue="caserne")

        assert calendars.asked == 3

    async def test_a_bounded_number_of_days_is_remembered(self, overviews: Overviews, calendars: Calendars) -> None:
        """The one looked at longest ago is forgotten first."""
        first, second = TODAY, TODAY + timedelta(days=1)
        for n in range(DAYS):
            await look(overviews, TODAY + timedelta(days=n))
        await look(overviews, first)
        await look(overviews, TODAY + timedelta(days=DAYS))
        asked = calendars.asked

        await look(overviews, first)
        assert calendars.asked == asked
        await look(overviews, second)
        assert calendars.asked == asked + 1

    async def test_one_who_leaves_does_not_spoil_it_for_the_others(
        self, overviews: Overviews, calendars: Calendars
    ) -> None:
        calendars.answers.clear()
        leaving, staying = (asyncio.create_task(look(overviews)) for _ in range(2))
        await asyncio.sleep(0)
        leaving.cancel()
        calendars.answers.set()

        assert (await staying).busy == {"egg": (), "cave": ()}
        assert calendars.asked == 1


class TestARoomThatDoesNotAnswer:
    async def test_is_unknown_for_its_own_reason(self, overviews: Overviews, calendars: Calendars) -> None:
        calendars.told[ROOMS["egg"]] = Unknown(Reason.NO_ACCESS)

        found = await look(overviews)

        assert found.busy == {"egg": Unknown(Reason.NO_ACCESS), "cave": ()}
        assert found.as_of == NOW

    async def test_where_none_answers_there_is_no_age(self, overviews: Overviews, calendars: Calendars) -> None:
        calendars.told = dict.fromkeys(ROOMS.values(), AWAY)

        found = await look(overviews)

        assert found.busy == dict.fromkeys(ROOMS, AWAY)
        assert found.as_of is None

    async def test_keeps_what_it_said_while_that_will_do_until_the_next_look(
        self, overviews: Overviews, calendars: Calendars, clock: ToldClock
    ) -> None:
        """With its age; then it is unknown. The others stay as fresh as they are."""
        calendars.tell("egg", hours(1, 2))
        await look(overviews)
        calendars.told[ROOMS["egg"]] = AWAY

        await clock.move(LASTS)
        aged = await look(overviews)
        assert (aged.busy, aged.as_of) == ({"egg": taken(hours(1, 2)), "cave": ()}, NOW)

        await clock.move(SECOND)
        lost = await look(overviews)
        assert (lost.busy, lost.as_of) == ({"egg": AWAY, "cave": ()}, NOW + LASTS)

    async def test_does_not_make_the_whole_map_look_old(
        self, overviews: Overviews, calendars: Calendars, clock: ToldClock
    ) -> None:
        """Whoever looks every half minute never holds an overview whose oldest room is five minutes old."""
        await look(overviews)
        calendars.told[ROOMS["egg"]] = AWAY

        for _ in range(20):
            await clock.move(FRESH)
            as_of = (await look(overviews)).as_of
            assert as_of is not None
            assert clock.now() + FRESH - as_of < TOO_OLD

    async def test_is_known_again_when_it_answers_again(
        self, overviews: Overviews, calendars: Calendars, clock: ToldClock
    ) -> None:
        calendars.told[ROOMS["egg"]] = AWAY
        await look(overviews)
        calendars.tell("egg", hours(1, 2))

        await clock.move(FRESH)
        await settled()

        assert (await look(overviews)).busy["egg"] == taken(hours(1, 2))

    async def test_a_defect_of_ours_is_not_remembered(self, overviews: Overviews, calendars: Calendars) -> None:
        """Whoever looks next asks again."""
        calendars.fails = True
        with pytest.raises(RuntimeError):
            await look(overviews)
        calendars.fails = False

        assert (await look(overviews)).busy == {"egg": (), "cave": ()}


class TestABookingOfOurs:
    async def test_shows_at_once_and_costs_no_question(self, overviews: Overviews, calendars: Calendars) -> None:
        calendars.tell("egg", hours(2, 3))
        await look(overviews)

        overviews.lay_over(booked())

        assert (await look(overviews)).busy == {"egg": taken(hours(1, 3)), "cave": ()}
        assert calendars.asked == 1

    async def test_stays_for_a_minute_though_the_calendars_do_not_tell_it_yet(
        self, overviews: Overviews, calendars: Calendars, clock: ToldClock
    ) -> None:
        """Microsoft's free/busy lags behind what was just written; the room must not turn green again."""
        overviews.lay_over(booked())
        await clock.move(LIES_OVER)
        assert (await look(overviews)).busy["egg"] == taken(hours(1, 2))

        await clock.move(SECOND)
        assert (await look(overviews)).busy["egg"] == ()

    async def test_is_one_with_what_the_calendars_tell_of_it(self, overviews: Overviews, calendars: Calendars) -> None:
        overviews.lay_over(booked())
        calendars.tell("egg", hours(1, 2))

        assert (await look(overviews)).busy["egg"] == taken(hours(1, 2))

    async def test_shows_in_its_venue_and_on_its_day_only(self, overviews: Overviews) -> None:
        overviews.lay_over(booked())

        assert (await look(overviews, venue="caserne")).busy["egg"] == ()
        assert (await look(overviews, TODAY + timedelta(days=1))).busy["egg"] == ()

    async def test_does_not_make_an_unknown_room_known(self, overviews: Overviews, calendars: Calendars) -> None:
        calendars.told[ROOMS["egg"]] = AWAY
        overviews.lay_over(booked())

        assert (await look(overviews)).busy["egg"] == AWAY

    @pytest.mark.parametrize("outcome", [Outcome.CANCELLED, Outcome.DECLINED])
    async def test_is_gone_when_it_is_given_up(
        self, overviews: Overviews, calendars: Calendars, outcome: Outcome
    ) -> None:
        """And the calendars are asked again at once: somebody else may be there."""
        overviews.lay_over(booked())
        await look(overviews)

        overviews.lay_over(booked(outcome))

        assert (await look(overviews)).busy["egg"] == ()
        assert calendars.asked == 2

    @pytest.mark.parametrize("outcome", [Outcome.ROOM_TAKEN, Outcome.UNAVAILABLE])
    async def test_that_came_to_nothing_is_not_shown_and_costs_nothing(
        self, overviews: Overviews, calendars: Calendars, outcome: Outcome
    ) -> None:
        await look(overviews)

        overviews.lay_over(booked(outcome))

        assert (await look(overviews)).busy["egg"] == ()
        assert calendars.asked == 1

    async def test_given_up_while_the_calendars_are_read_is_read_once_more(
        self, overviews: Overviews, calendars: Calendars, clock: ToldClock
    ) -> None:
        """What is being read may still contain it."""
        calendars.tell("egg", hours(1, 2))
        calendars.answers.clear()
        looking = asyncio.create_task(look(overviews))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert calendars.asked == 1
        calendars.tell("egg")
        overviews.lay_over(booked(Outcome.CANCELLED))
        calendars.answers.set()
        await looking

        assert (await look(overviews)).busy["egg"] == ()


class TestWhileSomebodyWatches:
    """The day is read again in the background."""

    async def test_everybody_is_shown_what_is_known_meanwhile(
        self, overviews: Overviews, calendars: Calendars, clock: ToldClock
    ) -> None:
        calendars.tell("egg", hours(1, 2))
        await look(overviews)
        calendars.tell("egg", hours(3, 4))
        calendars.answers.clear()
        await clock.move(FRESH)
        await settled()
        assert calendars.asked == 2

        meanwhile = await look(overviews)
        calendars.answers.set()
        await settled()

        assert meanwhile.busy["egg"] == taken(hours(1, 2))
        assert (await look(overviews)).busy["egg"] == taken(hours(3, 4))

    async def test_a_slow_service_is_asked_less_often(
        self, overviews: Overviews, calendars: Calendars, clock: ToldClock
    ) -> None:
        """Half of the time at most is spent reading."""
        calendars.answers.clear()
        looking = asyncio.create_task(look(overviews))
        await settled()
        await clock.move(40 * SECOND)
        calendars.answers.set()
        await looking

        with overviews.followed("apb", TODAY):
            await clock.move(FRESH + SECOND)
            await settled()
            assert calendars.asked == 1
            await clock.move(50 * SECOND)
            await settled()
            assert calendars.asked == 2

    async def test_who_follows_is_told_what_changed_and_that_it_was_read(
        self, calendars: Calendars, clock: ToldClock
    ) -> None:
        changes: list[Change] = []
        overviews = Overviews(calendars, clock, tell=changes.append)
        await look(overviews)
        calendars.tell("egg", hours(1, 2))
        with overviews.followed("apb", TODAY):
            for _ in range(2):
                await clock.move(FRESH)
                await settled()
            overviews.lay_over(booked(during=hours(5, 6)))
        overviews.lay_over(booked(Outcome.CANCELLED, during=hours(5, 6)))

        assert [change.rooms for change in changes] == [{"egg"}, set(), {"egg"}]
        assert changes[0].overview.busy["egg"] == taken(hours(1, 2))
        assert changes[1].overview.as_of == NOW + 2 * FRESH
        assert changes[2].overview.busy["egg"] == taken(hours(1, 2), hours(5, 6))

    async def test_an_overview_that_was_given_out_never_changes(
        self, overviews: Overviews, calendars: Calendars, clock: ToldClock
    ) -> None:
        before = await look(overviews)
        calendars.tell("egg", hours(1, 2))
        await clock.move(FRESH)
        await settled()

        after = await look(overviews)

        assert before.busy == {"egg": (), "cave": ()}
        assert after.busy["egg"] == taken(hours(1, 2))
        assert after.version > before.version

    async def test_a_version_stands_as_long_as_nothing_changes(self, overviews: Overviews, clock: ToldClock) -> None:
        before = await look(overviews)
        await clock.move(FRESH)
        await settled()

        after = await look(overviews)

        assert after.as_of != before.as_of
        assert after.version == before.version
        assert after.busy is before.busy

    async def test_a_defect_in_the_background_is_logged_and_reading_goes_on(
        self, overviews: Overviews, calendars: Calendars, clock: ToldClock
    ) -> None:
        await look(overviews)
        calendars.fails = True
        with capture_logs() as log, overviews.followed("apb", TODAY):
            await clock.move(FRESH)
            await settled()
            calendars.fails = False
            await clock.move(FRESH)
            await settled()

        assert [line["event"] for line in log] == ["reading_failed"]
        assert calendars.asked == 3


async def test_rooms_of_a_new_import_keep_what_their_mailboxes_said(overviews: Overviews, calendars: Calendars) -> None:
    """A room that got another mailbox is unknown until that is read; nothing of the old one is shown."""
    calendars.tell("egg", hours(1, 2))
    calendars.tell("cave", hours(3, 4))
    await look(overviews)
    calendars.told["new@rooms.example.org"] = ()

    rooms = {"egg": ROOMS["egg"], "cave": "new@rooms.example.org", "nook": ROOMS["cave"]}
    found = await overviews.of("apb", TODAY, BERLIN, rooms)

    assert found.busy == {"egg": taken(hours(1, 2)), "cave": (), "nook": taken(hours(3, 4))}
    assert calendars.asked == 2


async def test_rooms_in_another_order_are_told_in_that_order(overviews: Overviews, calendars: Calendars) -> None:
    """Also in the map of bits, which knows rooms by their place alone."""
    calendars.tell("egg", hours(1, 2))
    await look(overviews)

    found = await overviews.of("apb", TODAY, BERLIN, dict(reversed(ROOMS.items())))

    assert list(found.busy) == ["cave", "egg"]
    assert list(overviews.free("apb", TODAY, hours(1, 2))) == [True, False]


async def test_a_day_is_cold_only_where_looking_would_ask(
    overviews: Overviews, calendars: Calendars, clock: ToldClock
) -> None:
    """What fails is no reason to count everybody who looks."""
    calendars.told = dict.fromkeys(ROOMS.values(), AWAY)
    assert overviews.is_cold("apb", TODAY)
    await look(overviews)
    assert not overviews.is_cold("apb", TODAY)
    await clock.move(HOUR)
    await settled()
    assert overviews.is_cold("apb", TODAY)


async def test_the_log_says_once_that_rooms_are_unknown_and_once_that_they_are_known_again(
    overviews: Overviews, calendars: Calendars, clock: ToldClock
) -> None:
    """However many, and however long it lasts."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(0))
    calendars.told = dict.fromkeys(ROOMS.values(), AWAY)
    with capture_logs() as log:
        await look(overviews)
        with overviews.followed("apb", TODAY):
            for _ in range(20):
                await clock.move(FRESH)
                await settled()
            calendars.told = dict.fromkeys(ROOMS.values(), ())
            for _ in range(4):
                await clock.move(FRESH)
                await settled()

    assert [line["event"] for line in log] == ["rooms_fails", "rooms_recovered"]
    assert (log[0]["reason"], log[0]["rooms"]) == ("unavailable", 2)


@pytest.mark.parametrize("told", [(), AWAY], ids=["answers", "is away"])
async def test_a_clock_that_is_set_back_makes_nothing_new_again(
    overviews: Overviews, calendars: Calendars, clock: ToldClock, told: Busy | Unknown
) -> None:
    calendars.tell("egg", hours(1, 2))
    await look(overviews)
    calendars.told = dict.fromkeys(ROOMS.values(), told)

    await clock.move(-timedelta(minutes=10))

    assert overviews.current("apb", TODAY, ROOMS, clock.now()) is None
    assert (await look(overviews)).busy["egg"] == told


async def test_a_clock_that_jumps_in_the_middle_of_a_read_does_not_put_off_the_next(
    overviews: Overviews, calendars: Calendars, clock: ToldClock
) -> None:
    """As that of a machine that slept does."""
    calendars.answers.clear()
    looking = asyncio.create_task(look(overviews))
    await settled()
    await clock.move(5 * HOUR)
    calendars.answers.set()
    await looking

    await clock.move(LASTS)
    await look(overviews)

    assert calendars.asked == 2


async def test_nobody_waits_for_ever_for_the_first_read(calendars: Calendars, clock: ToldClock) -> None:
    """What has not answered by then is unknown, and told when it does."""
    told = list[Change]()
    overviews = Overviews(calendars, clock, patience=timedelta(0), tell=told.append)
    calendars.answers.clear()

    async with asyncio.timeout(5):
        assert set((await look(overviews)).busy.values()) == {AWAY}
    with overviews.followed("apb", TODAY):
        calendars.answers.set()
        await settled()

    assert [change.rooms for change in told] == [set(ROOMS)]


async def test_what_is_remembered_is_shown_while_a_slow_read_is_under_way(
    calendars: Calendars, clock: ToldClock
) -> None:
    """People wait for Microsoft only where there is nothing to show; then the new answer is there."""
    overviews = Overviews(calendars, clock, patience=timedelta(0))
    calendars.tell("egg", hours(1, 2))
    await look(overviews)
    calendars.tell("egg", hours(3, 4))
    calendars.answers.clear()
    await clock.move(FRESH)

    meanwhile = await look(overviews)
    calendars.answers.set()
    after = await _with_the_next_read(overviews)

    assert meanwhile.busy["egg"] == taken(hours(1, 2))
    assert meanwhile.as_of == NOW
    assert after.busy["egg"] == taken(hours(3, 4))
    assert calendars.asked == 2


async def _with_the_next_read(overviews: Overviews) -> Overview:
    async with asyncio.timeout(5):
        while (seen := await look(overviews)).as_of == NOW:
            await settled()
    return seen
