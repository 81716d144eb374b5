"""
$filter and $orderby: OData's expressions, read against the type they are about.

    capacity ge 8 and (building eq 'B1' or not contains(displayName,'Lab'))
    singleValueExtendedProperties/any(p: p/id eq 'String {…} Name X' and p/value eq 'Y')

What does not parse, names no property or compares what cannot be compared is a 400; nothing is ignored.
https://learn.microsoft.com/graph/filter-query-parameter. The wording of refusals was seen in public issue threads.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from graph_emulator.errors import GraphError, bad_request
from graph_emulator.graph.lexer import Token, Tokens
from graph_emulator.graph.types import (
    BOOLEAN,
    ID,
    INSTANT,
    NUMBER,
    STRING,
    Comparable,
    Kind,
    Many,
    Opaque,
    Primitive,
    Type,
)
from graph_emulator.graph.values import Order, Scope, cast, changed, key, reader, searched

DEEPEST = 50

Test = Callable[[Scope], bool]

_COMPARISONS: Mapping[str, Callable[[Comparable, Comparable], object]] = {
    "eq": operator.eq, "ne": operator.ne, "gt": operator.gt, "ge": operator.ge, "lt": operator.lt, "le": operator.le,
}  # fmt: skip
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


def parsed(text: str, kind: Type) -> Test:
    """What decides, of an entity of that type as it is shown, whether it is among those asked for."""
    return _Parser(text, kind).whole()


def sort_key(text: str, kind: Type) -> tuple[Order, bool]:
    """What an entity is put in order by, and whether backwards, of one part of $orderby."""
    path, _, direction = text.strip().partition(" ")
    known = next((known for known in kind.orders if known.lower() == path.lower()), None)
    if known is None or direction.strip().lower() not in ("", "asc", "desc"):
        raise bad_request(f"The order '{text}' is not supported.", "ErrorInvalidUrlQuery")
    operand = _Parser(known, kind).operand()
    return _ordered_by(operand), direction.strip().lower() == "desc"


def _ordered_by(operand: Operand) -> Order:
    def order(scope: Scope) -> tuple[bool, Comparable]:
        value = key(operand.kind, operand.value(scope))
        return value is not None, "" if value is None else value

    return order


def unknown_property(name: str, kind: Type) -> GraphError:
    return bad_request(f"Could not find a property named '{name}' on type '{kind.name}'.", "RequestBroker--ParseUri")


class _Parser(Tokens):
    """Reads one expression from left to right; each method reads what it is named after."""

    def __init__(self, text: str, kind: Type) -> None:
        super().__init__(text)
        self.kinds: dict[str, Kind] = {"": kind}
        self.depth = 0

    def whole(self) -> Test:
        test = self.either()
        if self.token.kind != "end":
            raise self.refusal("Syntax error")
        return test

    def either(self) -> Test:
        self.deeper()
        tests = [self.both()]
        while self.took("or"):
            tests.append(self.both())
        self.depth -= 1
        return tests[0] if len(tests) == 1 else lambda scope: any(test(scope) for test in tests)

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.refusal("The recursion limit has been exceeded")

    def both(self) -> Test:
        tests = [self.single()]
        while self.took("and"):
            tests.append(self.single())
        return tests[0] if len(tests) == 1 else lambda scope: all(test(scope) for test in tests)

    def single(self) -> Test:
        negations = 0
        while self.took("not"):
            negations += 1
        test = self.condition()
        return (lambda scope: not test(scope)) if negations % 2 else test

    def condition(self) -> Test:
        if self.took("("):
            test = self.either()
            self.need(")")
            return test
        left = self.operand()
        for name, compare in _COMPARISONS.items():
            if self.took(name):
                return self.comparison(left, name, compare, self.operand())
        if self.took("in"):
            return self.membership(left)
        if left.kind is not BOOLEAN:
            raise self.refusal("Expression of type Edm.Boolean expected")
        return lambda scope: left.value(scope) is True

    def comparison(
        self, left: Operand, name: str, compare: Callable[[Comparable, Comparable], object], right: Operand
    ) -> Test:
        kind = self.comparable(left, right)
        for literal in (left, right):
            if literal.kind is None:
                self.check(kind, literal.value({}))

        def test(scope: Scope) -> bool:
            one, other = key(kind, left.value(scope)), key(kind, right.value(scope))
            if one is None or other is None:
                return (one is other) == (name == "eq") if name in ("eq", "ne") else False
            return bool(compare(one, other))

        return test

    def membership(self, left: Operand) -> Test:
        self.need("(")
        literals = [self.operand()]
        while self.took(","):
            literals.append(self.operand())
        self.need(")")
        tests = [self.comparison(left, "eq", operator.eq, literal) for literal in literals]
        return lambda scope: any(test(scope) for test in tests)

    def comparable(self, left: Operand, right: Operand) -> Primitive:
        kinds = [kind for kind in (left.kind, right.kind) if kind is not None]
        if not kinds:
            raise self.refusal("A property is expected on one side of a comparison")
        for operand in (left, right):
            if operand.kind is not None and not isinstance(operand.kind, Primitive):
                raise _no_filtering(operand.name)
        first, last = kinds[0], kinds[-1]
        if not isinstance(first, Primitive) or not isinstance(last, Primitive) or first.name != last.name:
            raise self.refusal("A binary operator with incompatible types was detected")
        return first

    def check(self, kind: Primitive, literal: object) -> None:
        try:
            key(kind, literal)
        except ValueError:
            raise self.refusal(f"A value of type {kind.name} expected") from None

    def operand(self) -> Operand:
        token = self.token
        self.next += 1
        match token.kind:
            case "string":
                return self.literal(token.text[1:-1].replace("''", "'"))
            case "number":
                return self.literal(float(token.text))
            case "instant":
                return self.literal(token.text)
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
            return _no_filtering("/".join(names))
        return self.refusal(f"'{'/'.join(names)}' cannot be compared")


def _no_filtering(name: str) -> GraphError:
    return bad_request(f"The property '{name}' does not support filtering.", "ErrorInvalidProperty")
