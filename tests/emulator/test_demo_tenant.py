"""The demo tenant: rooms, people and believable weeks."""

import zlib
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest

from graph_emulator import demo
from graph_emulator.clock import StandingClock
from graph_emulator.graph.photos import Picture
from graph_emulator.registrations import Redirect
from graph_emulator.tenant import Tenant

DAYS = ("2026-11-24", "2026-10-23", "2027-03-26", "2028-02-29", "2026-12-31")  # two of them beside a clock change


def of(day: str, seed: int = 0) -> Tenant:
    return demo.tenant(StandingClock(datetime.fromisoformat(f"{day}T09:10:00+00:00")), seed)


@pytest.fixture(params=DAYS)
def tenant(request: pytest.FixtureRequest) -> Tenant:
    return of(str(request.param))


def weekdays(tenant: Tenant) -> list[date]:
    """All Mondays to Fridays of the five weeks."""
    today = tenant.cloud.clock().astimezone(tenant.zone.rules).date()
    monday = today - timedelta(days=today.weekday())
    return [monday + timedelta(weeks=week, days=day) for week in range(-2, 3) for day in range(5)]


def free(tenant: Tenant, day: date, at: time, minutes: int) -> int:
    """How many rooms are free then, for so long."""
    start = datetime.combine(day, at, tenant.zone.rules).astimezone(UTC)
    return sum(not tenant.busy(room, start, start + timedelta(minutes=minutes)) for room in tenant.rooms)


def test_there_are_thirty_rooms_and_forty_people(tenant: Tenant) -> None:
    """And a mailbox of nobody, for programs that book for guests."""
    *people, service = tenant.people()
    assert (len(tenant.rooms), len(people), service.address) == (30, 40, demo.SERVICE)
    assert {person.address.split("@")[1] for person in people} == {"example.org"}
    assert len({person.address for person in people}) == 40
    assert all(person.address.isascii() for person in people)
    assert tenant.calendar(demo.SERVICE).events() == ()


def test_people_can_sign_in_from_a_page_on_any_port_of_localhost(tenant: Tenant) -> None:
    """Somebody has consented for all; one of them is an administrator."""
    app = tenant.cloud.app(demo.CLIENT_ID)
    assert app
    assert app.redirect("http://localhost:8123/signin") == Redirect("http://localhost:8123/signin", "spa")
    assert app.redirect("http://localhost:8123/other") is None
    principal = tenant.service_principal(app.client_id)
    assert principal
    assert principal.scopes == {"openid", "profile", "User.Read", "Calendars.ReadWrite"}
    assert sum(mailbox.profile.administrator for mailbox in tenant.mailboxes()) == 1


def test_some_people_have_a_picture(tenant: Tenant) -> None:
    photos = [mailbox.photo for mailbox in tenant.mailboxes() if mailbox.photo]

    assert (len(photos), len(set(photos))) == (8, 8)
    for photo in photos:
        picture = Picture(photo)
        assert (picture.media_type, picture.size) == ("image/png", (96, 96))
        content = photo[photo.index(b"IDAT") + 4 : photo.index(b"IEND") - 8]
        assert len(zlib.decompress(content)) == 96 * (1 + 3 * 96)


def test_no_room_is_empty_or_fully_booked_in_any_week(tenant: Tenant) -> None:
    days = weekdays(tenant)
    for week in range(5):
        opens, closes = days[5 * week], days[5 * week + 4]
        for room in tenant.rooms:
            taken = timedelta()
            for day in (opens + timedelta(days=n) for n in range(5)):
                start = datetime.combine(day, time(8), tenant.zone.rules).astimezone(UTC)
                taken += sum((b - a for a, b in tenant.busy(room, start, start + timedelta(hours=10))), timedelta())
            assert timedelta(hours=1) <= taken <= timedelta(hours=42), (room, opens, closes)


def test_mornings_are_busy_but_some_rooms_are_always_free(tenant: Tenant) -> None:
    for day in weekdays(tenant):
        now, hour = free(tenant, day, time(10, 10), 1), free(tenant, day, time(10, 10), 60)
        assert hour >= 9
        if day.weekday() < 4:
            assert 10 <= now <= 22
            assert hour <= 16


def test_lunch_fridays_evenings_and_weekends_are_quieter(tenant: Tenant) -> None:
    days = weekdays(tenant)
    usual = [day for day in days if day.weekday() < 4]
    fridays = [day for day in days if day.weekday() == 4]

    def typically(some: list[date], at: time) -> float:
        return sum(free(tenant, day, at, 1) for day in some) / len(some)

    morning = typically(usual, time(10, 10))
    assert typically(usual, time(12, 40)) > morning + 2
    assert typically(fridays, time(10, 10)) > morning + 3
    assert typically(usual, time(18, 30)) > 23
    assert typically([day + timedelta(days=1) for day in fridays], time(11)) > 28
    assert typically([day + timedelta(days=2) for day in fridays], time(11)) == 30


def test_every_week_holds_what_real_calendars_hold(tenant: Tenant) -> None:
    """A series, a whole day, a cancelled leftover, an item that takes no time, something tentative."""
    monday = datetime.combine(weekdays(tenant)[10], time(), tenant.zone.rules).astimezone(UTC)
    events = [event for room in tenant.rooms for event in tenant.events(room, monday, monday + timedelta(days=5))]

    assert sum(event.kind == "occurrence" for event in events) > 20
    assert 1 <= sum(event.all_day for event in events) <= 2
    assert sum(event.cancelled for event in events) == 1
    assert sum(event.show_as == "free" for event in events) == 1
    assert sum(event.show_as == "tentative" for event in events) > 2
    assert len({event.end - event.start for event in events}) > 5


def test_a_rooms_copy_bears_its_organizers_name(tenant: Tenant) -> None:
    """And nothing of the meeting, which is in the organizer's calendar."""
    monday = datetime.combine(weekdays(tenant)[10], time(), tenant.zone.rules).astimezone(UTC)
    people = {person.name: person for person in tenant.people()}
    for room in tenant.rooms:
        for copy in tenant.events(room, monday, monday + timedelta(days=5)):
            assert (copy.body, copy.is_organizer) == ("", False)
            organizer = people[copy.subject]
            assert copy.organizer == organizer
            own = [one for one in tenant.events(organizer.address, copy.start, copy.end) if one.uid == copy.uid]
            assert len(own) == (0 if copy.cancelled else 1)
            assert all(one.subject != copy.subject and one.is_organizer for one in own)


def test_no_room_is_taken_twice(tenant: Tenant) -> None:
    for room in tenant.rooms:
        days = weekdays(tenant)
        start = datetime.combine(days[0], time(), tenant.zone.rules).astimezone(UTC)
        blocking = [event for event in tenant.events(room, start, start + timedelta(days=35)) if event.blocks]
        for one, next_one in pairwise(blocking):
            assert one.end <= next_one.start, (room, one, next_one)


def test_the_same_day_gives_the_same_tenant() -> None:
    def everything(tenant: Tenant) -> list[object]:
        return [tenant.calendar(room).events() for room in tenant.rooms]

    assert everything(of("2026-11-24")) == everything(of("2026-11-24"))
    assert everything(of("2026-11-24")) != everything(of("2026-11-24", seed=1))


def test_meetings_stay_where_they_are_when_time_goes_by() -> None:
    """The same week, looked at a day or a week later, differs at most in what is not yet drawn."""
    start = datetime(2026, 11, 23, tzinfo=UTC)
    room = "room-e001@rooms.example.org"

    def week(day: str) -> list[tuple[datetime, datetime]]:
        return of(day).busy(room, start, start + timedelta(days=5))

    assert week("2026-11-24") == week("2026-11-27") == week("2026-12-01")


def test_two_tenants_share_nothing(tenant: Tenant) -> None:
    day = tenant.cloud.clock().date().isoformat()
    start = tenant.cloud.clock()
    tenant.add_event("room-1096@rooms.example.org", start, start + timedelta(days=1))

    assert of(day).busy("room-1096@rooms.example.org", start, start + timedelta(days=1)) != tenant.busy(
        "room-1096@rooms.example.org", start, start + timedelta(days=1)
    )
