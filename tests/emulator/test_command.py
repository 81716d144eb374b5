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
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
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
        with started(ready, "--now", "2026-11-24T09:10:00Z", "--ca-out", str(ca_file)) as process:
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
            said, errors = process.communicate(timeout=10)
        assert (process.returncode, errors) == (0, "")
        assert not ready.exists()
        assert f'authority="{facts["https"]}", connection_verify="{ca_file}"' in said
        assert demo.CLIENT_SECRET in said


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
    for option in ("--ca-out", "--ready-file"):
        ended = run("--port", "0", "--http-port", "0", option, str(tmp_path / "missing" / "file"))

        assert ended.returncode == 1
        assert "cannot be written: No such file or directory." in ended.stderr
        assert "Traceback" not in ended.stderr


def test_a_secret_of_ones_own_is_not_said(tmp_path: Path) -> None:
    with started(tmp_path / "ready.json", "--client-secret", "my own") as process:
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=10)

    assert "(as given)" in said
    assert "my own" not in said


def test_it_ends_quietly_while_somebody_waits_for_an_answer(tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    with started(ready) as process, ThreadPoolExecutor() as elsewhere:
        http = json.loads(ready.read_text(encoding="utf-8"))["http"]
        httpx.post(f"{http}/emulator/faults", json={"kind": "latency", "seconds": 60}, trust_env=False)
        waiting = elsewhere.submit(httpx.get, f"{http}/v1.0/me", timeout=60, trust_env=False)
        while not httpx.get(f"{http}/emulator/faults", trust_env=False).json()[0]["met"]:
            pass  # until the call is there
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=10)

        assert (process.returncode, errors) == (0, "")
        assert isinstance(waiting.exception(), httpx.TransportError)


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


SCENARIO = """
clock = { now = 2026-11-24T09:10:00Z }
apps = [{ client_id = "11111111-aaaa-4aaa-8aaa-111111111111", name = "Planner" }]

[[tenants]]
domain = "contoso.example"
rooms = [{ name = "Hall", address = "hall@contoso.example" }]
"""


@pytest.mark.parametrize("name", ["world.toml", "world.json"])
def test_it_serves_a_scenario(tmp_path: Path, name: str) -> None:
    """Of a file in TOML, or in JSON if its name says so; and says on start who is there."""
    file, ready = tmp_path / name, tmp_path / "ready.json"
    file.write_text(SCENARIO if name == "world.toml" else json.dumps(tomllib.loads(SCENARIO), default=str))
    with started(ready, "--scenario", str(file)) as process:
        facts = json.loads(ready.read_text(encoding="utf-8"))
        control = f"{facts['http']}/emulator"
        assert httpx.get(f"{control}/clock", trust_env=False).json()["now"].startswith("2026-11-24T09:10:")
        (tenant,) = httpx.get(f"{control}/tenants", trust_env=False).json()
        assert (tenant["domain"], tenant["id"], tenant["rooms"]) == ("contoso.example", facts["tenant_id"], 1)
        assert facts["client_id"] == "11111111-aaaa-4aaa-8aaa-111111111111"
        process.send_signal(signal.SIGINT)
        said, errors = process.communicate(timeout=10)
    assert errors == ""
    for line in (facts["https"], "contoso.example: 1 rooms, 0 people", "(Planner)", f"{facts['http']}/emulator"):
        assert line in said


def test_a_clock_and_a_seed_that_are_given_go_before_the_scenarios(tmp_path: Path) -> None:
    file, ready = tmp_path / "world.toml", tmp_path / "ready.json"
    file.write_text("seed = 1\n" + SCENARIO)
    with started(ready, "--scenario", str(file), "--now", "2027-01-01T00:00:00Z", "--seed", "5"):
        control = f"{json.loads(ready.read_text(encoding='utf-8'))['http']}/emulator"
        dumped = httpx.get(f"{control}/scenario", trust_env=False).json()

    assert (dumped["seed"], dumped["clock"]["now"][:13]) == (5, "2027-01-01T00")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("seed = 'x'", "world.toml: Expected `int`, got `str` - at `$.seed`"),
        ("seed =", "world.toml: This is not TOML: Invalid value (at end of document)"),
        (
            "tenants = [{ domain = 'x', rooms = [{ name = 'a' }] }]",
            "required field `address` - at `$.tenants[0].rooms[0]`",
        ),
        (b"\xff", "world.toml: This is not UTF-8."),
        (None, "world.toml cannot be read: No such file or directory."),
    ],
)
def test_a_bad_scenario_is_told_in_a_sentence(tmp_path: Path, text: str | bytes | None, reason: str) -> None:
    file = tmp_path / "world.toml"
    if text is not None:
        file.write_bytes(text.encode() if isinstance(text, str) else text)

    ended = run("--scenario", str(file))

    assert ended.returncode == 1
    assert reason in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_big_scenario_is_drawn_as_it_is_looked_at(tmp_path: Path) -> None:
    """A thousand rooms with 30 days of meetings need not be written out; how soon it listens is the bench's to say."""
    file, ready = tmp_path / "big.toml", tmp_path / "ready.json"
    file.write_text('[[tenants]]\ndomain = "big.example"\ngenerated = { rooms = 1000, people = 300, days = 30 }\n')

    with started(ready, "--scenario", str(file)):
        control = f"{json.loads(ready.read_text(encoding='utf-8'))['http']}/emulator"
        (tenant,) = httpx.get(f"{control}/tenants", trust_env=False).json()

    assert (tenant["rooms"], tenant["people"]) == (1000, 300)


def test_help_explains_it() -> None:
    ended = run("--help")

    assert ended.returncode == 0
    for option in (
        "--scenario",
        "--port",
        "--http-port",
        "--now",
        "--ca-out",
        "--ready-file",
        "--ends-with-stdin",
        "--seed",
        "--client-secret",
    ):
        assert option in ended.stdout
