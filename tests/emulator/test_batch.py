"""POST /$batch"""

import asyncio
import base64
from collections import Counter

import httpx
import pytest
from starlette.responses import Response

from graph_emulator.clock import StandingClock
from graph_emulator.exchange.event import Person
from graph_emulator.faults import Cut
from graph_emulator.log import Answer, Call
from graph_emulator.tenant import Tenant

from .callers import on_behalf
from .conftest import HOUR, POWERLESS, TEN, at, code
from .test_graph import WINDOW
from .test_users import PNG, give_photo

JSON = {"Content-Type": "application/json"}
VIEW = "calendarView?startDateTime=2026-11-24T00:00:00&endDateTime=2026-11-25T00:00:00"


def answers(graph: httpx.Client, *parts: dict[str, object]) -> dict[str, dict[str, object]]:
    """The answers by the ids of their parts."""
    answer = graph.post("/$batch", json={"requests": parts})
    assert answer.status_code == 200, answer.text
    return {part["id"]: part for part in answer.json()["responses"]}


def part(id: str, url: str, method: str = "GET", **more: object) -> dict[str, object]:
    return {"id": id, "method": method, "url": url} | more


def write(id: str, room: str, hour: int = 0, **more: object) -> dict[str, object]:
    body = {"subject": id, "start": at(TEN + hour * HOUR), "end": at(TEN + (hour + 1) * HOUR)}
    return part(id, f"/users/{room}/events", "POST", headers=JSON, body=body) | more


def statuses(found: dict[str, dict[str, object]]) -> dict[str, object]:
    return {id: answer["status"] for id, answer in found.items()}


def test_each_part_is_answered_for_itself(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    """A 200 whatever its parts do; each is logged as a call of its own."""
    found = answers(
        graph,
        part("view", f"/users/{room}/{VIEW}"),
        part("none", f"users/{room}/events/x"),
        write("write", room),
        part("where", "/teapots"),
    )

    assert statuses(found) == {"view": 200, "none": 404, "write": 201, "where": 400}
    body = found["none"]["body"]
    assert isinstance(body, dict)
    assert body["error"]["code"] == "ErrorItemNotFound"
    headers = found["write"]["headers"]
    assert isinstance(headers, dict)
    assert headers["Location"].startswith(f"{graph.base_url}users/{room}/events/")
    assert Counter(call.route for call in tenant.cloud.calls) == {
        "POST /$batch": 1,
        "GET /users/{id}/calendarView": 1,
        "GET /users/{id}/events/{event}": 1,
        "POST /users/{id}/events": 1,
        "GET /{path}": 1,
    }


def test_answers_come_in_any_order(graph: httpx.Client) -> None:
    parts = [part(str(number), "/teapots") for number in range(20)]

    answer = graph.post("/$batch", json={"requests": parts}).json()["responses"]

    ids = [one["id"] for one in answer]
    assert sorted(ids, key=int) == [one["id"] for one in parts] != ids


def test_parts_have_the_headers_they_bring(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    """Preferences are of a part, not of the batch; the token is of the batch, whatever a part says."""
    tenant.add_event(room, TEN, TEN + HOUR)
    there = {"Prefer": 'outlook.timezone="Tokyo Standard Time"', "Authorization": "Bearer other"}

    found = answers(graph, part("there", f"/users/{room}/{VIEW}", headers=there), part("here", f"/users/{room}/{VIEW}"))

    def start(id: str) -> object:
        body = found[id]["body"]
        assert isinstance(body, dict)
        return body["value"][0]["start"]["timeZone"]

    assert (start("there"), start("here")) == ("Tokyo Standard Time", "UTC")


def test_what_depends_on_a_failure_fails(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    """With 424, and without being tried; what depends on a success comes after it."""
    found = answers(
        graph,
        part("bad", f"/users/{room}/events/x"),
        write("never", room, dependsOn=["BAD"]),
        write("nor this", room, dependsOn=["never"]),
        write("first", room),
        part("then", f"/users/{room}/{VIEW}", dependsOn=["first"]),
    )

    assert statuses(found) == {"bad": 404, "never": 424, "nor this": 424, "first": 201, "then": 200}
    body = found["then"]["body"]
    assert isinstance(body, dict)
    assert [event["subject"] for event in body["value"]] == ["first"]
    assert len(tenant.cloud.calls_to("POST /users/{id}/events")) == 1


def test_a_body_that_is_no_json_is_base64(graph: httpx.Client, tenant: Tenant, ann: Person) -> None:
    """In an answer, and in a request."""
    give_photo(tenant, ann, PNG)
    graph.headers.update(on_behalf(tenant, ann, "User.Read"))
    text = {"Content-Type": "text/plain"}
    body = base64.b64encode(b"no event").decode()

    found = answers(graph, part("photo", "/me/photo/$value"), part("text", "/$batch", "POST", headers=text, body=body))

    headers = found["photo"]["headers"]
    assert isinstance(headers, dict)
    assert headers["Content-Type"] == "image/png"
    assert base64.b64decode(str(found["photo"]["body"])) == PNG
    assert found["text"]["status"] == 400


def test_a_deletion_has_no_body(graph: httpx.Client, room: str) -> None:
    made = answers(graph, write("1", room))["1"]["body"]
    assert isinstance(made, dict)

    gone = answers(graph, part("2", f"/users/{room}/events/{made['id']}", "delete"))["2"]

    assert gone["status"] == 204
    assert "body" not in gone


@pytest.mark.parametrize("user", ["users/{}", "Users('{}')"])
def test_four_parts_at_once_reach_exchange(graph: httpx.Client, tenant: Tenant, room: str, user: str) -> None:
    """So a whole batch to one mailbox comes through, though five requests at once would not."""
    most, now = 0, 0

    async def count(call: Call, answer: Answer) -> Response:
        nonlocal most, now
        if call.path == "/$batch":
            return await answer()
        now += 1
        most = max(most, now)
        await asyncio.sleep(0)
        response = await answer()
        now -= 1
        return response

    tenant.cloud.intercept = count
    found = answers(graph, *(part(str(number), f"/{user.format(room)}/{VIEW}") for number in range(20)))

    assert set(statuses(found).values()) == {200}
    assert most == 4
    assert max(call.concurrency for call in tenant.cloud.calls if call.mailbox == room) == 4


def test_parts_are_throttled_one_by_one(graph: httpx.Client, tenant: Tenant, clock: StandingClock, room: str) -> None:
    """Each with a Retry-After of its own, among parts that are answered; and with the wait over they work again."""
    mailbox = tenant.mailbox(room)
    assert mailbox
    other = tenant.add_person("Other", f"other-{room}").address
    app = (tenant.id, "11111111-aaaa-4aaa-8aaa-111111111111")
    throttling, now = tenant.cloud.throttling, tenant.cloud.clock()
    one, two = (part("1", f"/users/{room}/{VIEW}"), part("2", f"/users/{other}/{VIEW}"))
    with (
        throttling.request(app, mailbox.id, now),
        throttling.request(app, mailbox.id, now),
        throttling.request(app, mailbox.id, now),
        throttling.request(app, mailbox.id, now),
    ):
        found = answers(graph, one, two)

    assert statuses(found) == {"1": 429, "2": 200}
    headers = found["1"]["headers"]
    assert isinstance(headers, dict)
    clock.move(HOUR * float(headers["Retry-After"]) / 3600)
    assert statuses(answers(graph, one)) == {"1": 200}


def test_a_part_that_is_cut_off_says_so(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    cut = tenant.cloud.faults.add(Cut(path="/users/{id}/calendarView"))

    found = answers(graph, part("cut", f"/users/{room}/{VIEW}"), part("whole", f"/users/{room}/events/x"))

    tenant.cloud.faults.remove([cut])
    assert statuses(found) == {"cut": 504, "whole": 404}


def test_parts_need_permission_the_batch_none(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    graph.headers["Authorization"] = f"Bearer {tenant.app_token(POWERLESS)}"

    assert statuses(answers(graph, part("1", f"/users/{room}/{VIEW}"))) == {"1": 403}
    assert graph.post("/$batch", json={"requests": [part("1", "/me")]}, headers={"Authorization": "x"}).is_client_error


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [part(str(number), "/me") for number in range(21)],
        [part("a", "/me"), part("A", "/me")],
        [part("", "/me")],
        [{"id": 1, "method": "GET", "url": "/me"}],
        [{"method": "GET", "url": "/me"}],
        [part("1", "/me", "TRACE")],
        [part("1", "https://graph.microsoft.com/v1.0/me")],
        [part("1", "/me", "POST", body={})],
        [part("1", "/me", "POST", headers=JSON)],
        [part("1", "/me", headers={"Content-Type": "text/plain"}, body="not base64!")],
        [part("1", "/me", headers={"Content-Type": "text/plain"}, body={})],
        [part("1", "/me", dependsOn=["2"])],
        [part("1", "/me", dependsOn=["1"])],
        [part("1", "/me", dependsOn=["2"]), part("2", "/me", dependsOn=["1"])],
        [part("1", "/me", headers={"Prefer": 5})],
        [[]],
    ],
)
def test_what_is_no_batch_is_refused_as_a_whole(graph: httpx.Client, tenant: Tenant, parts: list[object]) -> None:
    """More than twenty parts, ids that are not unique, a body without Content-Type: none of its parts is tried."""
    answer = graph.post("/$batch", json={"requests": parts})

    assert answer.status_code == 400, answer.text
    assert [call.path for call in tenant.cloud.calls] == ["/$batch"]


def test_twenty_one_parts_have_a_code_of_their_own(graph: httpx.Client) -> None:
    answer = graph.post("/$batch", json={"requests": [part(str(number), "/me") for number in range(21)]})

    assert code(answer) == "MaximumValueExceeded"


def test_the_published_batch_is_taken(graph: httpx.Client, tenant: Tenant, ann: Person) -> None:
    """Relative addresses with and without a slash before, headers of some, a body of {}."""
    graph.headers.update(on_behalf(tenant, ann, "User.ReadBasic.All"))
    query = "$select=id,displayName,userPrincipalName&$filter=city eq null&$count=true"
    found = answers(
        graph,
        part("1", "/me/memberOf"),
        part("2", "/users/x/getPasswordSingleSignOnCredentials", "POST", headers=JSON, body={}),
        part("5", f"users?{query}", headers={"ConsistencyLevel": "eventual"}),
    )

    assert statuses(found) == {"1": 400, "2": 400, "5": 200}
    body = found["5"]["body"]
    assert isinstance(body, dict)
    assert body["@odata.count"] >= 1
    assert body["value"][0].keys() == {"id", "displayName", "userPrincipalName"}


def test_a_batch_in_a_batch_is_refused(graph: httpx.Client) -> None:
    found = answers(graph, part("1", "/$batch", "POST", headers=JSON, body={"requests": [part("2", "/me")]}))

    assert statuses(found) == {"1": 400}


def test_a_window_as_a_query_means_the_same_in_a_part(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    tenant.add_event(room, TEN, TEN + HOUR)
    body = answers(graph, part("1", f"/users/{room}/{VIEW}"))["1"]["body"]

    alone = graph.get(f"/users/{room}/calendarView", params=WINDOW).json()

    assert body == alone
