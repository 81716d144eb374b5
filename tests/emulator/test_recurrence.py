"""On which days a series falls."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from graph_emulator.exchange.recurrence import DAYS, KINDS, WEEKS, Recurrence, days_of

START = date(2026, 11, 24)  # a Tuesday
END = date(2030, 1, 1)

days = some.dates(date(2024, 1, 1), date(2032, 12, 31))


@some.composite
def recurrences(draw: some.DrawFn) -> Recurrence:
    start = draw(days)
    return Recurrence(
        draw(some.sampled_from(KINDS)),
        start,
        draw(some.integers(1, 5)),
        tuple(draw(some.lists(some.sampled_from(DAYS), min_size=1, unique=True))),
        draw(some.sampled_from(DAYS)),
        draw(some.integers(1, 31)),
        draw(some.integers(1, 12)),
        draw(some.sampled_from(WEEKS)),
        draw(some.none() | some.dates(start, date(2033, 1, 1))),
        draw(some.none() | some.integers(1, 40)),
    )


def first(recurrence: Recurrence, number: int) -> list[str]:
    found = list(days_of(recurrence, START, END))[:number]
    return [f"{day:%a %Y-%m-%d}" for day in found]


@pytest.mark.parametrize(
    ("recurrence", "expected"),
    [
        (Recurrence("daily", START, 3), ["Tue 2026-11-24", "Fri 2026-11-27", "Mon 2026-11-30"]),
        (
            Recurrence("weekly", START, 2, ("monday", "thursday")),
            ["Thu 2026-11-26", "Mon 2026-12-07", "Thu 2026-12-10"],
        ),
        (
            # On the first day of the week hangs which weeks are meant: https://learn.microsoft.com/graph/api/resources/recurrencepattern
            Recurrence("weekly", START, 2, ("tuesday", "sunday"), "monday"),
            ["Tue 2026-11-24", "Sun 2026-11-29", "Tue 2026-12-08"],
        ),
        (
            Recurrence("weekly", START, 2, ("tuesday", "sunday"), "sunday"),
            ["Tue 2026-11-24", "Sun 2026-12-06", "Tue 2026-12-08"],
        ),
        (
            Recurrence("absoluteMonthly", START, day_of_month=31),
            ["Mon 2026-11-30", "Thu 2026-12-31", "Sun 2027-01-31", "Sun 2027-02-28"],
        ),
        (
            Recurrence("relativeMonthly", START, 1, ("friday",), index="last"),
            ["Fri 2026-11-27", "Fri 2026-12-25", "Fri 2027-01-29"],
        ),
        (
            Recurrence("relativeMonthly", START, 3, ("monday", "tuesday"), index="second"),
            ["Tue 2027-02-02", "Tue 2027-05-04"],
        ),
        (
            Recurrence("absoluteYearly", START, day_of_month=29, month=2),
            ["Sun 2027-02-28", "Tue 2028-02-29", "Wed 2029-02-28"],
        ),
        (
            Recurrence("relativeYearly", START, 1, ("thursday",), month=11, index="fourth"),
            ["Thu 2026-11-26", "Thu 2027-11-25"],
        ),
    ],
)
def test_patterns(recurrence: Recurrence, expected: list[str]) -> None:
    assert first(recurrence, len(expected)) == expected


def test_a_series_ends_after_a_number_of_times_or_on_a_day() -> None:
    assert len(list(days_of(Recurrence("daily", START, times=4), START, END))) == 4
    assert list(days_of(Recurrence("daily", START, times=4), START + timedelta(days=4), END)) == []
    assert len(list(days_of(Recurrence("daily", START, until=START + timedelta(days=2)), START, END))) == 3


@given(recurrences(), days, days, days)
def test_a_window_holds_what_its_parts_hold(recurrence: Recurrence, a: date, b: date, c: date) -> None:
    a, b, c = sorted((a, b, c))

    whole = list(days_of(recurrence, a, c))

    assert whole == [*days_of(recurrence, a, b), *days_of(recurrence, b, c)]
    assert all(a <= day < c and day >= recurrence.start for day in whole)
    assert all(earlier < later for earlier, later in pairwise(whole))


@given(recurrences())
def test_a_series_lasts_to_the_end_of_the_calendar_and_no_further(recurrence: Recurrence) -> None:
    assert list(days_of(recurrence, date(9999, 12, 1), date.max)) == sorted(
        days_of(recurrence, date(9999, 12, 1), date.max)
    )
