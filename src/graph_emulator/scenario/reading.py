"""Reading a scenario from TOML or JSON, and writing one; what is wrong is told with its place and what was expected."""

import re
import tomllib
from collections.abc import Iterable
from datetime import date, datetime, time
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import msgspec
from msgspec import inspect

from graph_emulator.scenario import toml
from graph_emulator.scenario.types import Scenario

T = TypeVar("T")

_STEP = re.compile(r"\.(\w+)|\[(?:\d+|\.\.\.)\]")


class BadScenario(ValueError):
    """A scenario, or a part of one, that cannot be: the message names the place in it."""


def read(file: Path) -> Scenario:
    """The scenario in a file: JSON if its name says so, else TOML."""
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise BadScenario("This is not UTF-8.") from None
    return from_json(text) if file.suffix.lower() == ".json" else from_toml(text)


def from_toml(text: str) -> Scenario:
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadScenario(f"This is not TOML: {error}") from None
    return converted(read, Scenario)


def from_json(text: str) -> Scenario:
    return converted(parsed(text), Scenario)


def parsed(text: str) -> object:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadScenario(f"This is not JSON: {error}") from None


def converted(read: object, kind: type[T]) -> T:
    """A value of that type, read strictly."""
    try:
        return msgspec.convert(read, kind, dec_hook=_zone)
    except msgspec.ValidationError as error:
        raise BadScenario(_explained(str(error), kind)) from None
    except RecursionError:
        raise BadScenario("This is nested too deeply.") from None


def _zone(kind: type, name: object) -> ZoneInfo:
    try:
        return ZoneInfo(str(name))
    except (ValueError, OSError):
        raise ValueError(f"{name!r} is no IANA time zone") from None


def to_toml(scenario: Scenario) -> str:
    try:
        return toml.written(msgspec.to_builtins(scenario, builtin_types=(datetime, date, time), enc_hook=str))
    except RecursionError:  # what programs attach to events may be nested as they like
        raise BadScenario("This is nested too deeply for TOML.") from None


def to_json(scenario: Scenario) -> bytes:
    return msgspec.json.format(msgspec.json.encode(scenario, enc_hook=str), indent=2)


def _explained(message: str, kind: object) -> str:
    """msgspec's message with the place at its end, and with the choices where it keeps them to itself."""
    reason, _, place = message.partition(" - at `")
    path = place.rstrip("`") or "$"
    choices = _choices(inspect.type_info(kind), _STEP.findall(path), reason)
    return f"{reason}{choices} - at `{path}`"


def _choices(kind: inspect.Type, steps: list[str], reason: str) -> str:
    if reason.startswith("Invalid enum value"):
        return _one_of(value for one in _at(kind, steps) for value in getattr(one, "values", ()))
    if reason.startswith("Invalid value"):  # of what says which of several types it is
        return _one_of(getattr(one, "tag", None) for one in _at(kind, steps[:-1]))
    if "unknown field" in reason:
        return _one_of(field.encode_name for one in _at(kind, steps) for field in getattr(one, "fields", ()))
    return ""


def _one_of(choices: Iterable[object]) -> str:
    return f", expected one of {', '.join(map(str, choices))}"


def _at(kind: inspect.Type, steps: list[str]) -> list[inspect.Type]:
    """The types that may stand at a place below a type."""
    if isinstance(kind, inspect.Metadata):
        return _at(kind.type, steps)
    if isinstance(kind, inspect.UnionType):
        return [found for one in kind.types for found in _at(one, steps)]
    if not steps:
        return [kind]
    name, rest = steps[0], steps[1:]
    if isinstance(kind, inspect.StructType | inspect.DataclassType) and name:
        return [found for field in kind.fields if field.encode_name == name for found in _at(field.type, rest)]
    if isinstance(kind, inspect.ListType | inspect.VarTupleType) and not name:
        return _at(kind.item_type, rest)
    if isinstance(kind, inspect.DictType) and not name:
        return _at(kind.value_type, rest)
    return []
