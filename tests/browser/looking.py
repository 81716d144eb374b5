"""How the tests look at the page: by what people see, and by what the map was told to draw."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import ConsoleMessage, Locator, Page, Request, ViewportSize, expect

DESKTOP: ViewportSize = {"width": 1440, "height": 900}
AXE = (Path(__file__).parents[2] / "client" / "node_modules" / "axe-core" / "axe.min.js").read_text()
IMPOSSIBLE_FOR_A_KIOSK = "1004"  # the Council Chamber is given by somebody in charge


def listen(page: Page, address: str) -> list[str]:
    """A list that fills with what went wrong: console lines, errors, requests that left our server."""
    said: list[str] = []

    def console(message: ConsoleMessage) -> None:
        said.append(f"console {message.type}: {message.text}")

    def request(sent: Request) -> None:
        if not sent.url.startswith((address, "data:", "blob:")):
            said.append(f"a request elsewhere: {sent.url}")

    page.on("console", console)
    page.on("pageerror", lambda error: said.append(f"error: {error}"))
    page.on("request", request)
    return said


def until(page: Page, is_so: Callable[[], bool], what: str) -> None:
    """Waits for a state; the page's strict policy forbids Playwright's own way of doing that."""
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline, f"never so: {what}"
        page.wait_for_timeout(50)


def drawn(page: Page) -> None:
    """Waits until every bookable room has its state on the map."""
    expect(page.locator("ledig-map")).to_be_attached()
    until(page, lambda: len(states_on_map(page)) == 30, "30 rooms coloured")


def states_on_map(page: Page) -> dict[str, str]:
    """What each room's colour says, read back from the map."""
    states: dict[str, str] = page.locator("ledig-map").evaluate("map => map.statesShown()")
    return states


def states_in_list(page: Page) -> dict[str, str]:
    rows = page.locator("room-list [data-room][data-state]")
    found: list[tuple[str, str]] = rows.evaluate_all("rows => rows.map(row => [row.dataset.room, row.dataset.state])")
    return dict(found)


def expect_on_map(page: Page, states: dict[str, str]) -> None:
    until(page, lambda: states.items() <= states_on_map(page).items(), f"{states} on the map")


def first_free(page: Page) -> str:
    """A room that is free and may be booked from a kiosk."""
    free = [room for room, state in states_in_list(page).items() if state == "free"]
    return next(room for room in free if room != IMPOSSIBLE_FOR_A_KIOSK)


def row(page: Page, room: str) -> Locator:
    return page.locator(f"room-list .row[data-room='{room}']")


def violations(page: Page) -> list[object]:
    """What axe finds wrong, in the whole page and all its shadows."""
    page.evaluate(AXE)
    found: list[object] = page.evaluate(
        "async () => (await axe.run()).violations.map(({ id, nodes }) => [id, nodes.slice(0, 3).map((n) => n.html)])"
    )
    return found
