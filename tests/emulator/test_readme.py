"""The README: its examples run, and it names every option, switch, route and fault there is."""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

import graph_emulator
from graph_emulator import demo
from graph_emulator.behaviour import Behaviour
from graph_emulator.clock import StandingClock, running_from
from graph_emulator.control.routes import ROUTES
from graph_emulator.faults import Fault
from graph_emulator.scenario.loading import load
from graph_emulator.scenario.reading import from_toml
from graph_emulator.scenario.settings import BehaviourSettings, shown
from graph_emulator.server import Running, running

README = (Path(graph_emulator.__file__).parent / "README.md").read_text(encoding="utf-8")
HTTPS, HTTP, CA = "https://127.0.0.1:8943", "http://127.0.0.1:8980", '"ca.pem"'


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def imports(block: str) -> str:
    """What an example is called: by whom it imports first that is not of Python itself."""
    names: list[str] = re.findall(r"^(?:from|import) (\w+)", block, re.MULTILINE)
    return next(name for name in names if name not in sys.stdlib_module_names)


@pytest.fixture(scope="module")
def served() -> Iterator[Running]:
    with running(demo.tenant(running_from()).cloud) as served:
        yield served


@pytest.fixture(scope="module")
def world() -> Iterator[Running]:
    (scenario,) = blocks("toml")
    with running(load(from_toml(scenario), StandingClock(datetime(2026, 11, 24, tzinfo=UTC)))) as served:
        yield served


@pytest.mark.parametrize("block", blocks("python"), ids=imports)
def test_an_example_runs(served: Running, block: str) -> None:
    for example, real in ((HTTPS, served.https), (HTTP, served.http), (CA, repr(str(served.ca_file)))):
        block = block.replace(example, real)
    unhelpful = re.compile(r"(HTTPS?|ALL)_PROXY|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|SSL_CERT_.*|AZURE_.*", re.IGNORECASE)
    environment = {name: value for name, value in os.environ.items() if not unhelpful.fullmatch(name)}

    ran = subprocess.run(
        [sys.executable, "-c", block], capture_output=True, text=True, timeout=60, env=environment, check=False
    )

    assert ran.returncode == 0, ran.stderr


def test_the_scenario_is_one(world: Running) -> None:
    assert [tenant.domain for tenant in world.cloud.tenants.values()] == ["contoso.example", "fabrikam.example"]


def test_the_commands_work_one_after_the_other(world: Running) -> None:
    (script,) = blocks("sh")
    commands = [line for line in script.splitlines() if line.startswith("curl ")]
    assert len(commands) == script.count("curl ")
    with httpx.Client(trust_env=False) as client:
        for command in commands:
            answer = client.send(request_of(command, world))
            assert answer.is_success, (command, answer.text)


def request_of(command: str, world: Running) -> httpx.Request:
    """The request that curl makes of those options."""
    method, headers, body, url = "GET", {}, None, ""
    words = iter(shlex.split(command)[1:])
    for word in words:
        if word == "-X":
            method = next(words)
        elif word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = next(words)
            headers["Content-Type"] = "application/x-www-form-urlencoded"  # as curl does
        elif word == "--data-binary":
            assert next(words) == "@world.toml"
            (body,) = blocks("toml")
        else:
            url = word.replace(HTTP, world.http)
    return httpx.Request(method, url, headers=headers, content=body)


def table(heading: str) -> list[tuple[str, str]]:
    """First and second column of a section's tables."""
    section = README.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return list(re.findall(r"^\| (.+?) \| (.*?) \|", section, re.MULTILINE))


def test_every_switch_is_named_with_its_default() -> None:
    told = [(name.strip("`"), default) for name, default in table("Where sources leave it open") if "`" in name]
    defaults = shown(Behaviour(), BehaviourSettings)

    assert [name for name, _ in told] == [field.name for field in fields(Behaviour)]
    assert {name: json.loads(default) for name, default in told} == defaults


def test_every_route_of_the_control_api_is_named() -> None:
    rows = [name for name, _ in table("Control API")]
    for path, methods in ROUTES.items():
        template = f"`/emulator{path.replace(':int', '')}`"
        (row,) = (row for row in rows if template in row)
        before = row.split(template)[0].rsplit("/", 1)[-1]
        assert all(f"`{method}`" in before for method in methods), path


def test_every_fault_and_option_is_named() -> None:
    tags = {str(kind.__struct_config__.tag) for kind in Fault.__subclasses__()}
    assert tags <= {name.strip("`") for name, _ in table("Control API")}

    helped = subprocess.run(
        [sys.executable, "-m", "graph_emulator", "--help"],
        capture_output=True,
        text=True,
        env=os.environ | {"NO_COLOR": "1", "COLUMNS": "200", "TERM": "dumb"},
        check=True,
    )
    options = set(re.findall(r"--[a-z-]+", helped.stdout)) - {"--help"}
    assert options == set(re.findall(r"--[a-z-]+", " ".join(name for name, _ in table("Quick start"))))
