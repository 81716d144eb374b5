"""The command `graph-emulator`."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Event, Thread
from types import FrameType
from typing import Annotated, NoReturn

import typer
from msgspec.structs import replace

from graph_emulator import demo
from graph_emulator.clock import running_from
from graph_emulator.cloud import Cloud
from graph_emulator.scenario.loading import load
from graph_emulator.scenario.reading import BadScenario, read
from graph_emulator.server import PortBusy, Running, running
from graph_emulator.welcome import welcome

app = typer.Typer(add_completion=False, rich_markup_mode="markdown", pretty_exceptions_enable=False)
YEARS = range(1970, 2200)


@app.command()
def serve(
    scenario: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Serves what this TOML or JSON file says instead of the demo tenant."),
    ] = None,
    port: Annotated[int, typer.Option(help="Port for https; 0 takes a free one.", min=0, max=65535)] = 8943,
    http_port: Annotated[int, typer.Option(help="Port for plain http; 0 takes a free one.", min=0, max=65535)] = 8980,
    ca_out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to write the certificate that clients must trust.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="Another seed draws other meetings, ids and faults.")
    ] = None,
    now: Annotated[
        str | None,
        typer.Option(metavar="INSTANT", help="Starts the clock there, e.g. 2026-11-24T09:10:00Z; it runs on."),
    ] = None,
    ready_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Written, as JSON, when it listens: addresses, CA file, first tenant and client id."
        ),
    ] = None,
    ends_with_stdin: Annotated[
        bool, typer.Option("--ends-with-stdin", help="Ends, too, when its standard input does: with who started it.")
    ] = False,
    client_id: Annotated[
        str, typer.Option(envvar="GRAPH_EMULATOR_CLIENT_ID", help="The id of the demo tenant's app registration.")
    ] = demo.CLIENT_ID,
    client_secret: Annotated[
        str, typer.Option(envvar="GRAPH_EMULATOR_CLIENT_SECRET", help="Its secret.")
    ] = demo.CLIENT_SECRET,
) -> None:
    """
    A Microsoft 365 tenant on this machine: sign-in, calendars, rooms and places of Microsoft Graph v1.0.

    Without --scenario it holds 30 rooms, 40 invented people and five weeks of meetings around today, all in memory.

    Use its https address wherever a client wants https://login.microsoftonline.com or https://graph.microsoft.com, and
    let it trust the CA file. Pages in a browser may use the http address, which needs no certificate.

    While it runs, its clock, faults, log of calls and rooms are in your hands:

    - curl http://127.0.0.1:8980/emulator/calls

    - curl -X PATCH http://127.0.0.1:8980/emulator/clock -d '{"advance": 3600}'

    - curl -X POST http://127.0.0.1:8980/emulator/faults -d '{"kind": "status", "status": 503, "share": 0.1}'

    It listens on 127.0.0.1 only. Ctrl-C ends it.
    """
    cloud = _cloud(scenario, _instant(now), seed, client_id, client_secret)
    try:
        with (
            _told_to_stop(ends_with_stdin=ends_with_stdin) as stop,
            running(cloud, port=port, http_port=http_port, ca_file=ca_out) as served,
        ):
            if ready_file:
                _write(ready_file, served)
            typer.echo(welcome(served, hidden=client_secret if client_secret != demo.CLIENT_SECRET else None))
            stop.wait()
            if ready_file:
                ready_file.unlink(missing_ok=True)
    except PortBusy as busy:
        _give_up(f"Port {busy.port} is in use. Choose another with --port and --http-port; 0 takes a free one.")
    except OSError as error:
        _give_up(f"{error.filename} cannot be written: {error.strerror}.")


def _cloud(file: Path | None, now: datetime | None, seed: int | None, client_id: str, client_secret: str) -> Cloud:
    """What a scenario says, or the demo tenant; a clock and a seed that are given go before the scenario's."""
    if file is None:
        return demo.tenant(running_from(now), seed or 0, client_id=client_id, client_secret=client_secret).cloud
    try:
        said = read(file)
        if now is not None:
            said = replace(said, clock=None)
        if seed is not None:
            said = replace(said, seed=seed)
        return load(said, running_from(now))
    except BadScenario as bad:
        _give_up(f"{file}: {bad}")
    except OSError as error:
        _give_up(f"{file} cannot be read: {error.strerror}.")


def _give_up(reason: str) -> NoReturn:
    typer.echo(reason, err=True)
    raise typer.Exit(1) from None


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or moment.year not in YEARS:
        raise typer.BadParameter(
            f"'{text}' is no instant from {YEARS[0]} to {YEARS[-1]}; write it like 2026-11-24T09:10:00Z.",
            param_hint="--now",
        )
    return moment


@contextmanager
def _told_to_stop(*, ends_with_stdin: bool) -> Iterator[Event]:
    """An event that is set by Ctrl-C, SIGTERM or a closed terminal, and by the end of standard input if that counts."""
    stop = Event()

    def told(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    def until_it_ends() -> None:
        while os.read(0, 4096):  # sys.stdin has a lock that would still be held when Python ends
            pass
        stop.set()

    before = {number: signal.signal(number, told) for number in _endings()}
    if ends_with_stdin:
        Thread(target=until_it_ends, name="stdin", daemon=True).start()
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _endings() -> list[signal.Signals]:
    hangup = [number for number in signal.Signals if number.name == "SIGHUP"]  # Windows has none
    # Where it is ignored already, nohup keeps what it started.
    heard = [number for number in hangup if signal.getsignal(number) != signal.SIG_IGN]
    return [signal.SIGINT, signal.SIGTERM, *heard]


def _write(ready_file: Path, served: Running) -> None:
    """All at once: whoever waits for the file never reads half of it."""
    facts = {
        "https": served.https,
        "http": served.http,
        "ca_file": str(served.ca_file.resolve()),
        "tenant_id": next(iter(served.cloud.tenants), None),
        "client_id": next((app.client_id for app in served.cloud.apps.values()), None),
    }
    unfinished = ready_file.with_name(f".{ready_file.name}.{os.getpid()}")
    unfinished.write_text(json.dumps(facts), encoding="utf-8")
    unfinished.replace(ready_file)
