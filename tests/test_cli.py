"""The `ledig` command, but for the demo."""

from __future__ import annotations

import io
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import pytest

from ledig.cli import main
from ledig.demo import FILES

SETTINGS = """
public_url = "https://rooms.example.org"
database = "{database}"
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
    path.write_text(SETTINGS.format(database=tmp_path / "ledig.db"))
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
    assert "doors: 502" in told.stdout
    assert "30 bookable rooms" in told.stdout


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


def test_outcomes_of_an_empty_database(settings: Path) -> None:
    """There are none, and it says so."""
    assert "No attempts yet." in _run("outcomes", "--settings", settings).stdout


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("public_url = 1", "public_url"),
        ("public_url = 'http://rooms.example.org'", "https"),
        ("nonsense = 1", "nonsense"),
        ("[tenant", "not TOML"),
    ],
)
def test_settings_that_are_not_right_stop_the_start(tmp_path: Path, text: str, word: str) -> None:
    """Named, in a sentence."""
    path = tmp_path / "ledig.toml"
    path.write_text(SETTINGS.format(database=tmp_path / "ledig.db").replace('public_url = "https', '#"') + "\n")
    path.write_text(f"{text}\n{path.read_text()}" if not text.startswith("[") else text)

    told = _run("serve", "--settings", path)

    assert told.returncode == 1
    assert word in told.stderr
    assert "Traceback" not in told.stderr


def test_the_clock_is_set_on_this_machine_only(settings: Path) -> None:
    """--now is for trying things out."""
    assert "--now is for trying" in _run("serve", "--settings", settings, "--now", "2026-11-24T10:10:00Z").stderr


@pytest.mark.parametrize("arguments", [[], ["serve"], ["demo"], ["venue", "import"], ["outcomes"]])
def test_help_teaches(arguments: list[str]) -> None:
    """Every command says what it does."""
    told = _run(*arguments, "--help")

    assert told.returncode == 0
    assert "Usage: " in told.stdout


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
