"""The map of bits tells the same as looking through each room."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as some

from ledig.availability import Reason, Unknown, next_free, standing
from ledig.busy import Busy, minute, of, spans
from ledig.intervals import Interval
from ledig.memory.slots import Slots

MIDNIGHT = datetime(2026, 11, 24, tzinfo=UTC)
START = minute(MIDNIGHT)
LENGTH = 120
MINUTE = timedelta(minutes=1)

stretches = some.tuples(some.integers(0, LENGTH), some.integers(1, 30)).map(
    lambda told: (START + told[0], START + min(LENGTH, told[0] + told[1]))
)
days = some.lists(stretches.filter(lambda told: told[0] < told[1]), max_size=6).map(of)


def wish(begin: int, minutes: int) -> Interval:
    return Interval(MIDNIGHT + begin * MINUTE, MIDNIGHT + (begin + minutes) * MINUTE)


@given(
    some.lists(some.one_of(some.none(), days), min_size=1, max_size=20),
    some.lists(some.tuples(some.integers(0, 19), some.one_of(some.none(), days)), max_size=10),
    some.integers(0, LENGTH - 1),
    some.integers(1, 30),
)
def test_a_room_is_free_exactly_when_its_busy_times_say_so(
    first: list[Busy | None], later: list[tuple[int, Busy | None]], begin: int, minutes: int
) -> None:
    """However often rooms change; one that nobody knows is not free."""
    rooms = list(first)
    slots = Slots(LENGTH, len(rooms))
    for room, busy in [*enumerate(first), *((room % len(rooms), busy) for room, busy in later)]:
        rooms[room] = busy
        slots.put(room, None if busy is None else [(a - START, b - START) for a, b in spans(busy)])

    found = slots.free((begin, begin + minutes))

    assert list(found) == [busy is not None and standing(busy, wish(begin, minutes)).is_free for busy in rooms]


def test_at_first_nobody_knows_anything() -> None:
    assert not Slots(LENGTH, 9).free((0, 10)).any()


@given(days, some.integers(0, LENGTH - 1), some.integers(1, 40))
def test_the_next_free_time_is_the_first_that_is_free_for_so_long(busy: Busy, begin: int, minutes: int) -> None:
    end = MIDNIGHT + LENGTH * MINUTE
    fits = (at for at in range(begin, LENGTH - minutes + 1) if standing(busy, wish(at, minutes)).is_free)
    first = next(fits, None)

    found = next_free(busy, wish(begin, minutes), end)

    assert found == (None if first is None else MIDNIGHT + first * MINUTE)


def test_nobody_knows_when_an_unknown_room_is_free_next() -> None:
    assert next_free(Unknown(Reason.UNAVAILABLE), wish(0, 10), MIDNIGHT + LENGTH * MINUTE) is None
