"""The demo: a real building, a pretend Microsoft 365, and a kiosk, all on this machine, gone when it ends."""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from ledig.clock import RunningClock
from ledig.errors import LedigError
from ledig.importing import prepare
from ledig.policy import Policy
from ledig.ports import any_free, free_address
from ledig.settings import GraphSettings, KioskSettings, Settings, TenantSettings
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


class Ready(Struct, frozen=True):
    """What the emulator writes down once it listens."""

    https: str
    ca_file: str
    tenant_id: str
    client_id: str


async def run(port: int, now: datetime | None, *, opens_page: bool) -> None:
    """Serves until Ctrl-C. Raises Invalid, naming a free port, where `port` is taken."""
    port = port or any_free(HOST)
    free_address(HOST, port)
    start = now or believable_now(datetime.now(UTC))
    client_secret = secrets.token_urlsafe(32)
    with TemporaryDirectory(prefix="ledig-demo-") as folder:
        async with _emulator(Path(folder), start, client_secret) as emulator:
            tenant = TenantSettings(id=emulator.tenant_id, client_id=emulator.client_id, client_secret=client_secret)
            settings = Settings(
                public_url=f"http://localhost:{port}",
                database=f"{folder}/ledig.db",
                tenant=tenant,
                graph=GraphSettings(root=f"{emulator.https}/v1.0", login=emulator.https, ca=emulator.ca_file),
                kiosk=KioskSettings(id="demo", venue=VENUE, secret=secrets.token_urlsafe(32), hand_out=True),
                notice=NOTICE,
            )
            await _serve(settings, port, RunningClock(start), opens_page=opens_page)


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


async def _serve(settings: Settings, port: int, clock: RunningClock, *, opens_page: bool) -> None:
    async with opened_house(settings, clock) as house:
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
        await serve(create(house), HOST, port, lambda: _greet(settings.public_url, clock.now(), opens_page=opens_page))


def _greet(address: str, now: datetime, *, opens_page: bool) -> None:
    moved = abs(now - datetime.now(UTC)) > timedelta(minutes=1)
    clock = f" Its clock says {now.astimezone(ZONE):%A %d %B, %H:%M}." if moved else ""
    tell(f"{address}/ shows the building; all bookings in it are invented.{clock} Ctrl-C ends it.")
    if opens_page:
        webbrowser.open(address)


@asynccontextmanager
async def _emulator(folder: Path, start: datetime, client_secret: str) -> AsyncIterator[Ready]:
    """A Microsoft 365 tenant in a process of its own, ended with the demo."""
    ready_file = folder / "emulator.json"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "graph_emulator",
        *("--port", "0", "--http-port", "0", "--now", start.isoformat()),
        *("--ca-file", str(folder / "ca.pem"), "--ready-file", str(ready_file)),
        env={**os.environ, "GRAPH_EMULATOR_CLIENT_SECRET": client_secret},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield await _until_ready(process, ready_file)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _until_ready(process: asyncio.subprocess.Process, ready_file: Path) -> Ready:
    while process.returncode is None:
        if await asyncio.to_thread(ready_file.exists):
            return msgspec.json.decode(await asyncio.to_thread(ready_file.read_bytes), type=Ready)
        await asyncio.sleep(0.02)
    said = (await process.stderr.read()).decode().strip() if process.stderr else ""
    raise LedigError(f"The pretend Microsoft 365 did not start: {said}")


def _hour_before(moment: time) -> time:
    return moment.replace(hour=moment.hour - 1)
