"""
Which route a path means: fixed segments and variable ones, in the spellings that OData knows.

Case does not count in fixed segments; users('ann') is users/ann, and "graph" is an alias of "microsoft.graph".
"""

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from urllib.parse import unquote

from starlette.responses import Response

from graph_emulator.errors import GraphError, bad_request
from graph_emulator.graph.access import Needs
from graph_emulator.graph.ask import Ask

ROOT = "/v1.0"

Handler = Callable[[Ask], Awaitable[Response]]

_KEYED = re.compile(r"(\w+)\('(.*)'\)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Route:
    """A method and a path template, what answers them, and the permissions that takes."""

    method: str
    path: str
    handler: Handler
    needs: Needs


class Tree:
    """The routes by the segments of their paths; a fixed segment goes before a variable one."""

    def __init__(self, *routes: Route) -> None:
        self.fixed: dict[str, Tree] = {}
        self.variable: tuple[str, Tree] | None = None
        self.routes: dict[str, Route] = {}  # by method
        for route in routes:
            self._add(route)

    def _add(self, route: Route) -> None:
        node = self
        for segment in route.path.strip("/").split("/"):
            if segment.startswith("{"):
                node.variable = node.variable or (segment.strip("{}"), Tree())
                node = node.variable[1]
            else:
                node = node.fixed.setdefault(segment.lower(), Tree())
        node.routes[route.method] = route

    def find(self, path: str, values: dict[str, str]) -> "Tree | None":
        """The node of a path that is still percent-encoded; `values` takes those of its variable segments."""
        return self._find([part for segment in path.split("/") for part in _parts(segment)], values)

    def _find(self, segments: list[str], values: dict[str, str]) -> "Tree | None":
        if not segments:
            return self if self.routes else None
        if (node := self.fixed.get(_plain(segments[0]))) and (found := node._find(segments[1:], values)):
            return found
        if self.variable and segments[0] and (found := self.variable[1]._find(segments[1:], values)):
            values[self.variable[0]] = segments[0]
            return found
        return None


def _parts(segment: str) -> tuple[str, ...]:
    """A segment, or the collection and the key that it names at once."""
    text = unquote(segment)
    if keyed := _KEYED.fullmatch(text):
        return keyed[1], keyed[2].replace("''", "'")
    return (text,)


def _plain(segment: str) -> str:
    """A fixed segment as templates have it: in lower case, the namespace in full and a function without its ()."""
    name = segment.lower().removesuffix("()")
    return f"microsoft.{name}" if name.startswith("graph.") else name


class MethodNotAllowed(GraphError):
    """The refusal of a method where others would be answered."""

    def __init__(self, method: str, allowed: Iterable[str]) -> None:
        super().__init__(405, "MethodNotAllowed", f"{method} is not allowed here.")
        self.allowed = ", ".join(sorted(allowed))

    def headers(self) -> dict[str, str]:
        return {"Allow": self.allowed}


def unrouted(method: str, path: str, node: Tree | None) -> GraphError:
    """Why no route has that method and path; `node` is where the path leads, if it leads anywhere."""
    version, _, rest = path.strip("/").partition("/")
    if f"/{version}" != ROOT:
        return bad_request(f"Invalid version: {version}.")
    if node:
        return MethodNotAllowed(method, node.routes)
    return bad_request(f"Resource not found for the segment '{unquote(rest.partition('/')[0])}'.")
