"""
$filter and $orderby: OData's expressions, read against the type they are about.

    capacity ge 8 and (building eq 'B1' or not contains(displayName,'Lab'))
    singleValueExtendedProperties/any(p: p/id eq 'String {…} Name X' and p/value eq 'Y')

What does not parse, names no property or compares what cannot be compared is a 400; nothing is ignored.
https://learn.microsoft.com/graph/filter-query-parameter. The wording of refusals was seen in public issue threads.
"""

import operator
from collections.abc import Callable, Mapping

from graph_emulator.errors import bad_request
from graph_emulator.graph.operands import Operand, Operands, Test, no_filtering
from graph_emulator.graph.types import BOOLEAN, Comparable, Primitive, Type
from graph_emulator.graph.values import Order, Scope, key

_COMPARISONS: Mapping[str, Callable[[Comparable, Comparable], object]] = {
    "eq": operator.eq, "ne": operator.ne, "gt": operator.gt, "ge": operator.ge, "lt": operator.lt, "le": operator.le,
}  # fmt: skip


def parsed(text: str, kind: Type) -> Test:
    """What decides, of an entity of that type as it is shown, whether it is among those asked for."""
    return _Conditions(text, kind).whole()


def sort_key(text: str, kind: Type) -> tuple[Order, bool]:
    """What an entity is put in order by, and whether backwards, of one part of $orderby."""
    path, _, direction = text.strip().partition(" ")
    known = next((known for known in kind.orders if known.lower() == path.lower()), None)
    if known is None or direction.strip().lower() not in ("", "asc", "desc"):
        raise bad_request(f"The order '{text}' is not supported.", "ErrorInvalidUrlQuery")
    operand = _Conditions(known, kind).operand()
    return _ordered_by(operand), direction.strip().lower() == "desc"


def _ordered_by(operand: Operand) -> Order:
    def order(scope: Scope) -> tuple[bool, Comparable]:
        value = key(operand.kind, operand.value(scope))
        return value is not None, "" if value is None else value

    return order


class _Conditions(Operands):
    """Reads conditions from left to right; each method reads what it is named after."""

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
                raise no_filtering(operand.name)
        first, last = kinds[0], kinds[-1]
        if not isinstance(first, Primitive) or not isinstance(last, Primitive) or first.name != last.name:
            raise self.refusal("A binary operator with incompatible types was detected")
        return first
