"""
The traps of Microsoft 365 that clients fall into, by number: each is laid here as the real service lays it.

20 and 21 are of change notifications, which the emulator does not have yet; 25 is of a published file.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import httpx
import pytest

from graph_emulator.behaviour import Behaviour
from graph_emulator.exchange.scoping import RoleAssignment, Scope
from graph_emulator.faults import Status
from graph_emulator.registrations import App, Secret
from graph_emulator.tenant import Room

from .service import Caller
from .visitor import FORM, Visitor
from .world import APP, DAY, DOMAIN, HOUR, MONDAY_TEN, SECRET, WEEK, World, empty

OTHER_ROOM = f"room-3@{DOMAIN}"
VERIFIER = "a verifier that is forty-three letters long or more"
SIGNED_IN = "https://app.example/signed-in"


@pytest.fixture
def world() -> Iterator[World]:
    world = empty()
    world.tenant.add_room(Room("Room 3", OTHER_ROOM))
    yield world
    world.service.close()


def times(start: datetime = MONDAY_TEN, length: timedelta = HOUR) -> dict[str, object]:
    moments = {"start": start, "end": start + length}
    return {key: {"dateTime": f"{at:%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"} for key, at in moments.items()}


def in_the_room(world: World) -> dict[str, object]:
    return {"attendees": [{"emailAddress": {"address": world.room}, "type": "resource"}]}


def made(answer: httpx.Response) -> str:
    assert answer.status_code == 201, answer.text
    return quote(answer.json()["id"])


def code(answer: httpx.Response) -> str:
    return str(answer.json()["error"]["code"])


def of_week(caller: Caller, path: str, options: str = "") -> list[dict[str, object]]:
    """What lies in the week, on the first page."""
    found: list[dict[str, object]] = caller.get(f"{path}/calendarView?{WEEK}{options}").json()["value"]
    return found


def schedule(caller: Caller, schedules: list[str], **asked: object) -> httpx.Response:
    sent = {"schedules": schedules, "startTime": times()["start"], "endTime": times(MONDAY_TEN + 2 * HOUR)["start"]}
    return caller.post(f"/users/ann@{DOMAIN}/calendar/getSchedule", sent | asked)


def test_created_is_not_booked(world: World) -> None:
    """1: the room's answer is in the organizer's event, later; it may be a refusal, or never come."""
    rooms = {"accepted": world.room, "declined": world.room, "none": OTHER_ROOM}
    mailbox = world.tenant.mailbox(OTHER_ROOM)
    assert mailbox
    mailbox.processing = replace(mailbox.processing, answers_after=None) if mailbox.processing else None
    events = {
        response: made(world.ann.post("/me/events", times() | {"attendees": [{"emailAddress": {"address": room}}]}))
        for response, room in rooms.items()
    }

    def responses() -> dict[str, str]:
        answers = {name: world.ann.get(f"/me/events/{id}").json()["attendees"] for name, id in events.items()}
        return {name: attendees[0]["status"]["response"] for name, attendees in answers.items()}

    assert set(responses().values()) == {"none"}
    world.clock.move(timedelta(minutes=1))
    assert responses() == {response: response for response in rooms}


def test_a_direct_write_double_books(world: World) -> None:
    """2: into the room's own calendar goes whatever is written there."""
    for _ in range(2):
        made(world.app.post(f"/users/{world.room}/events", times()))

    assert len(of_week(world.app, f"/users/{world.room}")) == 2


def test_a_schedule_fails_inside_a_200(world: World) -> None:
    """3: what could not be read has no view, which is not to say that it is free."""
    answer = schedule(world.app, [world.room, f"nobody@{DOMAIN}"])

    assert answer.status_code == 200
    known, unknown = answer.json()["value"]
    assert known["availabilityView"] == "0000"
    assert unknown.keys() == {"scheduleId", "error"}


def test_views_lose_times_and_items_keep_them(world: World) -> None:
    """4: one minute marks a slot; items are whole, also those from before the window; free ones are told, too."""
    early, minute = MONDAY_TEN - HOUR, timedelta(minutes=1)
    world.tenant.add_event(world.room, early, MONDAY_TEN + minute)
    world.tenant.add_event(world.room, MONDAY_TEN + HOUR, MONDAY_TEN + 2 * HOUR, show_as="free")

    (told,) = schedule(world.app, [world.room]).json()["value"]

    assert told["availabilityView"] == "2000"
    busy, free = told["scheduleItems"]
    assert (busy["start"]["dateTime"], busy["end"]["dateTime"]) == (
        "2026-11-23T09:00:00.0000000", "2026-11-23T10:01:00.0000000",
    )  # fmt: skip
    assert free["status"] == "free"


def test_slots_begin_with_the_window(world: World) -> None:
    """5: not at the hour; and the last one is short if the window is no multiple."""
    world.tenant.add_event(world.room, MONDAY_TEN + HOUR, MONDAY_TEN + 2 * HOUR)
    start = times(MONDAY_TEN + timedelta(minutes=7))["start"]

    (told,) = schedule(world.app, [world.room], startTime=start, availabilityViewInterval=60).json()["value"]

    assert told["availabilityView"] == "22"


def test_questions_have_their_limits(world: World) -> None:
    """6: 62 days, 20 or 100 schedules, and no interval longer than the window."""
    many = [f"nobody-{number}@{DOMAIN}" for number in range(101)]
    too_long = times(MONDAY_TEN + 63 * DAY)["start"]

    assert code(schedule(world.app, [world.room], endTime=too_long)) == "ErrorTimeIntervalTooBig"
    assert code(schedule(world.app, many)) == "ErrorMailboxDataArrayTooBig"
    assert schedule(world.app, many[:100]).status_code == 200
    assert code(schedule(world.app, [world.room], availabilityViewInterval=121)) == "ErrorInvalidMergedFreeBusyInterval"
    world.cloud.behaviour = Behaviour(max_schedules=20)
    assert code(schedule(world.app, many[:21])) == "ErrorMailboxDataArrayTooBig"


def test_views_come_ten_by_ten_and_in_no_order(world: World) -> None:
    """7: series come after single events; the next page's link stands for itself, and repeated options are an error."""
    daily = {"pattern": {"type": "daily", "interval": 1}, "range": {"type": "noEnd", "startDate": "2026-11-23"}}
    made(world.ann.post("/me/events", times() | {"recurrence": daily}))
    for number in range(5):
        made(world.ann.post("/me/events", times(MONDAY_TEN + DAY * 6 - HOUR * number)))

    first = world.ann.get(f"/me/calendarView?{WEEK}").json()
    following = first["@odata.nextLink"].partition("/v1.0")[2]
    second = world.ann.get(following).json()

    starts = [one["start"]["dateTime"] for one in first["value"]]
    assert (len(first["value"]), len(second["value"])) == (10, 2)
    assert starts != sorted(starts)
    assert "@odata.nextLink" not in second
    assert world.ann.get(f"{following}&$skip=0").status_code == 400


def test_the_wrong_zone_shifts_a_booking(world: World) -> None:
    """8: a time means what the zone beside it says; a zone nobody knows is refused, never guessed."""
    ten = "2026-11-23T10:00:00"

    def wish(zone: str) -> dict[str, object]:
        return {key: {"dateTime": ten, "timeZone": zone} for key in ("start", "end")}

    shown = [
        world.ann.get(f"/me/events/{made(world.ann.post('/me/events', wish(zone)))}").json()["start"]["dateTime"]
        for zone in ("UTC", "W. Europe Standard Time", "Europe/Berlin")
    ]

    assert [time[11:16] for time in shown] == ["10:00", "09:00", "09:00"]
    assert code(world.ann.post("/me/events", wish("Mars/Olympus"))) == "TimeZoneNotSupportedException"
    assert code(world.ann.get("/me/events", prefer='outlook.timezone="Mars"')) == "TimeZoneNotSupportedException"


def test_days_float(world: World) -> None:
    """9: an all-day event is midnight to midnight in whatever zone, and found as if these were UTC's."""
    days = {"start": "2026-11-22", "end": "2026-11-23"}
    sent = {key: {"dateTime": f"{day}T00:00:00", "timeZone": "Europe/Berlin"} for key, day in days.items()}
    event = made(world.ann.post("/me/events", sent | {"isAllDay": True}))

    shown = world.ann.get(f"/me/events/{event}", prefer='outlook.timezone="Pacific Standard Time"').json()
    of_berlin = "startDateTime=2026-11-23T00:00:00%2B01:00&endDateTime=2026-11-24T00:00:00%2B01:00"

    assert shown["start"] == {"dateTime": "2026-11-22T00:00:00.0000000", "timeZone": "Pacific Standard Time"}
    assert len(world.ann.get(f"/me/calendarView?{of_berlin}").json()["value"]) == 1


def test_ids_are_of_one_mailbox_and_letters_count(world: World) -> None:
    """10: the organizer's id is nothing in the room's mailbox, where only the iCalUId leads."""
    event = made(world.ann.post("/me/events", times() | in_the_room(world)))
    world.clock.move(timedelta(minutes=1))

    (copy,) = of_week(world.app, f"/users/{world.room}")

    assert "%" in event
    assert copy["iCalUId"] == world.ann.get(f"/me/events/{event}").json()["iCalUId"]
    for wrong in (f"/users/{world.room}/events/{event}", f"/me/events/{event.swapcase()}"):
        assert code(world.app.get(wrong.replace("/me/", f"/users/ann@{DOMAIN}/"))) == "ErrorItemNotFound"
    immutable = world.ann.get(f"/me/events/{event}", prefer='IdType="ImmutableId"').json()["id"]
    assert quote(immutable) != event


def test_what_is_cancelled_stays_and_blocks_nothing(world: World) -> None:
    """11: on a room's calendar; what shows as free blocks as little."""
    event = made(world.ann.post("/me/events", times() | in_the_room(world)))
    world.clock.move(timedelta(minutes=1))
    assert world.ann.send("POST", f"/me/events/{event}/cancel", {}).status_code == 202
    world.clock.move(timedelta(minutes=1))

    (left,) = of_week(world.app, f"/users/{world.room}")
    again = made(world.bob.post("/me/events", times() | in_the_room(world)))
    world.clock.move(timedelta(minutes=1))

    assert (left["isCancelled"], left["showAs"]) == (True, "free")
    assert world.bob.get(f"/me/events/{again}").json()["attendees"][0]["status"]["response"] == "accepted"


def test_rooms_show_who_and_not_what(world: World) -> None:
    """12: the organizer's name is the subject of the room's copy, and the body is gone."""
    wish = {"subject": "Redundancies", "body": {"contentType": "text", "content": "secret"}, "sensitivity": "private"}
    made(world.ann.post("/me/events", times() | in_the_room(world) | wish))
    world.clock.move(timedelta(minutes=1))

    (copy,) = of_week(world.app, f"/users/{world.room}")

    assert (copy["subject"], copy["bodyPreview"], copy["sensitivity"]) == (world.ann_is.name, "", "normal")


@pytest.mark.parametrize("status", [400, 409])
def test_only_a_transaction_id_makes_a_retry_safe(world: World, status: int) -> None:
    """13: without one a repeat is a second event; with one it is the same; another body is an error."""
    world.cloud.behaviour = Behaviour(duplicate_transaction_status=status)
    wish = times() | {"transactionId": "7e163156"}

    ids = [made(world.ann.post("/me/events", wish)) for _ in range(2)]
    other = world.ann.post("/me/events", wish | {"subject": "Another"})

    assert len(set(ids)) == 1
    assert (other.status_code, code(other)) == (status, "ErrorDuplicateTransactionId")
    assert len({made(world.ann.post("/me/events", times())) for _ in range(2)}) == 2


def test_waits_are_fractions_and_each_part_of_a_batch_has_its_own(world: World) -> None:
    """14: the batch itself is a 200, and only what was refused is to be asked again."""
    world.cloud.faults.add(Status(status=429, retry_after=2.128, path="/me/calendar", count=1))
    parts = [{"id": str(number), "method": "GET", "url": "/me/calendar"} for number in range(2)]

    answer = world.ann.post("/$batch", {"requests": parts})

    assert answer.status_code == 200
    assert sorted(part["status"] for part in answer.json()["responses"]) == [200, 429]
    (refused,) = (part for part in answer.json()["responses"] if part["status"] == 429)
    assert refused["headers"]["Retry-After"] == "2.128"


def test_not_found_may_be_good_news(world: World) -> None:
    """15: most people have no picture, and what was deleted by a request whose answer was lost is gone."""
    event = made(world.ann.post("/me/events", times()))
    world.cloud.faults.add(Status(status=504, after=True, method="DELETE", count=1))

    assert code(world.bob.get("/me/photo/$value")) == "ImageNotFound"
    assert [world.ann.delete(f"/me/events/{event}").status_code for _ in range(2)] == [504, 404]


def token(world: World, app: App, **form: str) -> httpx.Response:
    sent = {"grant_type": "client_credentials", "client_id": app.client_id, "client_secret": SECRET}
    body = urlencode(sent | {"scope": "https://graph.microsoft.com/.default"} | form).encode()
    return world.service.ask("POST", f"/{world.tenant.id}/oauth2/v2.0/token", FORM, body)


def test_a_token_is_no_permission(world: World) -> None:
    """16: an app gets one whatever it was granted, and learns from Graph what it may not."""
    powerless = App("33333333-cccc-4ccc-8ccc-333333333333", secrets=(Secret(SECRET),))
    world.tenant.add_app(powerless)

    answer = token(world, powerless)

    assert answer.status_code == 200
    refused = Caller(world.service, answer.json()["access_token"]).get(f"/users/{world.room}/events")
    assert (refused.status_code, code(refused)) == (403, "ErrorAccessDenied")


def test_a_refused_consent_says_admin_consent_true(world: World) -> None:
    """17: only the absence of an error means success; and anybody could have sent the browser there."""
    visitor = Visitor(world.service)
    asked = {"client_id": APP.client_id, "redirect_uri": SIGNED_IN, "state": "x"}
    query = urlencode(asked | {"scope": "https://graph.microsoft.com/.default"})

    page = visitor.pick(visitor.open(f"/organizations/v2.0/adminconsent?{query}"), world.ann_is.address)
    told = dict(parse_qsl(urlsplit(visitor.press(page, cancel="yes").headers["location"]).query))

    assert (told["admin_consent"], told["error"], told["state"]) == ("True", "consent_required", "x")


def test_tokens_are_for_graph_to_read_and_end_when_they_end(world: World) -> None:
    """18: there is nothing in them for a client, and no two lifetimes are alike."""
    answers = [token(world, APP).json() for _ in range(5)]

    assert all("." not in answer["access_token"] for answer in answers)
    assert len({answer["expires_in"] for answer in answers}) > 1
    assert all(3600 <= answer["expires_in"] <= 5400 for answer in answers)
    caller = Caller(world.service, answers[0]["access_token"])
    world.clock.move(timedelta(seconds=answers[0]["expires_in"]))
    assert code(caller.get(f"/users/{world.room}/events")) == "InvalidAuthenticationToken"


def test_pages_hold_no_secrets_and_sign_in_anew_each_day(world: World) -> None:
    """19: from a page no secret counts; without one no page's code does; and a day after the first, refreshing ends."""
    from_page, beside = FORM | {"Origin": "https://app.example"}, FORM
    visitor = Visitor(world.service)
    challenge = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "client_id": APP.client_id,
        "response_type": "code",
        "redirect_uri": SIGNED_IN,
        "scope": "openid offline_access Calendars.ReadWrite",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    page = visitor.open(f"/{world.tenant.id}/oauth2/v2.0/authorize?{urlencode(asked)}")
    told = dict(parse_qsl(urlsplit(visitor.pick(page, world.ann_is.address).headers["location"]).query))
    redeemed = {
        "client_id": APP.client_id,
        "grant_type": "authorization_code",
        "code": told["code"],
        "redirect_uri": SIGNED_IN,
        "code_verifier": VERIFIER,
    }

    def redeem(headers: dict[str, str], form: dict[str, str]) -> dict[str, object]:
        target = f"/{world.tenant.id}/oauth2/v2.0/token"
        answer: dict[str, object] = json.loads(
            world.service.ask("POST", target, headers, urlencode(form).encode()).content
        )
        return answer

    secret = redeemed | {"grant_type": "client_credentials", "client_secret": SECRET}
    assert redeem(from_page, secret)["error_codes"] == [9002326]
    assert redeem(beside, redeemed)["error_codes"] == [9002327]
    tokens = redeem(from_page, redeemed)
    refreshing = {"client_id": APP.client_id, "grant_type": "refresh_token"}
    world.clock.move(timedelta(hours=23))
    later = redeem(from_page, refreshing | {"refresh_token": str(tokens["refresh_token"])})
    world.clock.move(timedelta(hours=1))
    ended = redeem(from_page, refreshing | {"refresh_token": str(later["refresh_token"])})
    assert ended["error_codes"] == [700084]


def test_rooms_are_as_the_metadata_has_them(world: World) -> None:
    """22: numbers are numbers, whatever samples say; a room is known by its address and its placeId as by its id."""
    shown = world.app.get(f"/places/{world.room}").json()

    assert shown["capacity"] == 8
    assert {"isManaged", "displayDevice", "isWheelchairAccessible", "geocoordinates"}.isdisjoint(shown)
    names = (shown["id"], shown["placeId"], shown["emailAddress"])
    assert [world.app.get(f"/places/{name}").json()["displayName"] for name in names] == ["Room 1"] * 3
    assert shown["id"] != shown["placeId"]


def test_a_scope_is_none_beside_a_tenant_wide_consent(world: World) -> None:
    """23: what Exchange grants for some mailboxes narrows nothing that Entra granted; changes take their time."""
    world.cloud.behaviour = Behaviour(role_assignments_take=timedelta(minutes=30))
    rooms = Scope(kind="RoomMailbox")
    world.tenant.scoping.assign(RoleAssignment(APP.client_id, "Application Calendars.ReadWrite", rooms))
    scoped = App("66666666-ffff-4fff-8fff-666666666666")
    world.tenant.add_app(scoped)
    world.tenant.scoping.assign(RoleAssignment(scoped.client_id, "Application Calendars.ReadWrite", rooms))
    by_scope = world.service.by_itself(scoped)

    def seen(caller: Caller) -> list[int]:
        return [caller.get(f"/users/{name}/events").status_code for name in (world.room, f"ann@{DOMAIN}")]

    assert (seen(world.app), seen(by_scope)) == ([200, 200], [403, 403])
    world.clock.move(timedelta(minutes=30))
    assert (seen(world.app), seen(by_scope)) == ([200, 200], [200, 403])


@pytest.mark.parametrize("inner", ["innerError", "innererror", ""])
def test_errors_vary_in_form(world: World, inner: str) -> None:
    """24: a code may be empty, and what is inside an error is spelled in two ways, or not there."""
    world.cloud.behaviour = Behaviour(inner_error=inner)
    world.cloud.faults.add(Status(status=403, code="", count=1))

    errors = [world.ann.get("/me/events/x").json()["error"] for _ in range(2)]

    assert [error["code"] for error in errors] == ["", "ErrorItemNotFound"]
    assert all(error.keys() - {"code", "message"} == ({inner} - {""}) for error in errors)
