"""Builds small OSM files out of rooms on squared paper, and knows the two real ones."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from xml.sax.saxutils import quoteattr

from ledig.plans import binding, osm
from ledig.plans.binding import Bound
from ledig.plans.osm import Reading

HERE = Path(__file__).parent
APB = Path(str(files("ledig") / "demo_venue" / "apb.osm"))
APB_ROOMS = APB.with_name("bookable-rooms.csv")
CASERNE = HERE / "caserne.osm"

DEGREE = 1 / 111_000  # about a metre at the equator, where these houses stand


def facts(name: str) -> dict[str, object]:
    found: dict[str, object] = json.loads((HERE / f"{name}-facts.json").read_text(encoding="utf-8"))
    return found


@cache
def apb() -> Reading:
    return osm.read(APB)


@cache
def caserne() -> Reading:
    return osm.read(CASERNE)


@cache
def apb_bound() -> Bound:
    return binding.bind(apb().plan, binding.read_rows(APB_ROOMS))


@dataclass
class House:
    """An OSM file in the making; corners are metres."""

    points: dict[tuple[float, float], int] = field(default_factory=dict)
    tags: dict[int, Mapping[str, str]] = field(default_factory=dict)
    ways: dict[int, tuple[list[int], Mapping[str, str]]] = field(default_factory=dict)
    extra: str = ""

    def point(self, x: float, y: float, **tags: str) -> int:
        ident = self.points.setdefault((x, y), len(self.points) + 1)
        if tags:
            self.tags[ident] = tags
        return ident

    def way(self, corners: list[tuple[float, float]], **tags: str) -> str:
        ident = len(self.ways) + 1
        self.ways[ident] = ([self.point(x, y) for x, y in corners], tags)
        return f"way/{ident}"

    def room(self, x: float, y: float, width: float, height: float, **tags: str) -> str:
        """A box with its lower left corner at x, y."""
        return self.area([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], **tags)

    def area(self, corners: list[tuple[float, float]], **tags: str) -> str:
        return self.way([*corners, corners[0]], **{"indoor": "room", "level": "0", **tags})

    def door(self, x: float, y: float, **tags: str) -> int:
        """A door, put into every outline that passes there."""
        ident = self.point(x, y, **{"door": "hinged", "level": "0", **tags})
        for refs, _ in self.ways.values():
            _insert(refs, ident, self._spots())
        return ident

    def _spots(self) -> dict[int, tuple[float, float]]:
        return {ident: spot for spot, ident in self.points.items()}

    def raw(self, start: str, *children: str) -> None:
        """An element as it is written, whatever is wrong with it."""
        self.extra += f"<{start}>{''.join(children)}</{start.split()[0]}>"

    def raw_room(self, start: str, refs: list[int]) -> None:
        self.raw(start, _refs(refs), _tags({"indoor": "room", "level": "0"}))

    def xml(self) -> bytes:
        nodes = "".join(
            f'<node id="{ident}" lon="{x * DEGREE:.9f}" lat="{y * DEGREE:.9f}">{_tags(self.tags.get(ident))}</node>'
            for (x, y), ident in self.points.items()
        )
        ways = "".join(
            f'<way id="{ident}">{_refs(refs)}{_tags(tags)}</way>' for ident, (refs, tags) in self.ways.items()
        )
        return f"<?xml version='1.0' encoding='UTF-8'?><osm version='0.6'>{nodes}{ways}{self.extra}</osm>".encode()


def _insert(refs: list[int], ident: int, spots: Mapping[int, tuple[float, float]]) -> None:
    x, y = spots[ident]
    for index in range(len(refs) - 1):
        (ax, ay), (bx, by) = spots[refs[index]], spots[refs[index + 1]]
        on_line = (bx - ax) * (y - ay) == (by - ay) * (x - ax)
        if on_line and min(ax, bx) <= x <= max(ax, bx) and min(ay, by) <= y <= max(ay, by) and ident not in refs:
            refs.insert(index + 1, ident)
            return


def _tags(tags: Mapping[str, str] | None) -> str:
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in (tags or {}).items())


def _refs(refs: list[int]) -> str:
    return "".join(f'<nd ref="{ref}"/>' for ref in refs)
