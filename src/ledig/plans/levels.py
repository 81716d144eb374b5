"""OpenStreetMap's `level` and `repeat_on`: "1", "-1", "0;2", "0.5", "0-3", and "-1-3" for *from -1 to 3*."""

import math
import re

_NUMBER = r"-?\d{1,3}(?:\.\d{1,3})?"
_PART = re.compile(rf"\s*({_NUMBER})\s*(?:-\s*({_NUMBER})\s*)?", re.ASCII)
_HIGHEST = 200.0  # no house has more floors; a longer range is a mistake
_MOST_PARTS = 200


def parse(text: str) -> tuple[frozenset[float], tuple[str, ...]]:
    """The levels a tag names, and the parts of it that make no sense."""
    levels: set[float] = set()
    garbage: list[str] = []
    for part in text.split(";")[:_MOST_PARTS]:
        found = _part(part)
        levels |= found
        if not found:
            garbage.append(part.strip())
    return frozenset(levels), tuple(garbage)


def label(level: float) -> str:
    """A level as people write it: 1 rather than 1.0."""
    return f"{level:g}"


def _part(text: str) -> set[float]:
    match = _PART.fullmatch(text)
    if match is None:
        return set()
    ends = sorted(float(end) + 0.0 for end in match.groups() if end is not None)  # + 0.0 turns -0 into 0
    if max(map(abs, ends)) > _HIGHEST:
        return set()
    # What goes from 0.5 to 2 also passes 1: both ends, and every whole floor between them.
    between = range(math.ceil(ends[0]), math.floor(ends[-1]) + 1)
    return {*ends, *map(float, between)}
