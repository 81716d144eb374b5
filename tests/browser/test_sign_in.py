"""Signing in, as people do it: Microsoft's page in a small window, and back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import BrowserContext, Error, Locator, Page, expect

from browser.looking import drawn, first_free, listen, row, until, violations

AMARA, BENEDIKT = "Amara Okafor", "Benedikt Hofer"  # who has a picture, and who has none
NO_PICTURE = "console error: Failed to load resource: the server responded with a status of 404 (Not Found)"
BLOCKED = "window.open = () => null"


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    """The page with its map drawn; on its console stands at most that there is no picture."""
    page = context.new_page()
    said = listen(page, address)
    page.goto(address)
    drawn(page)
    yield page
    assert [line for line in said if line != NO_PICTURE] == []


@pytest.fixture
def redirecting(context: BrowserContext, address: str) -> Page:
    """The page in a browser that opens no windows; it leaves our server, as it must."""
    page = context.new_page()
    page.add_init_script(BLOCKED)
    page.goto(address)
    drawn(page)
    return page


def test_signs_in_and_out(page: Page) -> None:
    """A small window that closes by itself; name and picture; still there after a reload; and out again."""
    at_microsoft = window(page)
    pick(at_microsoft, AMARA)

    expect(account(page)).to_be_visible()
    until(page, at_microsoft.is_closed, "the window closed by itself")
    until(page, lambda: has_picture(page), "her picture")
    page.reload()
    drawn(page)
    account(page).click()
    expect(page.get_by_text("amara.okafor@example.org")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()

    expect(page.get_by_role("button", name="Sign in")).to_be_focused()
    page.reload()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


def test_who_has_no_picture_has_initials(page: Page) -> None:
    signed_in(page, BENEDIKT)

    expect(account(page, BENEDIKT).locator(".face")).to_have_text("BH")
    until(page, lambda: page.locator("account-menu img").count() == 0, "no picture")


def test_another_account(page: Page) -> None:
    """Microsoft asks who it is, although it knows somebody."""
    signed_in(page)
    account(page).click()
    pick(window(page, "Use another account"), BENEDIKT)

    expect(account(page, BENEDIKT).locator(".face")).to_have_text("BH")


def test_all_pages_of_a_browser_say_the_same(page: Page, context: BrowserContext, address: str) -> None:
    """In and out."""
    other = context.new_page()
    other.goto(address)
    expect(other.get_by_role("button", name="Sign in")).to_be_visible()

    signed_in(page)
    expect(account(other)).to_be_visible()
    account(page).click()
    page.get_by_role("button", name="Sign out").click()

    expect(other.get_by_role("button", name="Sign in", exact=True)).to_be_visible()


def test_no_script_ever_finds_a_token(page: Page, context: BrowserContext) -> None:
    """It is in cookies for the server alone, and in no storage; the address at Microsoft asked for nothing offline."""
    at_microsoft = window(page)
    asked = at_microsoft.url
    pick(at_microsoft, AMARA)
    expect(account(page)).to_be_visible()

    kept: str = page.evaluate(
        "() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href])"
    )
    cookies = [cookie for cookie in context.cookies() if "ledig" in cookie["name"]]

    assert "offline_access" not in asked
    assert json.loads(kept)[:3] == [{}, {}, ""]
    assert [(cookie["httpOnly"], cookie["sameSite"]) for cookie in cookies] == [(True, "Strict")] * len(cookies)
    assert {cookie["path"] for cookie in cookies if "session" in cookie["name"]} == {"/api/v1/me"}


def test_where_windows_are_blocked_the_page_itself_goes_and_comes_back(redirecting: Page) -> None:
    """To what was shown before: the room, its floor and the time."""
    page = redirecting
    room = first_free(page)
    row(page, room).click()
    page.get_by_role("button", name="30 min", exact=True).click()
    expect(page).to_have_url(re.compile(r"[?&]for=30\b"))
    before = page.url
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/authorize?*")
    pick(page, AMARA)

    expect(account(page)).to_be_visible()
    expect(page).to_have_url(before)
    expect(page.locator("room-card")).to_be_visible()


def test_a_cancelled_sign_in_says_so_and_offers_another(page: Page) -> None:
    at_microsoft = window(page)
    at_microsoft.get_by_role("button", name="Cancel").click()

    expect(at_microsoft.get_by_role("heading")).to_have_text("You did not sign in.")
    assert "error" not in at_microsoft.url
    assert violations(at_microsoft) == []
    at_microsoft.get_by_role("button", name="Try again").click()
    pick(at_microsoft, AMARA)

    expect(account(page)).to_be_visible()


def test_a_cancelled_window_closes(page: Page) -> None:
    at_microsoft = window(page)
    at_microsoft.get_by_role("button", name="Cancel").click()
    with suppress(Error):  # the window may be gone before the click is told to have been made
        at_microsoft.get_by_role("button", name="Close").click()

    until(page, at_microsoft.is_closed, "the window closed")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


def test_where_windows_are_blocked_a_cancelled_sign_in_leads_back(redirecting: Page, address: str) -> None:
    page = redirecting
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("link", name="Back to the map").click()

    drawn(page)
    expect(page).to_have_url(re.compile(rf"{address}(\?.*)?$"))


def test_a_session_that_is_over_is_renewed_without_asking(page: Page, context: BrowserContext) -> None:
    """While Microsoft still knows who it was; the wish stays as it is."""
    signed_in(page)
    row(page, first_free(page)).click()
    page.get_by_role("button", name="30 min", exact=True).click()
    end_session(page, context)
    again = page.get_by_role("button", name="Sign in again")

    with page.expect_popup() as opened:
        again.click()

    expect(account(page)).to_be_visible()
    until(page, opened.value.is_closed, "the window closed by itself")
    expect(page.get_by_role("button", name="30 min", exact=True)).to_have_attribute("aria-pressed", "true")


def test_where_microsoft_knows_nobody_any_more_it_asks(page: Page, context: BrowserContext) -> None:
    signed_in(page)
    end_session(page, context)
    context.clear_cookies()

    pick(window(page, "Sign in again"), AMARA)

    expect(account(page)).to_be_visible()


@pytest.mark.parametrize("answer", ["code=stolen&state=guessed", "error=access_denied&state=guessed", "state="])
def test_an_answer_that_nobody_asked_for_signs_nobody_in(context: BrowserContext, address: str, answer: str) -> None:
    page = context.new_page()
    said = listen(page, address)
    page.goto(f"{address}signin#{answer}")

    expect(page.get_by_role("heading")).to_contain_text("was begun some time ago")
    expect(page).to_have_url(f"{address}signin")
    assert said == []


def test_a_link_to_the_sign_in_leads_nowhere_else(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    page.goto(f"{address}signin#back=https://evil.example/")
    pick(page, AMARA)

    expect(page).to_have_url(re.compile(rf"{address}(\?.*)?$"))
    expect(account(page)).to_be_visible()


def test_it_can_be_used_by_keyboard_and_by_everybody(page: Page) -> None:
    """Nothing for axe to find; Escape closes the menu and leaves the focus on its button."""
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert violations(page) == []
    signed_in(page)
    account(page).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")

    expect(page.get_by_role("button", name="Sign out")).not_to_be_visible()
    expect(account(page)).to_be_focused()


def window(page: Page, button: str = "Sign in") -> Page:
    """The small window, at Microsoft."""
    with page.expect_popup() as opened:
        page.get_by_role("button", name=button, exact=True).click()
    opened.value.wait_for_url("**/authorize?*")
    return opened.value


def pick(at_microsoft: Page, name: str) -> None:
    at_microsoft.get_by_role("button", name=name).click()


def signed_in(page: Page, name: str = AMARA) -> None:
    pick(window(page), name)
    expect(account(page, name)).to_be_visible()


def account(page: Page, name: str = AMARA) -> Locator:
    return page.get_by_role("button", name=f"Account of {name}")


def has_picture(page: Page) -> bool:
    widths: list[int] = page.locator("account-menu img").evaluate_all("all => all.map((one) => one.naturalWidth)")
    return bool(widths) and all(width > 1 for width in widths)


def end_session(page: Page, context: BrowserContext) -> None:
    """The browser forgets the cookies at their end; the page notices when somebody looks at it again."""
    for kind in ("session", "member"):
        context.clear_cookies(name=re.compile(kind))
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_role("button", name="Sign in again")).to_be_visible()
