"""What types Graph's answers are made of, and how their values compare. https://docs.oasis-open.org/odata"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

Comparable = str | bool | float | datetime


@dataclass(frozen=True, slots=True)
class Primitive:
    """A type without parts; `key` makes of a value what is compared, or raises a ValueError."""

    name: str
    key: Callable[[object], Comparable]


@dataclass(frozen=True, slots=True)
class Type:
    """
    A type with named properties, beside which an open type may have any others.

    `orders` are the paths that collections of it may be put in order by.
    """

    name: str
    properties: Mapping[str, "Kind"]
    navigation: Mapping[str, "Kind"] = field(default_factory=dict)
    orders: frozenset[str] = frozenset()
    is_open: bool = False

    def find(self, name: str) -> "tuple[str, Kind] | None":
        """The property's own spelling and its type; names are found without regard to case."""
        for properties in (self.properties, self.navigation):
            for known, kind in properties.items():
                if known.lower() == name.lower():
                    return known, kind
        return None


@dataclass(frozen=True, slots=True)
class Many:
    """A collection."""

    of: "Kind"


@dataclass(frozen=True, slots=True)
class Opaque:
    """What is shown and can be chosen, but not looked into by a filter."""


Kind = Primitive | Type | Many | Opaque


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(value)
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(value)
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(value)
    return value


def _instant(value: object) -> datetime:
    """Of an Edm.DateTimeOffset, or of a `dateTime` in UTC; a blank between day and time has been seen, too."""
    moment = datetime.fromisoformat(_text(value))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def enumeration(*members: str) -> Primitive:
    def key(value: object) -> str:
        if _text(value).lower() not in lower:
            raise ValueError(value)
        return _text(value).lower()

    lower = {member.lower() for member in members}
    return Primitive("enumeration", key)


EXTENSION_PREFIX = re.compile(r"(microsoft\.graph|microsoft\.outlookservices)\.open(type)?extension\.", re.IGNORECASE)

STRING = Primitive("Edm.String", lambda value: _text(value).casefold())
ID = Primitive("Edm.String", _text)
BOOLEAN = Primitive("Edm.Boolean", _flag)
NUMBER = Primitive("Edm.Double", _number)
INSTANT = Primitive("Edm.DateTimeOffset", _instant)
EXTENSION_ID = Primitive("Edm.String", lambda value: EXTENSION_PREFIX.sub("", _text(value)).casefold())
PROPERTY_ID = Primitive("Edm.String", lambda value: re.sub(r"\{[^{}]*\}", lambda guid: guid[0].lower(), _text(value)))
OPAQUE = Opaque()
