"""
What a filter compares: properties by their path, literals, functions of them, and any or all of a collection.

What names no property or is of the wrong type is a 400. https://learn.microsoft.com/graph/filter-query-parameter
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from graph_emulator.errors import GraphError, bad_request
from graph_emulator.graph.lexer import Token, Tokens
from graph_emulator.graph.types import BOOLEAN, ID, INSTANT, NUMBER, STRING, Kind, Many, Opaque, Primitive, Type
from graph_emulator.graph.values import Scope, cast, changed, key, reader, searched

DEEPEST = 50

Test = Callable[[Scope], bool]

_SEARCHES: Mapping[str, Callable[[str, str], bool]] = {
    "contains": lambda text, part: part in text,
    "startswith": str.startswith,
    "endswith": str.endswith,
}
_CHANGES: Mapping[str, Callable[[str], str]] = {"tolower": str.lower, "toupper": str.upper, "trim": str.strip}
_CASTS = {
    "edm.string": STRING, "edm.boolean": BOOLEAN, "edm.int32": NUMBER, "edm.int64": NUMBER, "edm.double": NUMBER,
    "edm.single": NUMBER, "edm.int16": NUMBER, "edm.datetimeoffset": INSTANT,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Operand:
    """Something with a value; a literal has no type of its own but takes the other side's."""

    kind: Kind | None
    value: Callable[[Scope], object]
    name: str = ""


def unknown_property(name: str, kind: Type) -> GraphError:
    return bad_request(f"Could not find a property named '{name}' on type '{kind.name}'.", "RequestBroker--ParseUri")


def no_filtering(name: str) -> GraphError:
    return bad_request(f"The property '{name}' does not support filtering.", "ErrorInvalidProperty")


class Operands(Tokens):
    """Reads operands from left to right; each method reads what it is named after."""

    def __init__(self, text: str, kind: Type) -> None:
        super().__init__(text)
        self.kinds: dict[str, Kind] = {"": kind}
        self.depth = 0

    def either(self) -> Test:
        """A whole condition: what any and all ask of a collection's members."""
        raise NotImplementedError

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.refusal("The recursion limit has been exceeded")

    def operand(self) -> Operand:
        token = self.token
        self.next += 1
        match token.kind:
            case "string":
                return self.literal(token.text[1:-1].replace("''", "'"))
            case "number":
                return self.literal(float(token.text))
            case "instant":
                self.check(INSTANT, token.text)
                return Operand(INSTANT, lambda scope: token.text)
            case "name" if token.text.lower() in ("true", "false"):
                return self.literal(token.text.lower() == "true")
            case "name" if token.text.lower() == "null":
                return self.literal(None)
            case "name" if self.token.kind == "string" and "." in token.text:  # microsoft.graph.freeBusyStatus'busy'
                return self.operand()
            case "name" if self.took("("):
                self.deeper()
                result = self.function(token)
                self.depth -= 1
                return result
            case "name":
                return self.path(token)
        self.next -= 1
        raise self.refusal("Expression expected")

    def literal(self, value: object) -> Operand:
        return Operand(None, lambda scope: value)

    def check(self, kind: Primitive, literal: object) -> None:
        try:
            key(kind, literal)
        except ValueError:
            raise self.refusal(f"A value of type {kind.name} expected") from None

    def function(self, token: Token) -> Operand:
        name = token.text.lower()
        if name not in _SEARCHES and name not in _CHANGES and name != "cast":
            raise self.refusal(f"Unknown function '{token.text}'", token.at)
        subject = self.operand()
        if name == "cast":
            self.need(",")
            return self.cast(subject)
        self.texts(subject)
        if change := _CHANGES.get(name):
            self.need(")")
            return Operand(STRING, lambda scope: changed(subject.value(scope), change))
        self.need(",")
        part, search = self.operand(), _SEARCHES[name]
        self.texts(part)
        self.need(")")
        return Operand(BOOLEAN, lambda scope: searched(subject.value(scope), part.value(scope), search))

    def cast(self, subject: Operand) -> Operand:
        """Values of extended properties are kept as text and compared as what they are cast to."""
        kind = _CASTS.get(self.token.text.lower())
        if kind is None:
            raise self.refusal("Unknown type")
        self.next += 1
        self.need(")")
        return Operand(kind, lambda scope: cast(subject.value(scope), kind))

    def texts(self, operand: Operand) -> None:
        if operand.kind not in (STRING, ID) and not (operand.kind is None and isinstance(operand.value({}), str)):
            raise self.refusal("A value of type Edm.String expected")

    def path(self, token: Token) -> Operand:
        """A property by its path, or whether any or all of a collection are as a further expression says."""
        variable = token.text if token.text in self.kinds else ""
        kind, names = self.kinds[variable], list[str]()
        name = "" if variable else token.text
        while True:
            if name:
                if isinstance(kind, Many) and name.lower() in ("any", "all"):
                    return self.quantified(reader(variable, names), kind.of, name.lower())
                if not isinstance(kind, Type):
                    raise self.not_filterable(kind, names or [name])
                found = kind.find(name)
                if found is None:
                    raise unknown_property(name, kind)
                names.append(found[0])
                kind = found[1]
            if not self.took("/"):
                break
            name = self.name()
        if isinstance(kind, Opaque | Many | Type):
            raise self.not_filterable(kind, names)
        return Operand(kind, reader(variable, names), "/".join(names))

    def quantified(self, collection: Callable[[Scope], object], kind: Kind, name: str) -> Operand:
        self.need("(")
        if name == "any" and self.took(")"):
            return Operand(BOOLEAN, lambda scope: bool(collection(scope)))
        variable = self.name()
        if variable in self.kinds:
            raise self.refusal(f"The variable '{variable}' is already in use")
        self.need(":")
        self.kinds[variable] = kind
        test = self.either()
        self.need(")")
        del self.kinds[variable]
        decide = any if name == "any" else all

        def value(scope: Scope) -> bool:
            members = collection(scope)
            return decide(test({**scope, variable: one}) for one in members) if isinstance(members, list) else False

        return Operand(BOOLEAN, value)

    def not_filterable(self, kind: Kind, names: list[str]) -> GraphError:
        if isinstance(kind, Opaque):
            return no_filtering("/".join(names))
        return self.refusal(f"'{'/'.join(names)}' cannot be compared")
