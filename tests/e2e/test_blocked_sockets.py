"""Networks that block sockets: a sentence on the page within 15 s, and the game goes on by requests."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.support.product import LAPTOP, PHONE, Stack, wait_until
from tests.e2e.support.steps import command, new_game, number, part, play_round, seat
from tests.support.proxies import REFUSES, proxy_before, swallowing

WITHIN_MS = 15_000
BLOCKED = "This network blocks live connections."


@pytest.fixture(params=["refused", "swallowed"])
def proxy(request: pytest.FixtureRequest, stack: Stack) -> Iterator[str]:
    if request.param == "refused":
        with proxy_before(stack.port, REFUSES) as url:
            yield url
    else:
        with swallowing() as sockets, proxy_before(stack.port, sockets) as url:
            yield url


def behind(browser: Browser, url: str, viewport: dict[str, int]) -> Page:
    context = browser.new_context(viewport=viewport, locale="en-US", base_url=url)  # type: ignore[arg-type]
    context.set_default_timeout(15_000)
    return context.new_page()


def test_a_phone_in_a_network_that_blocks_sockets_says_so_and_plays(
    host: Page, browser: Browser, phones: tuple[Page, Page], proxy: str, stack: Stack
) -> None:
    page, (partner, _) = behind(browser, proxy, PHONE), phones
    code = new_game(host)
    page.goto(f"/g/{code}/")
    expect(page.locator(".toast, [data-part=offline]:visible").first).to_contain_text(BLOCKED, timeout=WITHIN_MS)
    expect(part(page, "lobby")).to_be_visible()
    seat(page, partner, code)
    command(host, "start")
    for n in (1, 2, 3):
        play_round((page, partner), n)
    wait_until(lambda: number(page) == 4, page)
    # The tab remembers the way: no sentence, no wait.
    page.reload()
    wait_until(lambda: number(page) == 4, page)
    expect(page.locator(".toast")).to_have_count(0)
    page.context.close()


def test_a_projector_in_a_network_that_blocks_sockets_shows_the_game(
    host: Page, browser: Browser, stack: Stack
) -> None:
    code = new_game(host)
    with proxy_before(stack.port, REFUSES) as url:
        page = behind(browser, url, LAPTOP)
        page.goto(f"/g/{code}/watch/")
        expect(page.locator(".toast")).to_contain_text(BLOCKED, timeout=WITHIN_MS)
        command(host, "start")
        expect(part(page, "state")).to_have_text("Running")
        page.context.close()
