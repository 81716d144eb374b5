"""Writing TOML, which Python only reads: what scenarios are made of. https://toml.io/en/v1.0.0"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import TypeGuard

_BARE = re.compile(r"[A-Za-z0-9_-]+")

Table = Mapping[str, object]


def written(table: Table) -> str:
    """A document; what is None is left out."""
    return "\n".join(_lines(table, ())).strip() + "\n"


def _lines(table: Table, path: tuple[str, ...]) -> Iterator[str]:
    tables = {key: value for key, value in table.items() if _is_table(value) or _is_tables(value)}
    for key, value in table.items():
        if key not in tables and value is not None:
            yield f"{_key(key)} = {_value(value)}"
    for key, value in tables.items():
        name = ".".join(map(_key, (*path, key)))
        if _is_table(value):
            yield f"\n[{name}]"
            yield from _lines(value, (*path, key))
        elif _is_tables(value):
            for one in value:
                yield f"\n[[{name}]]"
                yield from _lines(one, (*path, key))


def _is_table(value: object) -> TypeGuard[Table]:
    """Whether it gets a heading of its own; what is small stands in one line."""
    return isinstance(value, Mapping) and not _is_small(value)


def _is_tables(value: object) -> TypeGuard[Sequence[Table]]:
    return isinstance(value, list | tuple) and any(map(_is_table, value))


def _is_small(value: object) -> bool:
    if isinstance(value, Mapping):
        return len(value) <= 3 and all(map(_is_small, value.values()))
    return not isinstance(value, list | tuple) or not any(isinstance(one, Mapping) for one in value)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, Mapping):
        pairs = (f"{_key(key)} = {_value(one)}" for key, one in value.items() if one is not None)
        return f"{{ {', '.join(pairs)} }}" if value else "{}"
    return _string(str(value))


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _string(key)


def _string(text: str) -> str:
    """JSON's escapes are TOML's, but for the character that JSON leaves as it is."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
