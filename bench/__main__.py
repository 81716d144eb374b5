"""What ledig promises, measured beside its limit in one run: `make bench`."""

from __future__ import annotations

import asyncio
import math
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from multiprocessing import Event, Pipe, Process
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event as Ending
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from starlette.responses import Response

from bench import emulator
from graph_emulator import demo
from graph_emulator.log import Answer, Call
from graph_emulator.server import running
from graph_emulator.tenant import Room
from ledig import logs
from ledig.clock import RunningClock
from ledig.graph.limits import KEPT_FREE
from ledig.settings import GraphSettings, Settings, TenantSettings
from ledig.web.house import House, opened_house

ROOMS = 1000
LATENCY = 0.050
NOW = datetime(2026, 11, 24, 9, 10, tzinfo=UTC)
REPEATS = 5


def mailbox(number: int) -> str:
    return f"room-{number}@bench.example.org"


def serve(ready: Connection, ending: Ending) -> None:
    """A tenant of many rooms that takes 50 ms for each call, in a process of its own."""
    tenant = demo.tenant(lambda: NOW)
    for number in range(ROOMS):
        tenant.add_room(Room(name=f"Room {number}", address=mailbox(number)))

    answers: dict[str | None, Response] = {}

    async def slowly(call: Call, answer: Answer) -> Response:
        due = time.perf_counter() + LATENCY
        if call.mailbox not in answers:  # worked out once, so that its own computing is not measured
            answers[call.mailbox] = await answer()
        await asyncio.sleep(due - time.perf_counter())
        return answers[call.mailbox]

    tenant.cloud.intercept = slowly
    with running(tenant.cloud) as served:
        ready.send((served.https, str(served.ca_file), tenant.id))
        ending.wait()


@contextmanager
def slow_graph() -> Iterator[Settings]:
    ours, theirs = Pipe()
    ending = Event()
    process = Process(target=serve, args=(theirs, ending))
    process.start()
    try:
        address, ca_file, tenant_id = ours.recv()
        with TemporaryDirectory() as folder:
            yield Settings(
                public_url="http://localhost:8000",
                database=str(Path(folder) / "ledig.db"),
                tenant=TenantSettings(id=tenant_id, client_id=demo.CLIENT_ID, client_secret=demo.CLIENT_SECRET),
                graph=GraphSettings(root=f"{address}/v1.0", login=address, ca=ca_file),
            )
    finally:
        ending.set()
        process.join()


async def cold_overviews(settings: Settings) -> list[float]:
    """Seconds from nothing remembered to all rooms known; the first also warms up and is left out."""
    took = []
    for _ in range(REPEATS + 1):
        async with opened_house(settings, RunningClock(NOW)) as house:
            took.append(await cold_overview(house))
    return took[1:]


async def cold_overview(house: House) -> float:
    rooms = {str(number): mailbox(number) for number in range(ROOMS)}
    began = time.perf_counter()
    overview = await house.overviews.of("bench", date(2026, 11, 24), ZoneInfo("Europe/Berlin"), rooms)
    took = time.perf_counter() - began
    assert overview.as_of is not None
    return took


def main() -> None:
    logs.set_up(is_quiet=True)
    with slow_graph() as settings:
        took = asyncio.run(cold_overviews(settings))
        calls = math.ceil(ROOMS / settings.graph.chunk)
        at_once = settings.graph.at_once - KEPT_FREE
        floor = math.ceil(calls / at_once) * LATENCY
    token = LATENCY  # a cold start also asks for a token first
    median = statistics.median(took)
    print(f"cold overview, {ROOMS:,} rooms, {LATENCY * 1000:.0f} ms a call, {at_once} at once")
    print(f"  ledig  {min(took) * 1000:.0f} / {median * 1000:.0f} / {max(took) * 1000:.0f} ms (min, median, max)")
    print(f"  limit  {(floor + token) * 1000:.0f} ms: a token, then {calls} calls in {floor / LATENCY:.0f} rounds")
    print(f"  ratio  {median / (floor + token):.2f} (promised: at most 1.30)")
    emulator.main()


if __name__ == "__main__":
    main()
