"""What every answer has in common: headers, one shape of error, the document, no outside addresses."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from ledig.importing import Import
from ledig.web.house import House
from ledig.web.problems import CODES, STATUS

PROBLEM = {"type", "title", "status", "detail", "code"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/api/v1/nowhere", 404),
        ("GET", "/api/v1/venues/nowhere", 404),
        ("POST", "/api/v1/venues", 405),
        ("DELETE", "/health", 405),
        ("GET", "/api/v1/venues/apb/days/soon", 400),
        ("GET", "/api/v1/kiosk/bookings", 401),
        ("DELETE", "/api/v1/kiosk/bookings/no-key", 404),
    ],
)
async def test_every_error_is_a_problem_document(
    visitor: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    """One shape, a stable code, a sentence that ends with a full stop."""
    answer = await visitor.request(method, path)

    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert set(answer.json()) == PROBLEM
    assert answer.json()["status"] == status
    assert answer.json()["detail"].endswith(".")


def test_every_code_is_in_the_documents() -> None:
    """docs/api.md names each, with its status, and no other."""
    text = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
    listed = dict(re.findall(r"^\| `([a-z_]+)` \| (\d{3}) \|", text, re.MULTILINE))

    codes = {kind.code: status for kind, status in STATUS.items()} | {code: status for status, code in CODES.items()}
    assert listed == {code: str(status.value) for code, status in codes.items()} | {"internal": "500"}


async def test_what_nobody_foresaw_is_a_problem_document_too(
    visitor: httpx.AsyncClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With nothing of the inside in it."""

    async def broken() -> list[str]:
        raise RuntimeError("the inside")

    monkeypatch.setattr(house.venues, "names", broken)

    answer = await visitor.get("/api/v1/venues")

    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "inside" not in answer.text


@pytest.mark.parametrize("path", ["/", "/health", "/api/v1/venues", "/api/v1/nowhere", "/schema"])
async def test_every_answer_carries_the_strict_headers(visitor: httpx.AsyncClient, path: str) -> None:
    """No script, frame or connection but our own."""
    headers = (await visitor.get(path)).headers

    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


async def test_the_api_tells_the_time(visitor: httpx.AsyncClient, imported: Import) -> None:
    """On every answer, errors too, so that a page knows which day it is here; but on plans, which are kept for ever."""
    for path in ("venues", "venues/apb", "venues/apb/days/1999-01-01", "nowhere"):
        assert (await visitor.get(f"/api/v1/{path}")).headers["Ledig-Now"] == "2026-11-23T09:10:00Z"
    plan = await visitor.get(f"/api/v1/venues/apb/plans/{imported.venue.plan}.geojson")
    assert "Ledig-Now" not in plan.headers


async def test_health_says_that_it_is_up(visitor: httpx.AsyncClient) -> None:
    """And on which clock it runs."""
    told = {"status": "ok", "now": "2026-11-23T09:10:00Z", "credential": {"state": "unknown", "ends": None}}
    assert (await visitor.get("/health")).json() == told


async def test_the_page_gives_the_secret_to_nobody(visitor: httpx.AsyncClient) -> None:
    """Outside the demo a browser becomes no kiosk by opening the page."""
    assert "Set-Cookie" not in (await visitor.get("/")).headers
