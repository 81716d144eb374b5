"""Small tables on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

console = Console(width=110, highlight=False)


def show(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], promise: str = "") -> None:
    table = Table(*columns, title=title, title_justify="left", box=None, pad_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    for row in rows:
        table.add_row(*row)
    console.print(table)
    if promise:
        console.print(promise)
    console.print()


def ms(seconds: float) -> str:
    return f"{seconds * 1000:,.1f} ms"


def times(ratio: float) -> str:
    return f"{ratio:,.2f} x"
