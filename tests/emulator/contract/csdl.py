"""
Microsoft Graph's published metadata, and what is wrong with a JSON value that claims to be of one of its types.

https://docs.oasis-open.org/odata/odata-csdl-xml/v4.01/ and …/odata-json-format/v4.01/
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from xml.etree import ElementTree

PUBLISHED = Path(__file__).parent / "published"
FILES = (PUBLISHED / "metadata-slice.csdl.xml", PUBLISHED / "additions.csdl.xml")

_EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
_COLLECTION = re.compile(r"Collection\((.*)\)")
_ANNOTATION = re.compile(r"(?P<on>\w*)@(odata|microsoft\.graph)\.(?P<name>\w+)")
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d{1,12})?(Z|[+-]\d\d:\d\d)")
_TEXTS = ("context", "etag", "id", "type", "nextLink", "mediaContentType", "mediaEtag")
_FREE_FORM = "graph.extension"  # the one open type that programs add properties to

Check = Callable[[object], bool]


@dataclass(frozen=True, slots=True)
class Property:
    type: str
    nullable: bool = True
    is_navigation: bool = False


@dataclass(frozen=True, slots=True)
class Structure:
    """An entity type or a complex type; `properties` are its own, without those of its base."""

    base: str | None
    is_abstract: bool
    properties: dict[str, Property] = field(default_factory=dict)


class Metadata:
    """`met` gathers the properties that were seen with a value, as type.name."""

    def __init__(self, *files: Path) -> None:
        self.met: set[str] = set()
        self.structures: dict[str, Structure] = {}
        self.enumerations: dict[str, frozenset[str]] = {}
        for file in files or FILES:
            self._read(ElementTree.parse(file).getroot())

    def _read(self, schema: ElementTree.Element) -> None:
        for kind in ("EntityType", "ComplexType"):
            for one in schema.iter(f"{_EDM}{kind}"):
                structure = Structure(one.get("BaseType"), one.get("Abstract") == "true")
                for element in ("Property", "NavigationProperty"):
                    for property in one.iter(f"{_EDM}{element}"):
                        structure.properties[property.attrib["Name"]] = Property(
                            property.attrib["Type"],
                            property.get("Nullable", "true") == "true",
                            element == "NavigationProperty",
                        )
                self.structures[f"graph.{one.attrib['Name']}"] = structure
        for one in schema.iter(f"{_EDM}EnumType"):
            members = (member.attrib["Name"] for member in one.iter(f"{_EDM}Member"))
            self.enumerations[f"graph.{one.attrib['Name']}"] = frozenset(members)

    def ancestry(self, name: str) -> Iterator[str]:
        """A type and those it is derived from."""
        following: str | None = name
        while following:
            yield following
            following = self.structures[following].base

    def properties(self, name: str) -> dict[str, Property]:
        return {
            key: property for one in self.ancestry(name) for key, property in self.structures[one].properties.items()
        }

    def complaints(self, value: object, type: str, at: str = "") -> Iterator[str]:
        """What is wrong with a value of that type, each with its place; nothing if it is valid."""
        if collection := _COLLECTION.fullmatch(type):
            yield from self._of_collection(value, collection[1], at)
        elif type in self.enumerations:
            if value not in self.enumerations[type]:
                yield f"{at}: {value!r} is no {type}"
        elif type in self.structures:
            yield from self._of_structure(value, type, at)
        elif not _PRIMITIVES[type](value):
            yield f"{at}: {value!r} is no {type}"

    def _of_collection(self, value: object, type: str, at: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{at}: {value!r} is no collection"
            return
        for item in value:
            yield from self.complaints(item, type, f"{at}[]")

    def _of_structure(self, value: object, declared: str, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{at}: {value!r} is no {declared}"
            return
        type = str(value.get("@odata.type", declared)).replace("#microsoft.graph.", "graph.")
        if type not in self.structures or declared not in self.ancestry(type):
            yield f"{at}: {type} is no {declared}"
            return
        if self.structures[type].is_abstract and type != _FREE_FORM:
            yield f"{at}: {type} is abstract, so it needs an @odata.type"
        known = self.properties(type)
        for key, content in value.items():
            here = f"{at}.{key}".lstrip(".")
            if "@" in key:
                yield from _of_annotation(key, content, known, here)
            elif key in known:
                self._meet(type, key, content)
                yield from self._of_property(content, known[key], here)
            elif _FREE_FORM not in self.ancestry(type):
                yield f"{here}: {type} has no such property"

    def _meet(self, type: str, name: str, value: object) -> None:
        if value not in (None, [], {}):
            self.met.update(f"{one}.{name}" for one in self.ancestry(type) if name in self.structures[one].properties)

    def _of_property(self, value: object, property: Property, at: str) -> Iterator[str]:
        if value is None and (property.nullable and not property.type.startswith("Collection")):
            return
        yield from self.complaints(value, property.type, at)


def _of_annotation(key: str, value: object, known: dict[str, Property], at: str) -> Iterator[str]:
    found = _ANNOTATION.fullmatch(key)
    if not found or (found["on"] and found["on"] not in known):
        yield f"{at}: no such annotation"
    elif found["name"] in ("count",) and not _number(value, 2**63):
        yield f"{at}: {value!r} is no count"
    elif found["name"] in _TEXTS and not isinstance(value, str):
        yield f"{at}: {value!r} is no text"
    elif found["name"] not in (*_TEXTS, "count"):
        yield f"{at}: no such annotation"


def _number(value: object, limit: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -limit <= value < limit


def _matches(pattern: str) -> Check:
    compiled = re.compile(pattern)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def _instant(value: object) -> bool:
    found = _INSTANT.fullmatch(value) if isinstance(value, str) else None
    return found is not None and _parses(date.fromisoformat, found[1]) and _parses(time.fromisoformat, found[2])


def _parses(read: Callable[[str], object], value: object) -> bool:
    try:
        read(str(value))
    except ValueError:
        return False
    return isinstance(value, str)


_PRIMITIVES: dict[str, Check] = {
    "Edm.String": lambda value: isinstance(value, str),
    "Edm.Boolean": lambda value: isinstance(value, bool),
    "Edm.Int32": lambda value: _number(value, 2**31),
    "Edm.Double": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "Edm.Guid": _matches(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
    "Edm.DateTimeOffset": _instant,
    "Edm.Date": lambda value: _parses(date.fromisoformat, value),
    "Edm.TimeOfDay": _matches(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,12})?)?"),
}
