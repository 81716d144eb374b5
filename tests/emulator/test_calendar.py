"""Calendars, free/busy and zones, without a server."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as some
from msgspec.structs import replace

from graph_emulator.clock import StandingClock
from graph_emulator.cloud import Cloud
from graph_emulator.exchange.calendar import Calendar
from graph_emulator.exchange.event import Event
from graph_emulator.exchange.occurrences import occurrence
from graph_emulator.exchange.recurrence import Recurrence, days_of
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


lengths = some.sampled_from((0, 15, 60, 24 * 60, 100 * 24 * 60))
zones = some.sampled_from(
    [zone(name) for name in ("UTC", "Europe/Berlin", "Pacific/Kiritimati", "Hawaiian Standard Time")]
)


@some.composite
def busy_lives(draw: some.DrawFn) -> Calendar:
    """A calendar to which all sorts of things happened, with looks at it in between."""
    tenant = empty()
    calendar = tenant.calendar(ROOM)
    for act in draw(some.lists(some.sampled_from(("add", "add a series", "move", "remove", "look")), max_size=12)):
        start = TEN + timedelta(minutes=15 * draw(some.integers(-3000, 3000)))
        end = start + timedelta(minutes=draw(lengths))
        everything = calendar.view(TEN - timedelta(days=40), TEN + timedelta(days=40)) + list(calendar.events())
        if act == "add" or (act in ("move", "remove") and not everything):
            tenant.zone = draw(zones)
            tenant.add_event(ROOM, start, end, all_day=draw(some.booleans()))
        elif act == "add a series":
            recurrence = Recurrence(
                "daily", start.date(), draw(some.integers(1, 9)), times=draw(some.none() | some.just(9))
            )
            tenant.zone = draw(zones)
            tenant.add_event(ROOM, start, end, recurrence=recurrence, all_day=draw(some.booleans()))
        elif act == "move":
            calendar.put(replace(draw(some.sampled_from(everything)), start=start, end=end))
        elif act == "remove":
            calendar.remove(draw(some.sampled_from(everything)))
    return calendar


def read_through(calendar: Calendar, start: datetime, end: datetime, *, floating: bool) -> list[Event]:
    """What a view is to hold, from all there is."""
    found = [event for event in calendar.events() if event.recurrence is None]
    for master in calendar.events():
        if master.recurrence:
            exceptions, removed = calendar.departures(master)
            gone = {event.key for event in exceptions} | set(removed)
            days = days_of(master.recurrence, date(2026, 1, 1), date(2027, 12, 31))
            found += [event for day in days if (event := occurrence(master, day)).key not in gone]
            found += exceptions
    times = [event.floating() if floating else (event.start, event.end) for event in found]
    return [
        event
        for event, (begin, finish) in zip(found, times, strict=True)
        if begin < end and (finish > start or begin == finish == start)
    ]


@given(busy_lives(), some.integers(-400, 400), some.sampled_from((0, 1, 24, 24 * 30, 24 * 90)), some.booleans())
def test_a_view_holds_what_reading_everything_finds(calendar: Calendar, begin: int, hours: int, floating: bool) -> None:
    start, end = TEN + begin * HOUR, TEN + (begin + hours) * HOUR

    found = calendar.view(start, end, floating=floating)

    expected = read_through(calendar, start, end, floating=floating)
    assert sorted(event.key for event in found) == sorted(event.key for event in expected)
    assert all(event in expected for event in found)
    singles = [event for event in expected if event.series is None]
    assert found[: len(singles)] == singles  # those come first, in the order they were made


@given(busy_lives())
def test_a_meeting_is_found_by_its_icaluid(calendar: Calendar) -> None:
    for event in [*calendar.events(), *calendar.view(TEN - timedelta(days=10), TEN + timedelta(days=10))]:
        assert calendar.meeting(event.uid) == event


@given(busy_lives())
def test_a_calendar_moves_to_another_mailbox_with_all_it_holds(calendar: Calendar) -> None:
    other = Calendar(calendar.owner)
    other.restore(calendar.contents())

    window = TEN - timedelta(days=30), TEN + timedelta(days=30)
    by_key = [sorted((event.key, event.start) for event in one.view(*window)) for one in (calendar, other)]
    assert by_key[0] == by_key[1]
