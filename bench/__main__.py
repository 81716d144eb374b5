"""What ledig promises, measured beside a peer or its limit: `make bench`, or `python -m bench free_at ...`."""

from __future__ import annotations

import sys
from importlib import import_module

from ledig import logs

BENCHES = (
    "overview_cold",
    "overview_warm",
    "refresh_cpu",
    "free_at",
    "wire_size",
    "viewers_vs_calls",
    "live_fanout",
    "memory",
    "chaos",
    "contention",
)


def main() -> None:
    logs.set_up(is_quiet=True)
    for name in sys.argv[1:] or BENCHES:
        import_module(f"bench.{name}").main()


if __name__ == "__main__":
    main()
