"""
The mailbox's names for things: time zones, and the forms of ids.

https://learn.microsoft.com/graph/api/outlookuser-supportedtimezones and
https://learn.microsoft.com/graph/api/user-translateexchangeids
"""

from datetime import datetime, timedelta

from msgspec import Struct
from starlette.responses import Response

from graph_emulator.errors import Json, bad_request
from graph_emulator.exchange.zones import names, zone
from graph_emulator.graph.ask import Ask, context, json
from graph_emulator.graph.declared import member
from graph_emulator.graph.ids import FORMS

MOST_IDS = 1000


class Translation(Struct, frozen=True):
    """The parameters of translateExchangeIds, in lower case."""

    inputids: tuple[str, ...]
    sourceidtype: str
    targetidtype: str


async def windows_zones(ask: Ask) -> Response:
    return _zones(ask, [windows for windows, _ in names() if windows])


async def iana_zones(ask: Ask) -> Response:
    return _zones(ask, [iana for _, iana in names()])


async def translate_ids(ask: Ask) -> Response:
    """The ids in another form; what is no id is told beside the others."""
    sent = await ask.parameters(Translation)
    if len(sent.inputids) > MOST_IDS:
        raise bad_request(f"No more than {MOST_IDS} ids can be translated at once.", "ErrorInvalidRequest")
    source, target = (member(tuple(FORMS), named) for named in (sent.sourceidtype, sent.targetidtype))
    value = [_translated(id, source, target) for id in sent.inputids]
    return json({"@odata.context": context("Collection(microsoft.graph.convertIdResult)"), "value": value})


def _translated(id: str, source: str, target: str) -> Json:
    if key := FORMS[source].key(id):
        return {"sourceId": id, "targetId": FORMS[target].id(key)}
    return {"sourceId": id, "errorDetails": {"code": "ErrorInvalidIdMalformed", "message": "Id is malformed."}}


def _zones(ask: Ask, aliases: list[str]) -> Response:
    now = ask.cloud.clock()
    value = [{"alias": alias, "displayName": f"(UTC{_offset(alias, now)}) {alias}"} for alias in aliases]
    return json({"@odata.context": context("Collection(microsoft.graph.timeZoneInformation)"), "value": value})


def _offset(alias: str, now: datetime) -> str:
    """How far the zone is from UTC when its clocks show standard time."""
    local = now.astimezone(zone(alias).rules)
    minutes = ((local.utcoffset() or timedelta()) - (local.dst() or timedelta())) // timedelta(minutes=1)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
