"""The drawer of details: opened, read and closed by keyboard alone, in both colour schemes."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.e2e.support.product import LAPTOP, Stack, assert_accessible, log_in, wait_until
from tests.e2e.support.steps import finish, mode_game, part

ISSUED = "(s.live_report->>'issued')::int"
SCORED = "(s.live_report->>'good')::int + (s.live_report->>'bad')::int"
ESTIMATE = re.compile(r"−?\d\.\d\d \(−?\d\.\d\d\sto\s−?\d\.\d\d\)")


@pytest.fixture(scope="module")
def classic_game(stack: Stack, browser: Browser) -> Iterator[str]:
    """The address of the dashboard of a classic game that bots play; it goes on until a test finishes it."""
    context = browser.new_context(viewport=LAPTOP, locale="en-US", base_url=stack.url)  # type: ignore[arg-type]
    page = context.new_page()
    log_in(page, stack)
    play_with_bots(stack, page, "classic")
    yield page.url
    context.close()


@pytest.fixture
def classic(host: Page, classic_game: str) -> Page:
    host.goto(classic_game)
    expect(host.locator("[data-cell=second]").first).to_have_text(ESTIMATE, timeout=60_000)
    return host


def play_with_bots(stack: Stack, host: Page, mode: str) -> None:
    seat_bots(stack, mode_game(host, mode))
    expect(host.locator(".team-row")).to_have_count(2)
    host.click("[data-command=start]")


def seat_bots(stack: Stack, code: str) -> None:
    options = ["--game", code, "--teams", "2", "--strategy", "quantum", "--think-seconds", "0.05"]
    subprocess.run([sys.executable, "manage.py", "bots", *options], env=os.environ | stack.environment, check=True)


def fact(page: Page, name: str) -> Locator:
    return page.locator(
        "[data-facts=headline] .fact, [data-facts=statistician] .fact",
        has=page.locator("[data-cell=label]", has_text=re.compile(f"^{name}")),
    )


def test_details_open_by_keyboard_tell_s1_and_s2_and_give_the_focus_back(classic: Page) -> None:
    name = classic.locator(".team-row [data-cell=name]").first
    team = name.inner_text()
    name.focus()
    classic.keyboard.press("Enter")
    drawer = classic.get_by_role("dialog", name=team)
    expect(drawer).to_be_visible()
    expect(classic.locator("#drawer-title")).to_be_focused()
    for s in ("S1", "S2", "S, mean of S1 and S2"):
        expect(fact(classic, s).locator("[data-cell=value]")).to_have_text(re.compile(r"^−?\d\.\d\d$|^–$"))
    expect(fact(classic, "S, mean").locator(".fact-value")).to_have_text(ESTIMATE)
    expect(classic.locator(".pair")).to_have_count(16)

    # Live: the number of rounds rises while the drawer is open.
    rounds = fact(classic, "Rounds").locator("[data-cell=value]")
    before = rounds.inner_text()
    expect(rounds).not_to_have_text(before)

    why = fact(classic, "Evidence").locator(".why")
    why.focus()
    classic.keyboard.press("Enter")
    expect(fact(classic, "Evidence").locator("[data-cell=text]")).to_contain_text("A bet against every plan")
    expect(why).to_have_attribute("aria-expanded", "true")

    classic.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    # Its row, wherever it stands by now.
    expect(classic.locator(".team-row").get_by_role("button", name=team, exact=True)).to_be_focused()


def test_details_from_the_menu_and_of_the_room_return_the_focus(classic: Page) -> None:
    row = classic.locator(".team-row").first
    row.locator("[data-cell=menu]").click()
    classic.locator("[data-part=team-sheet-details]").click()
    classic.locator("[data-part=drawer-close]").click()
    expect(row.locator("[data-cell=menu]")).to_be_focused()
    classic.locator("[data-part=room-details]").click()
    drawer = classic.get_by_role("dialog", name="The whole room")
    expect(fact(classic, "Evidence, pooled")).to_contain_text("assumes that no team hears another team’s")
    expect(fact(classic, "Teams in these numbers").locator("[data-cell=value]")).to_have_text("2")
    classic.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(classic.locator("[data-part=room-details]")).to_be_focused()


def test_curves_are_drawn_and_told_in_a_table(classic: Page) -> None:
    classic.locator(".team-row [data-cell=name]").first.click()
    expect(classic.locator("[data-part=drawer-parts]")).to_be_visible()
    expect(classic.locator(".chart-curve").first).to_have_attribute("d", re.compile("^M.*L"), timeout=60_000)
    expect(classic.locator(".chart .bound-quantum")).to_have_count(2)
    classic.locator("[data-part=curve-fold] summary").click()
    expect(classic.locator("[data-part=curve-body] tr").first).to_contain_text(": 1")
    classic.keyboard.press("Escape")
    expect(classic.locator(".spark-curve").first).to_have_attribute("d", re.compile("^M.*L"))


def test_a_point_of_a_curve_is_read_by_pointer_and_by_keyboard(classic: Page) -> None:
    classic.locator(".team-row [data-cell=name]").first.click()
    chart = classic.locator("[data-part=curve-evidence-frame]")
    expect(chart.locator(".chart-curve")).to_have_attribute("d", re.compile("^M.*L"), timeout=60_000)
    readout = chart.locator(".chart-readout")
    expect(readout).to_be_hidden()
    chart.hover(position={"x": 60, "y": 60})
    expect(readout).to_have_text(re.compile(r" : 1\d\d:\d\d:\d\d, \d+ rounds?$"))
    expect(chart).to_have_attribute("aria-valuenow", "1")
    classic.locator("[data-part=drawer-title]").hover()
    expect(readout).to_be_hidden()
    chart.focus()
    classic.keyboard.press("Home")
    expect(readout).to_be_visible()
    expect(chart).to_have_attribute("aria-valuenow", "1")
    classic.keyboard.press("ArrowRight")
    expect(chart).to_have_attribute("aria-valuenow", "2")
    classic.locator("[data-part=drawer-title]").focus()
    expect(readout).to_be_hidden()


def fewest(stack: Stack, host: Page, number: str) -> int:
    """A number of the team of the host's game that has least of it."""
    code = host.url.rstrip("/").rsplit("/", 1)[1]
    least = f"SELECT coalesce(min({number}), 0)"
    rows = "FROM game_teamstatistics s JOIN game_team t ON t.id = s.team_id JOIN game_game g ON g.id = t.game_id"
    return int(stack.query(f"{least} {rows} WHERE g.code = '{code}'")[0][0])


def test_aqm_joe_has_a_podium_too(stack: Stack, host: Page, new_context: Callable[..., BrowserContext]) -> None:
    play_with_bots(stack, host, "aqmjoe")
    wall = new_context({"width": 1280, "height": 720}).new_page()
    wall.goto(host.url.replace("/dashboard/", "/g/") + "watch/")
    wait_until(lambda: fewest(stack, host, ISSUED) >= 20, host, 60)
    finish(host)
    assert_a_podium(host, wall)
    # What speaks against plans are the miracles.
    expect(wall.locator("[data-part=together]")).to_have_text(re.compile(r"^Miracles \d+ %, rules kept \d+ %$"))
    assert report_of(host).startswith("Together you saw miracles in ")


def report_of(host: Page) -> str:
    """The finding that the report of a finished game begins with."""
    host.get_by_role("link", name="Results and report").click()
    finding = host.locator("[data-part=finding]")
    # The last rounds are being counted.
    expect(finding).not_to_be_empty(timeout=60_000)
    return finding.inner_text()


def resize(page: Page, width: int, height: int) -> None:
    """Give a page another size, and wait until its gauges have followed: they are drawn anew in the next frame."""
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def assert_a_podium(host: Page, wall: Page) -> None:
    """The best teams by what is largest on the row, as the host shows them, with a word on luck, and prizes."""
    board = wall.locator("[data-part=board][data-podium=true]")
    expect(board.locator("tbody tr")).to_have_count(2)
    names, button = board.locator("[data-cell=name]"), part(host, "podium")
    expect(names).to_have_text(["?", "?"])
    expect(button).to_have_text("Show the second place")
    button.click()
    expect(names.nth(1)).not_to_have_text("?")
    expect(names.first).to_have_text("?")
    expect(button).to_have_text("Show the winner")
    button.click()
    expect(names.first).not_to_have_text("?")
    expect(button).to_have_text("Show the prizes")
    button.click()
    expect(part(wall, "prizes")).to_contain_text("Most rounds")
    expect(button).to_be_hidden()
    for row in board.locator("tbody tr").all():
        expect(row.locator("[data-cell=first]")).to_have_text(re.compile(r"^\d+\s%$"))
    expect(wall.locator("[data-part=luckiest]")).to_have_text("The first of 2 teams is also the luckiest.")
    for width, height in ((1280, 720), (1920, 1080)):
        resize(wall, width, height)
        assert wall.locator("[data-part=finding]").evaluate("(e) => e.getBoundingClientRect().bottom <= innerHeight")
    # Three teams, each with the longest name there is.
    board.locator("tbody").evaluate(
        """(body) => {
            body.append(body.rows[0].cloneNode(true));
            for (const name of body.querySelectorAll("[data-cell=name]")) {
                name.textContent = "The Incomparable Interference Investigators Nr. 100".slice(0, 50);
            }
        }"""
    )
    for width, height in ((1280, 720), (1920, 1080)):
        resize(wall, width, height)
        shape = board.evaluate(
            "(e) => [e.getBoundingClientRect().bottom - innerHeight, e.scrollWidth - e.clientWidth,"
            " document.documentElement.scrollWidth - innerWidth]"
        )
        assert max(shape) <= 0, f"too low, too wide, page too wide: {shape}"
        assert wall.locator("[data-part=finding]").evaluate("(e) => e.getBoundingClientRect().bottom <= innerHeight")


def test_dashboard_of_a_running_game_and_details_are_accessible(classic: Page) -> None:
    assert_accessible(classic)
    classic.set_viewport_size({"width": 1280, "height": 800})
    classic.locator(".team-row [data-cell=name]").first.click()
    expect(classic.locator(".pair")).to_have_count(16)
    for closed in classic.locator(".drawer details > summary").all():
        closed.click()
    for why in classic.locator(".drawer .why:visible").all():
        why.click()
    assert_accessible(classic)


# It ends the game of this module.
def test_awards_appear_in_the_row_and_on_the_projector(
    stack: Stack, classic: Page, new_context: Callable[..., BrowserContext]
) -> None:
    award = classic.locator("[data-cell=award]", has_text="consisten")
    expect(award).to_have_count(1)
    wall = new_context({"width": 1280, "height": 720}).new_page()
    wall.goto(classic.url.replace("/dashboard/", "/g/") + "watch/")
    expect(wall.locator("[data-part=room-parts]")).to_contain_text("S1")
    # Fewer rounds do not reach the podium.
    wait_until(lambda: fewest(stack, classic, SCORED) >= 20, classic)
    finish(classic)
    assert_a_podium(classic, wall)
    # Half of the rounds are scored: the finding speaks of these.
    found = re.search(r"won [\d,]+ of ([\d,]+) rounds", report_of(classic))
    rounds = classic.locator(".report-teams td:nth-child(2)").all_inner_texts()
    assert found is not None and int(found[1].replace(",", "")) < 0.75 * sum(map(int, rounds))
