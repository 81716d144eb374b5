"""`ledig demo` as a stranger starts it: a process of its own."""

from __future__ import annotations

import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

TUESDAY_10_10 = "2026-11-24T10:10:00+01:00"


@contextmanager
def demo(now: str = TUESDAY_10_10, *arguments: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The demo's address and its process, ended with Ctrl-C."""
    command = [sys.executable, "-m", "ledig", "demo", "--port", "0", "--no-open", "--now", now, *arguments]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        yield _address(process), process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.communicate(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    deadline, said = time.monotonic() + 60, ""
    while time.monotonic() < deadline and process.poll() is None:
        if select.select([process.stderr], [], [], 1)[0]:
            said += process.stderr.readline()
            if found := re.search(r"http://localhost:\d+/", said):
                return found[0]
    raise AssertionError(f"the demo did not start: {said}")
