"""The words of an OData expression, and the refusal that points at one of them."""

import re
from dataclasses import dataclass

from graph_emulator.errors import GraphError, bad_request

_TOKEN = re.compile(
    r"\s*(?:(?P<string>'(?:[^']|'')*')"
    r"|(?P<instant>\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?)"
    r"|(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"
    r"|(?P<name>@?[A-Za-z_$][\w.@]*)"
    r"|(?P<sign>[(),/:]))",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Token:
    kind: str  # string, instant, number, name, sign or end
    text: str
    at: int


class Tokens:
    """A text's tokens, and how far one has read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = self._split()
        self.next = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.next]

    def took(self, text: str) -> bool:
        """Goes on if that is what comes next."""
        if self.token.kind == "string" or self.token.text.lower() != text:
            return False
        self.next += 1
        return True

    def need(self, text: str) -> None:
        if not self.took(text):
            raise self.refusal(f"'{text}' expected")

    def name(self) -> str:
        if self.token.kind != "name":
            raise self.refusal("A name expected")
        self.next += 1
        return self.tokens[self.next - 1].text

    def refusal(self, reason: str, at: int | None = None) -> GraphError:
        position = self.token.at if at is None else at
        return bad_request(f"Invalid filter clause: {reason} at position {position} in '{self.text}'.")

    def _split(self) -> list[Token]:
        tokens, at = [], 0
        while match := _TOKEN.match(self.text, at):
            kind = match.lastgroup or ""
            tokens.append(Token(kind, match[kind], match.start(kind)))
            at = match.end()
        if self.text[at:].strip():
            raise bad_request(f"Invalid filter clause: Syntax error at position {at} in '{self.text}'.")
        return [*tokens, Token("end", "", len(self.text))]
