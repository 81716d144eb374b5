"""A real Chromium on a real demo."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from browser.chromium import ARGUMENTS, WAYS_OUT, find
from browser.looking import DESKTOP, drawn, listen
from served import demo

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent == HERE:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Ended with the module: while it runs, its event loop lets no asynchronous test run."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    with launched(playwright) as browser:
        yield browser


@pytest.fixture(scope="module")
def chromium_without_webgl(playwright: Playwright) -> Iterator[Browser]:
    with launched(playwright, "--disable-3d-apis") as browser:
        yield browser


def launched(playwright: Playwright, *more: str) -> Browser:
    path = find()
    assert path, WAYS_OUT
    return playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS, *more])


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A demo for the tests that only look."""
    with demo() as (address, _):
        yield address


@pytest.fixture
def own_address() -> Iterator[str]:
    """A demo of its own: what this test books no other sees."""
    with demo() as (address, _):
        yield address


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    with chromium.new_context(viewport=DESKTOP, reduced_motion="reduce") as context:
        yield context


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    """The page with its map drawn. Its console has to stay clean, and it may ask nobody but our server."""
    yield from _opened(context, address)


@pytest.fixture
def own_page(context: BrowserContext, own_address: str) -> Iterator[Page]:
    """The same on a demo of its own."""
    yield from _opened(context, own_address)


def _opened(context: BrowserContext, address: str) -> Iterator[Page]:
    page = context.new_page()
    said = listen(page, address)
    page.goto(address)
    drawn(page)
    yield page
    assert said == []
