"""GET /venues, /venues/{venue} and /venues/{venue}/plans/{version}.geojson"""

from __future__ import annotations

import httpx

from ledig.importing import Import


async def test_lists_the_venues(visitor: httpx.AsyncClient) -> None:
    """By id and name."""
    answer = await visitor.get("/api/v1/venues")

    assert answer.json() == {"venues": [{"id": "apb", "name": "Andreas-Pfitzmann-Bau"}]}


async def test_shows_a_venue_with_its_rooms_and_rules(visitor: httpx.AsyncClient) -> None:
    """All that everybody may know of it."""
    venue = (await visitor.get("/api/v1/venues/apb")).json()

    assert venue["zone"] == "Europe/Berlin"
    assert venue["attribution"]["text"] == "© OpenStreetMap contributors"
    assert [level["short_name"] for level in venue["levels"]] == ["-1", "0", "1", "2", "3"]
    assert venue["policy"] == {
        "opens": "07:00",
        "closes": "20:00",
        "shortest_minutes": 15,
        "longest_minutes": 120,
        "horizon_days": 14,
    }
    assert len(venue["rooms"]) == 30
    assert {
        "id": "1096",
        "name": "The Egg",
        "number": "1096",
        "level": 1,
        "capacity": 21,
        "equipment": ["display", "video", "whiteboard"],
        "step_free": "unknown",
        "booking": "auto",
    } in venue["rooms"]


async def test_no_mailbox_leaves_the_server(visitor: httpx.AsyncClient, imported: Import) -> None:
    """Neither in the venue nor in its plan."""
    venue = await visitor.get("/api/v1/venues/apb")
    plan = await visitor.get(f"/api/v1/venues/apb/plans/{imported.venue.plan}.geojson")

    assert "@" not in venue.text
    assert "@" not in plan.text


async def test_serves_the_plan_that_the_venue_names(visitor: httpx.AsyncClient) -> None:
    """As GeoJSON that never changes, with a tile for each bookable room."""
    version = (await visitor.get("/api/v1/venues/apb")).json()["plan"]

    answer = await visitor.get(f"/api/v1/venues/apb/plans/{version}.geojson")

    assert answer.headers["Content-Type"] == "application/geo+json"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Encoding"] == "gzip"
    tiles = [feature for feature in answer.json()["features"] if feature["properties"]["layer"] == "tile"]
    assert len({tile["properties"]["room"] for tile in tiles}) == 30


async def test_refuses_unknown_venues_and_versions(visitor: httpx.AsyncClient) -> None:
    """With a sentence that says where to look."""
    for path in ("nowhere", "apb/plans/0123456789abcdef.geojson", "apb/plans/plan.txt", "apb/plans/..%2f..%2fetc"):
        answer = await visitor.get(f"/api/v1/venues/{path}")

        assert answer.status_code == 404
        assert answer.json()["code"] == "not_found"
