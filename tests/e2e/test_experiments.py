"""Published experiments on the room's gauge: one click on the dashboard, one key on the projector."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.support.product import LAPTOP, Stack, assert_accessible


@pytest.fixture
def code(stack: Stack) -> str:
    """The demo game, in which bots play."""
    return str(stack.query("SELECT code FROM game_game WHERE title = 'Demo game'")[0][0])


def test_one_click_marks_real_experiments_on_the_gauge_and_one_takes_them_away(code: str, host: Page) -> None:
    host.goto(f"/dashboard/{code}/")
    marks, names = host.locator(".gauge circle.gauge-reference"), host.locator("[data-part=experiments-list] li")
    button = host.get_by_role("button", name="Real experiments")
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(marks).to_have_count(0)
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(marks).to_have_count(4)
    expect(names).to_have_count(4)
    expect(names.first).to_contain_text("Delft 2015 2.42 (2.03 to 2.81) Two electrons in diamonds, 1.3 km apart")
    expect(names.first).to_contain_text("Hensen et al., Nature 526, 682 (2015)")
    assert host.locator(".gauge-number", has_text="ETH Zurich 2023 2.07").is_visible()
    width = host.evaluate("document.documentElement.scrollWidth")
    assert width <= LAPTOP["width"]
    assert_accessible(host, LAPTOP["width"])
    button.click()
    expect(marks).to_have_count(0)
    expect(names.first).to_be_hidden()


def test_a_key_marks_real_experiments_on_the_projector(code: str, new_context: Callable[..., BrowserContext]) -> None:
    wall = new_context({"width": 1280, "height": 720}).new_page()
    wall.goto(f"/g/{code}/watch/")
    expect(wall.locator("[data-part=results]")).to_be_visible()
    marks = wall.locator(".gauge circle.gauge-reference")
    wall.keyboard.press("Control+e")
    expect(marks).to_have_count(0)
    wall.keyboard.press("e")
    expect(marks).to_have_count(4)
    expect(wall.locator(".gauge-point").first).to_be_visible()
    assert wall.locator("button:visible").count() == 0
    assert wall.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    wall.keyboard.press("e")
    expect(marks).to_have_count(0)
