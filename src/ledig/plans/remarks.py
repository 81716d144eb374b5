"""What an importer has to say about a file that it could use all the same."""

from msgspec import Struct

_NAMED = 20  # a broken file has thousands; the first few show what is wrong

SENTENCES = {
    "bad_id": "have no usable id and were skipped",
    "bad_position": "have no usable position and were skipped",
    "missing_nodes": "refer to points that are not in the file and were skipped",
    "missing_ways": "refer to lines that are not in the file and were skipped",
    "not_closed": "should be areas but do not close and were skipped",
    "too_long": "have more points than OpenStreetMap allows and were skipped",
    "repaired": "crossed themselves and were repaired",
    "empty": "have no surface and were skipped",
    "no_level": "have no level and were skipped",
    "bad_level": "have a level that is not understood",
    "door_level": "are doors without a level, touching none or several, and were skipped",
}


class Remark(Struct, frozen=True):
    """One kind of oddity: how many objects have it, and the first of them by name."""

    kind: str
    count: int
    named: tuple[str, ...]

    def __str__(self) -> str:
        more = f" and {self.count - len(self.named)} more" if self.count > len(self.named) else ""
        return f"{self.count} {SENTENCES[self.kind]}: {', '.join(self.named)}{more}"


class Remarks:
    """Collects remarks, counted per kind."""

    def __init__(self) -> None:
        self._named: dict[str, list[str]] = {}
        self._counts: dict[str, int] = {}

    def add(self, kind: str, source: str, detail: str = "") -> None:
        self._counts[kind] = self._counts.get(kind, 0) + 1
        named = self._named.setdefault(kind, [])
        if len(named) < _NAMED:
            named.append(f'{source} ("{detail[:40]}")' if detail else source)

    def all(self) -> tuple[Remark, ...]:
        return tuple(Remark(kind, self._counts[kind], tuple(named)) for kind, named in sorted(self._named.items()))
