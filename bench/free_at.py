"""Which of many rooms are free for half an hour: the map of bits, beside looking through each room and SQLite."""

from __future__ import annotations

import sqlite3
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from zoneinfo import ZoneInfo

import numpy as np

from bench.building import DAY, meetings
from bench.tables import show, times
from ledig.availability import standing
from ledig.busy import Busy, instant, minute, spans
from ledig.intervals import Interval
from ledig.memory.slots import Slots

MANY = 10_000
REPEATS = 200
WINDOW = Interval.of_day(date.fromisoformat(DAY), ZoneInfo("Europe/Berlin"))


def main() -> None:
    random, start = Random(1), minute(WINDOW.start)
    rooms: list[Busy] = [meetings(random, start) for _ in range(MANY)]
    slots = Slots(1440, MANY)
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE busy (room INTEGER, start INTEGER, finish INTEGER)")
    for room, busy in enumerate(rooms):
        taken = [(begin - start, end - start) for begin, end in spans(busy)]
        slots.put(room, taken)
        database.executemany("INSERT INTO busy VALUES (?, ?, ?)", [(room, *each) for each in taken])
    database.execute("CREATE INDEX by_start ON busy (start, finish, room)")

    def bits(at: int) -> int:
        return int(np.count_nonzero(slots.free((at, at + 30))))

    def bisected(at: int) -> int:
        wish = Interval(instant(start + at), instant(start + at) + timedelta(minutes=30))
        return sum(standing(busy, wish).is_free for busy in rooms)

    def sqlite(at: int) -> int:
        (taken,) = database.execute(
            "SELECT count(DISTINCT room) FROM busy WHERE start < ? AND finish > ?", (at + 30, at)
        ).fetchone()
        return MANY - int(taken)

    ways: dict[str, tuple[Callable[[int], int], int]] = {
        "map of bits": (bits, REPEATS),
        "SQLite in memory": (sqlite, 20),
        "each room, bisected": (bisected, 5),
    }
    took = {}
    for name, (way, repeats) in ways.items():
        took[name] = statistics.median(_took(way, 13 * 60 + n) for n in range(repeats))
    assert bits(800) == bisected(800) == sqlite(800)
    rows = [
        (name, f"{each * 1e6:,.1f} us", f"{each / MANY * 1e9:,.2f} ns", times(each / took["map of bits"]))
        for name, each in took.items()
    ]
    show(f"free for 30 minutes, of {MANY:,} rooms", ("", "took", "a room", "of the map"), rows)


def _took(way: Callable[[int], int], at: int) -> float:
    began = time.perf_counter()
    way(at)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
