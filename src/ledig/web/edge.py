"""What stands between the world and the handlers: who may write, and the headers that every answer carries."""

from __future__ import annotations

from litestar.connection import ASGIConnection
from litestar.datastructures import MutableScopeHeaders, State
from litestar.handlers.base import BaseRouteHandler
from litestar.types import Message, Scope

from ledig.errors import ForbiddenOrigin, Invalid
from ledig.web import times
from ledig.web.house import House

Connection = ASGIConnection[BaseRouteHandler, object, object, State]
NO_COMPRESSION = "is_packed_already"
LARGEST_BODY = 16 * 1024
CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "font-src 'self'",
        "img-src 'self' data: blob:",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


async def add_headers(message: Message, scope: Scope) -> None:
    """Litestar's before_send: the strict headers on every answer, and our clock on the API's."""
    if message["type"] == "http.response.start":
        headers = MutableScopeHeaders.from_message(message)
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        # A page cannot ask for today's overview before it knows which day it is here; plans are cached for good.
        if scope["path"].startswith("/api/") and not scope["path"].endswith(".geojson"):
            house: House = scope["litestar_app"].state.house
            headers.setdefault("Ledig-Now", times.rfc3339(house.clock.now()))


def own_page_only(connection: Connection, _: BaseRouteHandler) -> None:
    """Lets through writes of our own pages alone. `public_url` judges, never Host or forwarded headers."""
    house: House = connection.app.state.house
    if connection.headers.get("origin") != house.settings.origin:
        raise ForbiddenOrigin(f"Rooms are booked from {house.settings.origin} only. Open that address.")
    if connection.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise ForbiddenOrigin("Rooms are not booked from other people's pages.")


def json_only(connection: Connection, _: BaseRouteHandler) -> None:
    """Refuses what a form of another page could send."""
    if connection.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Invalid("The body has to be JSON (Content-Type: application/json).")
