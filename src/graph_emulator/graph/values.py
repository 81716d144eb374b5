"""Values of entities as they are shown: read at a path, compared, searched, cast."""

from collections.abc import Callable, Mapping, Sequence

from graph_emulator.graph.types import BOOLEAN, NUMBER, STRING, Comparable, Kind, Primitive

Scope = Mapping[str, object]  # what a name stands for: "" is the entity, others are the variables of any and all
Order = Callable[[Scope], tuple[bool, Comparable]]  # what entities are put in order by


def reader(variable: str, names: Sequence[str]) -> Callable[[Scope], object]:
    """What reads the value at a path; null where something on the way is absent."""

    def value(scope: Scope) -> object:
        found = scope[variable]
        for name in names:
            found = found.get(name) if isinstance(found, Mapping) else None
        return found

    return value


def key(kind: Kind | None, value: object) -> Comparable | None:
    return kind.key(value) if value is not None and isinstance(kind, Primitive) else None


def searched(text: object, part: object, search: Callable[[str, str], bool]) -> bool:
    return isinstance(text, str) and isinstance(part, str) and search(text.casefold(), part.casefold())


def changed(text: object, change: Callable[[str], str]) -> str | None:
    return change(text) if isinstance(text, str) else None


def cast(value: object, kind: Primitive) -> object:
    """A text as a value of that type; null if it is none."""
    if not isinstance(value, str) or kind is STRING:
        return value
    if kind is BOOLEAN:
        return {"true": True, "false": False}.get(value.lower())
    try:
        return float(value) if kind is NUMBER else kind.key(value) and value
    except ValueError:
        return None
