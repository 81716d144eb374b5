"""What people do on the sign-in page."""

from playwright.sync_api import Page


def pick(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def cancel(page: Page) -> None:
    page.get_by_role("button", name="Cancel").click()
