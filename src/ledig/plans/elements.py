"""OSM XML as nodes, ways and relations. The file is somebody else's: everything in it is doubted and bounded."""

import math
from dataclasses import dataclass, field
from xml.sax import SAXException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml import DefusedXmlException
from defusedxml.sax import make_parser

from ledig.plans.errors import NotOsm, TooLarge
from ledig.plans.progress import Progress
from ledig.plans.remarks import Remarks

MOST_BYTES = 50 * 1024 * 1024
_MOST_ELEMENTS = 1_000_000
_MOST_REFERENCES = 4_000_000
_LONGEST_TEXT = 255  # as in OpenStreetMap itself
_CHUNK = 64 * 1024

# What is not read cannot leak: no phone numbers, no addresses, no contributors.
# fmt: off
_KEYS = frozenset({
    "amenity", "area", "building", "door", "entrance", "female", "highway", "indoor", "level", "level:ref", "male",
    "name", "office", "ref", "repeat_on", "room", "stairs", "type", "unisex", "wheelchair", "width",
})
# fmt: on


@dataclass
class Way:
    refs: list[int] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)


@dataclass
class Relation:
    members: list[tuple[int, str]] = field(default_factory=list)  # its ways, with their role
    tags: dict[str, str] = field(default_factory=dict)


@dataclass
class Elements:
    """The content of an OSM file, as far as we read it."""

    points: dict[int, tuple[float, float]] = field(default_factory=dict)  # longitude, latitude
    point_tags: dict[int, dict[str, str]] = field(default_factory=dict)
    ways: dict[int, Way] = field(default_factory=dict)
    relations: dict[int, Relation] = field(default_factory=dict)


def parse(content: bytes, remarks: Remarks, progress: Progress) -> Elements:
    """The elements of an OSM XML file; deleted ones are left out."""
    if len(content) > MOST_BYTES:
        raise TooLarge(f"The map file is larger than {MOST_BYTES >> 20} MB. Export only the building.")
    handler = _Handler(remarks)
    parser = make_parser()
    parser.forbid_dtd = True
    parser.setContentHandler(handler)
    try:
        for start in range(0, max(1, len(content)), _CHUNK):
            parser.feed(content[start : start + _CHUNK])
            progress(min(start + _CHUNK, len(content)), len(content), "reading the file")
        parser.close()
    except DefusedXmlException:
        raise NotOsm("The map file declares a document type or entities, which is refused.") from None
    except (SAXException, LookupError, ValueError) as error:
        line = parser.getLineNumber() or 1
        raise NotOsm(f"The map file is not complete XML: it breaks off or is damaged near line {line}.") from error
    return handler.elements


class _Handler(ContentHandler):
    def __init__(self, remarks: Remarks) -> None:
        super().__init__()
        self.elements = Elements()
        self._remarks = remarks
        self._count = 0
        self._references = 0
        self._is_first = True
        self._tags: dict[str, str] | None = None
        self._way: Way | None = None
        self._relation: Relation | None = None

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        if self._is_first and name != "osm":
            raise NotOsm(f"The map file is not OpenStreetMap XML: it begins with <{name[:40]}> instead of <osm>.")
        self._is_first = False
        match name:
            case "node" | "way" | "relation":
                self._begin(name, attrs)
            case "tag":
                self._tag(attrs.get("k", ""), attrs.get("v", ""))
            case "nd" if self._way is not None:
                self._reference()
                self._way.refs.append(_whole(attrs.get("ref")))
            case "member" if self._relation is not None and attrs.get("type") == "way":
                self._reference()
                self._relation.members.append((_whole(attrs.get("ref")), attrs.get("role", "")))
            case _:
                pass

    def endElement(self, name: str) -> None:
        if name in {"node", "way", "relation"}:
            self._tags = self._way = self._relation = None
        if name == "osm":
            self._forget_bare_points()

    def _begin(self, name: str, attrs: AttributesImpl) -> None:
        self._tags = self._way = self._relation = None
        if attrs.get("action") == "delete" or attrs.get("visible") == "false":
            return
        self._count += 1
        if self._count > _MOST_ELEMENTS:
            raise TooLarge(f"The map file has more than {_MOST_ELEMENTS:,} objects. Export only the building.")
        ident = _whole(attrs.get("id"))
        if ident == 0:
            self._remarks.add("bad_id", name, attrs.get("id", ""))
        elif name == "node":
            self._node(ident, attrs)
        elif name == "way":
            self._way = self.elements.ways[ident] = Way()
            self._tags = self._way.tags
        else:
            self._relation = self.elements.relations[ident] = Relation()
            self._tags = self._relation.tags

    def _node(self, ident: int, attrs: AttributesImpl) -> None:
        longitude, latitude = _real(attrs.get("lon")), _real(attrs.get("lat"))
        if not (abs(longitude) <= 180 and abs(latitude) <= 85):  # also refuses NaN; beyond 85 there is no web map
            self._remarks.add("bad_position", f"node/{ident}")
            return
        self.elements.points[ident] = (longitude, latitude)
        self._tags = self.elements.point_tags[ident] = {}

    def _forget_bare_points(self) -> None:
        tagged = self.elements.point_tags
        self.elements.point_tags = {ident: tags for ident, tags in tagged.items() if tags}

    def _tag(self, key: str, value: str) -> None:
        if self._tags is not None and key in _KEYS:
            self._tags[key] = " ".join(value.split())[:_LONGEST_TEXT]

    def _reference(self) -> None:
        self._references += 1
        if self._references > _MOST_REFERENCES:
            raise TooLarge(f"The lines of the map file have more than {_MOST_REFERENCES:,} points.")


def _whole(text: str | None) -> int:
    """An id, or 0 which is none."""
    try:
        return int(text or "0")
    except ValueError:
        return 0


def _real(text: str | None) -> float:
    try:
        return float(text or "nan")
    except ValueError:
        return math.nan
