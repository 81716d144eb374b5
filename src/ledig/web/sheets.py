"""The overview as it goes over the wire: written once for each version, packed once for each coding."""

from __future__ import annotations

import asyncio
import datetime as dt
import gzip
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from typing import Literal

import brotli
import msgspec
from msgspec import Struct

from ledig.availability import Reason, Unknown
from ledig.busy import Busy, minute, spans
from ledig.memory.day import Overview
from ledig.venue import Venue
from ledig.web import times

Coding = Literal["br", "gzip", "identity"]
PACK: Mapping[Coding, Callable[[bytes], bytes]] = {
    "br": lambda content: brotli.compress(content, brotli.MODE_TEXT, 5),
    "gzip": lambda content: gzip.compress(content, 6, mtime=0),
    "identity": lambda content: content,
}
AT_ONCE = 250  # rooms that are written before others get their turn
KEPT = 256


class OverviewDay(Struct, frozen=True):
    """Busy stretches per room in minutes elapsed since `start`, rounded outwards; null where a room is unknown."""

    venue: str
    date: dt.date
    zone: str
    start: datetime
    minutes: int
    rooms: list[str]
    busy: list[list[tuple[int, int]] | None]
    unknown: dict[str, Reason]


class Written(Struct):
    """One version in bytes; `etag` is without the quotes and the coding."""

    overview: Overview
    etag: str
    packed: dict[Coding, bytes]

    def tag(self, coding: Coding) -> str:
        return f'"{self.etag}"' if coding == "identity" else f'"{self.etag}-{coding}"'

    def is_of(self, overview: Overview) -> bool:
        return self.overview.busy is overview.busy


class Sheet:
    """One venue's day, of which only what changed is written again."""

    def __init__(self, venue: Venue, day: dt.date, overview: Overview) -> None:
        rooms = list(overview.busy)
        head = OverviewDay(
            venue=venue.id,
            date=day,
            zone=venue.zone,
            start=overview.day.start,
            minutes=overview.day.length // times.MINUTE,
            rooms=rooms,
            busy=[],
            unknown={},
        )
        self.zone = venue.zone
        self._is_about = (overview.day, rooms)
        self.start = minute(overview.day.start)
        self._head = msgspec.json.encode(head).removesuffix(b'"busy":[],"unknown":{}}') + b'"busy":['
        self._times: list[Busy | Unknown | None] = [None] * len(rooms)
        self._parts: list[bytes] = [b""] * len(rooms)
        self._turn = asyncio.Lock()
        self.written: Written | None = None

    def is_for(self, overview: Overview) -> bool:
        return self._is_about == (overview.day, list(overview.busy))

    async def write(self, overview: Overview, coding: Coding) -> Written:
        async with self._turn:
            written = self.written
            if written is None or not written.is_of(overview):
                await self._write_parts(overview)
                content = self._head + b",".join(self._parts) + b'],"unknown":' + _unknown(overview) + b"}"
                written = self.written = Written(overview, _hash(content), {"identity": content})
            if coding not in written.packed:
                written.packed[coding] = await asyncio.to_thread(PACK[coding], written.packed["identity"])
            return written

    async def _write_parts(self, overview: Overview) -> None:
        fresh = 0
        for place, busy in enumerate(overview.busy.values()):
            if busy is not self._times[place]:
                self._times[place] = busy
                self._parts[place] = part(busy, self.start)
                fresh += 1
                if not fresh % AT_ONCE:
                    await asyncio.sleep(0)


class Sheets:
    """The sheets of the days that are asked for; those asked for longest ago are thrown away."""

    def __init__(self) -> None:
        self._sheets: dict[tuple[str, dt.date], Sheet] = {}

    async def write(self, venue: Venue, day: dt.date, overview: Overview, coding: Coding) -> Written:
        return await self._sheet(venue, day, overview).write(overview, coding)

    async def rewrite(self, venue: str, day: dt.date, overview: Overview) -> Written | None:
        """The same as `write`, where it was written before and is still about the same rooms."""
        sheet = self._sheets.get((venue, day))
        if sheet is None or not sheet.is_for(overview):
            return None
        return await sheet.write(overview, "identity")

    def at_hand(self, venue: str, day: dt.date, overview: Overview) -> Written | None:
        """What was written of this very version, if it was."""
        sheet = self._sheets.get((venue, day))
        return sheet.written if sheet and sheet.written and sheet.written.is_of(overview) else None

    def _sheet(self, venue: Venue, day: dt.date, overview: Overview) -> Sheet:
        sheet = self._sheets.pop((venue.id, day), None)
        if sheet is None or sheet.zone != venue.zone or not sheet.is_for(overview):
            sheet = Sheet(venue, day, overview)
        self._sheets[venue.id, day] = sheet
        if len(self._sheets) > KEPT:
            del self._sheets[next(iter(self._sheets))]
        return sheet


def part(busy: Busy | Unknown, start: int) -> bytes:
    """One room's day."""
    if isinstance(busy, Unknown):
        return b"null"
    return msgspec.json.encode([(begin - start, end - start) for begin, end in spans(busy)])


@lru_cache(maxsize=1024)
def coding_for(accepted: bytes) -> Coding:
    """The shortest of what an Accept-Encoding lets us send."""
    wanted = {}
    for each in accepted.decode("latin-1").lower().split(","):
        name, _, weight = each.partition(";")
        wanted[name.strip()] = weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    for coding in ("br", "gzip"):
        if wanted.get(coding, wanted.get("*", False)):
            return coding
    return "identity"


@lru_cache(maxsize=4096)
def holds(if_none_match: bytes, tag: str) -> bool:
    """Whether a browser has it already; a proxy may have made the tag weak, which changes nothing."""
    tags = [each.strip().removeprefix("W/") for each in if_none_match.decode("latin-1").split(",")]
    return tag in tags or tags == ["*"]


def _unknown(overview: Overview) -> bytes:
    return msgspec.json.encode({room: b.reason for room, b in overview.busy.items() if isinstance(b, Unknown)})


def _hash(content: bytes) -> str:
    return blake2b(content, digest_size=12).hexdigest()
