"""Names of fifty wide letters, and names that are read from the right, where teams are listed."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.support.product import PHONE, Stack
from tests.e2e.support.steps import enter, new_game, part

WIDE = "W" * 50
# The columns of the report's team table, in px of 180 mm on paper: none may lie outside.
OUTSIDE = """
    [...document.querySelectorAll(".report-teams th, .report-teams td")].map((cell) => {
        const paper = cell.closest(".report").getBoundingClientRect();
        return cell.getBoundingClientRect().right - paper.right;
    })
"""
# Whether a title's text begins where its box does, however wide the box is.
STARTS_LEFT = """
    (title) => {
        const range = document.createRange();
        range.selectNodeContents(title);
        return Math.abs(range.getBoundingClientRect().left - title.getBoundingClientRect().left) <= 2;
    }
"""


@pytest.fixture
def renamed(stack: Stack) -> str:
    """The demo, in which two teams have such names."""
    ((code, game),) = stack.query("SELECT code, id FROM game_game WHERE title LIKE 'Demo%%' ORDER BY id LIMIT 1")
    ids = [row[0] for row in stack.query("SELECT id FROM game_team WHERE game_id = %s ORDER BY id LIMIT 2", game)]
    for team, name in zip(ids, (WIDE, "שלום \u200f!"), strict=True):
        stack.query("UPDATE game_team SET name = %s, likeness = '' WHERE id = %s RETURNING id", name, team)
    return str(code)


@pytest.mark.parametrize("media", ["screen", "print"])
def test_a_name_of_fifty_wide_letters_leaves_the_reports_columns_on_the_paper(
    host: Page, renamed: str, media: str
) -> None:
    host.set_viewport_size({"width": 794, "height": 1000})
    host.emulate_media(media=media)  # type: ignore[arg-type]
    host.goto(f"/dashboard/{renamed}/report/")
    expect(part(host, "teams").locator("th", has_text=WIDE)).to_be_visible()
    outside = host.evaluate(OUTSIDE)
    assert len(outside) > 12 and max(outside) <= 1


def test_a_name_that_is_read_from_the_right_stands_by_itself(host: Page, renamed: str) -> None:
    host.goto(f"/dashboard/{renamed}/report/")
    expect(part(host, "teams").locator("bdi", has_text="שלום")).to_be_visible()


def test_a_title_that_is_read_from_the_right_stands_where_titles_stand(
    host: Page, stack: Stack, new_context: Callable[..., BrowserContext]
) -> None:
    code = new_game(host)
    stack.query("UPDATE game_game SET title = 'פיזיקה י׳ (2)' WHERE code = %s RETURNING id", code)
    page = new_context(PHONE).new_page()
    for address in (f"/g/{code}/", f"/g/{code}/watch/"):
        page.goto(address)
        title = page.locator("[dir=auto]", has_text="פיזיקה").first
        expect(title).to_be_visible()
        assert title.evaluate(STARTS_LEFT), address


def test_a_host_allows_a_refused_name_with_a_tap(host: Page, new_context: Callable[..., BrowserContext]) -> None:
    code = new_game(host)
    page = new_context(PHONE).new_page()
    enter(page, code)
    page.click("[data-part=beside]")
    page.fill("#team-name", "Fuck Quantum")
    page.click("[data-part=create-team] [type=submit]")
    expect(part(page, "team-error")).to_contain_text("ask the host to allow it")
    host.locator("[data-part=radar] summary").click()
    thing = part(host, "radar-list").locator("li", has_text="Fuck Quantum")
    expect(thing).to_contain_text("was refused as a name")
    thing.get_by_role("button", name="Allow it").click()
    expect(thing).to_have_count(0)
    page.click("[data-part=create-team] [type=submit]")
    expect(part(page, "team-name")).to_have_text("Fuck Quantum")
