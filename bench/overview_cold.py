"""From nothing remembered to all rooms known, through the API; beside Microsoft's own SDK and the limit (P1)."""

from __future__ import annotations

import asyncio
import math
import os
import ssl
import statistics
import time
import warnings
from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx
import msal  # type: ignore[import-untyped]
import msgspec
import requests
from azure.core.credentials import AccessToken
from O365 import Account, Connection, MSGraphProtocol  # type: ignore[import-untyped]
from O365.utils.token import MemoryTokenBackend  # type: ignore[import-untyped]

from bench.building import NOW, get, mailbox, put_rooms
from bench.tables import ms, show, times
from bench.upstream import CHUNK, LATENCY, ROOMS, Slow, slow_graph
from graph_emulator import demo
from ledig.clock import RunningClock
from ledig.graph.limits import KEPT_FREE
from ledig.settings import GraphSettings
from ledig.web.app import create
from ledig.web.house import opened_house

REPEATS = 5
SDK_AT_ONCE = 16

Took = tuple[float, float]
"""Seconds that went by, and seconds of a processor."""


class _Token:
    def __init__(self, token: str) -> None:
        self._token = token

    async def get_token(self, *scopes: str, **options: object) -> AccessToken:
        return AccessToken(self._token, 2**31)

    async def close(self) -> None: ...

    async def __aenter__(self) -> _Token:
        return self

    async def __aexit__(self, *_: object) -> None: ...


async def ledig(slow: Slow) -> Took:
    async with opened_house(slow.settings("cold"), RunningClock(NOW)) as house:
        await put_rooms(house, ROOMS)
        app = create(house)
        await house.transport._tokens.token()  # the others have theirs, too
        began = time.perf_counter(), time.process_time()
        status, body = await get(app)
        took = time.perf_counter() - began[0], time.process_time() - began[1]
        assert status == 200
        assert msgspec.json.decode(body)["unknown"] == {}
    return took


async def sdk(slow: Slow, at_once: int) -> Took:
    """Microsoft's SDK, one model object for everything, with the token at hand already."""
    from kiota_abstractions.base_request_configuration import RequestConfiguration  # noqa: F401 - loads what follows
    from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
    from msgraph import GraphRequestAdapter, GraphServiceClient  # type: ignore[attr-defined]
    from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone
    from msgraph.generated.users.item.calendar.get_schedule.get_schedule_post_request_body import (
        GetSchedulePostRequestBody,
    )
    from msgraph.graph_request_adapter import options
    from msgraph_core import GraphClientFactory  # type: ignore[import-untyped]

    trust = ssl.create_default_context(cafile=slow.ca_file)
    start = NOW.replace(hour=0, minute=0) - timedelta(hours=1)
    edges = [
        DateTimeTimeZone(date_time=f"{edge:%Y-%m-%dT%H:%M:%S}", time_zone="UTC")
        for edge in (start, start + timedelta(days=1))
    ]
    async with httpx.AsyncHTTPTransport(verify=trust) as transport:
        client = httpx.AsyncClient(transport=transport)
        pipeline = GraphClientFactory.create_with_default_middleware(client=client, options=options)
        provider = AzureIdentityAuthenticationProvider(
            _Token(slow.token), scopes=["https://graph.microsoft.com/.default"]
        )
        adapter = GraphRequestAdapter(provider, pipeline)
        adapter.base_url = f"{slow.address}/v1.0"
        graph = GraphServiceClient(request_adapter=adapter)
        turn = asyncio.Semaphore(at_once)

        async def ask(rooms: list[str]) -> int:
            question = GetSchedulePostRequestBody(
                schedules=rooms, start_time=edges[0], end_time=edges[1], availability_view_interval=60
            )
            async with turn:
                answer = await graph.users.by_user_id(rooms[0]).calendar.get_schedule.post(question)
            return len(answer.value or []) if answer else 0

        rooms = [mailbox(number) for number in range(ROOMS)]
        began = time.perf_counter(), time.process_time()
        read = await asyncio.gather(*(ask(rooms[first : first + CHUNK]) for first in range(0, ROOMS, CHUNK)))
        took = time.perf_counter() - began[0], time.process_time() - began[1]
        assert sum(read) == ROOMS
        await client.aclose()
    return took


async def o365(slow: Slow, delay: int) -> Took:
    """O365 has no calls that run beside each other; by default it lets them start 200 ms apart."""
    with requests.Session() as session:
        session.verify, session.trust_env = slow.ca_file, False

        class Emulated(MSGraphProtocol):  # type: ignore[misc]
            _protocol_url = f"{slow.address}/"

        class Connected(Connection):  # type: ignore[misc]
            @property
            def msal_client(self) -> msal.ConfidentialClientApplication:
                return msal.ConfidentialClientApplication(
                    *self.auth,
                    authority=f"{slow.address}/{self.tenant_id}",
                    instance_discovery=False,
                    http_client=session,
                    token_cache=self.token_backend,
                )

        class Connecting(Account):  # type: ignore[misc]
            connection_constructor = Connected

        account = Connecting(
            (demo.CLIENT_ID, demo.CLIENT_SECRET),
            auth_flow_type="credentials",
            tenant_id=slow.tenant,
            main_resource=mailbox(0),
            protocol=Emulated(timezone="UTC", default_resource=mailbox(0)),
            token_backend=MemoryTokenBackend(),
            verify_ssl=slow.ca_file,
            requests_delay=delay,
        )
        account.authenticate()
        schedule = account.schedule()
        start = NOW.replace(hour=0, minute=0) - timedelta(hours=1)
        rooms = [mailbox(number) for number in range(ROOMS)]
        began = time.perf_counter(), time.process_time()
        read = 0
        for first in range(0, ROOMS, CHUNK):
            read += len(schedule.get_availability(rooms[first : first + CHUNK], start, start + timedelta(days=1), 60))
        took = time.perf_counter() - began[0], time.process_time() - began[1]
        assert read == ROOMS
        account.connection.session.close()
    return took


def median(run: Callable[[], Awaitable[Took]], repeats: int) -> Took:
    async def once() -> Took:
        return await run()

    took = [asyncio.run(once()) for _ in range(repeats + 1)][1:]  # the first warms up
    return statistics.median(wall for wall, _ in took), statistics.median(cpu for _, cpu in took)


def main() -> None:
    warnings.simplefilter("ignore")
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        os.environ.pop(name, None)  # requests would believe them and not what it is told
    with slow_graph() as slow:
        ours = median(lambda: ledig(slow), REPEATS)
        theirs = median(lambda: sdk(slow, SDK_AT_ONCE), 2)
        one_by_one = median(lambda: sdk(slow, 1), 1)
        other = median(lambda: o365(slow, 200), 1)
        in_a_hurry = median(lambda: o365(slow, 0), 1)
    calls = math.ceil(ROOMS / CHUNK)
    at_once = GraphSettings().at_once - KEPT_FREE
    limit = math.ceil(calls / at_once) * LATENCY
    rows = [
        (name, ms(wall), ms(cpu), times(wall / ours[0]), times(cpu / ours[1]))
        for name, (wall, cpu) in {
            f"ledig, {at_once} at once": ours,
            f"msgraph-sdk, {SDK_AT_ONCE} at once": theirs,
            "msgraph-sdk, one by one": one_by_one,
            "O365, 200 ms apart": other,
            "O365, without its delay": in_a_hurry,
        }.items()
    ]
    rows.append((f"limit: {calls} calls", ms(limit), "", times(limit / ours[0]), ""))
    show(
        f"cold overview: {ROOMS:,} rooms, {LATENCY * 1000:.0f} ms a call",
        ("", "took", "processor", "of ledig's time", "of its processor"),
        rows,
        f"Promised: msgraph-sdk takes 20 x as long as its documents show it (one by one) and 40 x the processor; "
        f"ledig at most 1.3 x the limit (it takes {ours[0] / limit:.2f} x).",
    )


if __name__ == "__main__":
    main()
