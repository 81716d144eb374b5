"""Finding out whether a port is free before anything is started on it."""

from __future__ import annotations

import errno
import socket

from ledig.errors import Invalid


def require_free(host: str, port: int) -> None:
    """Raises Invalid where nothing can listen there; where something else does, it names a free port."""
    try:
        _bind(host, port)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise Invalid(f"ledig cannot listen on {host}, port {port}: {error.strerror}.") from None
        free = _next_free(host, port)
        raise Invalid(f"Port {port} is taken. Port {free} is free: try --port {free}.") from None
    except UnicodeError:
        raise Invalid(f"ledig cannot listen on {host}: that is no address.") from None


def any_free(host: str) -> int:
    return _bind(host, 0)


def _next_free(host: str, port: int) -> int:
    for other in range(port + 1, min(port + 50, 65536)):
        try:
            return _bind(host, other)
        except OSError:
            continue
    return any_free(host)


def _bind(host: str, port: int) -> int:
    """Takes the port for a moment, and tells which it was. Raises OSError."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)
        return int(probe.getsockname()[1])
