"""Counts what is asked of Microsoft Graph, for /metrics."""

from __future__ import annotations

from datetime import timedelta

from prometheus_client import CollectorRegistry, Counter, Histogram

from ledig.graph.calls import Call


class Upstream:
    """Hears of every request to Microsoft Graph, from when the house opens."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._took = Histogram(
            "ledig_graph_request_seconds",
            "Requests to Microsoft Graph, by call and status (none: there was no answer)",
            ("call", "status"),
            registry=registry,
            buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20),
        )
        self._throttled = Counter("ledig_graph_throttled", "Answers 429 of Microsoft Graph", registry=registry)

    def heard(self, call: Call, status: int | None, took: timedelta) -> None:
        self._took.labels(f"{call.method} {call.path}", str(status or "none")).observe(took.total_seconds())
        if status == 429:
            self._throttled.inc()
