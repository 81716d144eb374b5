"""A bit for each minute of a day and each room: which rooms are free for a whole wish, in one sweep over memory."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from ledig.busy import Span


class Slots:
    """A row for each minute, a bit of it for each room; set where the room is taken or nobody knows."""

    def __init__(self, minutes: int, rooms: int) -> None:
        self._rooms = rooms
        self._taken = np.full((minutes, (rooms + 7) // 8), 0xFF, np.uint8)

    def put(self, room: int, taken: Iterable[Span] | None) -> None:
        """A room's whole day anew, in minutes since the day began; None where nobody knows."""
        column, bit = self._taken[:, room // 8], np.uint8(1 << room % 8)
        if taken is None:
            column |= bit
            return
        day = np.zeros(len(column), np.uint8)  # put together apart: a column is scattered over memory
        for start, end in taken:
            day[start:end] = bit
        column &= ~bit
        column |= day

    def free(self, wish: Span) -> NDArray[np.bool_]:
        """Of each room, whether it is known to be free for the whole of `wish`."""
        taken = np.bitwise_or.reduce(self._taken[max(wish[0], 0) : max(wish[1], 0)])
        return np.unpackbits(~taken, count=self._rooms, bitorder="little").astype(np.bool_)
