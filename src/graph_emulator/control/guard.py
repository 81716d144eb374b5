"""
Who may control the emulator: programs on this machine, and no page that a browser shows.

A page of another site could otherwise reach it through its visitor's browser, under a name of its own that is made to
mean this machine (DNS rebinding), or by sending what needs no permission to be sent.
"""

from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.requests import Request


def refusal(request: Request) -> str | None:
    """Why a request is refused, or None if it is not."""
    if request.client is None or not _is_loopback(request.client.host):
        return "The emulator is controlled from its own machine only."
    host = request.headers.get("host", "")
    if not _names_this_machine(host):
        return f"The emulator is controlled at localhost or 127.0.0.1 only, not at {host!r}."
    origin = request.headers.get("origin")
    if origin is not None and origin.lower() != f"{request.url.scheme}://{host}".lower():
        return f"The emulator is not controlled by pages of {origin!r}."
    return None


def _names_this_machine(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    return name == "localhost" or _is_loopback(name)


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
