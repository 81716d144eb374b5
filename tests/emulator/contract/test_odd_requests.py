"""Whatever is sent, an answer comes: never a 5xx, errors in the shape of their service, and the next is answered."""

import json
import re
import time
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from hypothesis.strategies import DataObject

from graph_emulator.control import routes as control
from graph_emulator.graph.routes import ROUTES
from graph_emulator.graph.routing import Route

from .oddities import odd_body, odd_bytes, odd_headers, odd_path, odd_query, odd_text, odd_types, on_the_wire
from .samples import Json
from .world import APP, DOMAIN, SECRET, TAG, TENANT_ID, WEEK, World, rich

FEW = settings(max_examples=12, derandomize=True, deadline=None, database=None)
SOME = settings(FEW, max_examples=150)

TIMES: dict[str, Json] = {
    "start": {"dateTime": "2026-11-24T10:00:00", "timeZone": "UTC"},
    "end": {"dateTime": "2026-11-24T11:00:00", "timeZone": "Europe/Berlin"},
}
EVENT: dict[str, Json] = TIMES | {
    "subject": "Rooms",
    "body": {"contentType": "html", "content": "<p>Hello</p>"},
    "attendees": [{"emailAddress": {"address": f"room-1@{DOMAIN}", "name": "Room 1"}, "type": "resource"}],
    "location": {"displayName": "Room 1", "locationEmailAddress": f"room-1@{DOMAIN}"},
    "locations": [{"displayName": "A", "address": {"city": "B"}, "coordinates": {"latitude": 51.0}}],
    "recurrence": {
        "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["tuesday"], "firstDayOfWeek": "sunday"},
        "range": {"type": "endDate", "startDate": "2026-11-24", "endDate": "2026-12-31"},
    },
    "extensions": [{"@odata.type": "microsoft.graph.openTypeExtension", "extensionName": "Com.Contoso.Odd", "a": 1}],
    "singleValueExtendedProperties": [{"id": TAG, "value": "x"}],
    "isAllDay": False,
    "isOnlineMeeting": True,
    "onlineMeetingProvider": "teamsForBusiness",
    "reminderMinutesBeforeStart": 15,
    "categories": ["Red"],
    "sensitivity": "private",
    "showAs": "busy",
}
QUESTION: Json = {
    "schedules": [f"room-1@{DOMAIN}", f"bob@{DOMAIN}"],
    "startTime": TIMES["start"],
    "endTime": {"dateTime": "2026-11-25T10:00:00", "timeZone": "Mars"},
    "availabilityViewInterval": 30,
}
BATCH: Json = {
    "requests": [
        {"id": "1", "method": "GET", "url": f"/me/calendarView?{WEEK}"},
        {
            "id": "2",
            "method": "POST",
            "url": "/me/events",
            "body": dict(TIMES),
            "headers": {"Content-Type": "application/json"},
            "dependsOn": ["1"],
        },
    ]
}
# What the last segment of a path takes; a creation takes an event too.
BODIES: dict[str, Json] = {
    "getSchedule": QUESTION,
    "$batch": BATCH,
    "events": EVENT,
    "{event}": EVENT,
    "accept": {"comment": "x", "sendResponse": True},
    "decline": {"comment": "x", "sendResponse": True, "proposedNewTime": dict(TIMES)},
    "tentativelyAccept": {"proposedNewTime": dict(TIMES)},
    "cancel": {"Comment": "x"},
    "extensions": {"extensionName": "Com.Contoso.Other", "a": {"b": 1}},
    "{extension}": {"extensionName": "Com.Contoso.Other", "a": None},
    "{place}": {"@odata.type": "microsoft.graph.room", "capacity": 5, "tags": ["a"], "floorNumber": 2},
    "translateExchangeIds": {"inputIds": ["AAMk"], "sourceIdType": "restId", "targetIdType": "ewsId"},
}
CONTROLLED = [*control.ROUTES, "", "/nothing"]
CONTROL_VALUES = {
    "number": ["1", "2", "99999999999999999999999"],
    "tenant": [TENANT_ID, DOMAIN, "nowhere"],
    "address": [f"room-1@{DOMAIN}", f"ann@{DOMAIN}", f"nobody@{DOMAIN}"],
}
# None: what is shown there, changed a little.
CONTROL_BODIES: tuple[Json, ...] = (
    None,
    {"kind": "status", "status": 503, "retry_after": 1.5, "share": 0.5, "path": "/users/{id}/events", "count": 1},
    {"kind": "latency", "seconds": 1, "distribution": "lognormal"},
    {"now": "2026-11-24T09:10:00Z", "runs": False},
    {"advance": 60},
    {"uid": "x", "response": "accepted"},
)
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
FIELDS = ("grant_type", "client_id", "client_secret", "scope", "client_assertion", "code", "code_verifier")
PAGES = (
    "/oauth2/v2.0/authorize",
    "/oauth2/v2.0/logout",
    "/v2.0/adminconsent",
    "/adminconsent",
    "/v2.0/.well-known/openid-configuration",
    "/discovery/v2.0/keys",
    "/discovery/instance",
)
FORM: dict[str, Json] = {
    "grant_type": "client_credentials",
    "client_id": APP.client_id,
    "client_secret": SECRET,
    "scope": "https://graph.microsoft.com/.default",
}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    world = rich()
    yield world
    world.service.close()


@pytest.fixture(scope="module")
def values(world: World) -> dict[str, list[str]]:
    """What stands for the variable segments of paths."""
    events = list(world.events.values())
    return {
        "id": [world.ann_is.address, world.room, f"cem@{DOMAIN}", f"nobody@{DOMAIN}"],
        "event": events,
        "calendar": [str(world.ann.get("/me/calendar").json().get("id")), "x"],
        "place": [world.room, f"main@{DOMAIN}"],
        "extension": ["Com.Contoso.Deal", "x"],
        "size": ["48x48", "1x1"],
    }


def is_refused_by_graph(answer: httpx.Response) -> None:
    error = answer.json()["error"]

    assert error.keys() - {"@event.existingEventId"} == {"code", "message", "innerError"}
    assert {type(error["code"]), type(error["message"])} == {str}
    assert error["innerError"].keys() == {"date", "request-id", "client-request-id"}


def is_an_answer_of_graph(answer: httpx.Response) -> None:
    assert answer.status_code < 500 or answer.status_code == 501, answer.text
    assert answer.headers["request-id"]
    if answer.status_code >= 400:
        is_refused_by_graph(answer)
    elif answer.content and "json" in answer.headers["content-type"]:
        json.loads(answer.content.decode())


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_graph_answers_whatever_its_routes_are_asked(world: World, values: dict[str, list[str]], route: Route) -> None:
    right = BODIES.get(route.path.rpartition("/")[2])

    @FEW
    @given(some.data())
    def asked(data: DataObject) -> None:
        path = data.draw(odd_path(route.path, values))
        query = data.draw(odd_query())
        if route.path.lower().endswith(("/calendarview", "/instances")) and data.draw(some.booleans()):
            query = f"{WEEK}&{query}"
        caller = data.draw(some.sampled_from((world.app, world.ann)))
        headers = {"Authorization": f"Bearer {caller.token}", "Content-Type": "application/json"}
        headers |= data.draw(odd_headers)
        body = data.draw(odd_body(right) if right is not None else some.just(b""))

        is_an_answer_of_graph(world.service.ask(route.method, f"/v1.0{path}?{query}", headers, body))

    asked()
    still_answers(world)


@SOME
@given(some.data())
def test_graph_answers_what_it_has_no_route_for(world: World, data: DataObject) -> None:
    """Any method, any path, any token."""
    path = "/".join(on_the_wire(part) for part in data.draw(some.lists(odd_text, max_size=3)))
    method = data.draw(some.sampled_from(("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "get", "X-ODD")))
    token = data.draw(some.sampled_from(("", "Bearer", "Bearer ", "Basic eDp5", f"bearer {world.ann.token}", "\xff")))
    root = data.draw(some.sampled_from(("/v1.0", "/v1.0/me", "/v1.0/users", "/v1.0/places", "/beta")))
    headers = {"Authorization": token, "Content-Type": data.draw(odd_types)} | data.draw(odd_headers)

    is_an_answer_of_graph(world.service.ask(method, f"{root}/{path}", headers, data.draw(odd_bytes)))
    still_answers(world)


@pytest.mark.parametrize("path", ["/%0A", "/users/%0A/events", "/me%0D%0Ax", "/%00", "/%ff", "/%", "/me/events/%2e%2e"])
def test_graph_refuses_odd_letters_in_paths_as_anything_else(world: World, path: str) -> None:
    answer = world.ann.get(path)

    assert answer.status_code in (400, 404)
    is_an_answer_of_graph(answer)


@pytest.mark.parametrize("piece", ["<!--", "<style", "<title>", "<head>", "<a ", "</p", "<br ", "&#", "&#9", "9", "<"])
def test_no_text_keeps_the_service_busy(world: World, piece: str) -> None:
    """However much of it is never closed; and so for its preview, and for those who want it without HTML."""
    body = {"contentType": "html", "content": "<html>&#" + piece * (500_000 // len(piece))}
    began = time.process_time()

    made = world.ann.post("/me/events", TIMES | {"body": body}, prefer='outlook.body-content-type="text"')

    assert made.status_code == 201
    assert time.process_time() - began < 2
    assert world.ann.delete(f"/me/events/{made.json()['id']}").status_code == 204


def test_what_is_deep_is_refused_before_it_hinders_readers(world: World) -> None:
    """As deep as an extension may be it is read in lists and parts of batches, and dumped."""
    statuses = {}
    for levels in (100, 200, 900, 100_000):
        deep = b"[" * (levels - 1) + b"]" * (levels - 1)
        headers = {"Authorization": f"Bearer {world.ann.token}", "Content-Type": "application/json"}
        sent = b'{"extensionName": "Com.Contoso.Deep", "deep": ' + deep + b"}"
        target = f"/v1.0/me/events/{world.events['tagged']}/extensions"
        statuses[levels] = world.service.ask("POST", target, headers, sent).status_code
    part = {"id": "1", "method": "GET", "url": f"/me/calendarView?{WEEK}&$expand=extensions&$top=100"}

    assert statuses == {100: 201, 200: 400, 900: 400, 100_000: 400}
    assert world.ann.post("/$batch", {"requests": [part]}).json()["responses"][0]["status"] == 200
    for kind in ("application/json", "application/toml"):
        assert world.service.ask("GET", "/emulator/scenario", {"Accept": kind}).status_code == 200


@pytest.mark.parametrize("path", CONTROLLED)
def test_the_control_api_answers_whatever_it_is_asked(path: str) -> None:
    """With what was asked for or a reason, and never by falling over."""
    world = rich()

    @FEW
    @given(some.data())
    def asked(data: DataObject) -> None:
        template = re.sub(r":\w+}", "}", path)
        target = "/emulator" + data.draw(odd_path(template, CONTROL_VALUES))
        query = data.draw(
            some.sampled_from(("", "from=2026-11-23T00:00:00Z&to=2026-11-24T00:00:00Z", "from=x", "after=-1"))
        )
        method = data.draw(some.sampled_from(("GET", "PUT", "POST", "PATCH", "DELETE", "OPTIONS")))
        right = data.draw(some.sampled_from(CONTROL_BODIES))
        shown = world.service.ask("GET", target).content
        if right is None and shown.startswith(b"{"):
            right = json.loads(shown)
        headers = {"Content-Type": data.draw(odd_types | some.just("application/toml"))}

        answer = world.service.ask(method, f"{target}?{query}", headers, data.draw(odd_body(right)))

        assert answer.status_code < 500, answer.text
        if answer.status_code >= 400:
            assert isinstance(answer.json()["error"], str)

    try:
        asked()
        assert world.service.ask("GET", "/emulator/clock").status_code == 200
    finally:
        world.service.close()


@SOME
@given(data=some.data())
def test_the_token_endpoint_answers_every_form(world: World, data: DataObject) -> None:
    form = FORM | data.draw(
        some.sampled_from(
            (
                {},
                {"grant_type": "authorization_code", "code": "x", "redirect_uri": "https://app.example/signed-in"},
                {"grant_type": "refresh_token", "refresh_token": "x"},
                {"client_assertion_type": ASSERTION, "client_assertion": "a.b.c", "client_secret": ""},
                {"client_assertion_type": ASSERTION, "client_assertion": "e30.e30.e30", "client_secret": ""},
            )
        )
    )
    form |= data.draw(some.dictionaries(some.sampled_from(FIELDS), odd_text, max_size=2))
    body = "&".join(f"{on_the_wire(key)}={on_the_wire(str(value))}" for key, value in form.items()).encode()
    directory = data.draw(some.sampled_from((TENANT_ID, DOMAIN, "common", "organizations", "nowhere")) | odd_text)
    headers = {"Content-Type": "application/x-www-form-urlencoded"} | data.draw(odd_headers)
    headers |= data.draw(some.sampled_from(({}, {"Authorization": "Basic *"}, {"Authorization": "Basic eDp5"})))
    target = f"/{on_the_wire(directory, safe='')}/oauth2/v2.0/token"

    answer = world.service.ask("POST", target, headers, data.draw(some.just(body) | odd_bytes))

    assert answer.status_code < 500, answer.text
    if answer.status_code != 200 and directory and "/" not in directory:
        is_refused_by_the_identity_platform(answer)
    still_answers(world)


@SOME
@given(data=some.data())
def test_sign_in_pages_answer_every_question(world: World, data: DataObject) -> None:
    """With a page, a redirect or an error; never with a script of somebody else's."""
    directory = data.draw(some.sampled_from((TENANT_ID, "common", "consumers", "nowhere")) | odd_text)
    path = data.draw(some.sampled_from(PAGES))
    asked = data.draw(
        some.fixed_dictionaries(
            {"client_id": some.just(APP.client_id) | odd_text},
            optional={
                "response_type": some.sampled_from(("code", "token", "id_token", "id_token token", "x")) | odd_text,
                "redirect_uri": some.sampled_from(("https://app.example/signed-in", "javascript:alert(1)")) | odd_text,
                "scope": some.sampled_from(("openid", "https://graph.microsoft.com/.default", "User.Read")) | odd_text,
                "state": some.just('"><script>odd</script>') | odd_text,
                "nonce": odd_text,
                "response_mode": some.sampled_from(("query", "fragment", "form_post")) | odd_text,
                "prompt": some.sampled_from(("none", "login", "consent", "select_account", "none login")) | odd_text,
                "login_hint": some.just(world.ann_is.address) | odd_text,
                "code_challenge": odd_text,
                "code_challenge_method": some.sampled_from(("S256", "plain")) | odd_text,
                "post_logout_redirect_uri": some.just("javascript:alert(1)") | odd_text,
            },
        )
    )
    query = "&".join(f"{key}={on_the_wire(str(value))}" for key, value in asked.items())
    method = data.draw(some.sampled_from(("GET", "POST")))
    headers = data.draw(odd_headers) | {"Content-Type": "application/x-www-form-urlencoded"}

    answer = world.service.ask(method, f"/{on_the_wire(directory, safe='')}{path}?{query}", headers, query.encode())

    assert answer.status_code < 500, answer.text
    assert "<script>odd" not in answer.text
    assert "javascript:" not in answer.headers.get("location", "")
    still_answers(world)


def is_refused_by_the_identity_platform(answer: httpx.Response) -> None:
    """https://learn.microsoft.com/entra/identity-platform/reference-error-codes"""
    body = answer.json()

    assert answer.status_code in (400, 401), answer.text
    assert body.keys() - {"error_uri", "suberror"} == {
        "error", "error_description", "error_codes", "timestamp", "trace_id", "correlation_id",
    }  # fmt: skip
    (number,) = body["error_codes"]
    assert body["error_description"].startswith(f"AADSTS{number}: ")


def still_answers(world: World) -> None:
    assert world.ann.get("/me").status_code == 200
