"""Finds a Chromium for the browser tests; run as a script, gets one where there is none, or says how to."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
# SwiftShader draws WebGL without a GPU and without a word on the console; the rest keeps Chromium off the network.
ARGUMENTS = (
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
APT = "apt-get update -q && apt-get -o DPkg::Lock::Timeout=600 install -y -q --no-install-recommends chromium"
WAYS_OUT = """No Chromium was found, and none could be installed. Ways out:
  - Debian, Ubuntu: sudo apt-get install chromium
  - elsewhere: .venv/bin/python -m playwright install chromium
  - name one that you have: LEDIG_CHROMIUM=/path/to/chrome make test
  - leave these tests out: make test ARGS="-m 'not browser'"."""


def find() -> str | None:
    """The path of an installed Chromium, or None."""
    if named := os.environ.get("LEDIG_CHROMIUM"):
        return named
    if found := next((path for name in NAMES if (path := shutil.which(name))), None):
        return found
    return next((place for place in PLACES if Path(place).exists()), None) or _playwrights_own()


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def main() -> int:
    if find():
        return 0
    tries = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if shutil.which("apt-get") and os.geteuid() == 0:
        tries.insert(0, ["sh", "-c", APT])
    for command in tries:
        sys.stderr.write(f"No browser found; trying: {' '.join(command)}\n")
        if subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode == 0 and find():
            return 0
    sys.stderr.write(WAYS_OUT + "\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
