"""The `ledig` command, but for the demo."""

from __future__ import annotations

import asyncio
import io
import os
import socket
import sys
from contextlib import redirect_stderr, redirect_stdout
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import pytest

from ledig.booking import Attempt, Lease, Outcome, Wish
from ledig.cli import main
from ledig.demo import FILES, HOST
from ledig.intervals import Interval
from ledig.ports import any_free, free_address
from ledig.store.attempts import StoredAttempts
from ledig.store.database import opened
from lobby import MONDAY_10_10

TENANT = """
[tenant]
id = "rooms.example.org"
client_id = "0b7e4c52-1f3d-4a68-8e95-7c2d9f10a4b6"
client_secret = "s3cret"
"""


class Told(NamedTuple):
    returncode: str | int | None
    stdout: str
    stderr: str


MAP, ROOMS = FILES / "apb.osm", FILES / "bookable-rooms.csv"


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "ledig.toml"
    path.write_text(f"public_url = 'https://rooms.example.org'\ndatabase = '{tmp_path / 'ledig.db'}'{TENANT}")
    return path


def test_imports_a_building_and_again(settings: Path) -> None:
    """The second time without a zone or a list of rooms: what was bound stays bound."""
    first = _run("venue", "import", MAP, "--rooms", ROOMS, "--zone", "Europe/Berlin", "--settings", settings)
    again = _run("venue", "import", MAP, "--settings", settings)

    assert (first.returncode, again.returncode) == (0, 0), first.stderr + again.stderr
    assert "Andreas-Pfitzmann-Bau is in as 'apb': 30 bookable rooms." in first.stderr
    assert "30 bookable rooms" in again.stderr


def test_a_lost_room_is_said_before_anything_changes(settings: Path, tmp_path: Path) -> None:
    """And the import goes on only when told to."""
    _run("venue", "import", MAP, "--rooms", ROOMS, "--zone", "Europe/Berlin", "--settings", settings)
    smaller = tmp_path / "apb.osm"
    smaller.write_text(MAP.read_text().replace("<way id='870541236'", "<way id='870541236' action='delete'"))

    refused = _run("venue", "import", smaller, "--settings", settings)
    let_go = _run("venue", "import", smaller, "--drop-lost", "--settings", settings)

    assert refused.returncode == 1
    assert "no longer in the file: The Egg (1096). Nothing was changed" in refused.stderr
    assert "29 bookable rooms" in let_go.stderr


def test_checks_a_building_without_settings() -> None:
    """Counts and oddities, on standard output; nothing is stored."""
    told = _run("venue", "check", MAP, "--rooms", ROOMS)

    assert told.returncode == 0, told.stderr
    assert told.stdout.splitlines() == [
        "Andreas-Pfitzmann-Bau",
        "Rooms: 400, of which 399 reach each other through doors",
        "Per level: 3 on Floor -1, 78 on Floor 0, 110 on Floor 1, 115 on Floor 2, 118 on Floor 3",
        "Doors: 502, of which 21 are entrances",
        "Stairs: 8, lifts: 2, toilets: 30",
        "30 bookable rooms, each bound to its place",
    ]


def test_names_what_is_odd_about_a_building_once() -> None:
    """With the objects' names in the map."""
    told = _run("venue", "check", Path(__file__).parent / "plans" / "caserne.osm")

    assert told.returncode == 0, told.stderr
    assert told.stdout.count("way/398056943") == 1
    assert "Note: 1 have no level and were skipped: way/398056943" in told.stdout


def test_an_id_is_made_from_the_files_name(settings: Path, tmp_path: Path) -> None:
    """In letters that need no escaping in an address."""
    file = tmp_path / "Größeres Hörsaalgebäude.osm"
    file.write_bytes(MAP.read_bytes())

    told = _run("venue", "import", file, "--rooms", ROOMS, "--zone", "Europe/Berlin", "--settings", settings)

    assert "is in as 'grosseres-horsaalgebaude'" in told.stderr


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "breaks off"),
        (b"<html></html>", "OpenStreetMap"),
        (MAP.read_bytes()[:200_000], "breaks off"),
        (b'<!DOCTYPE osm [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><osm version="0.6">&b;</osm>', "refused"),
        (b"<osm version='0.6'></osm>", "no rooms"),
    ],
)
def test_a_broken_file_changes_nothing(settings: Path, tmp_path: Path, content: bytes, word: str) -> None:
    """A sentence, no traceback, nothing half-written."""
    path = tmp_path / "broken.osm"
    path.write_bytes(content)

    told = _run("venue", "import", path, "--rooms", ROOMS, "--zone", "Europe/Berlin", "--settings", settings)

    assert told.returncode == 1
    assert told.stderr.startswith("ledig: ")
    assert "Traceback" not in told.stderr
    assert word in told.stderr
    assert "No attempts" in _run("outcomes", "--settings", settings).stdout
    again = _run("venue", "import", MAP, "--id", "broken", "--settings", settings)
    assert "Say in which time zone" in again.stderr, "no venue was left behind"


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["venue", "import", "nowhere.osm", "--zone", "Europe/Berlin"], "nowhere.osm"),
        (["venue", "import", MAP, "--rooms", "nowhere.csv", "--zone", "Europe/Berlin"], "nowhere.csv"),
        (["venue", "import", MAP, "--rooms", ROOMS], "--zone"),
        (["venue", "import", MAP, "--rooms", ROOMS, "--zone", "Middle/Earth"], "Middle/Earth"),
        (["venue", "import", MAP, "--rooms", ROOMS, "--zone", "Europe"], "no time zone 'Europe'"),
        (["venue", "import", MAP, "--zone", "Europe/Berlin"], "--rooms"),
        (["venue", "import", MAP, "--rooms", ROOMS, "--zone", "Europe/Berlin", "--id", "A b"], "--id"),
    ],
)
def test_says_what_is_missing(settings: Path, arguments: list[str | Path], word: str) -> None:
    """Names it, and says what to do."""
    told = _run(*arguments, "--settings", settings)

    assert told.returncode == 1
    assert word in told.stderr
    assert "Traceback" not in told.stderr


def test_outcomes_of_attempts(settings: Path, tmp_path: Path) -> None:
    """When, which room, how it ended; neither the booked time nor the kiosk, let alone a person."""
    asyncio.run(_attempt_to_book(tmp_path / "ledig.db"))

    told = _run("outcomes", "--settings", settings).stdout.splitlines()

    assert told[0].split() == ["when", "(UTC)", "venue", "room", "kind", "outcome"]
    assert told[1].split() == ["2026-11-23", "09:10", "apb", "1096", "anonymous", "confirmed"]
    assert len(told) == 2


async def _attempt_to_book(database: Path) -> None:
    during = Interval(MONDAY_10_10 + timedelta(hours=3), MONDAY_10_10 + timedelta(hours=4))
    wish = Wish(key="key", tenant="rooms.example.org", venue="apb", room="1096", kiosk="lobby", during=during)
    async with opened(database) as engine:
        attempts = StoredAttempts(engine, settle=timedelta(0))
        lease = Lease("worker", MONDAY_10_10, MONDAY_10_10)
        await attempts.claim(wish, lease, MONDAY_10_10)
        await attempts.settle(Attempt(wish, Outcome.CONFIRMED, "event"), lease, MONDAY_10_10)


def test_outcomes_of_an_empty_database(settings: Path) -> None:
    """There are none, and it says so."""
    assert "No attempts yet." in _run("outcomes", "--settings", settings).stdout


@pytest.mark.parametrize(
    ("document", "word"),
    [
        (f"public_url = 1{TENANT}", "public_url"),
        (f"public_url = 'http://rooms.example.org'{TENANT}", "https"),
        (f"public_url = 'https://rooms.example.org'\nnonsense = 1{TENANT}", "nonsense"),
        ("[tenant", "not TOML"),
    ],
    ids=["of another kind", "without encryption", "unknown", "not TOML"],
)
def test_settings_that_are_not_right_stop_the_start(tmp_path: Path, document: str, word: str) -> None:
    """Named, in a sentence."""
    path = tmp_path / "ledig.toml"
    path.write_text(document)

    assert word in _sentence("serve", "--settings", path)


def test_settings_that_cannot_be_read_stop_the_start(tmp_path: Path) -> None:
    """Such as a folder, or a file that is not there."""
    assert "Is a directory" in _sentence("serve", "--settings", tmp_path)
    assert "No such file" in _sentence("serve", "--settings", tmp_path / "nowhere.toml")


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("192.0.2.1", "cannot listen on 192.0.2.1, port 8000: Cannot assign requested address."),
        ("nowhere.invalid", "cannot listen on nowhere.invalid"),
        ("a..b", "cannot listen on a..b"),
    ],
    ids=["another machine's", "unknown", "no address"],
)
def test_an_address_that_is_not_this_machines_is_told(settings: Path, host: str, words: str) -> None:
    """And is not called a port that is taken."""
    assert words in _sentence("serve", "--settings", settings, "--host", host)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_a_port_that_is_taken_is_told_with_one_that_is_free(settings: Path, host: str) -> None:
    """On whichever address of this machine."""
    family, *_, address = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)[0]
    with socket.socket(family) as other:
        try:
            other.bind(address)
        except OSError:
            pytest.skip(f"this machine has no {host}")
        other.listen()
        port = other.getsockname()[1]

        told = _sentence("serve", "--settings", settings, "--host", host, "--port", str(port))

    assert f"Port {port} is taken. Port " in told
    assert free_address(host, int(told.rsplit("--port ", 1)[1].rstrip(".\n")))


def test_a_database_that_cannot_be_used_is_told(settings: Path, tmp_path: Path) -> None:
    """Its folder is not there, or it is something else."""
    (tmp_path / "ledig.db").write_bytes(b"no database at all")
    assert "not a database" in _sentence("outcomes", "--settings", settings)

    with mock.patch.dict(os.environ, {"LEDIG_DATABASE": str(tmp_path / "nowhere" / "ledig.db")}):
        assert "unable to open" in _sentence("outcomes", "--settings", settings)


def test_a_certificate_that_is_not_there_is_told(settings: Path, tmp_path: Path) -> None:
    """Or holds none."""
    here = {"LEDIG_GRAPH__ROOT": "https://127.0.0.1:1/v1.0", "LEDIG_GRAPH__LOGIN": "https://127.0.0.1:1"}
    for file in (tmp_path / "nowhere.pem", settings):
        with mock.patch.dict(os.environ, {**here, "LEDIG_GRAPH__CA": str(file)}):
            assert f"{file} in graph.ca" in _sentence("serve", "--settings", settings, "--port", str(any_free(HOST)))


def test_the_clock_is_set_on_this_machine_only(settings: Path) -> None:
    """--now is for trying things out."""
    assert "--now is for trying" in _run("serve", "--settings", settings, "--now", "2026-11-24T10:10:00Z").stderr


@pytest.mark.parametrize("arguments", [[], ["serve"], ["demo"], ["venue", "import"], ["outcomes"]])
def test_help_teaches(arguments: list[str]) -> None:
    """Every command says what it does."""
    told = _run(*arguments, "--help")

    assert told.returncode == 0
    assert "Usage: " in told.stdout


def _sentence(*arguments: str | Path) -> str:
    """What is told where nothing comes of it."""
    told = _run(*arguments)
    assert told.returncode == 1
    assert told.stderr.startswith("ledig: ")
    assert "Traceback" not in told.stderr
    return told.stderr


def _run(*arguments: str | Path) -> Told:
    """The command in this process, as from a terminal of 200 columns."""
    out, err = io.StringIO(), io.StringIO()
    argv = ["ledig", *map(str, arguments)]
    with (
        mock.patch.object(sys, "argv", argv),
        mock.patch.dict(os.environ, {"COLUMNS": "200"}),
        redirect_stdout(out),
        redirect_stderr(err),
        pytest.raises(SystemExit) as ended,
    ):
        main()
    return Told(ended.value.code, out.getvalue(), err.getvalue())


@pytest.mark.parametrize("now", ["", "noon", "2026-11-24T10:10:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_refuses_a_clock_that_makes_no_sense(settings: Path, now: str) -> None:
    """With an example of one that does."""
    settings.write_text(settings.read_text().replace("https://rooms.example.org", "http://localhost:8000"))

    assert "such as 2026-11-24T10:10:00+01:00" in _sentence("serve", "--settings", settings, "--now", now)


def test_what_is_for_trying_out_stays_on_this_machine(settings: Path) -> None:
    """A clock that was set, and a kiosk's secret for everybody, are not served to a network."""
    settings.write_text(settings.read_text().replace("https://rooms.example.org", "http://localhost:8000"))
    set_clock = ("--host", "0.0.0.0", "--now", "2026-11-24T10:10:00Z")
    assert "for trying things out" in _sentence("serve", "--settings", settings, *set_clock)

    kiosk = f'[kiosk]\nid = "lobby"\nvenue = "apb"\nsecret = "{"s" * 32}"\nhand_out = true\n'
    settings.write_text(settings.read_text() + kiosk)
    assert "for trying things out" in _sentence("serve", "--settings", settings, "--host", "0.0.0.0")
