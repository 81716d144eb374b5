"""`ledig demo`"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
    assert not any(_is_running(emulator) for emulator in emulators)


@pytest.mark.parametrize(
    ("so_far", "how"),
    [
        ("ledig-demo-*", signal.SIGINT),
        ("ledig-demo-*", signal.SIGTERM),
        ("ledig-demo-*/ca.pem", signal.SIGTERM),
        ("ledig-demo-*/ledig.db*", signal.SIGINT),
    ],
)
def test_ends_quietly_while_it_starts(tmp_path: Path, so_far: str, how: signal.Signals) -> None:
    """Before, while and after the pretend tenant starts; with no process, no file and no word left behind."""
    with _starting(tmp_path) as process:
        _wait_until(lambda: _exists(tmp_path, so_far))
        emulators = _children(process.pid)
        process.send_signal(how)
        _, said = process.communicate(timeout=30)

    assert (process.returncode, said) == (0, "")
    assert list(tmp_path.iterdir()) == []
    assert not any(_is_running(emulator) for emulator in emulators)


def test_ctrl_c_is_quiet_while_python_loads() -> None:
    """A second passes before there is a demo; nobody wants to read where in it they were."""
    command = [sys.executable, "-X", "importtime", "-m", "ledig", "demo", "--port", "0", "--no-open"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = []
        for line in process.stderr:
            said.append(line)
            if "ledig.errors" in line:
                process.send_signal(signal.SIGINT)

    assert process.returncode == 130
    assert all(line.startswith("import time:") for line in said)


@pytest.mark.skipif(signal.getsignal(signal.SIGHUP) == signal.SIG_IGN, reason="nohup keeps what it started")
def test_a_closed_terminal_leaves_nothing_behind(tmp_path: Path) -> None:
    """It tells all its processes, and they end."""
    with _starting(tmp_path) as process:
        _wait_until_served(process)
        emulators = _children(process.pid)
        os.killpg(process.pid, signal.SIGHUP)
        process.communicate(timeout=30)

    assert process.returncode == 0
    assert list(tmp_path.iterdir()) == []
    assert not any(_is_running(emulator) for emulator in emulators)


@pytest.mark.parametrize("so_far", ["ledig-demo-*", "ledig-demo-*/ledig.db"])
def test_the_pretend_tenant_never_outlives_the_demo(tmp_path: Path, so_far: str) -> None:
    """Not even one that was killed and could tell nobody, before it served or later."""
    with _starting(tmp_path) as process:
        _wait_until(lambda: _exists(tmp_path, so_far) and bool(_children(process.pid)))
        [emulator] = _children(process.pid)
        process.kill()

    _wait_until(lambda: not _is_running(emulator))


def test_the_demo_does_not_outlive_its_tenant(tmp_path: Path) -> None:
    """It says so, once."""
    with _starting(tmp_path) as process:
        _wait_until_served(process)
        os.kill(_children(process.pid)[0], signal.SIGKILL)
        _, said = process.communicate(timeout=30)

    assert process.returncode == 1
    assert said == "ledig: The pretend Microsoft 365 ended, and so does the demo.\n"
    assert not _exists(tmp_path, "ledig-demo-*")


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


@contextmanager
def _starting(temporary: Path) -> Iterator[subprocess.Popen[str]]:
    """The demo as from a terminal of its own; gone in any case."""
    command = [sys.executable, "-m", "ledig", "demo", "--port", "0", "--no-open"]
    here = {**os.environ, "TMPDIR": str(temporary)}
    with subprocess.Popen(command, env=here, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            yield process
        finally:
            process.kill()


def _wait_until_served(process: subprocess.Popen[str]) -> None:
    assert process.stderr is not None
    assert "shows the building" in process.stderr.readline()


def _wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _exists(folder: Path, pattern: str) -> bool:
    return any(folder.glob(pattern))


def _is_running(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
