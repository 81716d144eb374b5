"""The `ledig` command: starts things, reads settings once, speaks in sentences."""

from __future__ import annotations

import asyncio
import os
import re
import ssl
import sys
import tomllib
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table

from ledig import demo as demonstration
from ledig import logs
from ledig.clock import RunningClock
from ledig.errors import Invalid, LedigError
from ledig.importing import Import, prepare
from ledig.plans import osm
from ledig.plans.binding import bind, read_rows, slug
from ledig.plans.errors import PlanError
from ledig.plans.report import lines
from ledig.ports import free_address
from ledig.settings import Settings, parse
from ledig.store.attempts import StoredAttempts
from ledig.store.database import opened
from ledig.store.venues import StoredVenues
from ledig.terminal import tell, with_progress
from ledig.web import times
from ledig.web.app import create
from ledig.web.house import opened_house
from ledig.web.metrics import Metrics
from ledig.web.server import serve as serve_app

app = typer.Typer(
    help="Shows on an indoor map which meeting rooms are free, and books them through Microsoft 365.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
venue_app = typer.Typer(help="Bring buildings in and look after them.", no_args_is_help=True)
app.add_typer(venue_app, name="venue")

DEFAULT_SETTINGS = Path("ledig.toml")
SettingsFile = Annotated[Path, typer.Option("--settings", envvar="LEDIG_SETTINGS", help="The settings, a TOML file.")]
Now = Annotated[
    str | None,
    typer.Option(metavar="INSTANT", help="Let the clock start there, such as 2026-11-24T10:10:00+01:00, and run on."),
]
MapFile = Annotated[Path, typer.Argument(help="The building: OpenStreetMap XML with indoor tagging (.osm).")]
RoomsFile = Annotated[Path | None, typer.Option(help="The bookable rooms, a CSV file.")]


def main() -> None:
    """Runs the command; what goes wrong is a sentence, never a traceback."""
    try:
        app()
    except (LedigError, PlanError) as error:
        tell(f"ledig: {error}")
        sys.exit(1)


@app.command()
def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where to serve the map; 0 takes any free port.")] = 8000,
    opens_page: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in a browser.")] = True,
    now: Now = None,
) -> None:
    """A real building and a pretend Microsoft 365 on this machine; all bookings are invented. Ctrl-C ends it."""
    logs.set_up(is_quiet=True)
    _run(demonstration.run(port, _instant(now), opens_page=opens_page))


@app.command()
def serve(
    settings: SettingsFile = DEFAULT_SETTINGS,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8000,
    now: Now = None,
) -> None:
    """Serve the map and the API for the organisation in the settings."""
    logs.set_up()
    read = _read_settings(settings)
    if now is not None and not read.is_loopback:
        raise Invalid("--now is for trying things out: public_url has to be on this machine.")
    _run(_serve(read, host, port, _instant(now)))


@venue_app.command("import")
def import_venue(
    file: MapFile,
    rooms: RoomsFile = None,
    venue: Annotated[
        str | None, typer.Option("--id", help="The venue's id in addresses; else the file's name.")
    ] = None,
    zone: Annotated[
        str | None, typer.Option(help="The building's time zone, such as Europe/Berlin; needed the first time.")
    ] = None,
    drops_lost: Annotated[
        bool, typer.Option("--drop-lost", help="Go on although rooms of before are no longer in the file.")
    ] = False,
    settings: SettingsFile = DEFAULT_SETTINGS,
) -> None:
    """Bring a building in, or up to date. Rooms keep their ids; without --rooms those of before stay bound."""
    logs.set_up(is_quiet=True)
    name = venue or slug(file.stem) or "venue"
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", name):
        raise Invalid("A venue's --id has lower-case letters, digits and hyphens only.")
    _run(_import(_read_settings(settings), file, rooms, name, zone, drops_lost=drops_lost))


@venue_app.command()
def check(file: MapFile, rooms: RoomsFile = None) -> None:
    """Read a building and say what is in it and what is odd about it; changes nothing."""
    reading = with_progress(lambda progress: osm.read(file, progress))
    for line in lines(reading.plan):
        typer.echo(line)
    for remark in reading.remarks:
        typer.echo(f"Note: {remark}")
    if rooms:
        typer.echo(f"{len(bind(reading.plan, read_rows(rooms)).bindings)} bookable rooms, each bound to its place")


@app.command()
def outcomes(
    most: Annotated[int, typer.Option("--count", min=1, help="How many, newest first.")] = 50,
    settings: SettingsFile = DEFAULT_SETTINGS,
) -> None:
    """What became of the attempts to book: whether each succeeded or what went wrong. Nothing else is kept."""
    logs.set_up(is_quiet=True)
    _run(_outcomes(_read_settings(settings), most))


async def _serve(settings: Settings, host: str, port: int, now: datetime | None) -> None:
    address = free_address(host, port)
    is_for_trying = now is not None or bool(settings.kiosk and settings.kiosk.hand_out)
    if is_for_trying and not ip_address(address).is_loopback:
        raise Invalid(f"--now and kiosk.hand_out are for trying things out: they do not go with --host {host}.")
    _require_certificate(settings.graph.ca)
    async with opened_house(settings, RunningClock(now)) as house:
        where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        told = f"ledig listens on http://{where} and is to be opened at {settings.public_url}. Ctrl-C ends it."
        watched = settings.metrics
        metrics = (Metrics(house), free_address(watched.host, watched.port), watched.port) if watched else None
        await serve_app(create(house), address, port, lambda: tell(told), metrics)


def _require_certificate(file: str | None) -> None:
    try:
        ssl.create_default_context(cafile=file)
    except OSError as error:
        raise Invalid(f"The certificate {file} in graph.ca cannot be used: {error.strerror}.") from None


async def _import(
    settings: Settings, file: Path, rooms: Path | None, venue: str, zone: str | None, *, drops_lost: bool
) -> None:
    async with _database(settings) as (venues, _):
        before = await venues.get(venue)
        existing = await venues.bindings(venue)
        where = _zone(zone or (before.venue.zone if before else None))
        ready = with_progress(
            lambda progress: prepare(file, rooms, existing, venue=venue, zone=where, progress=progress)
        )
        for remark in ready.remarks:
            tell(f"Note: {remark}")
        _require_none_lost(ready, drops_lost=drops_lost)
        await venues.put(ready.venue, ready.plan, ready.bound, datetime.now(UTC))
    tell(f"{ready.venue.name} is in as {venue!r}: {len(ready.bound)} bookable rooms.")


def _require_none_lost(ready: Import, *, drops_lost: bool) -> None:
    if ready.lost and not drops_lost:
        lost = ", ".join(f"{binding.room.name} ({binding.room.id})" for binding in ready.lost)
        raise Invalid(f"These rooms are no longer in the file: {lost}. Nothing was changed; --drop-lost lets them go.")


async def _outcomes(settings: Settings, most: int) -> None:
    async with _database(settings) as (_, attempts):
        newest = await attempts.newest(settings.tenant.id, most)
    table = Table("when (UTC)", "venue", "room", "kind", "outcome", box=None, pad_edge=False)
    for one in newest:
        table.add_row(f"{one.begun_at:%Y-%m-%d %H:%M}", one.venue, one.room, one.kind, one.outcome or "under way")
    Console().print(table if newest else "No attempts yet.")


@asynccontextmanager
async def _database(settings: Settings) -> AsyncIterator[tuple[StoredVenues, StoredAttempts]]:
    async with opened(settings.database) as engine:
        yield StoredVenues(engine, settings.tenant.id), StoredAttempts(engine, settings.booking.settle)


def _read_settings(path: Path) -> Settings:
    try:
        document = tomllib.loads(path.read_text()) if path != DEFAULT_SETTINGS or path.exists() else {}
    except OSError as error:
        raise Invalid(f"The settings {path} cannot be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"The settings {path} are not TOML: {error}.") from None
    return parse(document, os.environ)


def _run(work: Coroutine[object, object, None]) -> None:
    asyncio.run(work)


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        told = None
    if told is None or told.tzinfo is None or told.year not in times.YEARS:
        raise Invalid(f"--now has to be an instant with a zone, such as 2026-11-24T10:10:00+01:00, not {text!r}.")
    return told.astimezone(UTC)


def _zone(name: str | None) -> str:
    if name is None:
        raise Invalid("Say in which time zone the building stands, such as --zone Europe/Berlin.")
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError):  # a key that is a folder of the database raises what opening it raises
        raise Invalid(f"There is no time zone {name!r}; Europe/Berlin is one.") from None
