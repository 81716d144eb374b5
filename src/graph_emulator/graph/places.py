"""
What can be asked of the places service, and changed there.

https://learn.microsoft.com/graph/api/place-list, …/place-get and …/place-update
"""

from collections.abc import Sequence
from typing import Protocol

from starlette.responses import Response

from graph_emulator.errors import GraphError, Json, bad_request
from graph_emulator.graph.ask import Ask, context, json
from graph_emulator.graph.entities import PLACES
from graph_emulator.graph.odata import OF_MANY, Options
from graph_emulator.graph.places_sent import SentRoom
from graph_emulator.graph.places_shown import of_kind, room_json
from graph_emulator.tenant import RoomList

PAGE = 100


class OfKind(Protocol):
    async def __call__(self, ask: Ask, *, kind: str) -> Response: ...


async def every(ask: Ask, *, kind: str) -> Response:
    """All places of a kind; of some kinds this tenant has none."""
    return _page(ask, of_kind(ask.tenant, kind), kind, f"microsoft.graph.{kind}")


async def one(ask: Ask, *, kind: str | None = None) -> Response:
    """The place of that id, placeId or address, if it is of that kind."""
    found, is_a = _named(ask, *([kind] if kind else PLACES))
    return _shown(ask, found, is_a)


async def rooms_in(ask: Ask) -> Response:
    """The rooms of a list, which is named by its address, not by its id."""
    rooms = [ask.tenant.rooms[address.lower()] for address in _list(ask).rooms]
    return _page(ask, [room_json(ask.tenant, room) for room in rooms], "room", _in_list(ask, "rooms"))


async def workspaces_in(ask: Ask) -> Response:
    _list(ask)
    return _page(ask, [], "workspace", _in_list(ask, "workspaces"))


async def update(ask: Ask) -> Response:
    """Changes what was sent of a room, and nothing else."""
    sent = await ask.sent(SentRoom)
    found, kind = _named(ask, *PLACES)
    if kind != "room":
        raise bad_request(f"A {kind} cannot be changed here.")
    address = str(found["emailAddress"]).lower()
    room = ask.tenant.rooms[address] = sent.applied(ask.tenant.rooms[address])
    return _shown(ask, room_json(ask.tenant, room), kind)


def _list(ask: Ask) -> RoomList:
    name = ask.path["place"]
    if found := ask.tenant.room_lists.get(name.lower()):
        return found
    raise _no_place(name)


def _in_list(ask: Ask, what: str) -> str:
    address = _list(ask).address.replace("@", "%40")
    return f"('{address}')/microsoft.graph.roomList/{what}"


def _page(ask: Ask, entities: Sequence[Json], kind: str, what: str) -> Response:
    options = Options.of(ask.request.query_params, PLACES[kind], OF_MANY)
    separator = "" if what.startswith("(") else "/"
    return ask.page(f"places{separator}{what}", entities, lambda entity: entity, options, PAGE)


def _shown(ask: Ask, entity: Json, kind: str) -> Response:
    chosen = Options.of(ask.request.query_params, PLACES[kind]).selected(entity)
    kinds = {"@odata.context": context("places/$entity"), "@odata.type": f"#microsoft.graph.{kind}"}
    return json(kinds | chosen)


def _named(ask: Ask, *kinds: str) -> tuple[Json, str]:
    """The place the path names, and its kind."""
    name = ask.path["place"].lower()
    for kind in kinds:
        for entity in of_kind(ask.tenant, kind):
            if name in (entity["id"], entity["placeId"], str(entity.get("emailAddress")).lower()):
                return entity, kind
    raise _no_place(ask.path["place"])


def _no_place(name: str) -> GraphError:
    return GraphError(404, "ErrorItemNotFound", f"The place '{name}' was not found.")
