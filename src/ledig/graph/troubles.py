"""Says in the log that Microsoft Graph fails us: once when it begins and once when it is over, not a thousand times."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from msgspec import Struct

from ledig.clock import Clock
from ledig.graph.calls import Call
from ledig.graph.errors import GraphError

log = structlog.get_logger()

QUIET = timedelta(minutes=1)  # so long without a failure, and the trouble is over


class _Trouble(Struct):
    began: datetime
    last: datetime
    times: int = 0


class Troubles:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._now: dict[tuple[Call, type[GraphError]], _Trouble] = {}

    def failed(self, call: Call, error: GraphError, client_request_id: str) -> None:
        now = self._clock.now()
        trouble = self._now.get((call, type(error)))
        if trouble is None:
            trouble = self._now[call, type(error)] = _Trouble(now, now)
            log.warning(
                "graph_fails",
                call=f"{call.method} {call.path}",
                problem=str(error),
                request=error.request_id,
                client_request=client_request_id,
            )
        trouble.last = now
        trouble.times += 1

    def went_well(self, call: Call) -> None:
        if not self._now:
            return
        now = self._clock.now()
        for key, trouble in list(self._now.items()):
            if key[0] is call and now - trouble.last >= QUIET:
                del self._now[key]
                seconds = round((trouble.last - trouble.began).total_seconds())
                log.info("graph_recovered", call=f"{call.method} {call.path}", failures=trouble.times, lasted_s=seconds)
