"""
The query options of a request, read against the type of what is asked for; what is unknown is refused, never ignored.

https://learn.microsoft.com/graph/query-parameters
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote, urlencode

from starlette.datastructures import QueryParams

from graph_emulator.errors import Json, bad_request
from graph_emulator.graph.filters import parsed, sort_key
from graph_emulator.graph.operands import Test, unknown_property
from graph_emulator.graph.types import Many, Type
from graph_emulator.graph.values import Order

T = TypeVar("T")

OF_ONE = frozenset({"$select", "$expand", "$format"})
OF_MANY = OF_ONE | {"$top", "$skip", "$count", "$filter", "$orderby"}


@dataclass(frozen=True, slots=True)
class Expansion:
    """One name of $expand: which of what hangs on it is wanted, if not all."""

    name: str
    where: Test | None = None
    select: tuple[str, ...] = ()

    def chosen(self, found: Sequence[Json]) -> list[Json]:
        wanted = [one for one in found if self.where is None or self.where({"": one})]
        return [_only(one, self.select) for one in wanted]


@dataclass(frozen=True, slots=True)
class Options:
    """The query options of one request."""

    select: tuple[str, ...] = ()
    expand: tuple[Expansion, ...] = ()
    top: int | None = None
    skip: int = 0
    count: bool = False
    where: Test | None = None
    order: tuple[tuple[Order, bool], ...] = ()

    @classmethod
    def of(cls, query: QueryParams, kind: Type, allowed: frozenset[str] = OF_ONE) -> "Options":
        """Reads the options; 400 for what the type has not, what does not parse, and what is not allowed there."""
        given = _given(query, allowed)
        return cls(
            tuple(_selected(given.get("$select", ""), kind)),
            tuple(_expansion(part, kind) for part in _split(given.get("$expand", ""), ",")),
            _number("$top", given["$top"]) if "$top" in given else None,
            _number("$skip", given.get("$skip", "0")),
            _flag("$count", given.get("$count", "false")),
            parsed(given["$filter"], kind) if "$filter" in given else None,
            tuple(sort_key(part, kind) for part in _split(given.get("$orderby", ""), ",")),
        )

    @property
    def shape(self) -> str:
        """What the context of an answer says of the choice."""
        names = [*self.select, *(f"{one.name}()" for one in self.expand)]
        return f"({','.join(names)})" if names else ""

    def expanded(self, name: str) -> Expansion | None:
        return next((one for one in self.expand if one.name == name), None)

    def found(self, among: Sequence[T], show: Callable[[T], Mapping[str, object]]) -> Sequence[T]:
        """Those that pass the filter, in the order asked for; `show` gives what they are judged by."""
        if self.where is None and not self.order:
            return among
        shown = [(one, {"": show(one)}) for one in among]
        if (where := self.where) is not None:
            shown = [(one, scope) for one, scope in shown if where(scope)]
        for order, backwards in reversed(self.order):
            shown.sort(key=lambda pair: order(pair[1]), reverse=backwards)
        return [one for one, _ in shown]

    def selected(self, entity: Json) -> Json:
        """The chosen properties and what was expanded; annotations and the id always come along."""
        return _only(entity, (*self.select, *(one.name for one in self.expand))) if self.select else entity


def _given(query: QueryParams, allowed: frozenset[str]) -> dict[str, str]:
    given: dict[str, str] = {}
    for name, value in query.multi_items():
        option = name.lower()
        if not option.startswith("$"):
            continue
        if option not in allowed:
            raise bad_request(f"The query option '{name}' is not supported here.")
        if option in given:
            raise bad_request(
                f"Query option '{name}' was specified more than once, but it must be specified at most once."
            )
        given[option] = value
    if given.get("$format", "json").lower().partition(";")[0] not in ("json", "application/json"):
        raise bad_request("The only format is JSON.")
    return given


def _selected(text: str, kind: Type) -> Iterator[str]:
    for name in text.split(","):
        if not (name := name.strip()):
            continue
        known = kind.find(name)
        if known is None:
            raise unknown_property(name, kind)
        yield known[0]


def _expansion(text: str, kind: Type) -> Expansion:
    """One part of $expand, such as extensions($filter=id eq 'Com.Contoso.Deal')."""
    name, bracket, rest = text.partition("(")
    known = kind.find(name.strip())
    if known is None or known[0] not in kind.navigation or (bracket and not rest.endswith(")")):
        raise unknown_property(name.strip(), kind)
    of = known[1].of if isinstance(known[1], Many) else known[1]
    where, select = None, ""
    for part in _split(rest.removesuffix(")"), ";"):
        option, _, value = part.partition("=")
        match option.strip().lower():
            case "$filter" if isinstance(of, Type):
                where = parsed(value, of)
            case "$select":
                select = value
            case _:
                raise bad_request(f"The query option '{option}' is not supported in $expand.")
    names = tuple(name.strip() for name in select.split(",") if name.strip())
    return Expansion(
        known[0], where, tuple(_selected(select, of)) if isinstance(of, Type) and not of.is_open else names
    )


_QUOTED = re.compile(r"'[^']*'|.", re.DOTALL)


def _split(text: str, at: str) -> list[str]:
    """The parts between separators that are neither quoted nor in brackets."""
    parts, depth = [""], 0
    for piece in _QUOTED.findall(text):
        depth += {"(": 1, ")": -1}.get(piece, 0)
        if piece == at and depth == 0:
            parts.append("")
        else:
            parts[-1] += piece
    return [part.strip() for part in parts if part.strip()]


def _number(option: str, text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise bad_request(
            f"Invalid value '{text}' for {option} query option found. "
            f"The {option} query option requires a non-negative integer value."
        )
    return int(text)


def _flag(option: str, text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise bad_request(f"Invalid value '{text}' for {option} query option found. Valid values are 'true', 'false'.")
    return text.lower() == "true"


def _only(entity: Json, names: Sequence[str]) -> Json:
    if not names:
        return entity
    return {name: value for name, value in entity.items() if name in names or name == "id" or name.startswith("@")}


def next_link(address: str, query: Mapping[str, str], skip: int) -> str:
    """The address of the next page: the same question further on."""
    asked = {name: value for name, value in query.items() if name.lower() != "$skip"} | {"$skip": str(skip)}
    return f"{address}?{urlencode(asked, quote_via=quote, safe='$:')}"
