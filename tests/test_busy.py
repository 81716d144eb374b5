"""Busy times as edges: judged by going through them minute by minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledig import busy
from ledig.busy import Busy, Span
from ledig.intervals import Interval

HOUR = range(60)

some = st.tuples(st.integers(0, 60), st.integers(0, 60)).filter(lambda drawn: drawn[0] < drawn[1])
many = st.lists(some, max_size=8)


def minutes_of(spans: list[Span]) -> set[int]:
    """The plain answer that cleverness is judged by."""
    return {minute for minute in HOUR if any(start <= minute < end for start, end in spans)}


def minutes(taken: Busy) -> set[int]:
    return minutes_of(busy.spans(taken))


def test_meetings_that_touch_become_one() -> None:
    assert busy.of([(30, 60), (0, 30)]) == (0, 60)


def test_a_meeting_within_another_changes_nothing() -> None:
    assert busy.of([(0, 60), (10, 20)]) == (0, 60)


@given(many)
def test_merging_keeps_every_minute_and_adds_none(spans: list[Span]) -> None:
    assert minutes(busy.of(spans)) == minutes_of(spans)


@given(many)
def test_edges_rise_so_that_one_bisection_tells(spans: list[Span]) -> None:
    assert all(before < after for before, after in pairwise(busy.of(spans)))


@given(many, some)
def test_what_lies_within_a_window_is_what_lies_in_both(spans: list[Span], window: Span) -> None:
    found = busy.within(busy.of(spans), window)

    assert minutes(found) == minutes_of(spans) & minutes_of([window])
    assert all(window[0] <= edge <= window[1] for edge in found)


@given(many, st.lists(st.integers(1, 59), max_size=4, unique=True).map(sorted))
def test_a_window_may_be_split_anywhere(spans: list[Span], cuts: list[int]) -> None:
    """Read in pieces and put together, a day is what it is when read at once."""
    whole = busy.of(spans)
    pieces = [busy.within(whole, window) for window in pairwise([0, *cuts, 60])]

    assert busy.together(*pieces) == whole


@given(many, many)
def test_together_is_what_lies_in_either(one: list[Span], other: list[Span]) -> None:
    assert minutes(busy.together(busy.of(one), busy.of(other))) == minutes_of(one) | minutes_of(other)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [("10:00:00", "10:30:00", (600, 630)), ("10:00:01", "10:30:01", (600, 631)), ("10:00:59", "10:29:59", (600, 630))],
)
def test_times_are_rounded_outwards(start: str, end: str, expected: Span) -> None:
    """A room is never shown free in a minute that belongs to somebody in part."""
    midnight = busy.minute(datetime(2026, 11, 24, tzinfo=UTC))
    begin, finish = (datetime.fromisoformat(f"2026-11-24T{time}Z") for time in (start, end))

    assert busy.span(Interval(begin, finish)) == (midnight + expected[0], midnight + expected[1])


@given(st.datetimes(datetime(1971, 1, 1), datetime(2199, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_minute_holds_its_instant(moment: datetime) -> None:
    down, up = busy.instant(busy.minute(moment)), busy.instant(busy.minute_after(moment))

    assert down <= moment <= up
    assert up - down in (timedelta(0), busy.MINUTE)
    assert (up == down) == (moment == down)
