"""/metrics, on a listener of its own"""

from __future__ import annotations

import dataclasses
import re
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

import ledig
from faults import answers, on
from graph_emulator.exchange.schedule import FreeBusyError
from graph_emulator.tenant import Tenant
from ledig.web.house import House
from ledig.web.metrics import Metrics
from lobby import ToldClock

TUESDAY = "/api/v1/venues/apb/days/2026-11-24"
SCHEDULES = "POST /users/{id}/calendar/getSchedule"
CALL = "POST /users/{mailbox}/calendar/getSchedule"
EGG = "room-1096@rooms.example.org"


class Numbers:
    def __init__(self, house: House) -> None:
        transport = httpx.ASGITransport(Metrics(house))  # type: ignore[arg-type]  # says less than ASGI
        self.client = httpx.AsyncClient(transport=transport, base_url="http://localhost:9464")

    async def read(self) -> dict[str, float]:
        answer = await self.client.get("/metrics")
        assert answer.status_code == 200
        lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
        return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


@pytest.fixture
def numbers(house: House) -> Numbers:
    return Numbers(house)


async def test_tells_how_old_what_is_shown_is(
    visitor: httpx.AsyncClient, numbers: Numbers, tenant: Tenant, clock: ToldClock
) -> None:
    tenant.schedule_errors[EGG] = FreeBusyError("5009", "Unable to resolve e-mail address")
    await visitor.get(TUESDAY)
    assert (await numbers.read())['ledig_budget_holders{budget="callers"}'] == 1
    tenant.cloud.intercept = on(SCHEDULES, then=answers(503))
    await clock.move(timedelta(seconds=50))

    told = await numbers.read()

    assert told['ledig_rooms{age="30"}'] == 0
    assert told['ledig_rooms{age="60"}'] == 29
    assert told['ledig_rooms_unknown{reason="not_found"}'] == 1
    assert told["ledig_refreshes_total"] >= 1


async def test_counts_what_microsoft_answered(visitor: httpx.AsyncClient, numbers: Numbers, tenant: Tenant) -> None:
    """The same as the other side counts."""
    tenant.cloud.intercept = on(SCHEDULES, answers(503), answers(429, retry_after="0.1"))
    await visitor.get(TUESDAY)

    told = await numbers.read()

    counted = {
        status: told[f'ledig_graph_request_seconds_count{{call="{CALL}",status="{status}"}}']
        for status in (200, 429, 503)
    }
    theirs = [call.status for call in tenant.cloud.calls_to(SCHEDULES)]
    assert counted == {status: theirs.count(status) for status in (200, 429, 503)}
    assert told["ledig_graph_throttled_total"] == 1
    assert told["ledig_graph_allowed"] < 16


async def test_names_no_room_and_nobody(visitor: httpx.AsyncClient, numbers: Numbers, house: House) -> None:
    await visitor.get(TUESDAY)

    text = (await numbers.client.get("/metrics")).text

    assert "@" not in text
    assert not re.search(r"1096|apb|127\.0\.0\.1", text)
    assert house.settings.tenant.id not in text


async def test_the_docs_explain_every_number(visitor: httpx.AsyncClient, house: House) -> None:
    await visitor.get(TUESDAY)
    numbers = Numbers(dataclasses.replace(house, credential_ends=house.clock.now()))

    page = (Path(__file__).parents[2] / "docs" / "operating.md").read_text()
    families = text_string_to_metric_families((await numbers.client.get("/metrics")).text)
    told = {family.name + "_total" * (family.type == "counter") for family in families}
    assert set(re.findall(r"^\| `(ledig_\w+)", page, re.MULTILINE)) == {
        name for name in told if not name.endswith("_created")
    }


def test_the_docs_explain_every_event_of_the_log() -> None:
    source = "".join(file.read_text() for file in Path(ledig.__file__).parent.rglob("*.py"))
    page = (Path(__file__).parents[2] / "docs" / "operating.md").read_text()

    events = {*re.findall(r'\blog\.(?:info|warning|error)\(\s*"(\w+)"', source)}
    for trouble in re.findall(r'Troubles\("(\w+)"', source):
        events |= {f"{trouble}_fails", f"{trouble}_recovered"}
    assert set(re.findall(r"^\| `(?!ledig_)(\w+)` \|", page, re.MULTILINE)) == events


async def test_there_is_nothing_else(numbers: Numbers) -> None:
    assert (await numbers.client.get("/health")).status_code == 404
