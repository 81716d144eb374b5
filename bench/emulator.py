"""How fast the emulator is: getSchedule over 20 rooms on one core, and how soon it listens."""

import os
import ssl
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPSConnection
from itertools import count
from multiprocessing import Pipe, Process
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import msgspec

from graph_emulator import demo
from graph_emulator.server import running

NOW = datetime(2026, 11, 24, 9, 10, tzinfo=UTC)
ROOMS = 20
CALLERS = 4
SECONDS = 5
PROMISED = 400  # calls a second
STARTS = 5
STARTS_WITHIN = 1.5  # seconds
LARGE = """
[[tenants]]
domain = "large.example.org"
generated = { rooms = 1000, people = 2000, days = 30 }
"""


@dataclass(frozen=True, slots=True)
class Emulator:
    """The demo tenant, served by a process with a core of its own."""

    host: str
    ca_file: str
    token: str
    rooms: tuple[str, ...]
    process: Connection

    def processor_seconds(self) -> float:
        """How long its core has worked for it so far."""
        self.process.send("time")
        return float(self.process.recv())


def serve(told: Connection) -> None:
    stay_on(0)
    tenant = demo.tenant(lambda: NOW)
    token = tenant.app_token(next(iter(tenant.cloud.apps.values())))
    with running(tenant.cloud) as served:
        rooms = tuple(room.address for room in tenant.rooms.values())
        told.send((urlsplit(served.https).netloc, str(served.ca_file), token, rooms))
        while told.recv() == "time":
            told.send(time.process_time())


def stay_on(core: int) -> None:
    """Keeps this process on one core, where the system can do that and has as many."""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[core % len(cores)]})


@contextmanager
def emulator() -> Iterator[Emulator]:
    ours, theirs = Pipe()
    process = Process(target=serve, args=[theirs])
    process.start()
    try:
        host, ca_file, token, rooms = ours.recv()
        yield Emulator(host, ca_file, token, rooms, ours)
    finally:
        ours.send("end")
        process.join()


def call(emulator: Emulator, until: float, first: int) -> int:
    """Asks for the day of 20 rooms, again and again, each time by way of another of them; how often that was."""
    trust = ssl.create_default_context(cafile=emulator.ca_file)
    connection = HTTPSConnection(emulator.host, context=trust)
    rooms = emulator.rooms[:ROOMS]
    body = msgspec.json.encode(
        {
            "schedules": rooms,
            "startTime": {"dateTime": "2026-11-23T23:00:00", "timeZone": "UTC"},
            "endTime": {"dateTime": "2026-11-24T23:00:00", "timeZone": "UTC"},
        }
    )
    headers = {"Authorization": f"Bearer {emulator.token}", "Content-Type": "application/json"}
    for done in count():
        if time.perf_counter() > until:
            connection.close()
            return done
        anchor = rooms[(first + done) % ROOMS]
        connection.request("POST", f"/v1.0/users/{anchor}/calendar/getSchedule", body, headers)
        answer = connection.getresponse()
        assert answer.status == 200
        assert len(answer.read()) > 10_000
    raise AssertionError


def rates() -> tuple[float, float]:
    """Calls a second as a client sees them, and by the time the server's core worked."""
    with emulator() as served, ThreadPoolExecutor(CALLERS) as callers:
        stay_on(1)
        list(callers.map(lambda first: call(served, time.perf_counter() + 1, first), range(CALLERS)))  # warms up
        began, worked = time.perf_counter(), served.processor_seconds()
        calls = sum(callers.map(lambda first: call(served, began + SECONDS, first), range(CALLERS)))
        return calls / (time.perf_counter() - began), calls / (served.processor_seconds() - worked)


def start(folder: Path) -> float:
    """Seconds until the command listens that was just given, with a thousand rooms and 30 days of meetings."""
    ready, scenario = folder / "ready.json", folder / "large.toml"
    scenario.write_text(LARGE)
    options = ("--scenario", scenario, "--ready-file", ready, "--port", "0", "--http-port", "0", "--ends-with-stdin")
    began = time.perf_counter()
    command = (sys.executable, "-m", "graph_emulator", *map(str, options))
    with subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        while not ready.exists():
            assert process.poll() is None
            time.sleep(0.005)
        took = time.perf_counter() - began
        process.communicate()
    return took


def main() -> None:
    seen, possible = rates()
    print(f"getSchedule over https, {ROOMS} rooms with a day of meetings each, the emulator on one core")
    print(f"  seen      {seen:,.0f} calls a second by {CALLERS} callers on another core")
    print(f"  possible  {possible:,.0f} calls per second of its core's work (promised: at least {PROMISED})")
    with TemporaryDirectory() as folder:
        took = [start(Path(folder)) for _ in range(STARTS)]
    print("graph-emulator with 1,000 rooms and 30 days of meetings, from the command to listening")
    print(f"  median    {statistics.median(took):.2f} s (promised: at most {STARTS_WITHIN:.1f})")


if __name__ == "__main__":
    main()
