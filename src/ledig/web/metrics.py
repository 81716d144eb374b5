"""What operators watch, in Prometheus' text form, on a listener of its own; nothing in it is about a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from litestar.enums import ScopeType
from litestar.types import Receive, Scope, Send
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector

from ledig.web.house import House

AGES = tuple(timedelta(seconds=seconds) for seconds in (30, 60, 120, 300))


class Inside(Collector):
    """How the house stands when it is asked."""

    def __init__(self, house: House) -> None:
        self._house = house

    def collect(self) -> Iterator[Metric]:
        house = self._house
        yield _gauge(
            "ledig_rooms", "Rooms of the days somebody watches, by the age of what is known", "age", self._ages()
        )
        unknown = house.overviews.unknown().items()
        yield _gauge("ledig_rooms_unknown", "Rooms of those days that are unknown, by the reason", "reason", unknown)
        yield CounterMetricFamily("ledig_refreshes", "Days that were read", value=house.overviews.refreshes)
        budgets = {"callers": house.callers, "tenants": house.tenants}
        holders = [(name, budget.holders) for name, budget in budgets.items()]
        yield _gauge("ledig_budget_holders", "Who has spent of a budget for reading", "budget", holders)
        late = "Bookings given up after they were confirmed, because Microsoft had given the room to somebody else"
        yield CounterMetricFamily("ledig_late_losses", late, value=house.bookings.late_losses)
        yield GaugeMetricFamily("ledig_listeners", "Browsers that are told of changes", value=house.live.listeners)
        limits = house.limits
        yield GaugeMetricFamily("ledig_graph_allowed", "Requests to Microsoft Graph allowed at once", limits.allowed)
        yield GaugeMetricFamily("ledig_graph_under_way", "Requests to Microsoft Graph under way", limits.under_way)
        if ends := house.credential_ends:
            told = ends.timestamp()
            yield GaugeMetricFamily("ledig_credential_ends_timestamp_seconds", "When the app's credential ends", told)

    def _ages(self) -> Iterable[tuple[str, int]]:
        found = dict.fromkeys(AGES, 0)
        for age, rooms in self._house.overviews.ages().items():
            found[next((bound for bound in AGES if age <= bound), AGES[-1])] += rooms
        return [(f"{bound.total_seconds():.0f}", rooms) for bound, rooms in found.items()]


class Metrics:
    """An ASGI application with one page."""

    def __init__(self, house: House) -> None:
        self._registry = house.registry
        self._registry.register(Inside(house))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            return
        is_found = scope["path"] == "/metrics"
        body = generate_latest(self._registry) if is_found else b"/metrics is the only page here.\n"
        kind = CONTENT_TYPE_LATEST if is_found else "text/plain"
        headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200 if is_found else 404, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})


def _gauge(name: str, help: str, label: str, values: Iterable[tuple[str, int]]) -> Metric:
    family = GaugeMetricFamily(name, help, labels=(label,))
    for value, rooms in values:
        family.add_metric((str(value),), rooms)
    return family
