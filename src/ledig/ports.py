"""Finding out whether a port is free before anything is started on it."""

from __future__ import annotations

import errno
import socket

from ledig.errors import Invalid


def free_address(host: str, port: int) -> str:
    """The address of `host`, on which nothing else has the port.

    Raises Invalid where nothing can listen there; where something else does, it names a free port.
    """
    try:
        return _bound(host, port)[0]
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise Invalid(f"ledig cannot listen on {host}, port {port}: {error.strerror}.") from None
        free = _next_free(host, port)
        raise Invalid(f"Port {port} is taken. Port {free} is free: try --port {free}.") from None
    except UnicodeError:
        raise Invalid(f"ledig cannot listen on {host}: that is no address.") from None


def any_free(host: str) -> int:
    return _bound(host, 0)[1]


def _next_free(host: str, port: int) -> int:
    for other in range(port + 1, min(port + 50, 65536)):
        try:
            return _bound(host, other)[1]
        except OSError:
            continue
    return any_free(host)


def _bound(host: str, port: int) -> tuple[str, int]:
    """Takes the port for a moment, and tells address and port. Raises OSError."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)
        found: tuple[str, int] = probe.getsockname()[:2]
        return found
