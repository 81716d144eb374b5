"""The command `graph-emulator`, as a process of its own."""

import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from graph_emulator import demo

COMMAND = (sys.executable, "-m", "graph_emulator")
PLAIN = os.environ | {"NO_COLOR": "1", "COLUMNS": "200", "TERM": "dumb"}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run((*COMMAND, *arguments), capture_output=True, text=True, timeout=30, env=PLAIN, check=False)


@contextmanager
def started(ready_file: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The command, listening; ended in any case."""
    command = (*COMMAND, "--port", "0", "--http-port", "0", "--ready-file", str(ready_file), *arguments)
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=PLAIN) as process:
        try:
            while not ready_file.exists() and process.poll() is None:
                time.sleep(0.01)  # until it is there, or the process has given up
            yield process
        finally:
            process.kill()


def test_it_serves_the_demo_tenant_and_ends_when_told(tmp_path: Path) -> None:
    """With a clock that was set, a CA file, and facts for whoever started it; quietly, on SIGINT as on SIGTERM."""
    for how in (signal.SIGINT, signal.SIGTERM):
        ready, ca_file = tmp_path / "ready.json", tmp_path / "ca.pem"
        with started(ready, "--now", "2026-11-24T09:10:00Z", "--ca-file", str(ca_file)) as process:
            facts = json.loads(ready.read_text(encoding="utf-8"))
            assert facts.keys() == {"https", "http", "ca_file", "tenant_id", "client_id"}
            assert facts["ca_file"] == str(ca_file)
            trust = ssl.create_default_context(cafile=facts["ca_file"])
            with httpx.Client(base_url=facts["https"], verify=trust, trust_env=False) as client:
                form = {
                    "grant_type": "client_credentials",
                    "client_id": facts["client_id"],
                    "client_secret": demo.CLIENT_SECRET,
                    "scope": "https://graph.microsoft.com/.default",
                }
                token = client.post(f"/{facts['tenant_id']}/oauth2/v2.0/token", data=form).json()["access_token"]
                headers = {"Authorization": f"Bearer {token}"}
                rooms = client.get("/v1.0/places/microsoft.graph.room", headers=headers).json()["value"]
                assert len(rooms) == 30
                lost = client.get("/v1.0/users/nobody@rooms.example.org/events/x", headers=headers)
                assert lost.json()["error"]["innerError"]["date"].startswith("2026-11-24T09:10")
            process.send_signal(how)
            _, errors = process.communicate(timeout=10)
        assert (process.returncode, errors) == (0, "")
        assert not ready.exists()


@pytest.mark.skipif(signal.getsignal(signal.SIGHUP) == signal.SIG_IGN, reason="nohup keeps what it started")
def test_it_ends_with_its_terminal(tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    with started(ready) as process:
        process.send_signal(signal.SIGHUP)
        _, errors = process.communicate(timeout=10)

    assert (process.returncode, errors) == (0, "")
    assert not ready.exists()


def test_it_listens_on_loopback_only(tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    with started(ready):
        facts = json.loads(ready.read_text(encoding="utf-8"))

    assert re.fullmatch(r"https://127\.0\.0\.1:\d+", facts["https"])
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", facts["http"])


@pytest.mark.parametrize("option", ["--port", "--http-port"])
def test_a_busy_port_is_named(option: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        ended = run("--port", "0", "--http-port", "0", option, str(port))

    assert ended.returncode == 1
    assert f"Port {port} is in use." in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    for option in ("--ca-file", "--ready-file"):
        ended = run("--port", "0", "--http-port", "0", option, str(tmp_path / "missing" / "file"))

        assert ended.returncode == 1
        assert "cannot be written: No such file or directory." in ended.stderr
        assert "Traceback" not in ended.stderr


def test_it_ends_with_its_standard_input_where_that_counts(tmp_path: Path) -> None:
    """Whoever holds the other end of the pipe may be killed; nothing is left behind."""
    ready = tmp_path / "ready.json"
    with started(ready, "--ends-with-stdin") as process:
        assert ready.exists()
        _, errors = process.communicate(timeout=10)

    assert (process.returncode, errors) == (0, "")
    assert not ready.exists()


@pytest.mark.parametrize("instant", ["tuesday", "2026-11-24T09:10:00", "0001-01-01T00:00:00Z", "9999-12-31T23:00:00Z"])
def test_an_instant_without_a_zone_or_sense_is_refused(instant: str) -> None:
    ended = run("--now", instant)

    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    assert "2026-11-24T09:10:00Z" in ended.stderr


def test_help_explains_it() -> None:
    ended = run("--help")

    assert ended.returncode == 0
    for option in (
        "--port",
        "--http-port",
        "--now",
        "--ca-file",
        "--ready-file",
        "--ends-with-stdin",
        "--seed",
        "--client-secret",
    ):
        assert option in ended.stdout
