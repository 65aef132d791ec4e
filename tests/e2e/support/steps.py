"""Steps of hosts and pupils that several tests take."""

import re
from collections.abc import Callable, Sequence

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.support.product import PHONE, wait_until

SMALL = {"width": 320, "height": 568}
MIDDLE = {"width": 390, "height": 844}
# What jumped under a finger that was still is added up from the first paint on.
WATCH_JUMPS = """
    window.jumps = 0;
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.jumps += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
"""


def new_game(host: Page, fresh: bool = True) -> str:
    if fresh:
        host.goto("/dashboard/new/")
    host.fill("#id_title", "Physics 10b")
    host.click("main form button.button-main")
    host.wait_for_url(re.compile(r"/dashboard/[A-Z0-9]{6}/$"))
    return host.url.rstrip("/").rsplit("/", 1)[1]


def enter(page: Page, code: str) -> None:
    page.goto("/")
    page.fill("#code", code.lower())
    page.click("main form button")
    page.wait_for_url(f"**/g/{code}/")


def number(page: Page) -> int:
    """The round that a phone shows."""
    found = re.search(r"\d+", page.locator("[data-part=round-number]").inner_text())
    return int(found[0]) if found else 0


def part(page: Page, name: str) -> Locator:
    return page.locator(f"[data-part={name}]")


def command(host: Page, name: str) -> None:
    host.click(f"[data-command={name}]")


def finish(host: Page) -> None:
    twice(host.locator("[data-command=finish]"), "End the game?")
    expect(host.locator("[data-part=state]")).to_have_text("Finished")


def mode_game(host: Page, mode: str) -> str:
    host.goto("/dashboard/new/")
    host.locator(f"[name=mode][value={mode}]").check()
    return new_game(host, fresh=False)


def play_round(pages: Sequence[Page], n: int) -> None:
    for page in pages:
        wait_until(lambda page=page: number(page) == n, page)
        page.locator("[data-answer=T]:not([disabled])").click()


def answers_are_in_view(page: Page) -> bool:
    return bool(
        page.evaluate(
            """[...document.querySelectorAll("[data-answer]")].every((button) => {
                const box = button.getBoundingClientRect();
                return scrollY === 0 && box.height >= 96 && box.top >= 0 && box.bottom <= innerHeight;
            })"""
        )
    )


def player(new_context: Callable[..., BrowserContext], code: str) -> Page:
    page = new_context(PHONE, has_touch=True).new_page()
    enter(page, code)
    return sit(page)


def create_team(page: Page) -> None:
    page.click("[data-part=beside]")
    page.click("[data-part=create-team] [type=submit]")


def sit(page: Page) -> Page:
    page.click("[data-part=find-partner]")
    expect(page.locator("[data-part=seat]")).to_be_visible()
    return page


def twice(button: Locator, asks: str = "Click again") -> None:
    """Click, let the deaf time of the first click pass, and click again."""
    button.click()
    expect(button).to_have_text(asks)
    button.page.wait_for_timeout(500)
    button.click()


def sheet_of(host: Page, team: str) -> Locator:
    row = host.locator(".team-row", has=host.get_by_role("button", name=team, exact=True))
    row.locator("[data-cell=menu]").click()
    sheet = host.locator("[data-part=team-sheet]")
    expect(sheet.get_by_role("heading", name=team, exact=True)).to_be_visible()
    return sheet


def seat(one: Page, two: Page, code: str) -> None:
    for page in (one, two):
        page.goto(f"/g/{code}/")
        expect(part(page, "lobby")).to_be_visible()
    create_team(one)
    expect(part(one, "seat")).to_be_visible()
    two.click(".lobby-team button")
    expect(part(two, "seat")).to_be_visible()
