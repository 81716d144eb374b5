"""How long a day is on the wire, and what a change of one room is."""

from __future__ import annotations

import asyncio
import json

from bench.building import NOW, Calendars, get, invented
from bench.tables import show
from ledig.clock import RunningClock
from ledig.web.app import create

CODINGS = ("identity", "gzip", "br")
PROMISED = 16_000


async def sizes(rooms: int) -> list[int]:
    async with invented(rooms, Calendars(), RunningClock(NOW)) as house:
        app = create(house)
        return [len((await get(app, headers=[(b"accept-encoding", coding.encode())]))[1]) for coding in CODINGS]


async def as_iso(rooms: int) -> int:
    """The same times, each as an object with two instants, as calendars usually tell them."""
    async with invented(rooms, Calendars(), RunningClock(NOW)) as house:
        day = json.loads((await get(create(house)))[1])
    told = [{"id": room, "busy": [{"start": _iso(a), "end": _iso(b)} for a, b in busy]} for room, busy in _rooms(day)]
    return len(json.dumps(told, separators=(",", ":")))


def _rooms(day: dict[str, list[object]]) -> list[tuple[str, list[tuple[int, int]]]]:
    return list(zip(day["rooms"], day["busy"], strict=True))  # type: ignore[arg-type]


def _iso(minute: int) -> str:
    return f"2026-11-24T{minute // 60 % 24:02}:{minute % 60:02}:00Z"


def main() -> None:
    rows = []
    for rooms in (100, 1000, 10_000):
        found = asyncio.run(sizes(rooms))
        rows.append((f"{rooms:,} rooms", *(f"{size:,}" for size in (*found, asyncio.run(as_iso(rooms))))))
    promise = f"Promised: a day of 1,000 rooms in {PROMISED:,} bytes. Moving the page's time slider asks for nothing."
    show("a day on the wire, bytes", ("", *CODINGS, "as ISO objects"), rows, promise)


if __name__ == "__main__":
    main()
