"""The house rules: when, how long and how far ahead rooms may be booked."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledig.errors import PolicyBroken
from ledig.intervals import Interval
from ledig.policy import Policy

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 10, 10, tzinfo=BERLIN)


def wish(start: str, minutes: float = 30, day: str = "2026-11-24") -> Interval:
    begin = datetime.fromisoformat(f"{day}T{start}").replace(tzinfo=BERLIN).astimezone(UTC)
    return Interval(begin, begin + timedelta(minutes=minutes))


def check(during: Interval, now: datetime = NOW) -> None:
    Policy().check(during, now, BERLIN)


@pytest.mark.parametrize(
    "allowed",
    [
        wish("07:00"),
        wish("19:30"),
        wish("10:00", 15),
        wish("10:00", 120),
        wish("10:00", day="2026-12-07"),
        wish("10:05", day="2026-11-23"),
    ],
    ids=["from opening", "until closing", "shortest", "longest", "on the last day", "begun five minutes ago"],
)
def test_lets_through_up_to_the_very_limit(allowed: Interval) -> None:
    check(allowed)


@pytest.mark.parametrize(
    ("refused", "sentence"),
    [
        (wish("06:59"), "open from 07:00 to 20:00"),
        (wish("19:31"), "open from 07:00 to 20:00"),
        (wish("23:30", 60), "open from 07:00 to 20:00"),
        (wish("10:00", 14), "at least 15 minutes"),
        (wish("10:00", 121), "at most 120 minutes"),
        (wish("10:00", day="2026-12-08"), "14 days ahead"),
        (wish("10:04", day="2026-11-23"), "already begun"),
        (wish("10:00", day="2026-11-22"), "already begun"),
    ],
)
def test_refuses_one_step_further_and_says_why(refused: Interval, sentence: str) -> None:
    with pytest.raises(PolicyBroken, match=sentence):
        check(refused)


@pytest.mark.parametrize("day", ["2026-10-24", "2026-10-25", "2026-10-26"], ids=["before", "on the day", "after"])
def test_opens_at_seven_by_the_clock_on_the_wall_when_the_clocks_change(day: str) -> None:
    now = datetime(2026, 10, 20, 12, tzinfo=BERLIN)

    check(wish("07:00", day=day), now)
    with pytest.raises(PolicyBroken):
        check(wish("06:45", day=day), now)


def test_the_horizon_counts_the_days_of_the_building() -> None:
    """Late in the evening in UTC it is tomorrow already where the building stands."""
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)

    assert Policy().last_day(late, BERLIN).isoformat() == "2026-12-08"


@given(st.datetimes(datetime(2026, 11, 20), datetime(2026, 12, 20)), st.integers(1, 24 * 60))  # noqa: DTZ001
def test_what_is_allowed_lies_within_opening_hours_and_in_sight(begin: datetime, length: int) -> None:
    during = Interval(begin.replace(tzinfo=UTC), begin.replace(tzinfo=UTC) + timedelta(minutes=length))
    try:
        check(during)
    except PolicyBroken:
        return
    start, end = during.start.astimezone(BERLIN), during.end.astimezone(BERLIN)
    assert time(7) <= start.time() < end.time() <= time(20)
    assert start.date() == end.date() <= Policy().last_day(NOW, BERLIN)
    assert during.start >= NOW - timedelta(minutes=5)
