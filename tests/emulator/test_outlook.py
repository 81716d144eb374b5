"""The mailbox's names for things: time zones, and the forms of ids."""

import httpx

from graph_emulator.exchange.event import Person
from graph_emulator.exchange.zones import zone
from graph_emulator.tenant import Tenant

from .conftest import APP, code
from .wishes import made

PEOPLE = {"User.Read", "User.ReadBasic.All", "Calendars.ReadWrite", "Calendars.ReadWrite.Shared"}


def as_person(graph: httpx.Client, tenant: Tenant, ann: Person) -> httpx.Client:
    graph.headers["Authorization"] = f"Bearer {tenant.person_token(APP, ann.address, PEOPLE)}"
    return graph


def test_every_zone_that_is_named_is_taken(graph: httpx.Client, tenant: Tenant, ann: Person) -> None:
    mine = as_person(graph, tenant, ann)
    function = "/me/outlook/supportedTimeZones(TimeZoneStandard=microsoft.graph.timeZoneStandard'{}')"

    usual = mine.get("/me/outlook/supportedTimeZones").json()["value"]
    windows = mine.get(function.format("Windows")).json()["value"]
    iana = mine.get(function.format("Iana")).json()["value"]

    assert usual == windows
    assert {"alias": "W. Europe Standard Time", "displayName": "(UTC+01:00) W. Europe Standard Time"} in windows
    assert {"alias": "America/St_Johns", "displayName": "(UTC-03:30) America/St_Johns"} in iana
    assert all(zone(one["alias"]) for one in windows + iana)


def test_ids_are_translated_there_and_back(graph: httpx.Client, tenant: Tenant, ann: Person) -> None:
    mine = as_person(graph, tenant, ann)
    event = made(mine, ann.address)

    def translated(source: str, target: str, *ids: object) -> list[dict[str, object]]:
        asked = {"inputIds": ids, "sourceIdType": source, "targetIdType": target}
        return list(mine.post("/me/translateExchangeIds", json=asked).json()["value"])

    (immutable,) = translated("restId", "restImmutableEntryId", event["id"])
    (back,) = translated("restImmutableEntryId", "restId", immutable["targetId"])
    (ews,) = translated("restId", "ewsId", event["id"])

    assert immutable["sourceId"] == event["id"]
    assert back["targetId"] == event["id"]
    assert mine.get(f"/me/events/{immutable['targetId']}").json()["id"] == event["id"]
    assert translated("ewsId", "restId", ews["targetId"])[0]["targetId"] == event["id"]


def test_what_is_no_id_is_told_beside_the_others(graph: httpx.Client, tenant: Tenant, ann: Person) -> None:
    mine = as_person(graph, tenant, ann)
    asked = {"inputIds": ["x"], "sourceIdType": "restId", "targetIdType": "ewsId"}

    (told,) = mine.post(f"/users/{ann.address}/translateExchangeIds", json=asked).json()["value"]

    assert (told["sourceId"], "targetId" in told) == ("x", False)
    assert told["errorDetails"]["code"] == "ErrorInvalidIdMalformed"


def test_ids_are_translated_for_people_only(graph: httpx.Client, ann: Person) -> None:
    asked = {"inputIds": ["x"], "sourceIdType": "restId", "targetIdType": "ewsId"}

    refused = graph.post(f"/users/{ann.address}/translateExchangeIds", json=asked)

    assert (refused.status_code, code(refused)) == (403, "Authorization_RequestDenied")


def test_it_refuses_too_many_and_unknown_forms(graph: httpx.Client, tenant: Tenant, ann: Person) -> None:
    mine = as_person(graph, tenant, ann)
    asked = {"inputIds": ["x"] * 1001, "sourceIdType": "restId", "targetIdType": "ewsId"}

    many = mine.post("/me/translateExchangeIds", json=asked)
    odd = mine.post("/me/translateExchangeIds", json=asked | {"inputIds": [], "targetIdType": "guid"})

    assert (many.status_code, code(many)) == (400, "ErrorInvalidRequest")
    assert (odd.status_code, code(odd)) == (400, "RequestBodyRead")
