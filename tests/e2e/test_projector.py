"""The projector: readable from the last row, without a scrollbar, without controls, in step with the others."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.support.product import PHONE, Stack, assert_accessible, wait_until
from tests.e2e.support.school import school
from tests.e2e.support.steps import command, part

# Of every text that is shown: its size over the height of the screen.
SIZES = """
() => [...document.querySelectorAll("body *")]
  .filter((element) => [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim())
                       && element.checkVisibility() && !element.closest(".visually-hidden, .skip, script, template"))
  .map((element) => [element.textContent.trim(), parseFloat(getComputedStyle(element).fontSize) / innerHeight])
"""

# Names of added teams that lie over another name or over a dot of the class.
COVERED = """
() => {
  const boxes = (selector) => [...document.querySelectorAll(selector)].map((one) => one.getBoundingClientRect());
  const names = boxes(".wall-name.is-ghost");
  const others = [...names, ...boxes(".wall-dot:not(.is-ghost)")];
  const meetAcross = (a, b) => a.left < b.right && b.left < a.right;
  const meetDown = (a, b) => a.top + 4 < b.bottom && b.top + 4 < a.bottom;
  const meet = (a, b) => a !== b && meetAcross(a, b) && meetDown(a, b);
  return names.filter((name) => others.some((other) => meet(name, other))).map(({ left, top }) => [left, top]);
}
"""


@pytest.fixture
def code(stack: Stack) -> str:
    """The demo game, in which bots play."""
    return str(stack.query("SELECT code FROM game_game WHERE title = 'Demo game'")[0][0])


def test_a_team_that_is_left_out_goes_from_the_screen_and_comes_back(
    code: str, host: Page, new_context: Callable[..., BrowserContext]
) -> None:
    wall = new_context({"width": 1280, "height": 720}).new_page()
    wall.goto(f"/g/{code}/watch/")
    expect(part(wall, "board").locator("tbody tr").first).to_be_visible(timeout=60_000)
    host.goto(f"/dashboard/{code}/")
    row = host.locator(".team-row").first
    row.locator("[data-cell=menu]").click()
    name = part(host, "team-sheet-title").inner_text()
    of_team = part(wall, "board").locator("tr", has_text=name)
    expect(of_team).to_have_count(1)
    part(host, "team-sheet-leave-out").click()
    expect(of_team).to_have_count(0)
    expect(host.locator(".team-row", has_text=name).locator("[data-cell=status]")).to_have_text("left out")
    part(host, "team-sheet-take-in").click()
    expect(of_team).to_have_count(1)


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080)])
def test_projector_is_readable_from_the_last_row(
    code: str, new_context: Callable[..., BrowserContext], width: int, height: int
) -> None:
    wall = new_context({"width": width, "height": height}).new_page()
    wall.goto(f"/g/{code}/watch/")
    expect(wall.locator("[data-part=board] tbody tr").first).to_be_visible(timeout=60_000)
    # A key shows the gauges in the place of the picture.
    for shown, last in (("wall", "wall"), ("finding", "finding")):
        expect(part(wall, shown)).to_be_visible()
        # One step in a thousand is lost where the browser rounds.
        assert [(text, size) for text, size in wall.evaluate(SIZES) if size < 0.0499] == []
        assert wall.evaluate("document.documentElement.scrollHeight - innerHeight") == 0
        box = part(wall, last).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= height
        for name in ("join-strip", "state"):
            expect(part(wall, name)).to_be_in_viewport(ratio=1)
        wall.keyboard.press("n")
    expect(part(wall, "wall")).to_be_visible()
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
        expect(part(wall, "eyes-up")).to_be_visible()
    # Numbers may come in until the last round before the pause is counted.
    expect(part(walls[0], "together")).to_have_text(re.compile(r"Together you won \d+ of \d+ rounds"))
    wait_until(lambda: len({part(wall, "together").inner_text() for wall in walls}) == 1, host)
    host.click("[data-command=resume]")
    for wall in walls:
        expect(part(wall, "eyes-up")).to_be_hidden()


def test_on_a_phone_the_same_address_is_a_page_for_phones(
    code: str, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(PHONE, has_touch=True).new_page()
    page.goto(f"/g/{code}/watch/")
    expect(part(page, "board").locator("tbody tr").first).to_be_visible(timeout=60_000)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    part(page, "room-first").scroll_into_view_if_needed()
    expect(part(page, "room-first")).to_be_visible()
    assert_accessible(page, 320, 390)


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


def test_a_lesson_s_board_fits_and_added_teams_cover_nobody(
    host: Page, stack: Stack, new_context: Callable[..., BrowserContext]
) -> None:
    host.goto("/dashboard/new/")
    host.click("button[value=first_lesson]")
    host.wait_for_url(re.compile(r"/dashboard/[A-Z0-9]{6}/$"))
    code = host.url.rstrip("/").rsplit("/", 1)[1]
    with school(stack, code) as pairs:
        pairs.do(sit=9)
        command(host, "start")
        expect(part(host, "state")).to_have_text("Running")
        pairs.do(play=24)
    host.locator(".lesson-step", has_text="Quantum").click()
    for strategy in ("quantum", "best_classical"):
        part(host, "add-team-button").click()
        host.locator(f"form[data-strategy={strategy}] [type=submit]").click()
    wall = new_context({"width": 1366, "height": 768}).new_page()
    wall.goto(f"/g/{code}/watch/")
    # Rounds count some seconds after they were asked.
    expect(wall.locator("[data-part=board] tbody tr")).to_have_count(6, timeout=90_000)
    expect(wall.locator(".wall-name.is-ghost")).to_have_count(2, timeout=90_000)
    for size in ({"width": 1280, "height": 720}, {"width": 1920, "height": 1080}):
        wall.set_viewport_size(size)  # type: ignore[arg-type]
        wall.wait_for_timeout(300)
        assert wall.evaluate("document.documentElement.scrollHeight - innerHeight") <= 0
        assert wall.evaluate(COVERED) == []
