"""The pages, as the server gives them."""

from __future__ import annotations

import httpx
from msgspec.structs import replace

from graph_emulator.server import Running
from ledig.settings import Settings
from lobby import ToldClock
from signing_in import served


async def test_the_sign_in_page_may_ask_us_and_microsoft_and_nobody_else(
    visitor: httpx.AsyncClient, graph: Running
) -> None:
    """All else of the policy is that of every page; and nobody hears where somebody came from."""
    usual = (await visitor.get("/")).headers["Content-Security-Policy"]
    headers = (await visitor.get("/signin")).headers

    assert headers["Content-Type"].startswith("text/html")
    assert headers["Content-Security-Policy"] == usual.replace("connect-src 'self'", f"connect-src 'self' {graph.http}")
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


async def test_without_the_setting_there_is_no_sign_in_page(settings: Settings, clock: ToldClock) -> None:
    async with served(replace(settings, sign_in=None), clock) as browser:
        assert (await browser.get("/signin")).status_code == 404
