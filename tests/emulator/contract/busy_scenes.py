"""The worlds in which the published questions for busy times make sense, refused ones too, and their answers."""

import httpx

from graph_emulator.behaviour import Behaviour
from graph_emulator.exchange.scoping import AccessPolicy, Right
from graph_emulator.exchange.sharing import Role
from graph_emulator.exchange.throttling import REQUESTS
from graph_emulator.exchange.zones import zone
from graph_emulator.tenant import Room

from .stage import APP, NOON, Scenes, Stage, at_pacific, lunch, plays

SCENES: Scenes = {}


@plays(SCENES, "Collection(graph.scheduleInformation)", "calendar-getSchedule")
def asks_when_two_are_free(stage: Stage) -> httpx.Response:
    """Adele shows Alex what her meetings are about, Megan does not; her clocks follow rules that have no name."""
    adele, megan, alex = (stage.person(name) for name in ("Adele Vance", "Megan Bowen", "Alex Wilber"))
    stage.mailbox(adele).shared_with[alex.address.lower()] = Role.limitedRead
    stage.mailbox(megan).zone = zone("America/Santa_Isabel")
    lunch(stage, adele)
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


@plays(SCENES, None, "getSchedule-concept")  # its statuses begin with capitals, which the metadata does not know
def asks_as_the_concept_page_does(stage: Stage) -> httpx.Response:
    stage.cloud.behaviour = Behaviour(capital_statuses=True)
    alex = stage.person("Alex Wilber", "contoso.com")
    stage.mailbox(alex).zone = zone("America/Santa_Isabel")
    for begin, end, show_as in (((9,), (10, 30), "tentative"), ((11,), (13,), "busy")):
        start, finish = at_pacific(2018, 8, 6, *begin), at_pacific(2018, 8, 6, *end)
        stage.tenant.add_event(alex.address, start, finish, show_as=show_as)
    return stage.replay(stage.me(stage.person("Megan Bowen")))


@plays(SCENES, None, "observed-getSchedule-too-many-schedules")
def asks_for_too_many(stage: Stage) -> httpx.Response:
    return _schedules(stage, [f"room{number}@contoso.onmicrosoft.com" for number in range(101)])


@plays(SCENES, "Collection(graph.scheduleInformation)", "observed-getSchedule-unresolvable-address")
def asks_for_nobody(stage: Stage) -> httpx.Response:
    return _schedules(stage, ["<user_email>"])


def _schedules(stage: Stage, schedules: list[str]) -> httpx.Response:
    sent = {
        "schedules": schedules,
        "startTime": {"dateTime": "2020-02-10T09:00:00", "timeZone": "UTC"},
        "endTime": {"dateTime": "2020-02-10T17:00:00", "timeZone": "UTC"},
    }
    return stage.me(stage.person("Megan Bowen")).post("/me/calendar/getSchedule", sent)


# what is refused because of who asks


@plays(SCENES, None, "error-application-access-policy")
def asks_outside_the_policy(stage: Stage) -> httpx.Response:
    megan = stage.person("Megan Bowen")
    stage.tenant.scoping.add_policy(AccessPolicy(APP.client_id, Right.RESTRICT, frozenset({"room@contoso.com"})))
    return stage.replay(stage.service.by_itself(APP), **{"{mailbox-outside-the-policy}": megan.address})


@plays(SCENES, None, "observed-shared-mailbox-access-denied")
def asks_for_what_is_not_shared(stage: Stage) -> httpx.Response:
    stage.tenant.add_room(Room("Room ZL 5.01", "Room_ZL_5.01@4wrvkx.onmicrosoft.com"))
    return stage.replay(stage.me(stage.person("Megan Bowen"), ["Calendars.Read"]))


@plays(SCENES, None, "error-throttled-429")
def asks_too_much(stage: Stage) -> httpx.Response:
    """After ten thousand requests within ten minutes."""
    megan = stage.person("Megan Bowen")
    app, mailbox = (stage.tenant.id, APP.client_id), stage.tenant.object_id(megan.address)
    for _ in range(REQUESTS):
        with stage.cloud.throttling.request(app, mailbox, NOON):
            pass
    return stage.replay(stage.me(megan), **{"{any}": "me/events/x"})
