"""Finding out whether a port is free before anything is started on it."""

from __future__ import annotations

import socket

from ledig.errors import Invalid


def require_free(host: str, port: int) -> None:
    """Raises Invalid, naming a free port, when something else listens there."""
    if not _is_free(host, port):
        raise Invalid(
            f"Port {port} is taken. Port {_next_free(host, port)} is free: try --port {_next_free(host, port)}."
        )


def any_free(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def _next_free(host: str, port: int) -> int:
    return next((other for other in range(port + 1, min(port + 50, 65536)) if _is_free(host, other)), any_free(host))


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True
