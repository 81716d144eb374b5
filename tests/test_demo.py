"""`ledig demo`"""

from __future__ import annotations

import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from ledig.demo import FILES, believable_now
from ledig.plans.binding import read_rows
from served import demo


def test_serves_the_map_of_a_pretend_tenant() -> None:
    """One command, one line with the address; the browser that opens it is a kiosk. Ctrl-C ends everything."""
    with demo() as (address, process):
        with httpx.Client(base_url=address) as browser:
            page = browser.get("/")
            venue = browser.get("/api/v1/venues/apb").json()
            day = browser.get("/api/v1/venues/apb/days/2026-11-24").json()
            held = browser.get("/api/v1/kiosk/bookings")
        emulators = _children(process.pid)

    assert page.headers["Content-Type"].startswith("text/html")
    assert venue["notice"] == "Demonstration: all bookings are invented."
    assert day["unknown"] == {}
    assert held.json() == {"bookings": []}
    assert process.returncode == 0
    assert len(emulators) == 1
    assert not any(Path(f"/proc/{emulator}").exists() for emulator in emulators)


def test_a_busy_port_says_so_and_names_a_free_one() -> None:
    """In a sentence, without a traceback."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        told = _run("demo", "--no-open", "--port", str(port))

    assert told.returncode == 1
    assert f"Port {port} is taken." in told.stderr
    assert "try --port" in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize("now", ["noon", "2026-11-24T10:10:00", "2026-13-24T10:10:00Z"])
def test_refuses_a_clock_without_a_zone_or_sense(now: str) -> None:
    """With an example of one that is right."""
    told = _run("demo", "--no-open", "--now", now)

    assert told.returncode == 1
    assert "such as 2026-11-24T10:10:00+01:00" in told.stderr


@pytest.mark.parametrize(
    ("real", "shown"),
    [
        ("2026-11-24T09:10", "2026-11-24T09:10"),
        ("2026-11-24T05:00", "2026-11-24T09:10"),
        ("2026-11-24T18:30", "2026-11-25T09:10"),
        ("2026-11-27T22:00", "2026-11-30T09:10"),
        ("2026-11-28T10:00", "2026-11-30T09:10"),
        ("2026-11-29T23:30", "2026-11-30T09:10"),
    ],
)
def test_opens_when_the_building_is_open(real: str, shown: str) -> None:
    """At night and on weekends the demo's clock stands at the next working morning."""
    at, expected = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (real, shown))

    assert believable_now(at) == expected


def test_the_tenant_has_the_rooms_of_the_map() -> None:
    """The emulator's list of rooms and ledig's are two files; they name the same mailboxes."""
    from graph_emulator import demo as tenants

    bound = {row.mailbox: row.name for row in read_rows(FILES / "bookable-rooms.csv")}

    assert {room.address: room.name for room in tenants.tenant(lambda: datetime.now(UTC)).rooms.values()} == bound


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ledig", *arguments], capture_output=True, text=True, timeout=60, check=False
    )


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
