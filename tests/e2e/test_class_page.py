"""The class on a phone follows the game by itself, says when it cannot, and rests while nobody looks."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Request, expect

from tests.e2e.support.product import PHONE
from tests.e2e.support.steps import command, new_game, part, play_round, seat

HIDE = """
(state) => {
    Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}
"""
MINUTE_MS = 60_000


@pytest.fixture
def code(host: Page, phones: tuple[Page, Page]) -> str:
    """A game that runs, with one pair."""
    code = new_game(host)
    seat(*phones, code)
    command(host, "start")
    return code


def test_the_class_page_follows_the_game_through_a_lost_network(
    code: str, phones: tuple[Page, Page], new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(PHONE).new_page()
    page.goto(f"/g/{code}/class/")
    expect(page.get_by_role("heading", level=1)).to_have_text("No round is counted yet")
    page.get_by_role("link", name="Back to the game").focus()
    play_round(phones, 1)
    expect(page.get_by_role("heading", level=1)).to_contain_text("of 1 rounds together", timeout=40_000)
    expect(page.get_by_role("link", name="Back to the game")).to_be_focused()

    page.context.set_offline(True)
    expect(part(page, "offline")).to_contain_text("Numbers as of", timeout=40_000)
    play_round(phones, 2)
    expect(page.get_by_role("heading", level=1)).to_contain_text("of 1 rounds together")
    page.context.set_offline(False)
    expect(page.get_by_role("heading", level=1)).to_contain_text("of 2 rounds together", timeout=40_000)
    expect(part(page, "offline")).to_be_hidden()


def test_a_class_page_that_nobody_sees_asks_for_nothing(code: str, new_context: Callable[..., BrowserContext]) -> None:
    page = new_context(PHONE).new_page()
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request) if "numbers" in request.url else None)
    page.clock.install()
    page.goto(f"/g/{code}/class/")
    with page.expect_response("**/class/numbers/"):
        page.clock.run_for(MINUTE_MS)
    page.evaluate(HIDE, "hidden")
    before = len(asked)
    page.clock.run_for(10 * MINUTE_MS)
    assert len(asked) == before
    with page.expect_request("**/class/numbers/"):
        page.evaluate(HIDE, "visible")
