"""
Pictures of every page for docs/images/screens: make screenshots.

The product runs with its demo game of bots, one of whose seats a phone takes; nothing is drawn by hand.
"""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.support.alone import product_and_browser
from tests.e2e.support.product import LAPTOP, PHONE, Stack, log_in, wait_until
from tests.e2e.support.steps import finish

FOLDER = Path(__file__).parents[2] / "docs" / "images" / "screens"
PROJECTOR = {"width": 1280, "height": 720}
# Rounds of the first team before the pictures: with fewer the intervals fill the gauges.
ROUNDS = 24


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=60_000)
    with product_and_browser() as (stack, browser):
        code = stack.query("SELECT code FROM game_game WHERE title = 'Demo game'")[0][0]
        host = context(stack, browser, LAPTOP).new_page()
        log_in(host, stack)
        lobby(stack, browser, host)
        running(stack, browser, host, code)
        finished(stack, browser, host, code)


def context(stack: Stack, browser: Browser, size: dict[str, int], scheme: Any = "light") -> BrowserContext:
    return browser.new_context(
        viewport=size,  # type: ignore[arg-type]
        base_url=stack.url,
        locale="en-US",
        color_scheme=scheme,
        reduced_motion="reduce",
    )


def take(page: Page, name: str) -> None:
    page.screenshot(path=FOLDER / f"{name}.png", animations="disabled")


def lobby(stack: Stack, browser: Browser, host: Page) -> None:
    take(host, "my-games-laptop")
    host.goto("/dashboard/new/")
    take(host, "new-game-laptop")
    host.fill("#id_title", "Physics 10b")
    host.click("main form button.button-main")
    host.wait_for_url(re.compile(r"/dashboard/[A-Z0-9]{6}/$"))
    code = host.url.rstrip("/").rsplit("/", 1)[1]
    phone = context(stack, browser, PHONE).new_page()
    phone.goto("/")
    take(phone, "code-phone")
    phone.goto(f"/g/{code}/")
    expect(phone.locator("[data-part=find-partner]")).to_be_visible()
    take(phone, "lobby-phone")
    phone.click("[data-part=find-partner]")
    partner = context(stack, browser, PHONE, "dark").new_page()
    partner.goto(f"/g/{code}/")
    partner.click("[data-part=find-partner]")
    expect(host.locator("[data-part=counts]")).to_contain_text("2 players")
    take(host, "lobby-laptop")
    wall = context(stack, browser, PROJECTOR).new_page()
    wall.goto(f"/g/{code}/watch/")
    expect(wall.locator("[data-part=counts]")).to_contain_text("2 players")
    take(wall, "join-projector")
    question(host, phone, partner)


def question(host: Page, phone: Page, partner: Page) -> None:
    host.click("[data-command=start]")
    for page in (phone, partner):
        page.locator("[data-answer=T]:not([disabled])").click()
    expect(phone.locator("[data-part=round-number]")).to_contain_text("2")
    take(phone, "question-phone")
    partner.locator("[data-answer=T]:not([disabled])").click()
    expect(partner.locator("[data-state=recorded]").first).to_be_visible()
    take(partner, "recorded-phone-dark")
    finish(host)
    phone.locator("[data-answer=T]:not([disabled])").click()
    expect(phone.locator("[data-part=results-own]")).to_be_visible()
    take(phone, "results-phone")


def running(stack: Stack, browser: Browser, host: Page, code: str) -> None:
    host.goto(f"/dashboard/{code}/")
    rounds = host.locator("[data-cell=rounds]")
    expect(rounds.first).to_be_visible(timeout=30_000)
    wait_until(lambda: int(rounds.first.inner_text()) >= ROUNDS, host, 300)
    take(host, "dashboard-laptop")
    host.locator("[data-part=answer-log] summary").click()
    expect(host.locator(".answer-line").first).to_be_visible()
    host.locator("[data-part=answer-log]").scroll_into_view_if_needed()
    take(host, "answer-log-laptop")
    host.evaluate("window.scrollTo(0, 0)")
    host.locator(".team-row [data-cell=name]").first.click()
    expect(host.locator(".pair")).to_have_count(4)
    take(host, "details-laptop")
    host.keyboard.press("Escape")
    state = host.context.storage_state()
    for name, size, scheme in (("dashboard-laptop-dark", LAPTOP, "dark"), ("dashboard-phone", PHONE, "light")):
        page = browser.new_context(
            viewport=size,
            base_url=stack.url,
            locale="en-US",
            color_scheme=scheme,
            storage_state=state,  # type: ignore[arg-type]
        ).new_page()
        page.goto(f"/dashboard/{code}/")
        expect(page.locator(".team-row").first).to_be_visible()
        take(page, name)
    projector(stack, browser, code, "running-projector")


def projector(stack: Stack, browser: Browser, code: str, name: str) -> None:
    wall = context(stack, browser, PROJECTOR).new_page()
    wall.goto(f"/g/{code}/watch/")
    expect(wall.locator("[data-part=room-odds]")).to_contain_text(":")
    take(wall, name)
    wall.close()


def finished(stack: Stack, browser: Browser, host: Page, code: str) -> None:
    finish(host)
    projector(stack, browser, code, "results-projector")
    host.goto(f"/dashboard/{code}/report/")
    expect(host.locator("[data-part=finding]")).to_contain_text("Together you won")
    take(host, "report-laptop")
    host.goto(f"/dashboard/{code}/share/")
    take(host, "share-laptop")


if __name__ == "__main__":
    main()
