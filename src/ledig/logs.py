"""Logs: events with fields, on stderr. No names, addresses, tokens or local variables ever go in."""

from __future__ import annotations

import logging
import sys

import structlog


def set_up(*, is_quiet: bool = False) -> None:
    """Once, at start. Quiet means warnings and worse."""
    level = logging.WARNING if is_quiet else logging.INFO
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,  # the plain traceback: Rich's would print local variables
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    # azure-identity logs what the sign-in service answered, word for word.
    logging.getLogger("azure").setLevel(logging.CRITICAL)
