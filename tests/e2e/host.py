"""What the tests of hosts share."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.product import PHONE
from tests.e2e.test_class import enter


def player(new_context: Callable[..., BrowserContext], code: str) -> Page:
    page = new_context(PHONE, has_touch=True).new_page()
    enter(page, code)
    return sit(page)


def sit(page: Page) -> Page:
    page.click("[data-part=find-partner]")
    expect(page.locator("[data-part=seat]")).to_be_visible()
    return page


def twice(button: Locator) -> None:
    """Click, let the deaf time of the first click pass, and click again."""
    button.click()
    expect(button).to_have_text("Click again")
    button.page.wait_for_timeout(500)
    button.click()


def sheet_of(host: Page, team: str) -> Locator:
    row = host.locator(".team-row", has=host.get_by_role("button", name=team, exact=True))
    row.locator("[data-cell=menu]").click()
    sheet = host.locator("[data-part=team-sheet]")
    expect(sheet.get_by_role("heading", name=team, exact=True)).to_be_visible()
    return sheet
