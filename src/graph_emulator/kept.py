"""What is remembered for a while, and no longer, so that a service that runs for weeks does not grow."""

from datetime import datetime
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """Values by key, at most so many; the oldest go first, and those whose time is over."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: dict[str, tuple[datetime, T]] = {}  # in the order they came

    def keep(self, key: str, value: T, now: datetime, until: datetime) -> None:
        while self._found and (len(self._found) >= self._most or self._first() <= now):
            del self._found[next(iter(self._found))]
        self._found[key] = until, value

    def _first(self) -> datetime:
        return next(iter(self._found.values()))[0]

    def get(self, key: str) -> T | None:
        """The value, even if its time is over and there was room to keep it."""
        found = self._found.get(key)
        return found[1] if found else None

    def current(self, key: str, now: datetime) -> T | None:
        """The value, unless its time is over."""
        until, value = self._found.get(key, (now, None))
        return value if now < until else None

    def clear(self) -> None:
        self._found.clear()

    def __len__(self) -> int:
        return len(self._found)
