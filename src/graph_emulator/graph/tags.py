"""
What programs attach to events: open extensions, under a name of their own, and named properties of MAPI, under an id
made of a type, a GUID and a name or number.

https://learn.microsoft.com/graph/api/resources/opentypeextension and
https://learn.microsoft.com/graph/api/resources/extended-properties-overview
"""

import re
from collections.abc import Iterable, Mapping

from graph_emulator.errors import Json, bad_request
from graph_emulator.exchange.event import Tag
from graph_emulator.graph.declared import Sent, unreadable
from graph_emulator.graph.types import EXTENSION_PREFIX

# The published samples spell the prefix of an extension's id in one way where it is made, in another where it is read.
CREATED = "microsoft.graph.openTypeExtension."
READ = "Microsoft.OutlookServices.OpenTypeExtension."

_ID = re.compile(
    r"(?P<type>\w+?)(?P<array>Array)? "
    r"(\{[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\} (Name .+|Id (0x[0-9a-f]{1,8}|\d{1,10}))|0x[0-9a-f]{1,8})",
    re.IGNORECASE,
)
_TYPES = (
    "applicationtime", "binary", "boolean", "clsid", "currency", "double", "error", "float", "integer", "long", "null",
    "object", "short", "string", "systemtime",
)  # fmt: skip


class SentProperty(Sent, frozen=True):
    id: str
    value: str | None = None


class SentProperties(Sent, frozen=True):
    id: str
    value: tuple[str, ...] | None = None


def extended(sent: SentProperty | SentProperties) -> Tag:
    """The extended property; without a value it is taken off the event."""
    if isinstance(sent, SentProperties):
        return Tag(_checked(sent.id, array=True), list(sent.value) if sent.value is not None else None)
    return Tag(_checked(sent.id, array=False), sent.value)


def extension(sent: Mapping[str, object]) -> Tag:
    """The open extension: all that was sent beside its name."""
    name = sent.get("extensionName")
    if not isinstance(name, str) or not bare(name):
        raise unreadable("The extensionName of an open extension is required.")
    value = {key: value for key, value in sent.items() if "@" not in key and key not in _OWN}
    if _is_deeper(value, DEEPEST):
        raise unreadable("The extension is too deep.")
    return Tag(bare(name), value)


_OWN = ("extensionName", "id")
DEEPEST = 100  # what is read today has to be written tomorrow, among much else


def _is_deeper(value: object, levels: int) -> bool:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels < 0 or any(_is_deeper(one, levels - 1) for one in inside)


def merged(old: Iterable[Tag], new: Iterable[Tag]) -> tuple[Tag, ...]:
    """What is attached after an update: what was sent takes the place of what had that name."""
    known = {_compared(tag.name): tag for tag in old} | {_compared(tag.name): tag for tag in new}
    return tuple(tag for tag in known.values() if tag.value is not None)


def bare(name: str) -> str:
    """An extension's name, of its name or id."""
    return EXTENSION_PREFIX.sub("", name)


def extension_json(tag: Tag, prefix: str = READ) -> Json:
    shown: Json = {
        "@odata.type": "#microsoft.graph.openTypeExtension",
        "id": f"{prefix}{tag.name}",
        "extensionName": tag.name,
    }
    return shown | (tag.value if isinstance(tag.value, dict) else {})


def property_json(tag: Tag) -> Json:
    return {"id": tag.name, "value": tag.value}


def _compared(name: str) -> str:
    return re.sub(r"\{.*?\}", lambda guid: guid[0].lower(), name)


def _checked(id: str, *, array: bool) -> str:
    found = _ID.fullmatch(id)
    if found is None or found["type"].lower() not in _TYPES or bool(found["array"]) != array:
        raise bad_request(f"The property ID '{id}' is invalid.", "ErrorInvalidProperty")
    return id
