"""
Types of Graph as clients send them. A property that a type does not declare is refused, annotations are passed over.

https://learn.microsoft.com/graph/query-parameters; how undeclared properties are refused was seen in public threads.
"""

import re
from collections.abc import Mapping
from typing import TypeVar

import msgspec
from msgspec import Struct

from graph_emulator.errors import GraphError, bad_request

T = TypeVar("T")

_UNKNOWN = re.compile("Object contains unknown field `(.*?)`")


class Sent(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """What all types that clients send have in common."""


def declared(sent: Mapping[str, object], kind: type[T]) -> T:
    """
    A body as a value of that type; 400 RequestBodyRead if it is none.

    Quoted numbers and flags are read, too: a published sample and a library in wide use send them.
    """
    try:
        return msgspec.convert(_without_annotations(sent), kind, strict=False)
    except msgspec.ValidationError as error:
        raise unreadable(_told(str(error))) from None
    except RecursionError:
        raise unreadable("The body is too deep.") from None


def parameters(sent: Mapping[str, object], kind: type[T]) -> T:
    """The parameters of an action, whose names are told without regard to case."""
    return declared({name.lower(): value for name, value in sent.items()}, kind)


def member(names: tuple[str, ...], sent: str) -> str:
    """The member of an enumeration, whatever the case it was sent in."""
    for name in names:
        if name.lower() == sent.lower():
            return name
    raise unreadable(f"Requested value '{sent}' was not found.")


def unreadable(message: str) -> GraphError:
    return bad_request(message, "RequestBodyRead")


def invalid_property() -> GraphError:
    return bad_request("At least one property failed validation.", "ErrorPropertyValidationFailure")


def _without_annotations(sent: object) -> object:
    if isinstance(sent, Mapping):
        return {name: _without_annotations(value) for name, value in sent.items() if "@" not in name}
    return [_without_annotations(one) for one in sent] if isinstance(sent, list) else sent


def _told(problem: str) -> str:
    if unknown := _UNKNOWN.search(problem):
        return (
            f"The property '{unknown[1]}' does not exist on the type it was sent for. Make sure to only use property "
            "names that are defined by the type or mark the type as open type."
        )
    return problem
