"""Eight writers of four processes want the same forty slots, while others write too and workers are killed (P5)."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.tables import show

sys.path.append(str(Path(__file__).parents[1] / "tests"))
from contest import Verdict, exchange, judge, orders, run, slots
from databases import postgresql

SLOTS = 40
WORKERS, WRITERS = 4, 2
OUTSIDERS = 40
KILLS = 8
KINDS = {"nobody else": (0, 0), "others write": (OUTSIDERS, 0), "and workers are killed": (OUTSIDERS, KILLS)}


async def contend(database: str, outsiders: int, kills: int, seed: int) -> tuple[Verdict, int, float]:
    with exchange() as served:
        given = orders(served, database, slots(served.tenant, SLOTS), WORKERS, WRITERS)
        began = time.perf_counter()
        told = await asyncio.to_thread(run, served, given, outsiders=outsiders, kills=kills, seed=seed)
        took = time.perf_counter() - began
        verdict = await judge(served.tenant, given[0], told)
    assert verdict.is_right, f"{verdict} (seed {seed})"
    assert verdict.won == SLOTS or outsiders, verdict
    return verdict, len(told), took


async def contests(seed: int) -> list[tuple[str, ...]]:
    rows = []
    with TemporaryDirectory() as folder, postgresql() as server:
        for name, (outsiders, kills) in KINDS.items():
            for kind in ("SQLite", "PostgreSQL"):
                database = await server.fresh() if kind == "PostgreSQL" else f"{folder}/{outsiders}-{kills}.db"
                verdict, told, took = await contend(database, outsiders, kills, seed)
                rows.append((f"{kind}, {name}", *_row(verdict, told), f"{took:.1f} s"))
    return rows


def _row(verdict: Verdict, told: int) -> tuple[str, ...]:
    counts = (told, verdict.won, verdict.held_by_others, verdict.late_losses, verdict.direct_writes_after)
    return tuple(f"{count:,}" for count in (*counts, verdict.wrong_two_confirmed + verdict.wrong_overlaps))


def main() -> None:
    seed = int(time.time())
    show(
        f"{WORKERS * WRITERS} writers want {SLOTS} slots; {OUTSIDERS} outsiders, {KILLS} kills; seed {seed}",
        ("", "wishes", "won", "held by others", "lost late", "written over", "double", "took"),
        asyncio.run(contests(seed)),
        "Promised: none is double, and no event is without a claim (this table would not be here); without others all\n"
        "slots are won. Written over: directly, by others, after our last look, against which nothing can be promised.",
    )


if __name__ == "__main__":
    main()
