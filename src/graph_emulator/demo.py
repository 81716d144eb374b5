"""
The demo tenant: thirty rooms of one building, some forty invented people, and five believable weeks of meetings.

Everything follows from the building's local date and a seed: the same day gives the same tenant. A week is drawn from
its Monday, so that meetings stay where they are when the day moves on within the week.
"""

import csv
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from unicodedata import normalize

from graph_emulator.clock import Clock
from graph_emulator.cloud import Cloud
from graph_emulator.demo_weeks import Weeks
from graph_emulator.exchange.event import Event
from graph_emulator.exchange.zones import instant, wall, zone
from graph_emulator.portraits import portrait
from graph_emulator.registrations import App, Redirect, Secret
from graph_emulator.scenario.names import NAMES
from graph_emulator.tenant import Profile, Room, Tenant

TENANT_ID = "5f6c1d3e-8a0b-4c1e-9d7a-2b4e6f8091a3"
DOMAIN = "rooms.example.org"
CLIENT_ID = "0b7e4c52-1f3d-4a68-8e95-7c2d9f10a4b6"
CLIENT_SECRET = "demo~secret.of+the/emulator"  # noqa: S105 - opens nothing but the emulator
ROLES = frozenset({"Calendars.ReadWrite", "Place.Read.All"})
SCOPES = frozenset({"openid", "profile", "User.Read", "Calendars.ReadWrite"})
REDIRECTS = (Redirect("http://localhost/signin"), Redirect("http://localhost/"))  # on any port, as is usual there
ADMINISTRATOR = NAMES[0]
ROOM_LIST = "apb@rooms.example.org"
SERVICE = "booking@rooms.example.org"  # a mailbox of nobody, for programs that book for guests
ZONE = "Europe/Berlin"

WEEKS_BEFORE, WEEKS_AFTER = 2, 2
WITH_PHOTO = NAMES[::5]


def tenant(clock: Clock, seed: int = 0, *, client_id: str = CLIENT_ID, client_secret: str = CLIENT_SECRET) -> Tenant:
    """The demo tenant as of the clock's day, with its one app registration, which has all the consent it asks for."""
    demo = _building(clock, seed)
    demo.add_person("Room booking", SERVICE)
    secrets = (Secret(client_secret),)
    demo.add_app(
        App(client_id, "Room booking", demo.id, secrets=secrets, redirects=REDIRECTS, roles=ROLES, scopes=SCOPES)
    )
    today = wall(clock(), demo.zone).date()
    for address, events in _five_weeks(today - timedelta(days=today.weekday()), seed).items():
        demo.calendar(address).fill(events)
    return demo


def _building(clock: Clock, seed: int) -> Tenant:
    """Rooms and people, and nothing in their calendars."""
    demo = Cloud(clock, seed).add_tenant(TENANT_ID, DOMAIN, zone(ZONE))
    for name in NAMES:
        photo = portrait(name) if name in WITH_PHOTO else None
        demo.add_person(name, f"{_ascii(name)}@example.org", _profile(name), photo)
    for room in _rooms():
        demo.add_room(room)
    demo.add_room_list("Andreas-Pfitzmann-Bau", ROOM_LIST, [room.address for room in demo.rooms.values()])
    return demo


@cache
def _five_weeks(monday: date, seed: int) -> dict[str, tuple[Event, ...]]:
    """The events of every mailbox around the week of that Monday; drawn once, whatever the number of tenants."""
    mondays = [monday + timedelta(weeks=n) for n in range(-WEEKS_BEFORE, WEEKS_AFTER + 1)]
    made = instant(datetime.combine(mondays[0], time()), zone(ZONE))
    demo = _building(lambda: made, seed)
    Weeks(demo, seed).fill(mondays)
    everybody = [*demo.rooms, *(person.address for person in demo.people())]
    return {address: demo.calendar(address).events() for address in everybody}


def _profile(name: str) -> Profile:
    given, _, surname = name.partition(" ")
    return Profile(given, surname, language="en-GB", administrator=name == ADMINISTRATOR)


def _ascii(name: str) -> str:
    """The local part of somebody's address."""
    plain = normalize("NFKD", name.lower().translate(str.maketrans("ıłø", "ilo"))).encode("ascii", "ignore").decode()
    return ".".join(plain.replace("'", "").split())


def _rooms() -> Iterator[Room]:
    with files(__package__).joinpath("demo_rooms.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            equipment = row["equipment"].split("|") if row["equipment"] else []
            yield Room(
                row["display_name"],
                row["mailbox"],
                row["label"],
                row["building"],
                int(row["floor"]),
                int(row["capacity"]),
                display="Display" if "display" in equipment else None,
                video="Conference camera" if "video" in equipment else None,
                tags=tuple(thing for thing in equipment if thing not in ("display", "video")),
            )
