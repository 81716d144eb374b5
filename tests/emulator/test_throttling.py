"""What is too much for a mailbox: 429, and a Retry-After that need not be whole seconds"""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Event

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as some
from starlette.responses import Response

from graph_emulator.clock import StandingClock
from graph_emulator.exchange.throttling import AT_ONCE, PERIOD, REQUESTS, Throttling
from graph_emulator.log import Answer, Call
from graph_emulator.registrations import App
from graph_emulator.tenant import Room, Tenant

from .callers import app_with
from .conftest import TEN, code
from .test_graph import WINDOW

WHO = ("tenant", "app")


class Crowd:
    """Requests that are all under way until they are let go on."""

    def __init__(self, tenant: Tenant, callers: ThreadPoolExecutor) -> None:
        self._tenant, self._callers = tenant, callers
        self._go, self._asked = Event(), Barrier(2, timeout=10)
        self.answers: list[Future[httpx.Response]] = []

    def holds(self, graph: httpx.Client, room: str) -> None:
        """One request more that is under way."""
        self._tenant.cloud.intercept = self._wait
        self.answers.append(self._callers.submit(view, graph, room))
        self._asked.wait()
        self._tenant.cloud.intercept = None

    async def _wait(self, call: Call, answer: Answer) -> Response:
        await asyncio.to_thread(self._asked.wait)
        await asyncio.to_thread(self._go.wait, 10)
        return await answer()

    def go_on(self) -> list[int]:
        self._go.set()
        return [answer.result().status_code for answer in self.answers]


@pytest.fixture
def crowd(tenant: Tenant) -> Iterator[Crowd]:
    with ThreadPoolExecutor(8) as callers:
        crowd = Crowd(tenant, callers)
        yield crowd
        crowd.go_on()


def view(graph: httpx.Client, room: str) -> httpx.Response:
    return graph.get(f"/users/{room}/calendarView", params=WINDOW)


def add_room(tenant: Tenant, room: str) -> str:
    return tenant.add_room(Room("Other", f"other-{room}")).address


def test_the_fifth_at_once_is_refused(
    graph: httpx.Client, tenant: Tenant, clock: StandingClock, crowd: Crowd, room: str
) -> None:
    for _ in range(AT_ONCE):
        crowd.holds(graph, room)

    fifth = view(graph, room)

    assert (fifth.status_code, code(fifth)) == (429, "ApplicationThrottled")
    assert fifth.json()["error"]["message"] == "Application is over its MailboxConcurrency limit."
    wait = fifth.headers["retry-after"]
    assert not wait.isdigit()
    assert 0 < float(wait) < 10
    assert crowd.go_on() == [200] * AT_ONCE

    clock.move(timedelta(seconds=float(wait)))
    assert view(graph, room).status_code == 200


def test_requests_made_while_throttled_count(
    graph: httpx.Client, tenant: Tenant, clock: StandingClock, crowd: Crowd, room: str
) -> None:
    """Whoever asks again too early waits longer, though nothing else is under way any more."""
    for _ in range(AT_ONCE):
        crowd.holds(graph, room)
    first = float(view(graph, room).headers["retry-after"])
    crowd.go_on()

    clock.move(timedelta(seconds=first) - timedelta(milliseconds=1))
    again = view(graph, room)

    assert again.status_code == 429
    assert float(again.headers["retry-after"]) >= 1
    clock.move(timedelta(milliseconds=2))
    assert view(graph, room).status_code == 429


def test_other_mailboxes_and_other_apps_are_not_concerned(
    graph: httpx.Client, authorised: Callable[[App], httpx.Client], tenant: Tenant, crowd: Crowd, room: str
) -> None:
    for _ in range(AT_ONCE):
        crowd.holds(graph, room)
    other = app_with(tenant, "Calendars.Read")

    assert view(graph, add_room(tenant, room)).status_code == 200
    assert view(authorised(other), room).status_code == 200
    assert graph.get(f"/places/{room}").status_code == 200


def test_four_at_once_may_be_of_an_app_over_all_mailboxes(
    graph: httpx.Client, tenant: Tenant, crowd: Crowd, room: str
) -> None:
    """An older page says so."""
    tenant.cloud.behaviour = replace(tenant.cloud.behaviour, concurrency_per_app=True)
    other = add_room(tenant, room)
    for one in (room, room, other, other):
        crowd.holds(graph, one)

    assert view(graph, add_room(tenant, other)).status_code == 429


def test_throttling_can_be_switched_off(graph: httpx.Client, tenant: Tenant, crowd: Crowd, room: str) -> None:
    for _ in range(AT_ONCE):
        crowd.holds(graph, room)
    tenant.cloud.behaviour = replace(tenant.cloud.behaviour, throttling=False)

    assert view(graph, room).status_code == 200
    assert max(call.concurrency for call in tenant.cloud.calls) == AT_ONCE + 1


def test_a_bad_token_is_no_load(graph: httpx.Client, crowd: Crowd, room: str) -> None:
    for _ in range(AT_ONCE):
        crowd.holds(graph, room)

    assert graph.get(f"/users/{room}/events/x", headers={"Authorization": "Bearer other"}).status_code == 401


def test_ten_thousand_in_ten_minutes(graph: httpx.Client, tenant: Tenant, clock: StandingClock, room: str) -> None:
    """Beyond that the documented words, and a wait until the ten minutes are over."""
    mailbox = tenant.mailbox(room)
    assert mailbox
    app = (tenant.id, "11111111-aaaa-4aaa-8aaa-111111111111")
    for _ in range(REQUESTS):
        with tenant.cloud.throttling.request(app, mailbox.id, TEN):
            pass

    refused = view(graph, room)

    assert (refused.status_code, code(refused)) == (429, "TooManyRequests")
    assert refused.headers["retry-after"] == "600.000"
    clock.move(PERIOD)
    assert view(graph, room).status_code == 200


@given(some.lists(some.tuples(some.booleans(), some.integers(0, 4000)), max_size=40))
def test_whoever_waits_is_let_in(acts: list[tuple[bool, int]]) -> None:
    """However many came at once and early: never more than four are under way, and after the wait there is room."""
    throttling, now, wait = Throttling(), TEN, timedelta(0)
    with ExitStack() as under_way:
        busy = 0
        for ends, milliseconds in acts:
            if ends:
                under_way.close()
                busy = 0
            now += timedelta(milliseconds=milliseconds)
            admission = under_way.enter_context(throttling.request(WHO, "room", now))
            assert admission.at_once <= AT_ONCE or admission.wait is not None
            busy += admission.wait is None
            wait = admission.wait or timedelta(0)
        assert busy <= AT_ONCE
    with throttling.request(WHO, "room", now + wait) as admission:
        assert admission.wait is None


def test_a_clock_put_back_lets_everybody_in() -> None:
    """What was refused tomorrow is no reason to refuse today."""
    throttling, tomorrow = Throttling(), TEN + timedelta(days=1)
    for _ in range(REQUESTS + 1):
        with throttling.request(WHO, "room", tomorrow) as admission:
            pass
    assert admission.wait == PERIOD

    with throttling.request(WHO, "room", TEN) as admission:
        assert admission.wait is None
