"""From Microsoft's bytes to busy times, beside json and pydantic; and how long 10,000 rooms hold others up."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from random import Random
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from bench.building import DAY, NOW, Calendars, get, invented
from bench.tables import ms, show, times
from ledig import busy
from ledig.clock import RunningClock
from ledig.graph import freebusy
from ledig.intervals import Interval
from ledig.web.app import create

ROOMS = 20
MEETINGS = 12
MANY = 10_000
ZONE = ZoneInfo("Europe/Berlin")
WINDOW = Interval.of_day(date.fromisoformat(DAY), ZONE)
REPEATS = 300


def answer() -> bytes:
    """As Microsoft documents it: much of it is nobody's business here."""
    random = Random(1)
    zone = {"name": "W. Europe Standard Time"}
    schedules = []
    for room in range(ROOMS):
        items = []
        for slot in sorted(random.sample(range(14, 40), MEETINGS)):
            edges = [f"2026-11-24T{half // 2:02}:{half % 2 * 30:02}:00.0000000" for half in (slot, slot + 1)]
            items.append(
                {
                    "isPrivate": False,
                    "status": "busy",
                    "subject": f"Meeting {random.randrange(10**9)}",
                    "location": f"Room {room}",
                    "start": {"dateTime": edges[0], "timeZone": "UTC"},
                    "end": {"dateTime": edges[1], "timeZone": "UTC"},
                }
            )
        schedules.append(
            {
                "scheduleId": f"room-{room}@bench.example.org",
                "availabilityView": "0" * 24,
                "scheduleItems": items,
                "workingHours": {
                    "daysOfWeek": ["monday"],
                    "startTime": "08:00:00",
                    "endTime": "17:00:00",
                    "timeZone": zone,
                },
            }
        )
    return json.dumps({"@odata.context": "…", "value": schedules}).encode()


def ours(content: bytes) -> dict[str, busy.Busy]:
    found, wanted = {}, busy.span(WINDOW)
    for schedule in freebusy.decoder.decode(content).value:
        taken = freebusy.busy_of(schedule, ZONE)
        assert isinstance(taken, tuple)
        found[schedule.scheduleId] = busy.within(taken, wanted)
    return found


def with_json(content: bytes) -> dict[str, busy.Busy]:
    found = {}
    for schedule in json.loads(content)["value"]:
        items = [item for item in schedule["scheduleItems"] if item["status"] != "free"]
        found[schedule["scheduleId"]] = _edges(
            (_instant(item["start"]["dateTime"]), _instant(item["end"]["dateTime"])) for item in items
        )
    return found


class _Stamp(BaseModel):
    dateTime: datetime
    timeZone: str


class _Item(BaseModel):
    status: str
    start: _Stamp
    end: _Stamp


class _Schedule(BaseModel):
    scheduleId: str
    availabilityView: str
    scheduleItems: list[_Item]


class _Answer(BaseModel):
    value: list[_Schedule]


def with_pydantic(content: bytes) -> dict[str, busy.Busy]:
    return {
        schedule.scheduleId: _edges(
            (item.start.dateTime.replace(tzinfo=UTC), item.end.dateTime.replace(tzinfo=UTC))
            for item in schedule.scheduleItems
            if item.status != "free"
        )
        for schedule in _Answer.model_validate_json(content).value
    }


def _edges(taken: object) -> busy.Busy:
    spans = [(busy.minute(start), busy.minute_after(end)) for start, end in taken]  # type: ignore[attr-defined]
    return busy.within(busy.of(spans), busy.span(WINDOW))


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def measured(ways: Mapping[str, Callable[[bytes], object]], content: bytes) -> dict[str, float]:
    took: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(REPEATS):
        for name, way in ways.items():
            began = time.perf_counter()
            way(content)
            took[name].append(time.perf_counter() - began)
    return {name: min(each) for name, each in took.items()}


async def held_up(work: Callable[[], asyncio.Future[object]] | None) -> float:
    """The longest that the loop's thread worked on without a turn for others; what other processes take is left out."""
    done = asyncio.Event()
    worst = 0.0

    async def watch() -> None:
        nonlocal worst
        while not done.is_set():
            began = time.thread_time()
            await asyncio.sleep(0)
            worst = max(worst, time.thread_time() - began)

    watching = asyncio.create_task(watch())
    if work:
        await work()
    else:
        await asyncio.sleep(0.5)
    done.set()
    await watching
    return worst


async def refreshed() -> tuple[float, float]:
    """An idle loop, and one on which 10,000 rooms change, are read and are written anew."""
    calendars = Calendars()
    async with invented(MANY, calendars, RunningClock(NOW)) as house:
        app = create(house)
        await get(app)

        async def refresh() -> None:
            calendars.seed += 1
            house.overviews.read_at_once("bench", date.fromisoformat(DAY))
            await get(app, headers=[(b"accept-encoding", b"br")])

        idle = await held_up(None)
        return idle, await held_up(lambda: asyncio.ensure_future(refresh()))


def main() -> None:
    content = answer()
    ways = {"ledig": ours, "json, fromisoformat": with_json, "pydantic": with_pydantic}
    assert ours(content) == with_json(content) == with_pydantic(content)
    took = measured(ways, content)
    rows = [(name, f"{each * 1e6:,.0f} us", times(each / took["ledig"])) for name, each in took.items()]
    title = f"{ROOMS} rooms x {MEETINGS} meetings, {len(content):,} bytes, decoded and reduced"
    show(title, ("", "took", "of ledig's"), rows, "Promised: json 4 x, pydantic 6 x.")
    stalls = [asyncio.run(refreshed()) for _ in range(3)]
    idle, busiest = (max(each) for each in zip(*stalls, strict=True))
    show(
        f"the longest wait of others while {MANY:,} rooms change and are read (worst of three runs)",
        ("", "held up"),
        [("idle loop", ms(idle)), ("refreshing", ms(busiest))],
        "Promised: 5 ms.",
    )


if __name__ == "__main__":
    main()
