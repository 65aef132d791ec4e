"""The live table of many teams: what moves, what is written, what stays under the host's hand."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.support.many_teams import Feed
from tests.e2e.support.product import Stack, wait_until

TEAMS = 120
# More evidence than all the others have.
BEST = (60, 62)
# After so long the order of so many rows would have followed their numbers.
REORDERED_MS = 10_600

WATCH_CELLS = """
() => {
  window.touched = [];
  new MutationObserver((records) => {
    for (const { target, type } of records) {
      const element = target.nodeType === Node.TEXT_NODE ? target.parentElement : target;
      // The curves follow at their own pace.
      if (element.closest("svg")) continue;
      const row = element.closest(".team-row");
      window.touched.push([row?.querySelector("[data-cell=name]").textContent, element.dataset.cell || type]);
    }
  }).observe(document.querySelector("[data-part=teams]"),
             { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["data-step"] });
}
"""

# Nothing is written for so long that nothing is on its way.
SETTLED = """
() => new Promise((settle) => {
  const before = window.touched.length;
  setTimeout(() => settle(window.touched.length === before), 500);
})
"""


@pytest.fixture(scope="module")
def feed(stack: Stack) -> Iterator[Feed]:
    feed = Feed(stack, TEAMS)
    yield feed
    feed.stop()


@pytest.fixture
def crowd(host: Page, feed: Feed) -> tuple[Page, Feed]:
    """A dashboard of many teams with their first numbers, the pointer elsewhere."""
    feed.new_game()
    host.goto(f"/dashboard/{feed.code}/")
    expect(host.locator("[data-part=counts]")).to_contain_text(f"{TEAMS} teams")
    expect(host.locator(".team-row").first).to_be_visible()
    host.mouse.move(1, 1)
    # The rows in sight are measured again once the room has its height.
    host.wait_for_timeout(600)
    return host, feed


def names(page: Page) -> list[str]:
    """The teams in the page, from top to bottom."""
    return page.evaluate(
        "[...document.querySelectorAll('.team-row')]"
        ".sort((a, b) => a.offsetTop - b.offsetTop).map((row) => row.querySelector('[data-cell=name]').textContent)"
    )


def rounds_of(page: Page, team: str) -> Any:
    return page.locator(".team-row", has=page.get_by_role("button", name=team, exact=True)).locator(
        "[data-cell=rounds]"
    )


def name(place: int) -> str:
    return f"Team {place:03}"


def test_only_the_cells_that_changed_are_written(crowd: tuple[Page, Feed]) -> None:
    page, feed = crowd
    page.locator("#hold").check()
    # Not the first ones, who have an award to lose.
    place = int(names(page)[5].split()[1])
    page.evaluate(WATCH_CELLS)
    # One more round, lost: rounds, wins, S, evidence and what hangs on it; name, seats and the other rows stay.
    before = (30 + place % 7, 40 + place % 5)
    feed.score({place: (before[0], before[1] + 1)})
    expect(rounds_of(page, name(place))).to_have_text(str(before[1] + 1))
    touched = page.evaluate("window.touched")
    assert {row for row, _ in touched} == {name(place)}
    assert {"rounds", "first", "second", "odds"} <= {cell for _, cell in touched}
    assert not {cell for _, cell in touched} & {"name", "status", "seat-1", "seat-2", "childList"}
    # The same numbers again write nothing, once all that the first ones changed is written.
    wait_until(lambda: page.evaluate(SETTLED), page)
    page.evaluate("window.touched.length = 0")
    feed.score({place: (before[0], before[1] + 1)})
    other = int(names(page)[6].split()[1])
    feed.score({other: (39, 45)})
    expect(rounds_of(page, name(other))).to_have_text("45")
    assert {row for row, _ in page.evaluate("window.touched")} == {name(other)}


def test_rows_in_the_page_stay_few_and_follow_the_scroll(crowd: tuple[Page, Feed]) -> None:
    page, _ = crowd
    table = page.get_by_role("table")
    expect(table).to_have_attribute("aria-rowcount", str(TEAMS + 1))
    assert page.locator(".team-row").count() < TEAMS / 2
    first = names(page)[0]
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    expect(page.locator(f".team-row[aria-rowindex='{TEAMS + 1}']")).to_be_in_viewport()
    assert first not in names(page)
    order = page.evaluate("[...document.querySelectorAll('.team-row')].map((row) => Number(row.ariaRowIndex))")
    assert order == sorted(order)


def test_order_follows_the_numbers_by_itself(crowd: tuple[Page, Feed]) -> None:
    page, feed = crowd
    last = int(names(page)[-1].split()[1])
    feed.score({last: BEST})
    wait_until(lambda: names(page)[0] == name(last), page)


def test_order_waits_under_the_pointer_the_focus_and_a_search(crowd: tuple[Page, Feed]) -> None:
    page, feed = crowd
    before = names(page)
    best = int(before[3].split()[1])
    page.locator(".team-row").nth(1).hover()
    feed.score({best: BEST})
    expect(rounds_of(page, name(best))).to_have_text(str(BEST[1]))
    page.wait_for_timeout(REORDERED_MS)
    assert names(page) == before

    page.get_by_role("button", name=before[1], exact=True).focus()
    page.mouse.move(1, 1)
    page.wait_for_timeout(REORDERED_MS)
    assert names(page) == before
    expect(page.get_by_role("button", name=before[1], exact=True)).to_be_focused()

    page.fill("#search", "Team")
    page.wait_for_timeout(REORDERED_MS)
    assert names(page)[:4] == before[:4]
    page.fill("#search", "")
    page.locator("#search").blur()
    wait_until(lambda: names(page)[0] == name(best), page)


def test_held_order_stays_until_it_is_let_go(crowd: tuple[Page, Feed]) -> None:
    page, feed = crowd
    page.locator("#hold").check()
    before = names(page)
    best = int(before[7].split()[1])
    feed.score({best: BEST})
    page.wait_for_timeout(REORDERED_MS)
    assert names(page) == before
    page.locator("#hold").uncheck()
    wait_until(lambda: names(page)[0] == name(best), page)


def test_focus_and_place_stay_while_numbers_change(crowd: tuple[Page, Feed]) -> None:
    page, feed = crowd
    page.evaluate("window.scrollTo(0, 900)")
    page.wait_for_timeout(300)
    kept = page.locator(".team-row", has=page.locator("[data-cell=name]")).nth(12).locator("[data-cell=name]")
    kept = page.get_by_role("button", name=kept.inner_text(), exact=True)
    kept.focus()
    top = kept.bounding_box()
    feed.drum(60, 3)
    feed.done()
    expect(kept).to_be_focused()
    assert abs(kept.bounding_box()["y"] - top["y"]) < 1
    # Out of sight the row with the focus stays in the page.
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    expect(page.locator(f".team-row[aria-rowindex='{TEAMS + 1}']")).to_be_visible()
    expect(kept).to_be_focused()


def test_few_rows_glide_and_many_jump(crowd: tuple[Page, Feed]) -> None:
    page, feed = crowd
    page.evaluate("""() => {
        window.glided = [];
        const animate = Element.prototype.animate;
        Element.prototype.animate = function (...how) {
            window.glided.push(this.querySelector("[data-cell=name]").textContent);
            return animate.apply(this, how);
        };
    }""")
    before = names(page)
    near, far = int(before[2].split()[1]), TEAMS - 1
    assert name(far) not in before
    feed.score({near: BEST})
    wait_until(lambda: names(page)[0] == name(near), page)
    assert set(page.evaluate("window.glided")) == set(before[:3])
    page.evaluate("window.glided.length = 0")
    # Everybody gives way to the last: so many rows jump.
    feed.score({far: (70, 70)})
    wait_until(lambda: names(page)[0] == name(far), page)
    assert page.evaluate("window.glided") == []


def test_after_a_jump_each_row_stands_for_its_team(crowd: tuple[Page, Feed]) -> None:
    page, feed = crowd
    opened, best = names(page)[1], name(TEAMS - 1)
    assert best not in names(page)
    page.get_by_role("button", name=opened, exact=True).click()
    expect(page.locator("#drawer-title")).to_have_text(opened)
    page.mouse.move(1, 1)
    feed.score({TEAMS - 1: BEST})
    wait_until(lambda: names(page)[0] == best, page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name=opened, exact=True)).to_be_focused()
    page.get_by_role("button", name=best, exact=True).click()
    expect(page.locator("#drawer-title")).to_have_text(best)
    page.keyboard.press("Escape")
    shown = page.locator(".team-row").all_inner_texts()
    page.reload()
    expect(page.locator(".team-row").first).to_be_visible()
    page.wait_for_timeout(600)
    assert page.locator(".team-row").all_inner_texts() == shown


def test_many_changes_at_once_flash_nothing_and_few_do(crowd: tuple[Page, Feed]) -> None:
    page, feed = crowd
    flashes = "window.flashes = 0; document.addEventListener('animationstart', () => { window.flashes += 1; })"
    page.evaluate(flashes)
    place = int(names(page)[0].split()[1])
    feed.score(dict.fromkeys(range(60), (36, 45)))
    wait_until(lambda: "45" in page.locator("[data-cell=rounds]").all_inner_texts(), page)
    assert page.evaluate("window.flashes") == 0
    feed.score({place: (41, 50)})
    wait_until(lambda: page.evaluate("window.flashes"), page)


def test_search_filter_and_sort_choose_rows(crowd: tuple[Page, Feed]) -> None:
    page, feed = crowd
    page.select_option("#sort", "name")
    assert names(page)[:3] == [name(0), name(1), name(2)]
    page.select_option("#sort", "rounds")
    feed.score({77: (40, 60)})
    page.locator("#sort").blur()
    wait_until(lambda: names(page)[0] == name(77), page)
    page.fill("#search", "team 07")
    expect(page.locator("[data-part=teams-shown]")).to_have_text(f"10 of {TEAMS} teams")
    assert sorted(names(page)) == [name(place) for place in range(70, 80)]
    page.fill("#search", "nobody")
    expect(page.locator("[data-part=no-teams]")).to_have_text("No team matches.")
    page.fill("#search", "")
    feed.rest(77)
    page.fill("#search", name(77))
    expect(page.locator(".team-row")).to_have_count(0)
    page.locator("#inactive").check()
    expect(page.locator(".team-row")).to_have_count(1)
    expect(page.locator("[data-cell=status]")).to_have_text("inactive")


def test_numbers_of_another_run_are_not_shown(crowd: tuple[Page, Feed]) -> None:
    page, feed = crowd
    one, other = (int(team.split()[1]) for team in names(page)[:2])
    feed.score({one: (50, 99)}, run=2)
    feed.score({other: (39, 45)})
    expect(rounds_of(page, name(other))).to_have_text("45")
    assert rounds_of(page, name(one)).inner_text() != "99"


def test_totals_are_announced_and_rows_are_not(crowd: tuple[Page, Feed]) -> None:
    page, _ = crowd
    expect(page.locator("[data-part=totals]")).to_contain_text(f"{TEAMS} teams, {2 * TEAMS} players")
    assert page.locator("[aria-live], [role=status], [role=alert]").locator(".team-row").count() == 0
    assert page.locator(".team-table").locator("xpath=ancestor::*[@aria-live or @role='status']").count() == 0


def test_the_default_mode_awards(crowd: tuple[Page, Feed]) -> None:
    page, _ = crowd
    page.select_option("#sort", "evidence")
    expect(page.locator(".team-row").first.locator("[data-cell=award]")).to_have_text("evidence and consistency")
    expect(page.locator(".award:visible")).to_have_count(1)


def test_answer_log_stays_on_when_switched_on(stack: Stack, host: Page) -> None:
    code = stack.query("SELECT code FROM game_game WHERE title = 'Demo game'")[0][0]
    host.goto(f"/dashboard/{code}/")
    log = host.locator("[data-part=answer-log]")
    assert log.get_attribute("open") is None
    host.locator("[data-part=answer-log] summary").click()
    # Filled from history at once, and live from then on.
    newest = host.locator(".answer-line").first
    expect(newest.locator("[data-cell=seat-1]")).to_have_text(re.compile(".+: .+"))
    before = newest.inner_text()
    expect(newest).not_to_have_text(before)
    host.context.set_offline(True)
    expect(host.locator("[data-part=offline]")).to_be_visible(timeout=30_000)
    host.context.set_offline(False)
    before = newest.inner_text()
    expect(newest).not_to_have_text(before, timeout=30_000)
    assert log.get_attribute("open") is not None
    host.reload()
    expect(host.locator(".answer-line").first).to_be_visible()
