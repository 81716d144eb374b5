"""One room for some days, cut from what is remembered."""

from __future__ import annotations

import pytest

from ledig.availability import Mailbox, Unknown
from ledig.busy import Busy
from ledig.memory.overviews import Overviews
from ledig.memory.schedules import Schedules
from lobby import ToldClock, taken
from memory.test_overviews import BERLIN, ROOMS, TODAY, Calendars, hours, look

OTHER = "other@rooms.example.org"


@pytest.fixture
def calendars() -> Calendars:
    calendars = Calendars()
    calendars.tell("egg", hours(1, 2))
    calendars.told[OTHER] = taken(hours(3, 4))
    return calendars


@pytest.fixture
def overviews(calendars: Calendars, clock: ToldClock) -> Overviews:
    return Overviews(calendars, clock)


@pytest.fixture
def schedules(calendars: Calendars, overviews: Overviews, clock: ToldClock) -> Schedules:
    return Schedules(calendars, overviews, clock)


async def egg(schedules: Schedules, mailbox: Mailbox = ROOMS["egg"]) -> Busy | Unknown:
    return await schedules.of("apb", "egg", mailbox, [TODAY], BERLIN, lambda: None)


async def test_what_is_remembered_is_not_asked_for(
    schedules: Schedules, overviews: Overviews, calendars: Calendars
) -> None:
    await look(overviews)

    assert await egg(schedules) == taken(hours(1, 2))
    assert calendars.asked == 1


async def test_nor_is_what_was_asked_for_just_now(schedules: Schedules, calendars: Calendars) -> None:
    assert await egg(schedules) == await egg(schedules) == taken(hours(1, 2))
    assert calendars.asked == 1


@pytest.mark.parametrize("is_watched", [True, False])
async def test_a_room_that_got_another_mailbox_tells_nothing_of_the_old_one(
    schedules: Schedules, overviews: Overviews, is_watched: bool
) -> None:
    if is_watched:
        await look(overviews)
    await egg(schedules)

    assert await egg(schedules, OTHER) == taken(hours(3, 4))
