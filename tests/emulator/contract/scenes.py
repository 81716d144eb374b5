"""The worlds in which the published requests of Microsoft Graph make sense, and what they are answered there."""

import dataclasses
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import httpx
from msgspec.structs import replace

from graph_emulator.behaviour import Behaviour
from graph_emulator.clock import StandingClock
from graph_emulator.cloud import Cloud
from graph_emulator.exchange.calendar import Attendee, Event, Person
from graph_emulator.exchange.recurrence import Recurrence
from graph_emulator.exchange.scoping import AccessPolicy, Right
from graph_emulator.exchange.sharing import Role
from graph_emulator.exchange.throttling import REQUESTS
from graph_emulator.exchange.zones import instant, zone
from graph_emulator.graph.ids import event_id
from graph_emulator.registrations import App
from graph_emulator.tenant import Mailbox, Profile, Room

from .samples import Sample
from .service import Caller, Service

GRAPH = "https://graph.microsoft.com"
PACIFIC = zone("Pacific Standard Time")
NOON = datetime(2019, 2, 28, 12, tzinfo=UTC)
APP = App(
    "24d3b144-21ae-4080-943f-7067b395b913",
    roles=frozenset({"Calendars.ReadWrite", "Place.ReadWrite.All", "User.Read.All"}),
    scopes=frozenset({"Calendars.ReadWrite.Shared", "Place.ReadWrite.All", "User.Read.All", "User.ReadWrite"}),
)
SCOPES = ("Calendars.ReadWrite", *APP.scopes)
HARRYS_BAR = "Harry's Bar"
CF100 = "cf100@contoso.com"
PICTURE = bytes.fromhex("ffd8 ffc0 0011 08 00f0 00f0 03 012200 021101 031101 ffd9")  # the frame of a JPEG, 240 by 240

Scene = Callable[["Stage"], httpx.Response]


class Stage:
    """A tenant with nobody in it yet, and the request that is to be sent there."""

    def __init__(self, sample: Sample) -> None:
        self.sample = sample
        self.cloud = Cloud(StandingClock(NOON))
        self.tenant = self.cloud.add_tenant("72f988bf-86f1-41af-91ab-2d7cd011db47", "contoso.onmicrosoft.com", PACIFIC)
        self.tenant.add_app(APP)
        self.service = Service(self.cloud)

    def person(self, name: str, domain: str = "contoso.onmicrosoft.com", profile: Profile | None = None) -> Person:
        given, surname = name.split()
        return self.tenant.add_person(name, f"{given}{surname[0]}@{domain}", profile or Profile())

    def mailbox(self, person: Person) -> Mailbox:
        mailbox = self.tenant.mailbox(person.address)
        assert mailbox
        return mailbox

    def me(self, person: Person, scopes: Iterable[str] = SCOPES) -> Caller:
        return self.service.on_behalf_of(person.address, APP, scopes)

    def replay(self, caller: Caller, /, **instead: str) -> httpx.Response:
        """Sends the sample's request; `instead` of the ids it names the real ones, which are escaped."""
        url = self.sample.url.removeprefix(GRAPH)
        for name, real in instead.items():
            url = url.replace(name, quote(real, safe="/"))
        body = json.dumps(self.sample.body).encode() if self.sample.body is not None else b""
        headers = {"Authorization": f"Bearer {caller.token}"} | ({"Content-Type": "application/json"} if body else {})
        target = quote(url, safe="/:?&=$,'%@()")
        return self.service.ask(self.sample.method, target, headers | self.sample.headers, body)


@dataclass(frozen=True, slots=True)
class Played:
    """A scene, and the type in the metadata of what it is answered with; None: nothing, or an error."""

    scene: Scene
    type: str | None


SCENES: dict[str, Played] = {}


def plays(type: str | None, *names: str) -> Callable[[Scene], Scene]:
    def noted(scene: Scene) -> Scene:
        SCENES.update(dict.fromkeys(names, Played(scene, type)))
        return scene

    return noted


def at_pacific(*when: int) -> datetime:
    return instant(datetime(*when), PACIFIC)  # type: ignore[arg-type]  # noqa: DTZ001


# calendars


@plays(
    "graph.event",
    "events-create-attendee",
    "events-create-multiple-locations",
    "events-create-online-meeting",
    "events-create-recurring",
)
def creates_an_event(stage: Stage) -> httpx.Response:
    for name in ("Samantha Booth", "Adele Vance", "Alex Wilber"):
        stage.person(name)
    return stage.replay(stage.me(stage.person("Dana Swope")))


@plays("graph.event", "calendar-events-create-01", "calendar-events-create-02")
def creates_an_event_in_a_calendar(stage: Stage) -> httpx.Response:
    stage.person("Adele Vance")
    megan = stage.me(stage.person("Megan Bowen"))
    calendar = megan.get("/me/calendar").json()["id"]
    return stage.replay(megan, **{"AAMkAGViNDU7zAAAAAGtlAAA=": calendar, "AAMkAGViNDU9zAAAAAGtlAAA=": calendar})


@plays(None, "observed-event-create-bad-timezone")
def creates_an_event_on_mars(stage: Stage) -> httpx.Response:
    return stage.replay(stage.me(stage.person("Megan Bowen")))


@plays("Collection(graph.event)", "calendarView-list-calendar", "calendarView-list-user")
def views_a_calendar(stage: Stage) -> httpx.Response:
    adele, megan = stage.person("Adele Vance"), stage.person("Megan Bowen")
    for year in (2017, 2020):
        start = at_pacific(year, 1, 2, 9)
        meeting = stage.tenant.add_event(megan.address, start, start + timedelta(hours=1), organizer=adele)
        stage.tenant.calendar(megan.address).put(replace(meeting, response="accepted", responded=NOON))
    return stage.replay(stage.me(megan))


@plays("graph.event", "event-get")
def reads_an_event(stage: Stage) -> httpx.Response:
    samantha, dana = stage.person("Samantha Booth"), stage.person("Dana Swope")
    proposed = at_pacific(2019, 8, 16, 12), at_pacific(2019, 8, 16, 14)
    event = stage.tenant.add_event(
        samantha.address,
        at_pacific(2017, 4, 21, 10),
        at_pacific(2017, 4, 21, 12),
        subject="Orientation ",
        body="<html><head></head><body><p>Dana, this is the time.</p></body></html>",
        location="Assembly Hall",
        attendees=(Attendee(samantha), Attendee(dana, response="tentativelyAccepted", proposed=proposed)),
    )
    return stage.replay(stage.me(samantha), **{"AAMkAGIAAAoZDOFAAA=": _id(event)})


@plays("graph.event", "event-get-multiple-locations")
def reads_an_event_of_many_places(stage: Stage) -> httpx.Response:
    adele = stage.me(stage.person("Adele Vance"))
    sent = {
        "subject": "Plan summer company picnic",
        "body": {"contentType": "html", "content": "Let's kick-start this event planning!"},
        "start": {"dateTime": "2017-08-30T11:00:00", "timeZone": "UTC"},
        "end": {"dateTime": "2017-08-30T12:00:00", "timeZone": "UTC"},
        "locations": [
            {"displayName": "Conf Room 3"},
            {
                "displayName": "Fourth Coffee",
                "address": {
                    "street": "4567 Main St",
                    "city": "Redmond",
                    "state": "WA",
                    "countryOrRegion": "US",
                    "postalCode": "32008",
                },
                "coordinates": {"latitude": 47.672, "longitude": -102.103},
            },
            {"displayName": "Home Office"},
        ],
        "attendees": [{"emailAddress": {"address": "DanaS@contoso.onmicrosoft.com"}, "type": "required"}],
    }
    return stage.replay(adele, **{"AAMkADAGAADDdm4NAAA=": adele.post("/me/events", sent).json()["id"]})


@plays("Collection(graph.event)", "event-instances")
def expands_a_series(stage: Stage) -> httpx.Response:
    """A weekly review at half past eight in the evening, of which that of 15 April is moved to the 16th."""
    megan = stage.person("Megan Bowen")
    start = datetime(2019, 4, 8, 20, 30, tzinfo=UTC)
    weekly = Recurrence("weekly", start.date(), days=("monday",))
    review = stage.tenant.add_event(
        megan.address, start, start + timedelta(minutes=30), subject="Review strategy for Q3", recurrence=weekly
    )
    calendar = stage.tenant.calendar(megan.address)
    fifteenth = calendar.find(f"{review.key}.20190415")
    assert fifteenth is not None
    day = timedelta(days=1)
    calendar.put(replace(fifteenth, start=fifteenth.start + day, end=fifteenth.end + day))
    return stage.replay(stage.me(megan), **{"AAMkAGUzYRgWAAA=": _id(review)})


@plays("graph.event", "event-update")
def changes_an_event(stage: Stage) -> httpx.Response:
    megan = stage.person("Megan Bowen")
    return stage.replay(stage.me(megan), **{"{id}": _id(_lunch(stage, megan))})


@plays(None, "event-delete", "event-cancel")
def ends_a_meeting(stage: Stage) -> httpx.Response:
    megan = stage.person("Megan Bowen")
    return stage.replay(stage.me(megan), **{"{id}": _id(_lunch(stage, megan, Attendee(stage.person("Adele Vance"))))})


@plays(None, "event-accept", "event-decline", "event-tentativelyAccept")
def answers_an_invitation(stage: Stage) -> httpx.Response:
    adele, megan = stage.person("Adele Vance"), stage.person("Megan Bowen")
    _lunch(stage, adele)
    sent = {
        "subject": "Let's go for lunch",
        "start": {"dateTime": "2019-03-15T12:00:00", "timeZone": PACIFIC.name},
        "end": {"dateTime": "2019-03-15T14:00:00", "timeZone": PACIFIC.name},
        "attendees": [{"emailAddress": {"address": megan.address}, "type": "required"}],
    }
    assert stage.me(adele).post("/me/events", sent).status_code == 201
    stage.cloud.clock = StandingClock(NOON + timedelta(minutes=1))  # and the invitation has arrived
    stage.cloud.catch_up()
    (copy,) = stage.tenant.events(megan.address, at_pacific(2019, 3, 15), at_pacific(2019, 3, 16))
    return stage.replay(stage.me(megan), **{"{id}": _id(copy)})


@plays("graph.extension", "openextension-create-on-event")
def extends_an_event(stage: Stage) -> httpx.Response:
    megan = stage.person("Megan Bowen")
    return stage.replay(stage.me(megan), **_OF_A_GROUP | {"AAMkADVl17IsAAA=": _id(_lunch(stage, megan))})


@plays("graph.extension", "openextension-get-on-event")
def reads_an_extension(stage: Stage) -> httpx.Response:
    megan = stage.person("Megan Bowen")
    event = _id(_lunch(stage, megan))
    deal = {
        "@odata.type": "microsoft.graph.openTypeExtension",
        "extensionName": "Com.Contoso.Deal",
        "companyName": "Alpine Skis",
        "dealValue": 1010100,
        "expirationDate": "2015-07-03T13:04:00.000Z",
    }
    assert stage.me(megan).post(f"/me/events/{quote(event)}/extensions", deal).status_code == 201
    return stage.replay(stage.me(megan), **_OF_A_GROUP | {"AAMkADVl17IsAAA=": event})


# Calendars of groups are not emulated; those of people are.
_OF_A_GROUP = {"groups/f5480dfd-7d77-4d0b-ba2e-3391953cc74a": "me"}


@plays("Collection(graph.convertIdResult)", "translateExchangeIds")
def translates_ids(stage: Stage) -> httpx.Response:
    megan = stage.person("Megan Bowen")
    body = dict(stage.sample.body) if isinstance(stage.sample.body, dict) else {}
    return stage.me(megan).post("/me/translateExchangeIds", body | {"inputIds": [_id(_lunch(stage, megan))]})


@plays("Collection(graph.timeZoneInformation)", "outlook-supportedTimeZones")
def lists_zones(stage: Stage) -> httpx.Response:
    return stage.replay(stage.me(stage.person("Megan Bowen")))


# free and busy


@plays("Collection(graph.scheduleInformation)", "calendar-getSchedule")
def asks_when_two_are_free(stage: Stage) -> httpx.Response:
    """Adele shows Alex what her meetings are about, Megan does not; her clocks follow rules that have no name."""
    adele, megan, alex = (stage.person(name) for name in ("Adele Vance", "Megan Bowen", "Alex Wilber"))
    stage.mailbox(adele).shared_with[alex.address.lower()] = Role.limitedRead
    stage.mailbox(megan).zone = zone("America/Santa_Isabel")
    _lunch(stage, adele)
    for begin, end, show_as in (
        ((8, 30), (9, 30), "busy"),
        ((12,), (14,), "busy"),
        ((12,), (13,), "tentative"),
        ((13,), (14,), "busy"),
        ((16,), (17,), "tentative"),
    ):
        start, finish = at_pacific(2019, 3, 15, *begin), at_pacific(2019, 3, 15, *end)
        stage.tenant.add_event(megan.address, start, finish, show_as=show_as)
    return stage.replay(stage.me(alex))


@plays(None, "getSchedule-concept")  # its statuses begin with capitals, which the metadata does not know
def asks_as_the_concept_page_does(stage: Stage) -> httpx.Response:
    stage.cloud.behaviour = Behaviour(capital_statuses=True)
    alex = stage.person("Alex Wilber", "contoso.com")
    stage.mailbox(alex).zone = zone("America/Santa_Isabel")
    for begin, end, show_as in (((9,), (10, 30), "tentative"), ((11,), (13,), "busy")):
        start, finish = at_pacific(2018, 8, 6, *begin), at_pacific(2018, 8, 6, *end)
        stage.tenant.add_event(alex.address, start, finish, show_as=show_as)
    return stage.replay(stage.me(stage.person("Megan Bowen")))


@plays(None, "observed-getSchedule-too-many-schedules")
def asks_for_too_many(stage: Stage) -> httpx.Response:
    return _schedules(stage, [f"room{number}@contoso.onmicrosoft.com" for number in range(101)])


@plays("Collection(graph.scheduleInformation)", "observed-getSchedule-unresolvable-address")
def asks_for_nobody(stage: Stage) -> httpx.Response:
    return _schedules(stage, ["<user_email>"])


def _schedules(stage: Stage, schedules: list[str]) -> httpx.Response:
    sent = {
        "schedules": schedules,
        "startTime": {"dateTime": "2020-02-10T09:00:00", "timeZone": "UTC"},
        "endTime": {"dateTime": "2020-02-10T17:00:00", "timeZone": "UTC"},
    }
    return stage.me(stage.person("Megan Bowen")).post("/me/calendar/getSchedule", sent)


# refusals


@plays(None, "error-application-access-policy")
def asks_outside_the_policy(stage: Stage) -> httpx.Response:
    megan = stage.person("Megan Bowen")
    stage.tenant.scoping.add_policy(AccessPolicy(APP.client_id, Right.RESTRICT, frozenset({"room@contoso.com"})))
    return stage.replay(stage.service.by_itself(APP), **{"{mailbox-outside-the-policy}": megan.address})


@plays(None, "observed-shared-mailbox-access-denied")
def asks_for_what_is_not_shared(stage: Stage) -> httpx.Response:
    stage.tenant.add_room(Room("Room ZL 5.01", "Room_ZL_5.01@4wrvkx.onmicrosoft.com"))
    return stage.replay(stage.me(stage.person("Megan Bowen"), ["Calendars.Read"]))


@plays(None, "error-throttled-429")
def asks_too_much(stage: Stage) -> httpx.Response:
    """After ten thousand requests within ten minutes."""
    megan = stage.person("Megan Bowen")
    app, mailbox = (stage.tenant.id, APP.client_id), stage.tenant.object_id(megan.address)
    for _ in range(REQUESTS):
        with stage.cloud.throttling.request(app, mailbox, NOON):
            pass
    return stage.replay(stage.me(megan), **{"{any}": "me/events/x"})


# the directory


@plays("graph.user", "me-get")
def reads_my_profile(stage: Stage) -> httpx.Response:
    profile = Profile("Adele", "Vance", "Retail Manager", "18/2111", "+1 425 555 0109", "en-US")
    return stage.replay(stage.me(stage.person("Adele Vance", profile=profile)))


@plays("graph.profilePhoto", "me-photo-metadata", "me-photo-value")
def reads_what_there_is_to_know_of_my_picture(stage: Stage) -> httpx.Response:
    adele = stage.tenant.add_person("Adele Vance", "AdeleV@contoso.onmicrosoft.com", photo=PICTURE)
    return stage.replay(stage.me(adele), **{"/$value": ""})


@plays(None, "batch")
def asks_many_things_at_once(stage: Stage) -> httpx.Response:
    return stage.replay(stage.me(stage.person("Lynne Robbins")))


# places


@plays("graph.place", "place-get-room")
def reads_a_room(stage: Stage) -> httpx.Response:
    _buildings(stage)
    return stage.replay(_planner(stage), **{"3162F1E1-C4C0-604B-51D8-91DA78989EB1": stage.tenant.object_id(CF100)})


@plays("graph.place", "place-get-building")
def reads_a_building(stage: Stage) -> httpx.Response:
    _buildings(stage)
    planner = _planner(stage)
    building = planner.get("/places/microsoft.graph.building").json()["value"][0]["id"]
    return stage.replay(planner, **{"ca147fcf-ae27-43bb-9d91-f11e626e58bf": building})


@plays("graph.place", "place-get-roomlist", "place-update-room")
def reads_a_list_or_changes_a_room(stage: Stage) -> httpx.Response:
    _buildings(stage)
    return stage.replay(_planner(stage))


@plays("Collection(graph.room)", "places-list-rooms", "places-list-rooms-in-roomlist")
def lists_rooms(stage: Stage) -> httpx.Response:
    _buildings(stage)
    return stage.replay(_planner(stage))


@plays("Collection(graph.roomList)", "places-list-roomlists")
def lists_lists(stage: Stage) -> httpx.Response:
    _buildings(stage)
    return stage.replay(_planner(stage))


def _buildings(stage: Stage) -> None:
    """Two buildings with a room each, and a list for either."""
    common = Room("", "", capacity=40, phone="000-000-0000", nickname="Conf Room", tags=("nice view",), step_free=False)
    for number in (1, 2):
        address, hundred = f"cf{number}00@contoso.com", f"{number}00"
        room = dataclasses.replace(
            common, name=f"Conf Room {hundred}", address=address, label=hundred, building=str(number), floor=number
        )
        stage.tenant.add_room(room)
        stage.tenant.add_room_list(f"Building {number}", f"bldg{number}@contoso.com", [address])


def _planner(stage: Stage) -> Caller:
    return stage.service.by_itself(APP)


def _lunch(stage: Stage, owner: Person, *attendees: Attendee) -> Event:
    start, end = at_pacific(2019, 3, 15, 12), at_pacific(2019, 3, 15, 14)
    return stage.tenant.add_event(
        owner.address, start, end, subject="Let's go for lunch", location=HARRYS_BAR, attendees=attendees
    )


def _id(event: Event) -> str:
    return event_id(event.key, immutable=False)
