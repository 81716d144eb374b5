"""A small tenant for each published request, what is sent there, and who plays it."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

import httpx

from graph_emulator.clock import StandingClock
from graph_emulator.cloud import Cloud
from graph_emulator.exchange.event import Attendee, Event, Person
from graph_emulator.exchange.zones import instant, zone
from graph_emulator.graph.ids import event_id
from graph_emulator.registrations import App
from graph_emulator.tenant import Mailbox, Profile

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


Scenes = dict[str, Played]  # by the name of the sample
Plays = Callable[[Scene], Scene]


def plays(scenes: Scenes, type: str | None, *names: str) -> Plays:
    """Notes a function as the scene of some samples."""

    def noted(scene: Scene) -> Scene:
        scenes.update(dict.fromkeys(names, Played(scene, type)))
        return scene

    return noted


def at_pacific(*when: int) -> datetime:
    return instant(datetime(*when), PACIFIC)  # type: ignore[arg-type]  # noqa: DTZ001


def lunch(stage: Stage, owner: Person, *attendees: Attendee) -> Event:
    start, end = at_pacific(2019, 3, 15, 12), at_pacific(2019, 3, 15, 14)
    return stage.tenant.add_event(
        owner.address, start, end, subject="Let's go for lunch", location=HARRYS_BAR, attendees=attendees
    )


def event_id_of(event: Event) -> str:
    return event_id(event.key, immutable=False)
