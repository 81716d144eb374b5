"""Scenarios: what files say, what becomes of it, and that a dump is the same world."""

import json
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import httpx
import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from graph_emulator import demo, registrations
from graph_emulator.clock import StandingClock, running_from
from graph_emulator.cloud import Cloud
from graph_emulator.exchange.event import Attendee, Person
from graph_emulator.exchange.recurrence import Recurrence
from graph_emulator.exchange.scoping import AccessPolicy, Right, RoleAssignment, Scope
from graph_emulator.exchange.sharing import Role
from graph_emulator.exchange.working_hours import WorkingHours
from graph_emulator.scenario import types
from graph_emulator.scenario.dumping import dump
from graph_emulator.scenario.loading import load
from graph_emulator.scenario.reading import BadScenario, from_json, from_toml, to_json, to_toml
from graph_emulator.server import Running, running
from graph_emulator.tenant import Profile, Room, Tenant

TEN = datetime(2026, 11, 24, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
MONTH = timedelta(days=31)

EVERYTHING = """
seed = 7
clock = { now = 2026-11-24T09:10:00Z, runs = false }
behaviour = { max_schedules = 20, delivery = 0.5, login_origin = "https://login.example" }

[[apps]]
client_id = "0B7E4C52-1f3d-4a68-8e95-7c2d9f10a4b6"
name = "Room planner"
home = "5f6c1d3e-8a0b-4c1e-9d7a-2b4e6f8091a3"
multitenant = false
secrets = [{ value = "old", ends = 2026-01-01T00:00:00Z }, { value = "new" }]
certificates = ['''-----BEGIN CERTIFICATE-----''']
federated = [{ issuer = "https://cluster.example", subject = "ledig", keys = '{"keys": []}' }]
redirects = [{ uri = "http://localhost/signin" }, { uri = "https://rooms.example/back", kind = "web" }]
roles = ["Calendars.ReadWrite"]
scopes = ["User.Read"]
implicit = true

[[tenants]]
id = "5f6c1d3e-8a0b-4c1e-9d7a-2b4e6f8091a3"
domain = "contoso.example"
zone = "W. Europe Standard Time"

[[tenants.people]]
name = "Ann Example"
address = "ann@contoso.example"
given_name = "Ann"
surname = "Example"
job_title = "Head"
administrator = true
photo = "iVBORw0KGgo="
zone = "America/New_York"
working_hours = { days = ["monday", "tuesday"], start = 09:00:00, end = 12:30:00 }
shared_with = { "bob@contoso.example" = "write" }
everybodys_role = "limitedRead"

[[tenants.people]]
name = "Bob Example"
address = "bob@contoso.example"
is_enabled = false

[[tenants.rooms]]
name = "Great Hall"
address = "hall@contoso.example"
label = "0.01"
building = "Main"
floor = 0
capacity = 80
video = "Camera"
tags = ["whiteboard"]
step_free = true
processing = { AllowConflicts = true, BookInPolicy = ["ann@contoso.example"], AnswersAfter = "never" }

[[tenants.rooms]]
name = "Small Room"
address = "small@contoso.example"
processing = { AnswersAfter = 1.5 }

[[tenants.room_lists]]
name = "Main building"
address = "main@contoso.example"
rooms = ["hall@contoso.example", "small@contoso.example"]

[[tenants.service_principals]]
app = "0b7e4c52-1f3d-4a68-8e95-7c2d9f10a4b6"
roles = ["Calendars.Read"]
scopes = ["User.Read"]
scopes_of = { "ann@contoso.example" = ["Calendars.ReadWrite"] }
assigned = ["ann@contoso.example"]

[[tenants.role_assignments]]
app = "0b7e4c52-1f3d-4a68-8e95-7c2d9f10a4b6"
role = "Application Calendars.ReadWrite"
kind = "RoomMailbox"

[[tenants.access_policies]]
app = "0b7e4c52-1f3d-4a68-8e95-7c2d9f10a4b6"
right = "RestrictAccess"
group = ["hall@contoso.example"]

[tenants.schedule_errors]
"small@contoso.example" = { code = "5009", message = "Lost" }

[[tenants.meetings]]
organizer = "ann@contoso.example"
rooms = ["hall@contoso.example"]
attendees = [{ address = "bob@contoso.example", response = "accepted" }, { address = "guest@elsewhere.example" }]
subject = "Weekly"
start = 2026-11-24T11:00:00
end = 2026-11-24T12:00:00
repeats = { kind = "weekly", days = ["tuesday", "thursday"], until = 2026-12-31 }

[[tenants.meetings]]
organizer = "small@contoso.example"
subject = "Painting"
start = 2026-11-25T00:00:00
end = 2026-11-26T00:00:00
all_day = true

[[tenants]]
domain = "fabrikam.example"
generated = { rooms = 30, people = 10, days = 14, meetings = 4 }

[[faults]]
kind = "status"
status = 503
share = 0.1
""".replace("-----BEGIN CERTIFICATE-----", trustme.CA().cert_pem.bytes().decode())


def loaded(text: str) -> Cloud:
    return load(from_toml(text), StandingClock(TEN))


@pytest.fixture(scope="module")
def cloud() -> Cloud:
    return loaded(EVERYTHING)


@pytest.fixture(scope="module")
def tenant(cloud: Cloud) -> Tenant:
    tenant = cloud.tenant("contoso.example")
    assert tenant
    return tenant


# what becomes of what is said


def test_the_cloud_itself(cloud: Cloud) -> None:
    assert (cloud.seed, cloud.clock()) == (7, datetime(2026, 11, 24, 9, 10, tzinfo=UTC))
    assert (cloud.behaviour.max_schedules, cloud.behaviour.delivery) == (20, timedelta(seconds=0.5))
    assert [active.fault.share for active in cloud.faults.active] == [0.1]
    assert [tenant.domain for tenant in cloud.tenants.values()] == ["contoso.example", "fabrikam.example"]


def test_apps_and_what_they_may_do(cloud: Cloud, tenant: Tenant) -> None:
    app = cloud.app("0b7e4c52-1f3d-4a68-8e95-7c2d9f10a4b6")
    assert app
    assert app.secrets == (
        registrations.Secret("old", datetime(2026, 1, 1, tzinfo=UTC)),
        registrations.Secret("new"),
    )
    assert app.redirect("http://localhost:8123/signin") == registrations.Redirect("http://localhost:8123/signin")
    assert (set(app.roles), app.multitenant, app.implicit) == ({"Calendars.ReadWrite"}, False, True)
    principal = tenant.service_principal(app.client_id)
    assert principal
    ann = tenant.object_id("ann@contoso.example")
    assert (principal.roles, principal.scopes_of, principal.assigned) == (
        {"Calendars.Read"},
        {ann: {"Calendars.ReadWrite"}},
        {ann},
    )
    hall, small = (tenant.the_mailbox(f"{name}@contoso.example").recipient for name in ("hall", "small"))
    assert tenant.scoping.granted(app.client_id, cloud.clock(), small) == {"Calendars.ReadWrite"}
    assert tenant.scoping.permits(app.client_id, cloud.clock(), hall)
    assert not tenant.scoping.permits(app.client_id, cloud.clock(), small)


def test_people(tenant: Tenant) -> None:
    ann, bob = tenant.the_mailbox("ann@contoso.example"), tenant.the_mailbox("bob@contoso.example")

    assert ann.profile == Profile("Ann", "Example", "Head", administrator=True)
    assert ann.photo == b"\x89PNG\r\n\x1a\n"
    assert (ann.zone.name, bob.zone.name) == ("America/New_York", "W. Europe Standard Time")
    assert ann.working_hours == WorkingHours(("monday", "tuesday"), time(9), time(12, 30))
    assert (ann.role_of("Bob@contoso.example"), ann.role_of("other@contoso.example")) == (Role.write, Role.limitedRead)
    assert not bob.is_enabled


def test_rooms(tenant: Tenant) -> None:
    assert next(iter(tenant.rooms.values())) == Room(
        "Great Hall",
        "hall@contoso.example",
        "0.01",
        "Main",
        0,
        80,
        video="Camera",
        tags=("whiteboard",),
        step_free=True,
    )
    hall, small = (tenant.the_mailbox(f"{name}@contoso.example").processing for name in ("hall", "small"))
    assert hall
    assert small
    assert (hall.allow_conflicts, hall.book_in_policy, hall.answers_after) == (True, ("ann@contoso.example",), None)
    assert (small.allow_conflicts, small.answers_after) == (False, timedelta(seconds=1.5))
    assert tenant.room_lists["main@contoso.example"].rooms == ("hall@contoso.example", "small@contoso.example")
    assert tenant.schedule_errors["small@contoso.example"].message == "Lost"


def test_meetings(tenant: Tenant) -> None:
    """On the wall time of the tenant, in every calendar, each as its owner has it."""
    first = datetime(2026, 11, 24, 10, tzinfo=UTC)

    def of(name: str) -> list[datetime]:
        return [event.start for event in tenant.events(f"{name}@contoso.example", first, first + timedelta(days=7))]

    thursday = first + timedelta(days=2)
    assert of("ann") == of("hall") == of("bob") == [first, thursday]
    own, copy, bobs = (
        tenant.events(f"{name}@contoso.example", first, first + HOUR)[0] for name in ("ann", "hall", "bob")
    )
    assert own.uid == copy.uid == bobs.uid
    assert (own.subject, copy.subject, bobs.subject) == ("Weekly", "Ann Example", "Weekly")
    assert [(attendee.person.address, attendee.response) for attendee in own.attendees] == [
        ("bob@contoso.example", "accepted"),
        ("guest@elsewhere.example", "none"),
        ("hall@contoso.example", "accepted"),
    ]
    assert (own.is_organizer, copy.is_organizer, copy.response, copy.show_as) == (True, False, "accepted", "busy")
    assert [place.name for place in own.locations] == ["Great Hall"]
    (painting,) = tenant.events("small@contoso.example", first, first + MONTH)
    assert (painting.all_day, painting.is_organizer, painting.attendees) == (True, True, ())
    assert painting.start == datetime(2026, 11, 24, 23, tzinfo=UTC)


def test_a_scenario_without_a_clock_keeps_the_one_there_is() -> None:
    clock = StandingClock(TEN)

    assert load(from_toml(""), clock).clock is clock
    assert not isinstance(load(from_toml("clock = { now = 2026-11-24T09:10:00Z }"), clock).clock, StandingClock)


def test_the_same_scenario_is_the_same_world() -> None:
    assert dump(loaded(EVERYTHING)) == dump(loaded(EVERYTHING))
    assert dump(loaded(EVERYTHING.replace("seed = 7", "seed = 8"))) != dump(loaded(EVERYTHING))


# drawn tenants


def test_drawn_calendars_are_the_same_in_whatever_order_they_are_looked_at() -> None:
    text = '[[tenants]]\ndomain = "big.example"\nzone = "Europe/Berlin"\ngenerated = { rooms = 30, people = 30 }'

    def looked_at(*, backwards: bool) -> dict[str, list[object]]:
        tenant = next(iter(loaded(text).tenants.values()))
        addresses = [mailbox.person.address for mailbox in tenant.mailboxes()]
        found = {
            address: [replace(event, created=TEN, modified=TEN) for event in tenant.events(address, TEN, TEN + MONTH)]
            for address in (reversed(addresses) if backwards else addresses)
        }
        return {address: list(found[address]) for address in addresses}

    assert looked_at(backwards=False) == looked_at(backwards=True)


def test_drawn_rooms_hold_believable_days() -> None:
    """As many meetings as were asked for, on working days in working hours; none meets another; all have organizers."""
    text = (
        '[[tenants]]\ndomain = "big.example"\nzone = "Europe/Berlin"\n'
        "generated = { rooms = 120, people = 30, days = 30, meetings = 5 }"
    )
    tenant = next(iter(loaded(text).tenants.values()))

    assert (len(tenant.rooms), len(tenant.people()), len(tenant.room_lists)) == (120, 30, 2)
    monday = datetime(2026, 11, 22, 23, tzinfo=UTC)
    for room in list(tenant.rooms.values())[::17]:
        events = tenant.events(room.address, monday, monday + 2 * MONTH)
        assert len(events) == 22 * 5
        assert all(one.end <= other.start for one, other in pairwise(events))
        local = [
            (event.start.astimezone(tenant.zone.rules), event.end.astimezone(tenant.zone.rules)) for event in events
        ]
        assert all(start.weekday() < 5 and time(8) <= start.time() < end.time() <= time(18) for start, end in local)
        for event in events[::9]:
            own = tenant.events(event.organizer.address, event.start, event.end)
            assert event.uid in [one.uid for one in own]


def test_a_drawn_room_may_be_said_otherwise() -> None:
    text = """
[[tenants]]
domain = "big.example"
generated = { rooms = 3, people = 2 }
rooms = [{ name = "Cellar", address = "room-0002@big.example" }]
"""
    tenant = next(iter(loaded(text).tenants.values()))

    assert [room.name for room in tenant.rooms.values()] == ["Room 1.0.01", "Cellar", "Room 1.0.03"]
    assert tenant.events("room-0002@big.example", TEN, TEN + MONTH) == []
    assert tenant.events("room-0003@big.example", TEN, TEN + MONTH) != []


# dumps


def is_the_same(cloud: Cloud) -> None:
    said = dump(cloud)
    for read in (from_toml(to_toml(said)), from_json(to_json(said).decode())):
        assert read == said
        again = load(read, StandingClock(TEN))
        assert dump(again) == said
        for tenant in cloud.tenants.values():
            twin = again.tenants[tenant.id]
            assert [one.id for one in twin.mailboxes()] == [one.id for one in tenant.mailboxes()]
            for mailbox in tenant.mailboxes():
                address = mailbox.person.address
                assert twin.events(address, TEN - MONTH, TEN + MONTH) == tenant.events(
                    address, TEN - MONTH, TEN + MONTH
                )


def test_a_dump_is_the_same_world() -> None:
    is_the_same(loaded(EVERYTHING))
    is_the_same(load(types.Scenario(), StandingClock(TEN)))


def test_a_dump_of_the_demo_is_the_demo() -> None:
    said = dump(demo.tenant(StandingClock(TEN)).cloud)

    assert dump(load(from_json(to_json(said).decode()), StandingClock(TEN))) == said


def test_a_dump_has_what_became_of_the_world() -> None:
    """Exceptions and removed days of series, answers, grants, half of a drawn tenant."""
    cloud = loaded(EVERYTHING)
    tenant, other = cloud.tenants.values()
    ann = tenant.the_mailbox("ann@contoso.example")
    third, fourth = tenant.events("ann@contoso.example", TEN + 8 * timedelta(days=1), TEN + 15 * timedelta(days=1))[:2]
    ann.calendar.put(replace(third, start=third.start + HOUR, end=third.end + HOUR))
    ann.calendar.remove(fourth)
    tenant.add_event(
        "small@contoso.example",
        TEN,
        TEN + HOUR,
        organizer=Person("Guest", "guest@elsewhere.example"),
        attendees=[Attendee(Person("x", "x@y.example"), "resource", "accepted", TEN, (TEN, TEN + HOUR))],
        recurrence=Recurrence("absoluteMonthly", date(2026, 11, 24), day_of_month=24, times=3),
        transaction_id="once",
    )
    tenant.the_mailbox("hall@contoso.example").checked_in.add("key")
    principal = tenant.service_principal("0b7e4c52-1f3d-4a68-8e95-7c2d9f10a4b6")
    assert principal
    principal.scopes_of[tenant.object_id("bob@contoso.example")] = {"User.Read"}
    tenant.scoping.add_policy(AccessPolicy("x", Right.DENY, frozenset({"a@b.example"})))
    tenant.scoping.assign(RoleAssignment("x", "Application Calendars.Read", Scope(frozenset({"a@b.example"}))))
    tenant.scoping.withdraw(tenant.scoping.assignments[0])
    other.add_event("room-0007@fabrikam.example", TEN, TEN + HOUR, subject='"quoted"\n\\ \x7f ünï')

    is_the_same(cloud)


def test_new_events_get_new_ids_after_a_dump() -> None:
    cloud = loaded(EVERYTHING)
    tenant = next(iter(load(dump(cloud), StandingClock(TEN)).tenants.values()))
    known = {event.key for event in tenant.calendar("ann@contoso.example").events()}

    assert tenant.add_event("ann@contoso.example", TEN, TEN + HOUR).key not in known


def test_a_dump_of_a_drawn_tenant_has_only_what_somebody_looked_at() -> None:
    cloud = loaded('[[tenants]]\ndomain = "big.example"\ngenerated = { rooms = 300, people = 100 }')
    next(iter(cloud.tenants.values())).events("room-0007@big.example", TEN, TEN + MONTH)

    (said,) = dump(cloud).tenants

    assert [room.address for room in said.rooms] == ["room-0007@big.example"]
    assert said.people == ()
    assert said.generated == types.Generated(rooms=300, people=100, first=date(2026, 11, 23))


texts = st.text(st.characters(codec="utf-8"), max_size=12)
instants = st.integers(-80 * 96, 40 * 96).map(lambda quarters: TEN + timedelta(minutes=15 * quarters))
meetings = st.builds(
    lambda start, minutes, **others: types.Meeting(start=start, end=start + timedelta(minutes=minutes), **others),
    start=instants,
    minutes=st.integers(0, 3000),
    organizer=st.sampled_from(["ann@contoso.example", "hall@contoso.example"]),
    rooms=st.sets(st.just("small@contoso.example")).map(tuple),
    subject=texts,
    body=texts,
    location=texts,
    cancelled=st.booleans(),
    show_as=st.sampled_from(["free", "tentative", "busy"]),
    sensitivity=st.sampled_from(["normal", "private"]),
    attendees=st.lists(st.builds(types.Attendee, address=st.just("bob@contoso.example"), name=texts), max_size=1).map(
        tuple
    ),
    repeats=st.none()
    | st.builds(
        types.Repeats,
        kind=st.sampled_from(["daily", "weekly", "relativeMonthly"]),
        interval=st.integers(1, 5),
        days=st.just(("monday", "friday")),
        times=st.none() | st.integers(1, 9),
    ),
)


@given(st.lists(meetings, max_size=4))
def test_whatever_meetings_there_are_a_dump_is_the_same_world(held: list[types.Meeting]) -> None:
    said = from_toml(EVERYTHING)
    is_the_same(
        load(types.Scenario(tenants=(_with(said.tenants[0], held),), apps=said.apps), StandingClock(TEN)),
    )


def _with(said: types.Tenant, held: list[types.Meeting]) -> types.Tenant:
    return replace(said, meetings=(*said.meetings, *held))


# what no scenario is


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("seed = 7", 'seed = "7"', "Expected `int`, got `str` - at `$.seed`"),
        ("seed = 7", "seed = ", "This is not TOML: Invalid value (at line 2, column"),
        ("seed = 7", "sed = 7", "unknown field `sed`, expected one of seed, clock, behaviour, apps, tenants, faults"),
        ("2026-11-24T09:10:00Z", "2026-11-24T09:10:00", "with an offset - at `$.clock.now`"),
        ("max_schedules = 20", "max_schedule = 20", "unknown field `max_schedule`, expected one of max_schedules, "),
        ('kind = "web"', 'kind = "net"', "Invalid enum value 'net', expected one of public, spa, web - at `$.apps[0]"),
        ("https://rooms.example/back", "http://[", "matching regex '^([A-Za-z]"),
        ("https://rooms.example/back", "javascript:alert(1)", "- at `$.apps[0].redirects[1].uri`"),
        ("-----BEGIN", "BEGIN", "Unable to load PEM file"),
        ('"W. Europe Standard Time"', '"Mars"', "not supported: 'Mars'. - at `$.tenants[0].zone`"),
        ('zone = "America/New_York"', 'zone = "Mars"', "not supported: 'Mars'. - at `$.tenants[0].people[0]`"),
        ('"bob@contoso.example"\nis', '"ANN@contoso.example"\nis', "is there twice - at `$.tenants[0].people[1]`"),
        ('"small@contoso.example"\nproc', '"ann@contoso.example"\nproc', "twice - at `$.tenants[0].rooms[1]`"),
        ('"fabrikam.example"', '"Contoso.example"', "is there twice - at `$.tenants[1]`"),
        ("capacity = 80", 'capacity = "80"', "Expected `int | null`, got `str` - at `$.tenants[0].rooms[0].capacity`"),
        ("AllowConflicts", "AllowConflict", "unknown field `AllowConflict`, expected one of AutomateProcessing, "),
        ("AnswersAfter = 1.5", "BookingWindowInDays = 1081", "does not allow - at `$.tenants[0].rooms[1].processing`"),
        ('example", "small@contoso', 'example", "s@contoso', "no room 's@contoso.example' - at `$.tenants[0].room_l"),
        ('app = "0b7e4c52-1f3d-4a68-8e95-7c2d9f10a4b6"\nroles', 'app = "x"\nroles', "There is no app 'x' - at `$.ten"),
        (
            'assigned = ["ann',
            'assigned = ["eve',
            "no person 'eve@contoso.example' - at `$.tenants[0].service_principals",
        ),
        ('organizer = "ann', 'organizer = "eve', "'eve@contoso.example' - at `$.tenants[0].meetings[0].organizer`"),
        ('rooms = ["hall@contoso.example"]\nat', 'rooms = ["ann@contoso.example"]\nat', "no room 'ann@contoso.exam"),
        (
            "end = 2026-11-24T12:00:00",
            "end = 2026-11-24T10:00:00",
            "Expected an end after the start - at `$.tenants[0]",
        ),
        ("end = 2026-11-24T12:00:00", "end = 0001-01-01T00:00:00", "Expected a time from 1970 to 2199 - at `$.tenants"),
        ("2026-11-26T00:00:00", "2026-11-26T01:00:00", "Expected midnights of W. Europe Standard Time"),
        ('days = ["tuesday", "thursday"], ', "", "weekly needs days - at `$.tenants[0].meetings[0].repeats`"),
        ("rooms = 30", "rooms = 30_000", "Expected `int` <= 10000 - at `$.tenants[1].generated.rooms`"),
        ("status = 503", "status = 200", "Expected `int` >= 400 - at `$.faults[0].status`"),
        ('"hall@contoso.example"\nlabel', '"hall"\nlabel', "at `$.tenants[0].rooms[0].address`"),
    ],
)
def test_a_bad_scenario_is_told_with_its_place(before: str, after: str, reason: str) -> None:
    assert before in EVERYTHING
    with pytest.raises(BadScenario) as caught:
        loaded(EVERYTHING.replace(before, after))

    assert reason in str(caught.value)


def test_an_address_is_of_one_tenant() -> None:
    """Mail to it gets to one mailbox."""
    ann = types.PersonMailbox(name="Ann", address="ann@contoso.example")
    tenants = (types.Tenant(domain="contoso.example", people=(ann,)), types.Tenant(domain="b.example", people=(ann,)))

    with pytest.raises(BadScenario, match=r"is there twice - at `\$.tenants\[1\].people\[0\]`"):
        load(types.Scenario(tenants=tenants), StandingClock(TEN))


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        (types.App, registrations.App),
        (types.Secret, registrations.Secret),
        (types.FederatedCredential, registrations.FederatedCredential),
        (types.Redirect, registrations.Redirect),
        (types.PersonMailbox, Profile),
        (types.RoomMailbox, Room),
        (types.WorkingHours, WorkingHours),
    ],
)
def test_scenarios_can_say_all_there_is_to_say(part: type[types.Part], whole: type) -> None:
    assert {field.name for field in fields(whole)} <= set(part.__struct_fields__)


# through the control API


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running(Cloud(StandingClock(TEN))) as served:
        yield served


@pytest.fixture
def control(server: Running) -> Iterator[httpx.Client]:
    server.world.show(Cloud(StandingClock(TEN)))
    with httpx.Client(base_url=f"{server.http}/emulator", trust_env=False) as client:
        yield client


def test_a_scenario_is_put_in_the_place_of_the_world(control: httpx.Client, server: Running) -> None:
    put = control.put("/scenario", content=EVERYTHING, headers={"Content-Type": "application/toml"})

    assert put.status_code == 200
    assert put.json()["tenants"][0] == "5f6c1d3e-8a0b-4c1e-9d7a-2b4e6f8091a3"
    assert control.get("/clock").json()["now"] == "2026-11-24T09:10:00Z"
    assert server.tenant.domain == "contoso.example"
    assert [tenant["domain"] for tenant in control.get("/tenants").json()] == ["contoso.example", "fabrikam.example"]


@pytest.mark.parametrize("media", ["application/json", "application/toml"])
def test_what_it_shows_can_be_put_back(control: httpx.Client, media: str) -> None:
    control.put("/scenario", content=EVERYTHING, headers={"Content-Type": "application/toml"})
    shown = control.get("/scenario", headers={"Accept": media})
    assert shown.headers["content-type"].startswith(media)
    control.put("/scenario", json={})
    assert control.get("/tenants").json() == []

    assert control.put("/scenario", content=shown.content, headers={"Content-Type": media}).status_code == 200

    assert control.get("/scenario", headers={"Accept": media}).text == shown.text


def test_a_bad_scenario_changes_nothing(control: httpx.Client, server: Running) -> None:
    control.put("/scenario", content=EVERYTHING, headers={"Content-Type": "application/toml"})
    before = server.cloud
    bad = json.loads(to_json(from_toml(EVERYTHING)))
    bad["tenants"][0]["meetings"][1]["organizer"] = "eve@contoso.example"

    refused = control.put("/scenario", json=bad)

    assert refused.status_code == 400
    assert refused.json() == {
        "error": "There is nobody of the address 'eve@contoso.example' - at `$.tenants[0].meetings[1].organizer`"
    }
    assert server.cloud is before


def test_a_clock_that_runs_goes_on_running(control: httpx.Client, server: Running) -> None:
    server.world.show(Cloud(running_from(TEN)))

    put = control.put("/scenario", json={"seed": 1})

    assert put.status_code == 200
    assert control.get("/clock").json()["runs"] is True
