"""The worlds in which the published requests about people and places make sense, and what they are answered."""

import dataclasses

import httpx

from graph_emulator.tenant import Profile, Room

from .service import Caller
from .stage import APP, PICTURE, Scenes, Stage, plays

SCENES: Scenes = {}
CF100 = "cf100@contoso.com"


@plays(SCENES, "graph.user", "me-get")
def reads_my_profile(stage: Stage) -> httpx.Response:
    profile = Profile("Adele", "Vance", "Retail Manager", "18/2111", "+1 425 555 0109", "en-US")
    return stage.replay(stage.me(stage.person("Adele Vance", profile=profile)))


@plays(SCENES, "graph.profilePhoto", "me-photo-metadata", "me-photo-value")
def reads_what_there_is_to_know_of_my_picture(stage: Stage) -> httpx.Response:
    adele = stage.tenant.add_person("Adele Vance", "AdeleV@contoso.onmicrosoft.com", photo=PICTURE)
    return stage.replay(stage.me(adele), **{"/$value": ""})


@plays(SCENES, None, "batch")
def asks_many_things_at_once(stage: Stage) -> httpx.Response:
    return stage.replay(stage.me(stage.person("Lynne Robbins")))


# places


@plays(SCENES, "graph.place", "place-get-room")
def reads_a_room(stage: Stage) -> httpx.Response:
    _buildings(stage)
    return stage.replay(_planner(stage), **{"3162F1E1-C4C0-604B-51D8-91DA78989EB1": stage.tenant.object_id(CF100)})


@plays(SCENES, "graph.place", "place-get-building")
def reads_a_building(stage: Stage) -> httpx.Response:
    _buildings(stage)
    planner = _planner(stage)
    building = planner.get("/places/microsoft.graph.building").json()["value"][0]["id"]
    return stage.replay(planner, **{"ca147fcf-ae27-43bb-9d91-f11e626e58bf": building})


@plays(SCENES, "graph.place", "place-get-roomlist", "place-update-room")
def reads_a_list_or_changes_a_room(stage: Stage) -> httpx.Response:
    _buildings(stage)
    return stage.replay(_planner(stage))


@plays(SCENES, "Collection(graph.room)", "places-list-rooms", "places-list-rooms-in-roomlist")
def lists_rooms(stage: Stage) -> httpx.Response:
    _buildings(stage)
    return stage.replay(_planner(stage))


@plays(SCENES, "Collection(graph.roomList)", "places-list-roomlists")
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
