"""Who listens to which day, and what they are told (Server-Sent Events).

Each change is written once, whoever hears of it. Who reads too slowly is cut off, comes again, and learns by the ETag
whether anything was missed.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import chain

import msgspec
from msgspec import Struct

from ledig.availability import Reason, Unknown
from ledig.busy import minute
from ledig.memory.day import Overview
from ledig.memory.overviews import Change
from ledig.web.sheets import Sheets, part

BEAT = timedelta(seconds=15)
WAITING = 8  # messages that a reader may be behind


class Version(Struct, frozen=True):
    """`event: version`: the content's tag, without quotes and coding, and when the oldest known room was read."""

    etag: str
    as_of: datetime | None


class Changed(Struct, frozen=True):
    """`event: rooms`: what turns the content tagged `was` into the one tagged `etag`; null is a room unknown now."""

    was: str
    etag: str
    as_of: datetime | None
    busy: dict[str, msgspec.Raw]
    unknown: dict[str, Reason]


class Listener:
    """Who listens; a reader that is too far behind hears the end."""

    def __init__(self) -> None:
        self._waiting = asyncio.Queue[bytes | None](WAITING)
        self.at_the_end: Callable[[], None] = lambda: None

    def tell(self, message: bytes | None) -> None:
        if self._waiting.full():
            while not self._waiting.empty():
                self._waiting.get_nowait()
            message = None
        self._waiting.put_nowait(message)
        if message is None:
            self.at_the_end()

    async def hear(self) -> bytes | None:
        """The next message, as soon as there is one; None is the end."""
        return await self._waiting.get()


class Live:
    """All who listen, by venue and day."""

    def __init__(self, sheets: Sheets) -> None:
        self._sheets = sheets
        self._listeners: dict[tuple[str, dt.date], set[Listener]] = {}
        self._tags: dict[tuple[str, dt.date], str] = {}
        self._changes = asyncio.Queue[Change]()
        self._telling: asyncio.Task[None] | None = None
        self._is_over = False

    @property
    def listeners(self) -> int:
        return sum(map(len, self._listeners.values()))

    def tell(self, change: Change) -> None:
        """Everybody who listens hears of it, in a moment."""
        if (change.venue, change.date) in self._listeners:
            self._changes.put_nowait(change)

    @contextmanager
    def listening(self, venue: str, day: dt.date, overview: Overview, etag: str) -> Iterator[Listener]:
        """A listener that is told what there is, and then what changes, as long as the block lasts."""
        listener, key = Listener(), (venue, day)
        listener.tell(_event("version", msgspec.json.encode(Version(etag, overview.as_of))))
        if self._is_over:
            listener.tell(None)
        elif not self._telling:
            self._telling = asyncio.create_task(self._tell_all())
        self._tags.setdefault(key, etag)
        self._listeners.setdefault(key, set()).add(listener)
        try:
            yield listener
        finally:
            self._listeners[key].discard(listener)
            if not self._listeners[key]:
                del self._listeners[key], self._tags[key]

    def end(self) -> None:
        """Lets every stream end now, and none begin."""
        self._is_over = True
        for listener in chain(*self._listeners.values()):
            listener.tell(None)
        if self._telling:
            self._telling.cancel()

    async def _tell_all(self) -> None:
        """Tells changes and beats, so that beats say that changes are told."""
        next_beat = time.monotonic() + BEAT.total_seconds()
        while True:
            try:
                async with asyncio.timeout(next_beat - time.monotonic()):
                    change = await self._changes.get()
            except TimeoutError:
                next_beat = time.monotonic() + BEAT.total_seconds()
                for listener in chain(*self._listeners.values()):
                    listener.tell(_BEAT)
                continue
            message = await self._message(change)
            for listener in self._listeners.get((change.venue, change.date), ()):
                listener.tell(message)

    async def _message(self, change: Change) -> bytes:
        key, overview = (change.venue, change.date), change.overview
        written = await self._sheets.rewrite(change.venue, change.date, overview)
        if written is None:  # other rooms than before: look at it anew
            return _event("version", msgspec.json.encode(Version("", overview.as_of)))
        was, self._tags[key] = self._tags.get(key, ""), written.etag
        if was == written.etag:
            return _event("version", msgspec.json.encode(Version(was, overview.as_of)))
        start = minute(overview.day.start)
        busy = {room: overview.busy[room] for room in change.rooms}
        return _event(
            "rooms",
            msgspec.json.encode(
                Changed(
                    was=was,
                    etag=written.etag,
                    as_of=overview.as_of,
                    busy={room: msgspec.Raw(part(times, start)) for room, times in busy.items()},
                    unknown={room: times.reason for room, times in busy.items() if isinstance(times, Unknown)},
                )
            ),
        )


def _event(name: str, content: bytes) -> bytes:
    return b"event: " + name.encode() + b"\ndata: " + content + b"\n\n"


_BEAT = _event("beat", b"{}")
