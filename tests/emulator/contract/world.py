"""A tenant with one of everything that Graph can show."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from graph_emulator.clock import StandingClock
from graph_emulator.cloud import Cloud
from graph_emulator.exchange.event import Person
from graph_emulator.exchange.processing import CalendarProcessing
from graph_emulator.exchange.sharing import Role
from graph_emulator.exchange.working_hours import WorkingHours
from graph_emulator.exchange.zones import zone
from graph_emulator.registrations import App, Redirect, Secret
from graph_emulator.tenant import Mailbox, Profile, Room, Tenant

from .service import Caller, Service
from .stage import PICTURE

TENANT_ID, DOMAIN = "44444444-dddd-4ddd-8ddd-444444444444", "contoso.example"
MONDAY_TEN = datetime(2026, 11, 23, 10, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WEEK = "startDateTime=2026-11-23T00:00:00Z&endDateTime=2026-11-30T00:00:00Z"
SECRET = "everything"
DELEGATED = frozenset({"Calendars.ReadWrite", "Calendars.ReadWrite.Shared", "Place.ReadWrite.All", "User.Read.All"})
APP = App(
    "11111111-aaaa-4aaa-8aaa-111111111111",
    name="Everything",
    secrets=(Secret(SECRET),),
    redirects=(Redirect("https://app.example/signed-in"),),
    roles=frozenset({"Calendars.ReadWrite", "Place.ReadWrite.All", "User.Read.All"}),
    scopes=DELEGATED | {"User.Read"},
)
TAG = "String {5d3fbbb6-0e0c-4a4e-9f6f-2d8f2c4f5a10} Name ledig"
TAGS = "StringArray {5d3fbbb6-0e0c-4a4e-9f6f-2d8f2c4f5a10} Name many"
HOURS = {"start": 14, "end": 15}
EXTENSION = "Com.Contoso.Deal"


@dataclass(frozen=True, slots=True)
class World:
    service: Service
    app: Caller
    ann: Caller
    ann_is: Person
    bob: Caller
    bob_is: Person
    room: str  # its address
    events: dict[str, str]  # the ids of Ann's events, by what they show

    @property
    def tenant(self) -> Tenant:
        return self.service.tenant

    @property
    def cloud(self) -> Cloud:
        return self.service.cloud

    @property
    def clock(self) -> StandingClock:
        clock = self.cloud.clock
        assert isinstance(clock, StandingClock)
        return clock


def empty() -> World:
    """A tenant whose people and rooms have nothing in their calendars yet."""
    cloud = Cloud(StandingClock(MONDAY_TEN))
    tenant = cloud.add_tenant(TENANT_ID, DOMAIN, zone("Europe/Berlin"))
    tenant.add_app(APP)
    profile = Profile("Ann", "Example", "Dean", "A 1.01", "+49 351 0", "de-DE", administrator=True)
    ann = tenant.add_person("Ann Example", f"ann@{DOMAIN}", profile, PICTURE)
    bob = tenant.add_person("Bob", f"bob@{DOMAIN}")
    tenant.add_person("Cem", f"cem@{DOMAIN}")
    _mailbox(tenant, f"cem@{DOMAIN}").is_enabled = False
    room = Room(
        "Room 1", f"room-1@{DOMAIN}", "1.01", "Main building", 1, 8, "a screen", "a camera", ("window",), True,
        "One", "a microphone", "+49 351 1", "first",
    )  # fmt: skip
    tenant.add_room(room)
    tenant.add_room(Room("Room 2", f"room-2@{DOMAIN}"), CalendarProcessing(booking_type="Reserved"))
    tenant.add_room_list("Main building", f"main@{DOMAIN}", [f"room-1@{DOMAIN}", f"room-2@{DOMAIN}"])
    service = Service(cloud)
    people = {one: service.on_behalf_of(one.address, APP, DELEGATED) for one in (ann, bob)}
    return World(service, service.by_itself(APP), people[ann], ann, people[bob], bob, f"room-1@{DOMAIN}", {})


def rich() -> World:
    """Ann's calendar shows every kind of event, and Bob's is shared with her and keeps odd hours."""
    world = empty()
    _share_with_ann(world)
    ann, other = world.ann, {"emailAddress": {"address": world.bob_is.address, "name": "Bob"}, "type": "optional"}
    in_room = {"emailAddress": {"address": world.room}, "type": "resource"}
    wishes: dict[str, dict[str, object]] = {
        "meeting": {
            "subject": "Rooms",
            "body": {"contentType": "html", "content": "<p>About <b>rooms</b></p>"},
            "attendees": [other, in_room],
            "categories": ["Red category"],
            "transactionId": "7e163156-7762-4beb-a1c6-729ea81755a7",
            "location": {"displayName": "Room 1", "locationEmailAddress": world.room},
        },
        "all day": {"isAllDay": True, "subject": "Fair", "showAs": "oof", "sensitivity": "private"},
        "series": {
            "recurrence": {
                "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["monday", "wednesday", "friday"]},
                "range": {"type": "numbered", "startDate": "2026-11-23", "numberOfOccurrences": 6},
            },
            "attendees": [other],
        },
        "for ever": {
            "recurrence": {
                "pattern": {"type": "relativeMonthly", "interval": 2, "daysOfWeek": ["monday"], "index": "last"},
                "range": {"type": "noEnd", "startDate": "2026-11-30"},
            }
        },
        "online": {"isOnlineMeeting": True, "onlineMeetingProvider": "teamsForBusiness", "hideAttendees": True},
        "places": {
            "locations": [
                {
                    "displayName": "Café",
                    "locationUri": "https://cafe.example",
                    "address": {
                        "street": "1 Street",
                        "city": "Dresden",
                        "postalCode": "01067",
                        "state": "SN",
                        "countryOrRegion": "DE",
                    },
                    "coordinates": {
                        "latitude": 51.05,
                        "longitude": 13.73,
                        "accuracy": 5,
                        "altitude": 113.5,
                        "altitudeAccuracy": 1,
                    },
                },
                {"displayName": "Home"},
            ],
            "isReminderOn": False,
            "responseRequested": False,
            "allowNewTimeProposals": False,
        },
        "tagged": {
            "extensions": [
                {"@odata.type": "microsoft.graph.openTypeExtension", "extensionName": EXTENSION, "dealValue": 7}
            ],
            "singleValueExtendedProperties": [{"id": TAG, "value": "yes"}],
            "multiValueExtendedProperties": [{"id": TAGS, "value": ["a", "b"]}],
        },
    }
    for name, wish in wishes.items():
        made = ann.post("/me/events", _times(wish) | wish)
        assert made.status_code == 201, made.text
        world.events[name] = made.json()["id"]
    _depart_from_the_series(world)
    _bob_acts(world)
    return world


def _times(wish: dict[str, object]) -> dict[str, object]:
    """Days for what is all day; an hour of Berlin's Monday for all else."""
    if "isAllDay" in wish:
        days = {"start": "2026-11-24", "end": "2026-11-26"}
        return {key: {"dateTime": f"{day}T00:00:00", "timeZone": "Europe/Berlin"} for key, day in days.items()}
    first = "2026-11-30" if "relativeMonthly" in str(wish) else "2026-11-23"
    return {
        "start": {"dateTime": f"{first}T12:00:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": f"{first}T13:00:00", "timeZone": "W. Europe Standard Time"},
    }


def _share_with_ann(world: World) -> None:
    mailbox = _mailbox(world.tenant, world.bob_is.address)
    mailbox.shared_with[world.ann_is.address] = Role.write
    mailbox.zone, mailbox.working_hours = zone("America/Santa_Isabel"), WorkingHours(("sunday",))


def _depart_from_the_series(world: World) -> None:
    """One occurrence is moved, another removed."""
    occurrences = world.ann.get(f"/me/calendarView?{WEEK}").json()["value"]
    _, moved, removed = (one["id"] for one in occurrences if one["seriesMasterId"] == world.events["series"])
    start = {"dateTime": "2026-11-25T15:00:00", "timeZone": "UTC"}
    end = {"dateTime": "2026-11-25T16:00:00", "timeZone": "UTC"}
    assert world.ann.patch(f"/me/events/{quote(moved)}", {"start": start, "end": end}).status_code == 200
    assert world.ann.delete(f"/me/events/{quote(removed)}").status_code == 204
    world.events["exception"] = moved


def _bob_acts(world: World) -> None:
    """He proposes another time for one meeting, and invites to two of his own, one of which he cancels."""
    world.clock.move(timedelta(minutes=1))
    invitations = world.bob.get(f"/me/calendarView?{WEEK}").json()["value"]
    (invited,) = (one["id"] for one in invitations if one["subject"] == "Rooms")
    at = {key: {"dateTime": f"2026-11-23T{hour}:00:00", "timeZone": "UTC"} for key, hour in HOURS.items()}
    told = world.bob.post(f"/me/events/{quote(invited)}/tentativelyAccept", {"proposedNewTime": at})
    assert told.status_code == 202, told.text
    guest = [{"emailAddress": {"address": world.ann_is.address}}]
    for subject in ("Cancelled", "Kept"):
        made = world.bob.post("/me/events", at | {"subject": subject, "attendees": guest})
        world.clock.move(timedelta(minutes=1))
        if subject == "Cancelled":
            assert world.bob.post(f"/me/events/{quote(made.json()['id'])}/cancel", {}).status_code == 202
    world.clock.move(timedelta(minutes=1))
    shown = world.ann.get(f"/me/calendarView?{WEEK}&$top=50").json()["value"]
    world.events["invitation"] = next(one["id"] for one in shown if one["subject"] == "Kept")


def _mailbox(tenant: Tenant, address: str) -> Mailbox:
    mailbox = tenant.mailbox(address)
    assert mailbox
    return mailbox
