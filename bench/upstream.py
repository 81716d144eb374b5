"""A Microsoft 365 that takes 50 ms for each call, in a process of its own, with a thousand rooms and their meetings."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing import Event, Pipe, Process
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event as Ending
from random import Random
from tempfile import TemporaryDirectory

from msgspec import Struct
from starlette.responses import Response

from bench.building import NOW, mailbox
from graph_emulator import demo
from graph_emulator.log import Answer, Call
from graph_emulator.server import running
from graph_emulator.tenant import Room
from ledig.settings import GraphSettings, Settings, TenantSettings

ROOMS = 1000
CHUNK = 20
MEETINGS = 12  # a room and day
LATENCY = 0.050
HALF_AN_HOUR = timedelta(minutes=30)


class Slow(Struct, frozen=True):
    """Where it is, and what a client needs to be let in."""

    address: str
    ca_file: str
    tenant: str
    token: str
    folder: str

    def settings(self, name: str) -> Settings:
        return Settings(
            public_url="http://localhost:8000",
            database=f"{self.folder}/{name}.db",
            tenant=TenantSettings(id=self.tenant, client_id=demo.CLIENT_ID, client_secret=demo.CLIENT_SECRET),
            graph=GraphSettings(root=f"{self.address}/v1.0", login=self.address, ca=self.ca_file),
        )


@contextmanager
def slow_graph() -> Iterator[Slow]:
    ours, theirs = Pipe()
    ending = Event()
    process = Process(target=_serve, args=(theirs, ending))
    process.start()
    try:
        with TemporaryDirectory() as folder:
            address, ca_file, tenant, token = ours.recv()
            yield Slow(address, ca_file, tenant, token, folder)
    finally:
        ending.set()
        process.join()


def _serve(ready: Connection, ending: Ending) -> None:
    tenant = demo.tenant(lambda: NOW)
    random = Random(1)
    for number in range(ROOMS):
        tenant.add_room(Room(name=f"Room {number}", address=mailbox(number)))
        for start in sorted(random.sample(range(14, 40), MEETINGS)):
            begin = NOW.replace(hour=0, minute=0) + start * HALF_AN_HOUR
            tenant.add_event(mailbox(number), begin, begin + HALF_AN_HOUR, subject=f"Meeting {start} of room {number}")
    answers: dict[tuple[str, str | None], Response] = {}

    async def slowly(call: Call, answer: Answer) -> Response:
        due = time.perf_counter() + LATENCY
        asked = call.route, call.mailbox
        if asked not in answers:  # worked out once, so that its own computing is not measured
            answers[asked] = await answer()
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        return answers[asked]

    tenant.cloud.intercept = slowly
    token = tenant.app_token(next(iter(tenant.cloud.apps.values())))
    with running(tenant.cloud) as served:
        ready.send((served.https, str(served.ca_file), tenant.id, token))
        ending.wait()
