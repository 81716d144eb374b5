"""Storms, one after the other, in one ledig: whether anything untrue is shown, and how soon all is known again."""

from __future__ import annotations

import asyncio
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from structlog.testing import capture_logs

from bench.tables import show
from graph_emulator import demo as tenants
from graph_emulator.cloud import Cloud
from graph_emulator.server import running
from ledig import demo
from ledig.importing import prepare
from ledig.settings import GraphSettings, Settings, TenantSettings
from ledig.web.app import create
from ledig.web.house import opened_house

sys.path.append(str(Path(__file__).parents[1] / "tests"))
from storm import HurriedClock, Storm, plan

STORMS = 5
MINUTE = timedelta(minutes=1)
LASTS = 30 * MINUTE
AWAY = 60 * MINUTE  # an hour without Microsoft
SPEED = 180
MIDNIGHT = datetime(2026, 11, 23, tzinfo=ZoneInfo("Europe/Berlin"))
NOW = datetime(2026, 11, 23, 9, 10, tzinfo=UTC)


async def storms(seed: int) -> list[tuple[str, ...]]:
    """A row for each. Fails at the first thing that is shown and was never so."""
    clock = HurriedClock(NOW, SPEED)
    tenant = tenants.tenant(clock.now)
    past = plan(tenant, MIDNIGHT, STORMS * 1.2 * (LASTS + AWAY), timedelta(seconds=4), Random(seed))
    files = demo.FILES
    ready = prepare(files / "apb.osm", files / "bookable-rooms.csv", (), venue=demo.VENUE, zone=demo.ZONE.key)
    rows = []
    with running(tenant.cloud) as served, TemporaryDirectory() as folder:
        settings = Settings(
            public_url="http://localhost:8000",
            database=f"{folder}/ledig.db",
            tenant=TenantSettings(id=tenant.id, client_id=tenants.CLIENT_ID, client_secret=tenants.CLIENT_SECRET),
            graph=GraphSettings(root=f"{served.https}/v1.0", login=served.https, ca=str(served.ca_file), chunk=10),
        )
        async with opened_house(settings, clock) as house:
            await house.venues.put(ready.venue, ready.plan, ready.bound, clock.now())
            app = create(house)
            for number in range(STORMS):
                tenant.cloud.calls.clear()
                storm = Storm(house, app, tenant, past, MIDNIGHT, seed + number)
                with capture_logs() as log:
                    await storm.rage(LASTS, change=40 * timedelta(seconds=1), away=AWAY)
                    began = clock.now()
                    await storm.clear(limit=30)
                rows.append((str(number + 1), *_row(storm, tenant.cloud, clock.now() - began), str(len(log))))
    return rows


def _row(storm: Storm, cloud: Cloud, recovered: timedelta) -> tuple[str, ...]:
    answers = Counter[bool]()
    for (_, path, status), times in cloud.calls.answers.items():
        if path.startswith("/users/"):
            answers[status == 200] += times
    return (
        f"{answers.total():,}",
        f"{answers[False] / answers.total():.0%}",
        str(max(cloud.calls.most_at_once.values())),
        f"{storm.seen['rooms known']:,}",
        f"{storm.seen['rooms unknown']:,}",
        f"{storm.oldest.total_seconds():.0f} s",
        f"{recovered.total_seconds():.0f} s",
    )


def main() -> None:
    seed = int(time.time())
    show(
        f"{STORMS} storms of half an hour, each before an hour without Microsoft ({SPEED} x as fast; seed {seed})",
        ("", "calls", "of them bad", "at once", "rooms shown", "unknown", "oldest", "known after", "log lines"),
        asyncio.run(storms(seed)),
        "Promised: each minute that was shown was so at some moment between the age shown and the answer (it was,\n"
        "or this table would not be here); at most 4 calls at once to a mailbox; all is known again by itself.",
    )


if __name__ == "__main__":
    main()
