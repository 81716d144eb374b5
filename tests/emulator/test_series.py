"""Recurring series in a calendar: their occurrences over windows and zones, and what departs from the pattern."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some
from msgspec.structs import replace

from graph_emulator.errors import GraphError
from graph_emulator.exchange.calendar import Calendar
from graph_emulator.exchange.event import Attendee, Event, Person
from graph_emulator.exchange.recurrence import KINDS, Recurrence
from graph_emulator.exchange.series import check_neighbours, handed_down, next_instance
from graph_emulator.exchange.zones import UTC_ZONE, Zone, instant, read, wall, written, zone

from .meeting import DAY, HOUR, MINUTE, TEN

ANN = Person("Ann Example", "ann@contoso.example")
UID = "040000008200E00074C5B7101A82E0080000000000000001"
BERLIN = zone("Europe/Berlin")
ZONES = [
    zone(name)
    for name in (
        "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia",
        "Newfoundland Standard Time",
    )
]  # fmt: skip


def series(start: datetime, recurrence: Recurrence, there: Zone = UTC_ZONE, length: timedelta = HOUR) -> Calendar:
    calendar = Calendar(ANN)
    calendar.add(
        Event("k", UID, start, start + length, TEN, TEN, ANN, start_zone=there, end_zone=there, recurrence=recurrence)
    )
    return calendar


@some.composite
def calendars(draw: some.DrawFn) -> Calendar:
    """A series of any kind in any zone, with some days moved and some removed."""
    there = draw(some.sampled_from(ZONES))
    start = draw(some.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)))  # noqa: DTZ001 - a wall time
    recurrence = Recurrence(
        draw(some.sampled_from(KINDS)),
        start.date(),
        draw(some.integers(1, 3)),
        ("monday", "friday"),
        day_of_month=start.day,
        month=start.month,
        times=draw(some.none() | some.integers(1, 30)),
    )
    length = timedelta(minutes=draw(some.integers(0, 3000)))
    calendar = series(instant(start, there), recurrence, there, length)
    occurrences = calendar.view(instant(start, there), instant(start, there) + 200 * DAY)
    for one in draw(some.lists(some.sampled_from(occurrences), max_size=4)) if occurrences else ():
        if draw(some.booleans()):
            calendar.put(replace(one, start=one.start + HOUR, end=one.end + 3 * HOUR))
        else:
            calendar.remove(one)
    return calendar


def master(calendar: Calendar) -> Event:
    (found,) = calendar.events()
    return found


@given(calendars(), some.lists(some.integers(0, 300 * 24), min_size=2, max_size=6, unique=True))
def test_a_window_holds_what_its_parts_hold(calendar: Calendar, cuts: list[int]) -> None:
    start = master(calendar).start - 2 * DAY
    edges = [start + cut * HOUR for cut in sorted(cuts)]

    whole = {event.key: event for event in calendar.view(edges[0], edges[-1])}
    parts = {event.key: event for begin, end in pairwise(edges) for event in calendar.view(begin, end)}

    assert whole == parts


@given(calendars())
def test_every_occurrence_is_at_the_wall_time_of_its_series(calendar: Calendar) -> None:
    """Also after the clocks have changed; only in the hour they skip it is later."""
    series = master(calendar)
    there = series.start_zone
    for event in calendar.view(series.start, series.start + 400 * DAY):
        if event.kind == "occurrence":
            meant = datetime.combine(date.fromisoformat(event.day), wall(series.start, there).time())
            assert event.start == instant(meant, there)
            assert wall(event.start, there) in (meant, meant + HOUR, meant + HOUR / 2, meant + DAY)
            assert event.end >= event.start


@given(calendars(), some.sampled_from(ZONES))
def test_times_of_occurrences_survive_every_pair_of_zones(calendar: Calendar, shown: Zone) -> None:
    """Written in any zone and read again they are the same instants, but for the hour that comes twice."""
    start = master(calendar).start
    for event in calendar.view(start, start + 400 * DAY):
        again = read(str(written(event.start, shown)["dateTime"]), shown)
        assert event.start - again in (timedelta(0), HOUR, HOUR / 2)
        assert wall(again, shown) == wall(event.start, shown)


@given(calendars())
def test_ids_of_occurrences_lead_back_to_them(calendar: Calendar) -> None:
    start = master(calendar).start
    for event in calendar.view(start, start + 400 * DAY):
        assert calendar.find(event.key) == event
        assert calendar.meeting(event.uid) == event


def test_a_weekly_meeting_at_ten_is_at_ten_in_summer_and_winter() -> None:
    ten = instant(datetime(2026, 3, 23, 10), BERLIN)  # noqa: DTZ001 - a wall time
    calendar = series(ten, Recurrence("weekly", date(2026, 3, 23), 1, ("monday",)), BERLIN)

    found = calendar.view(ten, ten + 8 * DAY)

    assert [event.start.hour for event in found] == [9, 8]  # in UTC


def test_a_series_keeps_the_wall_time_of_its_recurrence_zone() -> None:
    """Graph's recurrenceTimeZone, which may be another than that of the start."""
    nine = instant(datetime(2026, 3, 23, 9), UTC_ZONE)  # noqa: DTZ001 - a wall time
    calendar = series(nine, Recurrence("weekly", date(2026, 3, 23), 1, ("monday",)))
    calendar.put(replace(master(calendar), recurrence_zone=BERLIN))

    assert [event.start.hour for event in calendar.view(nine, nine + 8 * DAY)] == [9, 8]


def test_an_occurrence_in_the_hour_that_comes_twice_begins_in_the_first() -> None:
    """It ends when clocks show its end, so it lasts an hour longer."""
    half_past_two = instant(datetime(2026, 10, 24, 2, 30), BERLIN)  # noqa: DTZ001 - a wall time
    calendar = series(half_past_two, Recurrence("daily", date(2026, 10, 24)), BERLIN, 30 * MINUTE)

    (_, sunday) = calendar.view(half_past_two, half_past_two + DAY + HOUR / 2)

    assert (sunday.start.hour, sunday.end.hour) == (0, 2)  # in UTC
    assert (f"{wall(sunday.start, BERLIN):%H:%M}", f"{wall(sunday.end, BERLIN):%H:%M}") == ("02:30", "03:00")


# neighbours


def moved(by: timedelta) -> tuple[Calendar, Event]:
    """Thursday's occurrence of a series on every other day, moved."""
    calendar = series(TEN, Recurrence("daily", TEN.date(), 2))
    thursday = calendar.view(TEN + 2 * DAY, TEN + 2 * DAY + HOUR)[0]
    return calendar, replace(thursday, start=thursday.start + by, end=thursday.end + by)


@pytest.mark.parametrize("by", [-2 * DAY, -3 * DAY, 2 * DAY, 3 * DAY, 2 * DAY - 9 * HOUR])
def test_an_occurrence_may_not_move_to_or_over_its_neighbours_day(by: timedelta) -> None:
    with pytest.raises(GraphError) as refused:
        check_neighbours(*moved(by))

    assert (refused.value.status, refused.value.code) == (400, "ErrorOccurrenceCrossingBoundary")


@pytest.mark.parametrize("by", [-1 * DAY, 1 * DAY, 9 * HOUR, -9 * HOUR])
def test_an_occurrence_may_move_between_its_neighbours(by: timedelta) -> None:
    check_neighbours(*moved(by))


def test_a_removed_neighbour_stands_in_nobodys_way() -> None:
    calendar, thursday = moved(2 * DAY)
    calendar.remove(calendar.view(TEN + 4 * DAY, TEN + 4 * DAY + HOUR)[0])

    check_neighbours(calendar, thursday)


# exceptions


def test_an_exception_takes_over_what_it_had_not_made_its_own() -> None:
    calendar = series(TEN, Recurrence("daily", TEN.date()))
    old = calendar.put(replace(master(calendar), subject="Budget", body="Old", attendees=invited("ann", "bob")))
    occurrence = calendar.view(TEN + DAY, TEN + DAY + HOUR)[0]
    own = calendar.put(replace(occurrence, subject="Party", attendees=invited("ann", "bob", "eve")))

    new = replace(old, subject="Money", body="New", attendees=invited("bob", "zoe"))
    after = handed_down(own, old, new)

    assert (after.subject, after.body) == ("Party", "New")
    assert [one.person.name for one in after.attendees] == ["bob", "eve", "zoe"]


def invited(*names: str) -> tuple[Attendee, ...]:
    return tuple(Attendee(Person(name, f"{name}@contoso.example")) for name in names)


# what comes next


def instances(calendar: Calendar, after: datetime) -> Iterator[Event]:
    while found := next_instance(calendar, master(calendar), after):
        yield found
        after = found.end


@given(calendars())
def test_one_instance_follows_the_other(calendar: Calendar) -> None:
    """Going from each to the next meets everything that is there, if nothing overlaps."""
    start = master(calendar).start
    until = start + 100 * DAY
    held = sorted(calendar.view(start, until), key=lambda event: event.start)
    if any(later.start < sooner.end for sooner, later in pairwise(held)):
        return

    met = [event for event, _ in zip(instances(calendar, start - MINUTE), held, strict=False)]

    assert [event.key for event in met if event.end > event.start] == [
        event.key for event in held if event.end > event.start
    ]
