"""What all of Graph has in common: who is let in, how errors look, and how a test steps in between."""

import asyncio
import socket
from dataclasses import replace
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.responses import Response

from graph_emulator.graph.ask import LARGEST_BODY
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


@pytest.mark.parametrize("path", ["/v1.0/me", "/common/discovery/v2.0/keys", "/emulator/clock"])
def test_answers_are_dated_by_the_services_clock(login: httpx.Client, tenant: Tenant, path: str) -> None:
    """So that a Retry-After that is a date can be reckoned with; and there is one date only."""
    assert login.get(path).headers.get_list("date") == ["Tue, 24 Nov 2026 10:00:00 GMT"]


def test_an_app_is_nobody(graph: httpx.Client) -> None:
    answer = graph.get("/me/calendarView", params=WINDOW)

    assert (answer.status_code, code(answer)) == (400, "BadRequest")
    assert answer.json()["error"]["message"] == "/me request is only valid with delegated authentication flow."


def test_unknown_paths_and_methods_are_refused(graph: httpx.Client, room: str) -> None:
    assert "segment 'teapots'" in graph.get("/teapots").json()["error"]["message"]
    assert graph.get(f"/users/{room}/calendar/getSchedule").status_code == 405
    assert graph.patch(f"/users/{room}/calendarView", json={}).status_code == 405
    assert graph.get(f"/users/{room}/teapots").status_code == 400


def test_a_wrong_method_is_told_the_right_ones(graph: httpx.Client, room: str) -> None:
    """HEAD, OPTIONS and methods nobody has heard of are answered as well."""
    address = f"/users/{room}/calendar/getSchedule"
    for method in ("GET", "OPTIONS", "PUT", "TRACE", "BREW"):
        answer = graph.request(method, address)
        assert (answer.status_code, code(answer)) == (405, "MethodNotAllowed")
        assert answer.headers["allow"] == "POST"
    assert (graph.head(address).status_code, graph.head(address).content) == (405, b"")
    assert {"DELETE", "GET", "PATCH"} <= set(graph.put(f"/users/{room}/events/x").headers["allow"].split(", "))


def test_there_is_no_beta(graph: httpx.Client, served: Running) -> None:
    answer = graph.get(f"{served.https}/beta/me")

    assert answer.status_code == 400
    assert answer.json()["error"]["message"] == "Invalid version: beta."


@pytest.mark.parametrize(
    "path",
    [
        "/Users/{}/CALENDARVIEW",
        "/users('{}')/calendarView",
        "/users/{}/calendarView()",
        "/users/{}/calendar/calendarView/",
        "/%75sers/{}/calendar%56iew",
    ],
)
def test_paths_have_many_spellings(graph: httpx.Client, room: str, path: str) -> None:
    for name in (room, room.replace("@", "%40"), room.upper()):
        assert graph.get(path.format(name), params=WINDOW).status_code == 200


def test_a_quote_in_a_key_is_doubled(graph: httpx.Client, tenant: Tenant) -> None:
    tenant.add_person("Maeve O'Connor", "maeve.o'connor@contoso.example")

    assert graph.get("/users('maeve.o''connor@contoso.example')/calendarView", params=WINDOW).status_code == 200
    assert graph.get("/users/maeve.o'connor@contoso.example/calendarView", params=WINDOW).status_code == 200


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "application/json"),
        (b"{", "application/json"),
        (b"\xff\xfe", "application/json"),
        (b'{"x":' * 100_000, "application/json"),
        (b"{}", "text/plain"),
        (b"{}", ""),
    ],
)
def test_what_is_no_json_is_refused(graph: httpx.Client, room: str, content: bytes, kind: str) -> None:
    answer = graph.post(f"/users/{room}/events", content=content, headers={"Content-Type": kind})

    assert (answer.status_code, code(answer)) == (400, "BadRequest")
    assert answer.json()["error"]["message"].startswith("Unable to read JSON request payload.")


def test_huge_bodies_are_refused(graph: httpx.Client, room: str) -> None:
    """Whether or not their length is announced."""
    for content in (b"x" * (LARGEST_BODY + 1), iter([b"x" * 1_000_000] * 5)):
        answer = graph.post(f"/users/{room}/events", content=content, headers={"Content-Type": "application/json"})
        assert (answer.status_code, code(answer)) == (413, "RequestEntityTooLarge")


def test_who_goes_away_in_mid_sentence_leaves_no_trace(
    served: Running, tenant: Tenant, graph: httpx.Client, room: str, caplog: pytest.LogCaptureFixture
) -> None:
    head = (
        f"POST /v1.0/users/{room}/events HTTP/1.1\r\nHost: x\r\nAuthorization: {graph.headers['Authorization']}\r\n"
        "Content-Type: application/json\r\nContent-Length: 99\r\n\r\n"
    )
    address = urlsplit(served.http)
    with socket.create_connection((address.hostname, address.port)) as connection:
        connection.sendall(f"{head}{{".encode())
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(4096):
            pass

    assert graph.get(f"/users/{room}/events/x").status_code == 404
    assert not caplog.records


@pytest.mark.parametrize("host", ["[bad", "a b", "\u00e9", "x:y:z", ""])
def test_odd_hosts_break_nothing(graph: httpx.Client, tenant: Tenant, room: str, host: str) -> None:
    """Though links in answers are made of it."""
    for hour in range(2):
        tenant.add_event(room, TEN + hour * HOUR, TEN + (hour + 1) * HOUR)
    headers = {b"Host": host.encode("latin-1")}

    answer = graph.get(f"/users/{room}/calendarView", params=WINDOW | {"$top": "1"}, headers=headers)

    assert answer.status_code in (200, 400)


def test_pages_of_other_origins_may_call(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    """A preflight needs no token and answers are readable, errors among them, unless a switch says otherwise."""
    origin = {"Origin": "https://rooms.example"}
    asks = origin | {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,prefer"}
    address = f"/users/{room}/events/x"

    preflight = httpx.Request("OPTIONS", f"{graph.base_url}{address.lstrip('/')}", headers=asks)
    allowed, answer = graph.send(preflight), graph.get(address, headers=origin)
    tenant.cloud.behaviour = replace(tenant.cloud.behaviour, graph_cors=False)
    forbidden, silent = graph.send(preflight), graph.get(address, headers=origin)

    assert (allowed.status_code, allowed.headers["access-control-allow-headers"]) == (200, "authorization,prefer")
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (404, "*")
    assert "Retry-After" in answer.headers["access-control-expose-headers"]
    assert forbidden.status_code == 401
    assert "access-control-allow-origin" not in silent.headers


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
