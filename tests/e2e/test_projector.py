"""The projector: readable from the last row, without a scrollbar, without controls, in step with the others."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.support.product import PHONE, Stack, assert_accessible

# Of every text that is shown: its size over the height of the screen.
SIZES = """
() => [...document.querySelectorAll("body *")]
  .filter((element) => [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim())
                       && element.checkVisibility() && !element.closest(".visually-hidden, .skip, script, template"))
  .map((element) => [element.textContent.trim(), parseFloat(getComputedStyle(element).fontSize) / innerHeight])
"""


@pytest.fixture
def code(stack: Stack) -> str:
    """The demo game, in which bots play."""
    return str(stack.query("SELECT code FROM game_game WHERE title = 'Demo game'")[0][0])


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1920, 1080)])
def test_projector_is_readable_from_the_last_row(
    code: str, new_context: Callable[..., BrowserContext], width: int, height: int
) -> None:
    wall = new_context({"width": width, "height": height}).new_page()
    wall.goto(f"/g/{code}/watch/")
    expect(wall.locator("[data-part=board] tbody tr").first).to_be_visible(timeout=60_000)
    assert [(text, size) for text, size in wall.evaluate(SIZES) if size < 0.0319] == []
    root = wall.evaluate("document.documentElement.scrollHeight - innerHeight")
    assert root == 0
    last = wall.locator("[data-part=finding]").bounding_box()
    assert last is not None
    assert last["y"] + last["height"] <= height
    assert wall.locator("button:visible, input:visible, select:visible").count() == 0
    assert_accessible(wall, width)


def test_projectors_are_in_step_and_the_host_hides_the_scoreboard(
    code: str, host: Page, new_context: Callable[..., BrowserContext]
) -> None:
    walls = [new_context({"width": 1280, "height": 720}).new_page() for _ in range(2)]
    for wall in walls:
        wall.goto(f"/g/{code}/watch/")
        expect(wall.locator("[data-part=board]")).to_be_visible(timeout=60_000)
    host.goto(f"/dashboard/{code}/")
    # The socket is open: what is clicked before is refused as offline.
    expect(host.locator("[data-part=counts]")).to_contain_text("team")
    host.click("[data-part=options-button]")
    listed = host.locator("[name=public_scoreboard]")
    listed.uncheck()
    for wall in walls:
        expect(wall.locator("[data-part=board]")).to_be_hidden()
    listed.check()
    for wall in walls:
        expect(wall.locator("[data-part=board] tbody tr").first).to_be_visible()
    host.click("[data-command=pause]")
    for wall in walls:
        expect(wall.locator("[data-part=state]")).to_have_text("Paused")
    headline = walls[0].locator("[data-part=headline]")
    expect(headline).to_have_text(re.compile(r"\d+ rounds"))
    expect(walls[1].locator("[data-part=headline]")).to_have_text(headline.inner_text())
    host.click("[data-command=resume]")


def test_dashboard_on_a_phone_is_a_remote_control(code: str, host: Page) -> None:
    host.set_viewport_size(PHONE)  # type: ignore[arg-type]
    host.goto(f"/dashboard/{code}/")
    expect(host.locator(".team-row").first).to_be_visible()
    pause = host.locator("[data-command=pause]")
    box = pause.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < PHONE["height"] / 2
    assert box["height"] >= 48
    assert host.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert_accessible(host, PHONE["width"])
