"""The demo: a real building, a pretend Microsoft 365, and a kiosk, all on this machine, gone when it ends."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import sys
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from ledig.clock import RunningClock
from ledig.errors import LedigError
from ledig.importing import prepare
from ledig.policy import Policy
from ledig.ports import any_free, free_address
from ledig.settings import GraphSettings, KioskSettings, Settings, SignInSettings, TenantSettings
from ledig.terminal import tell, with_progress
from ledig.web.app import create
from ledig.web.house import opened_house
from ledig.web.server import serve

VENUE = "apb"
ZONE = ZoneInfo("Europe/Berlin")
FILES = Path(__file__).parent / "demo_venue"
NOTICE = "Demonstration: all bookings are invented."
HOST = "127.0.0.1"
SECOND_COFFEE = time(10, 10)
SATURDAY = 5


class Ended(Exception):
    """Somebody ended the demo before it served anything."""


class Ready(Struct, frozen=True):
    """What the emulator writes down once it listens."""

    https: str
    http: str
    ca_file: str
    tenant_id: str
    client_id: str


async def run(port: int, now: datetime | None, *, opens_page: bool) -> None:
    """Serves until Ctrl-C, SIGTERM or SIGHUP. Raises Invalid, naming a free port, where `port` is taken."""
    port = port or any_free(HOST)
    free_address(HOST, port)
    start = now or believable_now(datetime.now(UTC))
    client_secret = secrets.token_urlsafe(32)
    ending = _heard_signals()
    with suppress(Ended), TemporaryDirectory(prefix="ledig-demo-") as folder:
        async with _emulator(Path(folder), start, client_secret, ending) as emulator:
            tenant = TenantSettings(id=emulator.tenant_id, client_id=emulator.client_id, client_secret=client_secret)
            settings = Settings(
                public_url=f"http://localhost:{port}",
                database=f"{folder}/ledig.db",
                tenant=tenant,
                graph=GraphSettings(root=f"{emulator.https}/v1.0", login=emulator.https, ca=emulator.ca_file),
                kiosk=KioskSettings(id="demo", venue=VENUE, secret=secrets.token_urlsafe(32), hand_out=True),
                sign_in=SignInSettings(client_id=emulator.client_id, login=emulator.http),
                notice=NOTICE,
            )
            await _serve(settings, port, RunningClock(start), ending, opens_page=opens_page)


def believable_now(real: datetime) -> datetime:
    """The real time while the building is open on a working day; else the morning of the next such day."""
    local = real.astimezone(ZONE)
    policy = Policy()
    if local.weekday() < SATURDAY and policy.opens <= local.time() < _hour_before(policy.closes):
        return real
    day = local.date() if local.time() < policy.opens else local.date() + timedelta(days=1)
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return datetime.combine(day, SECOND_COFFEE, ZONE).astimezone(UTC)


def _heard_signals() -> asyncio.Event:
    """Set by whatever ends the demo while it starts; then `serve` hears SIGINT and SIGTERM itself.

    It is looked at between two steps, so that no step is broken off halfway.
    """
    ending = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ending.set)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup keeps what it started
        loop.add_signal_handler(signal.SIGHUP, signal.raise_signal, signal.SIGTERM)
    return ending


async def _serve(
    settings: Settings, port: int, clock: RunningClock, ending: asyncio.Event, *, opens_page: bool
) -> None:
    async with opened_house(settings, clock) as house:
        if ending.is_set():
            return
        ready = with_progress(
            lambda progress: prepare(
                FILES / "apb.osm",
                FILES / "bookable-rooms.csv",
                (),
                venue=VENUE,
                zone=ZONE.key,
                progress=progress,
            )
        )
        await house.venues.put(ready.venue, ready.plan, ready.bound, clock.now())
        if ending.is_set():
            return
        await serve(create(house), HOST, port, lambda: _greet(settings.public_url, clock.now(), opens_page=opens_page))


def _greet(address: str, now: datetime, *, opens_page: bool) -> None:
    moved = abs(now - datetime.now(UTC)) > timedelta(minutes=1)
    clock = f" Its clock says {now.astimezone(ZONE):%A %d %B, %H:%M}." if moved else ""
    tell(f"{address}/ shows the building; all bookings in it are invented.{clock} Ctrl-C ends it.")
    if opens_page:
        webbrowser.open(address)


@asynccontextmanager
async def _emulator(folder: Path, start: datetime, client_secret: str, ending: asyncio.Event) -> AsyncIterator[Ready]:
    """A Microsoft 365 tenant in a process of its own: it ends with the demo, and the demo with it."""
    ready_file = folder / "emulator.json"
    with TemporaryFile() as said:  # a pipe would have to be emptied all the time
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "graph_emulator", "--ends-with-stdin"),
            *("--port", "0", "--http-port", "0", "--now", start.isoformat()),
            *("--ca-out", str(folder / "ca.pem"), "--ready-file", str(ready_file)),
            env={**os.environ, "GRAPH_EMULATOR_CLIENT_SECRET": client_secret},
            stdin=asyncio.subprocess.PIPE,  # held open until we end, in whatever way
            stdout=asyncio.subprocess.DEVNULL,
            stderr=said,
            start_new_session=True,  # a terminal's Ctrl-C is for us alone: the last bookings are settled first
        )
        watching = asyncio.create_task(_end_with(process))
        try:
            yield await _until_ready(process, ready_file, said, ending)
            if process.returncode is not None:
                raise LedigError(f"The pretend Microsoft 365 ended, and so does the demo. {_read(said)}".rstrip())
        finally:
            watching.cancel()
            if process.returncode is None:
                process.terminate()
            await process.wait()


async def _end_with(process: asyncio.subprocess.Process) -> None:
    await process.wait()
    signal.raise_signal(signal.SIGTERM)


async def _until_ready(
    process: asyncio.subprocess.Process, ready_file: Path, said: IO[bytes], ending: asyncio.Event
) -> Ready:
    """Raises Ended when somebody ends the demo meanwhile."""
    while process.returncode is None:
        if ending.is_set():
            raise Ended
        if await asyncio.to_thread(ready_file.exists):
            return msgspec.json.decode(await asyncio.to_thread(ready_file.read_bytes), type=Ready)
        await asyncio.sleep(0.02)
    raise LedigError(f"The pretend Microsoft 365 did not start: {_read(said)}")


def _read(said: IO[bytes]) -> str:
    said.seek(0)
    return said.read().decode(errors="replace").strip()


def _hour_before(moment: time) -> time:
    return moment.replace(hour=moment.hour - 1)
