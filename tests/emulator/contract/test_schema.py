"""All that Graph answers is of the types in its published metadata, whoever asks for whatever of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import quote

import httpx
import pytest

from graph_emulator.graph.access import ANY
from graph_emulator.graph.routes import ROUTES
from graph_emulator.graph.routing import Route

from .csdl import Metadata
from .service import Caller
from .world import DOMAIN, EXTENSION, HOURS, TAG, TAGS, WEEK, World, rich

METADATA = Metadata()
SAXON = 'outlook.timezone="Europe/Berlin"'
IMMUTABLE = 'IdType="ImmutableId", outlook.body-content-type="text"'
EVENT_OPTIONS = (
    "",
    "$select=subject,start,location,locations,attendees,recurrence,cancelledOccurrences",
    f"$expand=extensions,singleValueExtendedProperties($filter=id eq '{TAG}')",
    f"$select=id&$expand=extensions($filter=id eq '{EXTENSION}'),multiValueExtendedProperties($filter=id eq '{TAGS}')",
    "$expand=exceptionOccurrences",
)
# What the emulator never has a value for.
NEVER = {
    "graph.building.resourceLinks",
    "graph.event.onlineMeetingUrl",  # null in all published samples
    "graph.onlineMeetingInfo.phones",
    "graph.onlineMeetingInfo.quickDial",
    "graph.onlineMeetingInfo.tollFreeNumbers",
    "graph.onlineMeetingInfo.tollNumber",
    "graph.place.address",
    "graph.place.geoCoordinates",
    *(f"graph.user.{name}" for name in ("mailNickname", "mobilePhone", "city", "companyName", "country", "department")),
    *(f"graph.user.{name}" for name in ("employeeId", "otherMails", "postalCode", "proxyAddresses", "state")),
    *(f"graph.user.{name}" for name in ("streetAddress", "usageLocation")),
}
AROUND_COLLECTIONS = {"@odata.context", "@odata.count", "@odata.nextLink"}
SHOWN_WHEN_ASKED_FOR = {"cancelledOccurrences"}

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a route."""

    values: dict[str, str] = field(default_factory=dict)
    options: str = ""
    sent: object = None
    prefer: str | None = None


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    world = rich()
    yield world
    world.service.close()


def type_of(route: Route) -> str | None:
    """What a route answers with; None: nothing, or what is no entity."""
    last, one = route.path.rpartition("/")[2], "{place}" in route.path
    match route.method, last.partition("(")[0]:
        case "POST", "getSchedule":
            return "Collection(graph.scheduleInformation)"
        case "POST", "translateExchangeIds":
            return "Collection(graph.convertIdResult)"
        case "GET", "supportedTimeZones":
            return "Collection(graph.timeZoneInformation)"
        case "GET", "calendars":
            return "Collection(graph.calendar)"
        case "GET", "calendar" | "{calendar}":
            return "graph.calendar"
        case "GET", "events" | "calendarView" | "instances":
            return "Collection(graph.event)"
        case ("POST", "events") | ("GET" | "PATCH", "{event}"):
            return "graph.event"
        case "GET", "extensions":
            return "Collection(graph.extension)"
        case ("POST", "extensions") | ("GET" | "PATCH", "{extension}"):
            return "graph.extension"
        case "GET", "users":
            return "Collection(graph.user)"
        case "GET", "{id}" | "me":
            return "graph.user"
        case "GET", "photo" | "{size}":
            return "graph.profilePhoto"
        case "GET", "rooms" | "workspaces":
            return f"Collection(graph.{last.removesuffix('s')})"
        case "GET" | "PATCH", "{place}":
            return "graph.place"
        case "GET", _ if last.startswith("microsoft."):
            kind = last.removeprefix("microsoft.").replace("roomlist", "roomList")
            return kind if one else f"Collection({kind})"
        case (
            ("DELETE", _)
            | ("GET", "$value")
            | ("POST", "$batch" | "cancel" | "accept" | "decline" | "tentativelyAccept")
        ):
            return None
    raise AssertionError(f"What {route.path} answers with has to be said here.")


def visits(route: Route, world: World, caller: Caller) -> Iterator[Visit]:
    """The requests of a route that show all it can answer."""
    last = route.path.rpartition("/")[2].partition("(")[0]
    match route.method, last:
        case "GET", "calendarView" | "instances":
            for options in EVENT_OPTIONS:
                for prefer in (None, SAXON, f"{IMMUTABLE}, odata.maxpagesize=3"):
                    yield Visit({"event": world.events["series"]}, f"{WEEK}&$count=true&{options}", prefer=prefer)
        case "GET", "events":
            for options in (*EVENT_OPTIONS, "$top=1", "$filter=isAllDay eq true&$orderby=start/dateTime desc"):
                yield Visit(options=options, prefer=SAXON)
        case "GET", "{event}":
            for event in world.events.values():
                for options in EVENT_OPTIONS:
                    yield Visit({"event": event}, options)
                yield Visit({"event": event}, prefer=f"{IMMUTABLE}, {SAXON}")
        case "POST", "events":
            yield Visit(sent=_times() | {"subject": "Made", "attendees": [{"emailAddress": {"address": world.room}}]})
            yield Visit(sent=_times(), prefer=IMMUTABLE)
        case "PATCH", "{event}":
            yield Visit({"event": world.events["meeting"]}, sent={"subject": "Changed", "importance": "low"})
            yield Visit({"event": world.events["exception"]}, sent={"showAs": "workingElsewhere"})
        case ("DELETE", "{event}") | ("POST", "cancel"):
            yield Visit({"event": _made(world)}, sent={} if last == "cancel" else None)
        case "POST", "accept":
            yield Visit({"event": _invited(world)}, sent={"sendResponse": False})
        case "POST", "decline" | "tentativelyAccept":
            yield Visit({"event": _invited(world)}, sent={"proposedNewTime": _times()})
        case _ if "extensions" in route.path:
            yield from _of_extensions(route.method, last, world)
        case "POST", "getSchedule":
            yield from _questions(world)
        case "POST", "translateExchangeIds":
            ids = {"inputIds": [*world.events.values(), "x"], "sourceIdType": "restId", "targetIdType": "ewsId"}
            yield Visit(sent=ids)
        case "GET", _ if "places" in route.path:
            for place in _places(last, world):
                for options in ("", "$select=id,displayName,tags"):
                    yield Visit({"place": place}, options)
        case "PATCH", "{place}":
            yield Visit(
                {"place": world.room}, sent={"@odata.type": "#microsoft.graph.room", "capacity": 9, "label": None}
            )
        case "POST", "$batch":
            yield Visit(sent={"requests": [{"id": "1", "method": "GET", "url": "/places/microsoft.graph.room"}]})
        case "GET", "{id}" | "me" | "users":
            yield Visit()
            yield Visit(options="$select=id,userPrincipalName,accountEnabled,userType,city")
        case _:
            yield Visit()


def _of_extensions(method: str, last: str, world: World) -> Iterator[Visit]:
    tagged = {"event": world.events["tagged"], "extension": EXTENSION}
    if method == "POST":
        sent = {
            "@odata.type": "microsoft.graph.openTypeExtension",
            "extensionName": "Com.Contoso.Other",
            "deep": {"a": []},
        }
        yield Visit(tagged, sent=sent)
    elif method == "DELETE":
        event = _made(world)
        assert world.ann.post(f"/me/events/{event}/extensions", {"extensionName": EXTENSION}).status_code == 201
        yield Visit({"event": event, "extension": EXTENSION})
    else:
        yield Visit(tagged, sent={"dealValue": 8} if method == "PATCH" else None)
        yield Visit(tagged | {"extension": f"Microsoft.OutlookServices.OpenTypeExtension.{EXTENSION}"}, sent={"a": 1})


def _questions(world: World) -> Iterator[Visit]:
    """Those who have detail, those who do not, a list, somebody unknown."""
    schedules = [world.room, world.ann_is.address, world.bob_is.address, f"main@{DOMAIN}", f"nobody@{DOMAIN}"]
    start, end = ({"dateTime": f"2026-11-{day}T00:00:00", "timeZone": "UTC"} for day in (23, 28))
    for prefer in (None, SAXON, 'outlook.timezone="Iran Standard Time"'):
        yield Visit(sent={"schedules": schedules, "startTime": start, "endTime": end}, prefer=prefer)
        yield Visit(sent={"Schedules": schedules, "StartTime": start, "EndTime": end}, prefer=prefer)


def _places(last: str, world: World) -> list[str]:
    """The places of the kind that the end of a path names, as paths name them."""
    lists = [f"main@{DOMAIN}"]
    known = {
        "microsoft.graph.room": [world.room, f"room-2@{DOMAIN}"],
        "microsoft.graph.roomlist": lists,
        "rooms": lists,
        "workspaces": lists,
    }
    for kind in ("building", "floor"):
        found = world.app.get(f"/places/microsoft.graph.{kind}").json()["value"]
        known[f"microsoft.graph.{kind}"] = [one["id"] for one in found]
    return [place for places in known.values() for place in places] if last == "{place}" else known.get(last, ["x"])


def _times() -> dict[str, object]:
    return {key: {"dateTime": f"2026-11-27T{hour}:00:00", "timeZone": "UTC"} for key, hour in HOURS.items()}


def _made(world: World) -> str:
    """A new event of Ann's."""
    return str(world.ann.post("/me/events", _times()).json()["id"])


def _invited(world: World) -> str:
    """Ann's copy of a new meeting of Bob's."""
    subject = f"Invitation {next(_numbers)}"
    guests = [{"emailAddress": {"address": world.ann_is.address}}]
    assert world.bob.post("/me/events", _times() | {"subject": subject, "attendees": guests}).status_code == 201
    world.clock.now += world.cloud.behaviour.delivery
    found = world.ann.get(f"/me/events?$filter=subject eq '{quote(subject)}'".replace(" ", "%20")).json()["value"]
    return str(found[0]["id"])


def asked(route: Route, caller: Caller, visit: Visit, world: World) -> httpx.Response:
    known = {
        "id": world.ann_is.address,
        "calendar": world.ann.get("/me/calendar").json()["id"],
        "size": "48x48",
    }
    path = route.path
    for name, value in (known | visit.values).items():
        path = path.replace(f"{{{name}}}", quote(value))
    target = f"{path}?{quote(visit.options, safe='$=&,()')}"
    return caller.send(route.method, target, visit.sent, {"Prefer": visit.prefer} if visit.prefer else None)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_every_answer_is_of_its_type(route: Route, world: World) -> None:
    """As the app on its own and as a person, in several zones, chosen and expanded; a route without visits fails."""
    callers = [world.app, world.ann] if _is_for_apps(route) else [world.ann]
    told = 0
    for caller in callers:
        for visit in visits(route, world, caller):
            answer = asked(route, caller, visit, world)
            assert _is_expected(route, answer), f"{visit} {answer.text}"
            told += answer.status_code < 300
            if (type := type_of(route)) and answer.status_code < 300:
                assert list(METADATA.complaints(_content(answer, type), type)) == []
                assert not type.startswith("Collection") or set(answer.json()) - {"value"} <= AROUND_COLLECTIONS
    assert told or _has_none(route)


def _is_for_apps(route: Route) -> bool:
    """Whether an app on its own may ask."""
    return not route.path.startswith("/me") and (bool(route.needs.application) or route.needs is ANY)


def _is_expected(route: Route, answer: httpx.Response) -> bool:
    return answer.status_code < 300 or (_has_none(route) and answer.status_code == 404)


def _has_none(route: Route) -> bool:
    """Of these kinds the emulator has no place, so there is none to be named."""
    return "{place}" in route.path and route.path.endswith((".section", ".desk", ".workspace"))


def test_the_walk_meets_all_there_is_to_show(world: World) -> None:
    """Every property of all types that are answered has a value somewhere, but for those the emulator never has."""
    judge = Metadata()
    for route in (route for route in ROUTES if route.method == "GET" or "getSchedule" in route.path):
        for visit in visits(route, world, world.ann):
            answer = asked(route, world.app if _is_for_apps(route) else world.ann, visit, world)
            if (type := type_of(route)) and answer.status_code == 200:
                list(judge.complaints(_content(answer, type), type))

    declared = {
        f"{type}.{name}"
        for type in {met.rpartition(".")[0] for met in judge.met}
        for name, one in judge.structures[type].properties.items()
        if not one.is_navigation
    }
    assert declared - judge.met == NEVER


def _content(answer: httpx.Response, type: str) -> object:
    return answer.json()["value"] if type.startswith("Collection") else answer.json()


def test_parts_of_a_batch_are_of_their_types(world: World) -> None:
    paths = {"graph.calendar": "/me/calendar", "graph.user": "/me", "Collection(graph.event)": "/me/events?$top=3"}
    parts = [{"id": type, "method": "GET", "url": path} for type, path in paths.items()]

    answers = {part["id"]: part for part in world.ann.post("/$batch", {"requests": parts}).json()["responses"]}

    assert answers.keys() == paths.keys()
    for type, part in answers.items():
        body = part["body"]["value"] if type.startswith("Collection") else part["body"]
        assert (part["status"], list(METADATA.complaints(body, type))) == (200, [])


def test_an_event_shows_all_it_has(world: World) -> None:
    """Whatever the metadata declares is there, null or not, unless it comes only when asked for."""
    declared = {name for name, one in METADATA.properties("graph.event").items() if not one.is_navigation}

    shown = world.ann.get(f"/me/events/{quote(world.events['meeting'])}").json()

    assert declared - shown.keys() == SHOWN_WHEN_ASKED_FOR


def test_a_room_shows_all_it_has(world: World) -> None:
    declared = {name for name, one in METADATA.properties("graph.room").items() if not one.is_navigation}

    assert declared - world.app.get(f"/places/{world.room}").json().keys() == set()
