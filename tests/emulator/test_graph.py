"""What all of Graph has in common: who is let in, how errors look, and how a test steps in between."""

import asyncio

import httpx
import pytest
from starlette.responses import Response

from graph_emulator.log import Answer, Call
from graph_emulator.server import Running
from graph_emulator.tenant import Tenant

from .conftest import HOUR, TEN, at, code

WINDOW = {"startDateTime": "2026-11-24T00:00:00", "endDateTime": "2026-11-25T00:00:00"}


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (None, "Access token is empty."),
        ("Bearer", "Access token is empty."),
        ("Basic YTpi", "Access token is empty."),
        ("Bearer made-up", "IDX14100: JWT is not well formed, there are no dots (.)."),
    ],
)
def test_nobody_gets_in_without_a_token(login: httpx.Client, room: str, header: str | None, message: str) -> None:
    answer = login.get(f"/v1.0/users/{room}/calendarView", headers={"Authorization": header} if header else {})

    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "InvalidAuthenticationToken"
    assert answer.json()["error"]["message"] == message
    assert answer.headers["www-authenticate"].startswith("Bearer ")


def test_tokens_can_be_revoked(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    tenant.cloud.tokens.revoke_all()

    assert graph.get(f"/users/{room}/calendarView", params=WINDOW).status_code == 401


def test_errors_carry_the_ids_of_the_request(graph: httpx.Client, room: str) -> None:
    answer = graph.get(f"/users/{room}/events/x", headers={"client-request-id": "mine"})

    inner = answer.json()["error"]["innerError"]
    assert inner == {"date": "2026-11-24T10:00:00", "request-id": answer.headers["request-id"], "client-request-id": "mine"}  # fmt: skip  # noqa: E501
    assert answer.headers["client-request-id"] == "mine"
    assert answer.headers["content-type"].startswith("application/json")


def test_an_app_is_nobody(graph: httpx.Client) -> None:
    answer = graph.get("/me/calendarView", params=WINDOW)

    assert (answer.status_code, code(answer)) == (400, "BadRequest")
    assert answer.json()["error"]["message"] == "/me request is only valid with delegated authentication flow."


def test_unknown_paths_and_methods_are_refused(graph: httpx.Client, room: str) -> None:
    assert "segment 'teapots'" in graph.get("/teapots").json()["error"]["message"]
    assert graph.get(f"/users/{room}/calendar/getSchedule").status_code == 405
    assert graph.patch(f"/users/{room}/calendarView", json={}).status_code == 405
    assert graph.get(f"/users/{room}/teapots").status_code == 400


def test_plain_http_serves_the_same_tenant(served: Running, tenant: Tenant, room: str, graph: httpx.Client) -> None:
    answer = httpx.get(
        f"{served.http}/v1.0/users/{room}/calendarView", params=WINDOW, headers=graph.headers, trust_env=False
    )

    assert answer.status_code == 200


def test_every_call_is_logged_by_its_template(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    graph.get(f"/users/{room}/calendarView", params=WINDOW)
    graph.get(f"/users/{room}/events/x")
    graph.get("/teapots")

    assert [(call.method, call.path, call.mailbox, call.status) for call in tenant.cloud.calls] == [
        ("GET", "/users/{id}/calendarView", room, 200),
        ("GET", "/users/{id}/events/{event}", room, 404),
        ("GET", "/{path}", None, 400),
    ]
    assert len(tenant.cloud.calls_to("GET /users/{id}/calendarView")) == 1


def test_a_test_can_answer_in_the_services_place(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    async def throttle(call: Call, answer: Answer) -> Response:
        return Response(status_code=429, headers={"Retry-After": "2.128"})

    tenant.cloud.intercept = throttle

    assert graph.get(f"/users/{room}/calendarView", params=WINDOW).headers["retry-after"] == "2.128"
    assert list(tenant.cloud.calls)[-1].status == 429


def test_a_test_can_slip_in_an_event_and_lose_an_answer(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    """The write happens, somebody else's does too, and the caller hears of neither."""

    async def meddle(call: Call, answer: Answer) -> Response:
        if call.route == "POST /users/{id}/events":
            await answer()
            await asyncio.sleep(0)
            tenant.add_event(room, TEN, TEN + HOUR, subject="foreign")
            return Response(status_code=504)
        return await answer()

    tenant.cloud.intercept = meddle
    lost = graph.post(f"/users/{room}/events", json={"start": at(TEN), "end": at(TEN + HOUR), "subject": "ours"})

    assert lost.status_code == 504
    assert [event.subject for event in tenant.events(room, TEN, TEN + HOUR)] == ["ours", "foreign"]
