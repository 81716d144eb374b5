"""
Open extensions: what programs attach to an event under a name of their own.

https://learn.microsoft.com/graph/api/resources/opentypeextension. Ids carry a prefix, which the published samples spell
in two ways; in paths the bare name is good, too. Where there is an extension of that name already, POST replaces it.
"""

from msgspec.structs import replace
from starlette.responses import Response

from graph_emulator.errors import Json, access_denied, not_found
from graph_emulator.exchange.event import Event, Tag
from graph_emulator.graph.ask import Ask, context, json
from graph_emulator.graph.entities import EXTENSION
from graph_emulator.graph.items import check_unchanged, named, whereabouts_of
from graph_emulator.graph.odata import OF_MANY, Options
from graph_emulator.graph.tags import CREATED, bare, extension, extension_json, merged

PAGE = 10


async def every(ask: Ask) -> Response:
    event = _seen(ask)
    options = Options.of(ask.request.query_params, EXTENSION, OF_MANY)
    return ask.page(_what(ask), event.extensions, extension_json, options, PAGE)


async def get(ask: Ask) -> Response:
    return _answer(ask, extension_json(_of(ask, _seen(ask))))


async def create(ask: Ask) -> Response:
    event = named(ask)
    made = extension(await ask.sent(dict[str, object]))
    _keep(ask, event, merged(event.extensions, [made]))
    return _answer(ask, extension_json(made, CREATED), 201)


async def update(ask: Ask) -> Response:
    """Sets the values that were sent, takes away those that are null, and leaves the others."""
    event = named(ask)
    old = _of(ask, event)
    new = extension({"extensionName": old.name} | await ask.sent(dict[str, object]) | {"extensionName": old.name})
    value = {name: value for name, value in (_values(old) | _values(new)).items() if value is not None}
    changed = Tag(old.name, value)
    _keep(ask, event, merged(event.extensions, [changed]))
    return _answer(ask, extension_json(changed))


async def delete(ask: Ask) -> Response:
    event = named(ask)
    gone = _of(ask, event)
    _keep(ask, event, tuple(one for one in event.extensions if one != gone))
    return Response(status_code=204)


def _seen(ask: Ask) -> Event:
    """The event, unless the caller may not see what is attached to events."""
    if ask.basic:
        raise access_denied()
    return named(ask)


def _of(ask: Ask, event: Event) -> Tag:
    name = bare(ask.path["extension"])
    if found := next((one for one in event.extensions if one.name == name), None):
        return found
    raise not_found()


def _keep(ask: Ask, event: Event, extensions: tuple[Tag, ...]) -> None:
    check_unchanged(ask, event)
    ask.calendar.put(replace(event, extensions=extensions, modified=ask.cloud.clock()))


def _values(tag: Tag) -> Json:
    return tag.value if isinstance(tag.value, dict) else {}


def _answer(ask: Ask, shown: Json, status: int = 200) -> Response:
    chosen = Options.of(ask.request.query_params, EXTENSION).selected(shown)
    return json({"@odata.context": context(f"{_what(ask)}/$entity")} | chosen, status)


def _what(ask: Ask) -> str:
    return f"{whereabouts_of(ask, ask.path['event'])}/extensions"
