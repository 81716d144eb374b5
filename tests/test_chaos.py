"""Microsoft 365 at its worst: nothing untrue is shown, nothing is asked too often, and all comes back by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from random import Random

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from graph_emulator import demo as tenants
from graph_emulator.cloud import Cloud
from graph_emulator.tenant import Tenant
from ledig.importing import Import
from ledig.settings import Settings
from ledig.web.app import create
from ledig.web.house import House, opened_house
from scenario import BERLIN
from storm import HurriedClock, Past, Storm, plan

MIDNIGHT = datetime(2026, 11, 23, tzinfo=BERLIN)
SPEED = 100
SEED = 4
MINUTE = timedelta(minutes=1)
LASTS = 12 * MINUTE
AWAY = 6 * MINUTE
SECOND = timedelta(seconds=1)


@pytest.fixture
def hurried(now: datetime) -> HurriedClock:
    return HurriedClock(now, SPEED)


@pytest.fixture
def tenant(hurried: HurriedClock) -> Tenant:
    return tenants.tenant(hurried.now)


@pytest.fixture
def past(tenant: Tenant) -> Past:
    return plan(tenant, MIDNIGHT, LASTS + AWAY, 4 * SECOND, Random(SEED))


@pytest.fixture
async def house(settings: Settings, past: Past, hurried: HurriedClock, imported: Import) -> AsyncIterator[House]:
    """With many calls, each about few rooms."""
    told = replace(settings, graph=replace(settings.graph, chunk=10))
    async with opened_house(told, hurried) as opened:
        await opened.venues.put(imported.venue, imported.plan, imported.bound, hurried.now())
        yield opened


async def test_in_a_storm_nothing_untrue_is_shown_and_after_it_all_is_known_again(
    house: House, past: Past, tenant: Tenant
) -> None:
    storm = Storm(house, create(house), tenant, past, MIDNIGHT, SEED)

    with capture_logs() as log:
        await storm.rage(LASTS, change=40 * SECOND, away=AWAY)
    assert storm.seen["rooms known"] > 100
    assert storm.seen["rooms unknown"] > 100
    assert storm.seen["told free"] > 100
    await storm.clear(limit=10)
    assert len(log) < 100, "it says the same again and again"

    while house.limits.under_way:
        await house.clock.sleep(SECOND)
    assert ours(house) == theirs(tenant.cloud)
    assert max(tenant.cloud.calls.most_at_once.values()) <= 4


def ours(house: House) -> Counter[tuple[str, str]]:
    """How often which call was answered how, as /metrics tells."""
    return Counter(
        {
            (sample.labels["call"], sample.labels["status"]): int(sample.value)
            for family in house.registry.collect()
            for sample in family.samples
            if sample.name == "ledig_graph_request_seconds_count"
        }
    )


def theirs(cloud: Cloud) -> Counter[tuple[str, str]]:
    """The same, as the emulator counts it."""
    return Counter(
        {
            (f"{method} {path.replace('{id}', '{mailbox}')}", str(status or "none")): times
            for (method, path, status), times in cloud.calls.answers.items()
            if path.startswith("/users/")
        }
    )
