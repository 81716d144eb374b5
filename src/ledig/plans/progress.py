"""How long work tells that it moves on."""

from collections.abc import Callable

Progress = Callable[[int, int, str], None]
"""Called with: done, of how many, what is being done."""


def silent(done: int, total: int, what: str) -> None:
    """For those who do not want to know."""
