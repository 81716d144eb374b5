"""The worlds in which the published requests about events make sense, and what they are answered there."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import httpx
from msgspec.structs import replace

from graph_emulator.clock import StandingClock
from graph_emulator.exchange.event import Attendee
from graph_emulator.exchange.recurrence import Recurrence

from .stage import NOON, PACIFIC, Scenes, Stage, at_pacific, event_id_of, lunch, plays

SCENES: Scenes = {}


@plays(
    SCENES,
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


@plays(SCENES, "graph.event", "calendar-events-create-01", "calendar-events-create-02")
def creates_an_event_in_a_calendar(stage: Stage) -> httpx.Response:
    stage.person("Adele Vance")
    megan = stage.me(stage.person("Megan Bowen"))
    calendar = megan.get("/me/calendar").json()["id"]
    return stage.replay(megan, **{"AAMkAGViNDU7zAAAAAGtlAAA=": calendar, "AAMkAGViNDU9zAAAAAGtlAAA=": calendar})


@plays(SCENES, None, "observed-event-create-bad-timezone")
def creates_an_event_on_mars(stage: Stage) -> httpx.Response:
    return stage.replay(stage.me(stage.person("Megan Bowen")))


@plays(SCENES, "Collection(graph.event)", "calendarView-list-calendar", "calendarView-list-user")
def views_a_calendar(stage: Stage) -> httpx.Response:
    adele, megan = stage.person("Adele Vance"), stage.person("Megan Bowen")
    for year in (2017, 2020):
        start = at_pacific(year, 1, 2, 9)
        meeting = stage.tenant.add_event(megan.address, start, start + timedelta(hours=1), organizer=adele)
        stage.tenant.calendar(megan.address).put(replace(meeting, response="accepted", responded=NOON))
    return stage.replay(stage.me(megan))


@plays(SCENES, "graph.event", "event-get")
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
    return stage.replay(stage.me(samantha), **{"AAMkAGIAAAoZDOFAAA=": event_id_of(event)})


@plays(SCENES, "graph.event", "event-get-multiple-locations")
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


@plays(SCENES, "Collection(graph.event)", "event-instances")
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
    return stage.replay(stage.me(megan), **{"AAMkAGUzYRgWAAA=": event_id_of(review)})


@plays(SCENES, "graph.event", "event-update")
def changes_an_event(stage: Stage) -> httpx.Response:
    megan = stage.person("Megan Bowen")
    return stage.replay(stage.me(megan), **{"{id}": event_id_of(lunch(stage, megan))})


@plays(SCENES, None, "event-delete", "event-cancel")
def ends_a_meeting(stage: Stage) -> httpx.Response:
    megan = stage.person("Megan Bowen")
    return stage.replay(
        stage.me(megan), **{"{id}": event_id_of(lunch(stage, megan, Attendee(stage.person("Adele Vance"))))}
    )


@plays(SCENES, None, "event-accept", "event-decline", "event-tentativelyAccept")
def answers_an_invitation(stage: Stage) -> httpx.Response:
    adele, megan = stage.person("Adele Vance"), stage.person("Megan Bowen")
    lunch(stage, adele)
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
    return stage.replay(stage.me(megan), **{"{id}": event_id_of(copy)})


@plays(SCENES, "graph.extension", "openextension-create-on-event")
def extends_an_event(stage: Stage) -> httpx.Response:
    megan = stage.person("Megan Bowen")
    return stage.replay(stage.me(megan), **_OF_A_GROUP | {"AAMkADVl17IsAAA=": event_id_of(lunch(stage, megan))})


@plays(SCENES, "graph.extension", "openextension-get-on-event")
def reads_an_extension(stage: Stage) -> httpx.Response:
    megan = stage.person("Megan Bowen")
    event = event_id_of(lunch(stage, megan))
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


@plays(SCENES, "Collection(graph.convertIdResult)", "translateExchangeIds")
def translates_ids(stage: Stage) -> httpx.Response:
    megan = stage.person("Megan Bowen")
    body = dict(stage.sample.body) if isinstance(stage.sample.body, dict) else {}
    return stage.me(megan).post("/me/translateExchangeIds", body | {"inputIds": [event_id_of(lunch(stage, megan))]})


@plays(SCENES, "Collection(graph.timeZoneInformation)", "outlook-supportedTimeZones")
def lists_zones(stage: Stage) -> httpx.Response:
    return stage.replay(stage.me(stage.person("Megan Bowen")))
