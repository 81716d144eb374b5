"""
Settings that a domain type already names: every field optional, and none that it does not have.

Durations are seconds. What may be None there because it never happens is "never" here, as TOML has no null.
"""

import dataclasses
from datetime import timedelta
from typing import Annotated, Any, ClassVar, Literal, Protocol, TypeVar, get_origin, get_type_hints

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from graph_emulator.behaviour import Behaviour
from graph_emulator.errors import Json
from graph_emulator.exchange.processing import CalendarProcessing


class _Dataclass(Protocol):
    __dataclass_fields__: ClassVar[dict[str, dataclasses.Field[Any]]]


T = TypeVar("T", bound=_Dataclass)

Seconds = Annotated[float, Meta(ge=0, le=10_000_000)]

_WRITTEN: dict[object, object] = {timedelta: Seconds, timedelta | None: Seconds | Literal["never"]}


def _settings(of: type[_Dataclass], rename: Literal["pascal"] | None = None) -> type[Struct]:
    """A type whose values say which fields of a dataclass differ from a value that is there."""
    hints = get_type_hints(of, include_extras=True)
    fields = [(name, _written(kind) | UnsetType, UNSET) for name, kind in hints.items()]

    def check(sent: Struct) -> None:
        changed(of(), sent)

    return msgspec.defstruct(
        of.__name__,
        fields,
        frozen=True,
        kw_only=True,
        rename=rename,
        forbid_unknown_fields=True,
        namespace={"__post_init__": check},
    )


def _written(kind: Any) -> Any:  # noqa: ANN401 - types are values here
    """How a scenario writes a field of that type; what it may be stands in its annotation."""
    choices = (one for one in getattr(kind, "__metadata__", ()) if get_origin(one) is Literal)
    return next(choices, _WRITTEN.get(kind, kind))


def changed(value: T, settings: Struct) -> T:
    """The value with what was set; a ValueError if it does not allow that."""
    sent = {name: field for name, field in msgspec.structs.asdict(settings).items() if field is not UNSET}
    hints = get_type_hints(type(value))
    read = {name: _read(field) if hints[name] in _WRITTEN else field for name, field in sent.items()}
    return dataclasses.replace(value, **read)


def _read(written: float | Literal["never"]) -> timedelta | None:
    return None if written == "never" else timedelta(seconds=float(written))


def settings_of(value: _Dataclass, settings: type[Struct], *, all: bool = False) -> Struct:
    """What differs from the defaults (or everything) as settings."""
    usual = type(value)()
    fields = ((field.name, getattr(value, field.name)) for field in dataclasses.fields(value))
    differ = {name: one for name, one in fields if all or one != getattr(usual, name)}
    hints = get_type_hints(type(value))
    return settings(**{name: _told(one) if hints[name] in _WRITTEN else one for name, one in differ.items()})


def _told(span: timedelta | None) -> float | str:
    return "never" if span is None else span.total_seconds()


def shown(value: _Dataclass, settings: type[Struct]) -> Json:
    """Every setting under the name it has in a scenario."""
    told: Json = msgspec.to_builtins(settings_of(value, settings, all=True))
    return told


BehaviourSettings = _settings(Behaviour)
ProcessingSettings = _settings(CalendarProcessing, "pascal")
