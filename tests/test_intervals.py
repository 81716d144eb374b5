"""Half-open stretches of time, and what may be done with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledig.intervals import Interval

BERLIN = ZoneInfo("Europe/Berlin")
MIDNIGHT = datetime(2026, 11, 24, tzinfo=UTC)
MINUTES = 60


def minutes(start: int, end: int) -> Interval:
    """From one minute of an arbitrary hour to another."""
    return Interval(MIDNIGHT + timedelta(minutes=start), MIDNIGHT + timedelta(minutes=end))


def taken(intervals: Sequence[Interval]) -> set[int]:
    """The minutes of that hour that lie in any of them; the plain answer that cleverness is judged by."""
    return {minute for minute in range(MINUTES) if any(MIDNIGHT + timedelta(minutes=minute) in i for i in intervals)}


some = (
    st.tuples(st.integers(0, MINUTES), st.integers(0, MINUTES)).filter(lambda t: t[0] < t[1]).map(lambda t: minutes(*t))
)


def test_touching_is_not_overlapping() -> None:
    """One meeting may begin when another ends, even in the same minute."""
    assert not minutes(0, 30).overlaps(minutes(30, 60))
    assert not minutes(30, 60).overlaps(minutes(0, 30))
    assert minutes(0, 31).overlaps(minutes(30, 60))


def test_the_start_belongs_to_it_and_the_end_does_not() -> None:
    during = minutes(10, 20)

    assert during.start in during
    assert during.end not in during


@pytest.mark.parametrize("end", [10, 9])
def test_refuses_an_end_that_is_not_after_the_start(end: int) -> None:
    with pytest.raises(ValueError, match="after the start"):
        minutes(10, end)


def test_refuses_times_without_a_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        Interval(datetime(2026, 11, 24, 10), datetime(2026, 11, 24, 11))  # noqa: DTZ001


def test_the_same_time_in_another_zone_is_the_same_interval() -> None:
    """So that a wish sent again with another offset is still the same wish."""
    west = timezone(timedelta(hours=-5))

    assert minutes(0, 30) == Interval(minutes(0, 30).start.astimezone(west), minutes(0, 30).end.astimezone(west))


@given(some, some)
def test_overlapping_means_sharing_time(one: Interval, other: Interval) -> None:
    shared = taken([one]) & taken([other])

    assert one.overlaps(other) == other.overlaps(one) == bool(shared)
    assert (one.clipped(other) is None) == (not shared)


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 11, 24), 24), (date(2026, 10, 25), 25), (date(2027, 3, 28), 23)],
    ids=["ordinary", "clocks go back", "clocks go forward"],
)
def test_a_day_is_as_long_as_it_is_where_the_building_stands(day: date, hours: int) -> None:
    assert Interval.of_day(day, BERLIN).length == timedelta(hours=hours)


def test_a_day_whose_midnight_does_not_exist_begins_when_it_begins() -> None:
    """In Santiago the clocks go forward at midnight: that day begins at one."""
    santiago = ZoneInfo("America/Santiago")

    assert Interval.of_day(date(2026, 9, 6), santiago).start.astimezone(santiago).date() == date(2026, 9, 6)
    assert Interval.of_day(date(2026, 9, 6), santiago).length == timedelta(hours=23)


@given(
    st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    st.sampled_from(["Europe/Berlin", "America/Santiago", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"]),
)
def test_days_follow_each_other_without_gap_or_overlap(day: date, zone: str) -> None:
    today, tomorrow = (Interval.of_day(day + timedelta(days=n), ZoneInfo(zone)) for n in (0, 1))

    assert today.end == tomorrow.start
    assert today.start.tzinfo is UTC
