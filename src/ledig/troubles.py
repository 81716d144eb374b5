"""Says in the log that something fails: once when it begins and once when it is over, not a thousand times."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from msgspec import Struct

from ledig.clock import Clock

log = structlog.get_logger()

QUIET = timedelta(minutes=1)  # so long without a failure, and the trouble is over


class _Trouble(Struct):
    began: datetime
    last: datetime
    times: int = 0


class Troubles:
    """What fails at present, by what it is about and what kind of failure it is; `event` names it in the log."""

    def __init__(self, event: str, clock: Clock) -> None:
        self._event = event
        self._clock = clock
        self._now: dict[tuple[str, str], _Trouble] = {}

    def failed(self, about: str, kind: str, **told: object) -> None:
        now = self._clock.now()
        trouble = self._now.get((about, kind))
        if trouble is None:
            trouble = self._now[about, kind] = _Trouble(now, now)
            log.warning(f"{self._event}_fails", about=about, **told)
        trouble.last = now
        trouble.times += 1

    def went_well(self, about: str) -> None:
        if not self._now:
            return
        now = self._clock.now()
        for key, trouble in list(self._now.items()):
            if key[0] == about and now - trouble.last >= QUIET:
                del self._now[key]
                seconds = round((trouble.last - trouble.began).total_seconds())
                log.info(f"{self._event}_recovered", about=about, failures=trouble.times, lasted_s=seconds)
