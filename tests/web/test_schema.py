"""The OpenAPI document, and that the app keeps to it."""

from __future__ import annotations

import httpx

PATHS = {
    "/api/v1/venues",
    "/api/v1/venues/{venue}",
    "/api/v1/venues/{venue}/plans/{file}",
    "/api/v1/venues/{venue}/days/{day}",
    "/api/v1/venues/{venue}/availability",
    "/api/v1/venues/{venue}/rooms/{room}/schedule",
    "/api/v1/kiosk/bookings",
    "/api/v1/kiosk/bookings/{key}",
    "/health",
}


async def test_describes_every_path(visitor: httpx.AsyncClient) -> None:
    """All there are, and no more."""
    document = (await visitor.get("/schema")).json()

    assert set(document["paths"]) == PATHS
    assert "from" in document["components"]["schemas"]["Schedule"]["properties"]
