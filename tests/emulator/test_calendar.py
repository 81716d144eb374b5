"""Calendars, free/busy and zones, without a server."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as some

from graph_emulator.clock import StandingClock
from graph_emulator.cloud import Cloud
from graph_emulator.exchange.recurrence import Recurrence
from graph_emulator.exchange.schedule import STATUSES, Question, status, view
from graph_emulator.exchange.zones import instant, known, wall, windows_name, written, zone
from graph_emulator.tenant import Room, Tenant

from .conftest import HOUR, TEN

ROOM = "room@contoso.example"
BERLIN = zone("Europe/Berlin")
MINUTE = timedelta(minutes=1)

spans = some.tuples(some.integers(0, 600), some.integers(0, 200))
states = some.sampled_from(STATUSES)
instants = some.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=some.just(UTC))  # noqa: DTZ001


def empty() -> Tenant:
    cloud = Cloud(StandingClock(TEN))
    tenant = cloud.add_tenant("55555555-eeee-4eee-8eee-555555555555", "contoso.example", BERLIN)
    tenant.add_room(Room("Room", ROOM))
    return tenant


@given(some.lists(some.tuples(spans, states, some.booleans()), max_size=12))
def test_busy_is_what_every_minute_says(drawn: list[tuple[tuple[int, int], str, bool]]) -> None:
    """Merged, clipped and in order, it holds exactly the minutes that some blocking event holds."""
    tenant = empty()
    for (start, length), shown, cancelled in drawn:
        begin = TEN + start * MINUTE
        tenant.add_event(ROOM, begin, begin + length * MINUTE, show_as=shown, cancelled=cancelled)

    spans = tenant.busy(ROOM, TEN + 100 * MINUTE, TEN + 500 * MINUTE)

    taken = {
        minute
        for (start, length), shown, cancelled in drawn
        if shown != "free" and not cancelled
        for minute in range(max(start, 100), min(start + length, 500))
    }
    assert {minute for minute in range(800) for a, b in spans if a <= TEN + minute * MINUTE < b} == taken
    assert all(a[1] < b[0] for a, b in pairwise(spans))


@given(some.lists(some.tuples(spans, states), max_size=12), some.integers(5, 90))
def test_the_view_agrees_with_the_items(drawn: list[tuple[tuple[int, int], str]], slot: int) -> None:
    tenant = empty()
    for (start, length), shown in drawn:
        begin = TEN + start * MINUTE
        tenant.add_event(ROOM, begin, begin + length * MINUTE, show_as=shown)
    question = Question(TEN, TEN + 500 * MINUTE, slot * MINUTE, BERLIN)
    items = tenant.events(ROOM, question.start, question.end)

    digits = view(items, question)

    for number, digit in enumerate(digits):
        begin = TEN + number * slot * MINUTE
        end = min(begin + slot * MINUTE, question.end)
        overlapping = [STATUSES.index(status(item)) for item in items if item.start < end and item.end > begin]
        # An item without length marks the slot it lies in or none; it takes no time either way.
        overlapping = [strength for strength in overlapping if strength] or [0]
        assert int(digit) == max(overlapping)


@given(some.sampled_from(sorted(set(known().values()))), instants)
def test_times_survive_every_zone(name: str, at: datetime) -> None:
    """Except for the hour that happens twice, which a wall time without an offset cannot tell apart."""
    there = zone(name)
    shown = wall(at, there)

    assert instant(shown, there) in (at, at - HOUR, at - HOUR / 2, at - 24 * HOUR)
    assert wall(instant(shown, there), there) == shown


def test_every_zone_of_the_list_exists_and_is_found_in_any_case() -> None:
    for name, iana in known().items():
        assert zone(name.upper()).rules == ZoneInfo(iana)


def test_a_zone_answers_under_the_name_it_was_asked_by() -> None:
    assert written(TEN, zone("W. Europe Standard Time"))["timeZone"] == "W. Europe Standard Time"
    assert windows_name(BERLIN.rules) == "W. Europe Standard Time"


def test_a_meeting_in_the_hour_that_does_not_exist_keeps_its_length() -> None:
    """On the morning the clocks go forward an occurrence from 01:30 to 02:15 or 02:30 to 03:00 still takes time."""
    for start, minutes in (("2026-03-28T01:30", 45), ("2026-03-28T02:30", 30)):
        tenant = empty()
        begin = datetime.fromisoformat(start).replace(tzinfo=BERLIN.rules)
        series = Recurrence("daily", begin.date())
        tenant.add_event(ROOM, begin, begin + minutes * MINUTE, recurrence=series)

        sunday = datetime(2026, 3, 29, tzinfo=UTC)
        (occurrence,) = tenant.events(ROOM, sunday, sunday + 20 * HOUR)

        assert occurrence.end - occurrence.start == minutes * MINUTE


def test_a_removed_series_takes_its_exceptions_along() -> None:
    tenant = empty()
    master = tenant.add_event(ROOM, TEN, TEN + HOUR, recurrence=Recurrence("daily", TEN.date()))
    calendar = tenant.calendar(ROOM)
    first, second = tenant.events(ROOM, TEN, TEN + 25 * HOUR)
    calendar.put(first)
    calendar.remove(second)

    calendar.remove(master)

    assert tenant.events(ROOM, TEN, TEN + 72 * HOUR) == []
    assert calendar.find(first.key) is None
