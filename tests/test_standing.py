"""How a room stands for a wish."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledig.availability import Reason, Standing, State, Unknown, standing
from ledig.busy import Busy, instant, spans
from ledig.intervals import Interval
from lobby import taken

MIDNIGHT = datetime(2026, 11, 24, tzinfo=UTC)


def at(hour: float) -> datetime:
    return MIDNIGHT + timedelta(hours=hour)


def hours(start: float, end: float) -> Interval:
    return Interval(at(start), at(end))


def intervals(busy: Busy) -> list[Interval]:
    return [Interval(instant(start), instant(end)) for start, end in spans(busy)]


TAKEN = taken(hours(10, 11), hours(13, 14))


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (hours(8, 9), Standing(State.FREE, at(10))),
        (hours(9, 10), Standing(State.FREE, at(10))),
        (hours(9.5, 10.5), Standing(State.BUSY, at(11))),
        (hours(10, 10.5), Standing(State.BUSY, at(11))),
        (hours(10.5, 12), Standing(State.BUSY, at(11))),
        (hours(11, 12), Standing(State.FREE, at(13))),
        (hours(11, 13.5), Standing(State.BUSY, at(14))),
        (hours(14, 15), Standing(State.FREE)),
    ],
    ids=["before", "until it begins", "into it", "from its start", "out of it", "between", "into the next", "after"],
)
def test_a_room_is_free_only_if_the_whole_wish_is(wish: Interval, expected: Standing) -> None:
    assert standing(TAKEN, wish) == expected


def test_an_empty_day_is_free_and_nothing_ends_that() -> None:
    assert standing((), hours(8, 9)) == Standing(State.FREE, None)


@pytest.mark.parametrize("reason", Reason)
def test_a_room_that_could_not_be_read_is_never_free(reason: Reason) -> None:
    """It says why instead."""
    found = standing(Unknown(reason), hours(8, 9))

    assert found == Standing(State.UNKNOWN, None, reason)
    assert not found.is_free


some = st.tuples(st.integers(0, 24), st.integers(0, 24)).filter(lambda t: t[0] < t[1]).map(lambda t: hours(*t))


@given(st.lists(some, max_size=6).map(lambda drawn: taken(*drawn)), some)
def test_free_means_that_nothing_overlaps(busy: Busy, wish: Interval) -> None:
    found = standing(busy, wish)

    assert found.is_free == (not any(meeting.overlaps(wish) for meeting in intervals(busy)))


@given(st.lists(some, max_size=6).map(lambda drawn: taken(*drawn)), some)
def test_until_is_when_the_state_changes(busy: Busy, wish: Interval) -> None:
    """Free up to there and not a moment more; or taken up to there and free from then on."""
    found = standing(busy, wish)

    meetings = intervals(busy)
    if found.until is None:
        assert found.is_free
        assert all(meeting.end <= wish.start for meeting in meetings)
    elif found.is_free:
        assert found.until >= wish.end
        assert any(meeting.start == found.until for meeting in meetings)
        assert not any(meeting.overlaps(Interval(wish.start, found.until)) for meeting in meetings)
    else:
        assert found.until > wish.start
        assert not any(found.until in meeting for meeting in meetings)
