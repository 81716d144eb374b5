"""What people at a terminal see: sentences, and a bar while something takes long. All on stderr."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from ledig.plans import progress as plans

T = TypeVar("T")

_console = Console(stderr=True)


def tell(sentence: str) -> None:
    _console.print(sentence, markup=False, highlight=False, soft_wrap=True)


def with_progress(work: Callable[[plans.Progress], T]) -> T:
    """What `work` returns; it is given something to tell its progress to."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:,}/{task.total:,}"))
    with Progress(*columns, console=_console, transient=True, disable=not _console.is_terminal) as bar:
        task = bar.add_task("reading", total=1)

        def progress(done: int, total: int, what: str) -> None:
            bar.update(task, completed=done, total=max(total, 1), description=what)

        return work(progress)
