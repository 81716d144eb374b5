"""What Graph's collections share: $select, $top, $skip, $count, the Prefer header, and the next page."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from starlette.datastructures import Headers, QueryParams

from graph_emulator.errors import GraphError, Json, bad_request
from graph_emulator.exchange.zones import UTC_ZONE, Zone, zone

_PREFERENCE = re.compile(r"([\w.\-]+)\s*(?:=\s*(?:\"([^\"]*)\"|([^\",;\s]+)))?")


@dataclass(frozen=True, slots=True)
class Preferences:
    """What the Prefer header asks for."""

    zone: Zone = UTC_ZONE
    immutable_ids: bool = False
    page: int | None = None
    applied: str = ""


def preferences(headers: Headers) -> Preferences:
    """The Prefer headers that the emulator knows; an unknown zone in them is a 400, as in the service."""
    given = {
        name.lower(): quoted or bare
        for header in headers.getlist("prefer")
        for name, quoted, bare in _PREFERENCE.findall(header)
    }
    chosen = zone(given["outlook.timezone"]) if "outlook.timezone" in given else UTC_ZONE
    immutable = given.get("idtype", "").lower() == "immutableid"
    page = given.get("odata.maxpagesize", "")
    applied = [f'outlook.timezone="{chosen.name}"'] if "outlook.timezone" in given else []
    applied += ['IdType="ImmutableId"'] if immutable else []
    return Preferences(chosen, immutable, int(page) if page.isdigit() and int(page) else None, ", ".join(applied))


@dataclass(frozen=True, slots=True)
class Options:
    """The query options of one request."""

    select: tuple[str, ...] = ()
    top: int | None = None
    skip: int = 0
    count: bool = False
    order: str | None = None

    @classmethod
    def of(cls, query: QueryParams, *, orders: bool = False) -> "Options":
        """Reads the options; what the emulator cannot do yet is refused, never silently ignored."""
        known = {"$select", "$top", "$skip", "$count"} | ({"$orderby"} if orders else set())
        for name in query:
            if name.startswith("$") and name.lower() not in known:
                raise GraphError(501, "NotImplemented", f"This emulator does not do the query option {name} here.")
        given = {name.lower(): value for name, value in query.items()}
        return cls(
            tuple(name.strip() for name in given.get("$select", "").split(",") if name.strip()),
            _number("$top", given["$top"]) if "$top" in given else None,
            _number("$skip", given.get("$skip", "0")),
            given.get("$count", "").lower() == "true",
            given.get("$orderby"),
        )


def _number(option: str, text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise bad_request(
            f"Invalid value '{text}' for {option} query option found. "
            f"The {option} query option requires a non-negative integer value."
        )
    return int(text)


def selected(entity: Json, names: Sequence[str], kind: str) -> Json:
    """The chosen properties; annotations and the id always come along."""
    if not names:
        return entity
    for name in names:
        if name not in entity:
            raise bad_request(f"Could not find a property named '{name}' on type '{kind}'.", "RequestBroker--ParseUri")
    return {name: value for name, value in entity.items() if name in names or name == "id" or name.startswith("@")}


def next_link(address: str, query: Mapping[str, str], skip: int) -> str:
    """The address of the next page: the same question further on."""
    asked = {name: value for name, value in query.items() if name.lower() != "$skip"} | {"$skip": str(skip)}
    return f"{address}?{urlencode(asked, quote_via=quote, safe='$:')}"
