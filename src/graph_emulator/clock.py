"""What time it is in the emulated service: everything that needs an instant is given a clock."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]


def running_from(start: datetime | None = None) -> Clock:
    """A clock that shows `start` now (or the machine's time) and runs on."""
    began = time.monotonic()
    start = (start or datetime.now(UTC)).astimezone(UTC)
    return lambda: start + timedelta(seconds=time.monotonic() - began)


class StandingClock:
    """A clock that moves only when told to."""

    def __init__(self, now: datetime) -> None:
        self.now = now.astimezone(UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, by: timedelta) -> None:
        self.now += by
