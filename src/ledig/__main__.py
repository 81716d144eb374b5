"""Starts the command; Ctrl-C is quiet from the beginning."""

import os
import signal
import sys

INTERRUPTED = 130


def main() -> None:
    hearing = signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))
    from ledig.cli import main as command  # takes a second, and what it loads would print a traceback

    signal.signal(signal.SIGINT, hearing)
    try:
        command()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
