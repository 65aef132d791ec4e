"""What confused people who saw the product for the first time, and does not come back."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.support.product import LAPTOP, Stack
from tests.e2e.support.steps import command, finish, new_game, part, play_round, seat

QUESTION, UNDECIDED = "Better than every plan?", "Not decided yet"
# A mark of a choice is a square as high as its line, beside its words.
MARKS = """
(marks) => marks.map((mark) => {
    const { width, height, top, bottom } = mark.getBoundingClientRect();
    const words = (mark.labels[0] ?? mark.parentElement).getBoundingClientRect();
    return width > 0 && width <= 32 && Math.abs(width - height) <= 2 && top < words.bottom && words.top < bottom;
})
"""
SIZES = "(all) => all.filter((e) => e.checkVisibility()).map((e) => parseFloat(getComputedStyle(e).fontSize))"


@pytest.fixture
def code(host: Page, phones: tuple[Page, Page]) -> str:
    """A game without steps, whose lobby has one pair."""
    code = new_game(host)
    seat(*phones, code)
    return code


@pytest.fixture
def lesson(host: Page) -> str:
    host.goto("/dashboard/new/")
    host.click("button[value=first_lesson]")
    host.wait_for_url(re.compile(r"/dashboard/[A-Z0-9]{6}/$"))
    return host.url.rstrip("/").rsplit("/", 1)[1]


def next_step(host: Page, phone: Page, step: str) -> None:
    headline = part(host, "lesson-headline")
    before = headline.inner_text()
    host.click("[data-part=lesson-next]")
    # Until the page has heard of the step its button leads to the same one.
    expect(headline).not_to_have_text(before)
    expect(part(phone, "page")).to_have_attribute("data-step", step)


def seen(within: Locator, selector: str) -> list[str]:
    """The texts of all that is shown."""
    return [found.inner_text() for found in within.locator(selector).all() if found.is_visible()]


def assert_answered(text: str) -> None:
    """Nothing is undecided without the question that it answers."""
    flat = " ".join(text.split())
    assert UNDECIDED in flat
    assert all(before.endswith(f"{QUESTION} ") for before in flat.split(UNDECIDED)[:-1]), flat


def test_settings_are_folded_below_the_rules_of_a_pupil(code: str, phones: tuple[Page, Page]) -> None:
    page = phones[0]
    expect(part(page, "rules-list").locator("li").first).to_be_visible()
    assert seen(part(page, "rules"), "input, label, select") == []
    page.click(".rules-more summary")
    assert len(seen(part(page, "rules"), "label")) == 2


def test_the_limit_is_not_read_above_the_card_that_asks_to_guess_it(code: str, phones: tuple[Page, Page]) -> None:
    page = phones[0]
    expect(part(page, "prediction-range")).to_be_visible()
    expect(part(page, "rules-goal")).to_have_text("")


def test_the_guess_is_asked_once_and_at_its_step(lesson: str, host: Page, phones: tuple[Page, Page]) -> None:
    seat(*phones, lesson)
    page = phones[0]
    expect(part(page, "prediction")).to_be_hidden()
    next_step(host, page, "rule")
    expect(part(page, "prediction")).to_be_hidden()
    next_step(host, page, "guess")
    expect(part(page, "prediction-range")).to_be_visible()
    headings = seen(part(page, "page"), "h2")
    assert len(headings) == 1 and headings[0].endswith("how many of 100 rounds can a team win?")
    next_step(host, page, "plan")
    expect(part(page, "prediction")).to_be_hidden()


def test_nothing_is_undecided_without_its_question(code: str, host: Page, phones: tuple[Page, Page]) -> None:
    command(host, "start")
    for n in (1, 2):
        play_round(phones, n)
    finish(host)
    for page in phones:
        page.locator("[data-answer=T]:not([disabled])").click()
    page = phones[0]
    expect(part(page, "finding")).to_contain_text(UNDECIDED)
    assert_answered(part(page, "results-own").inner_text())
    page.goto(f"/g/{code}/class/")
    assert_answered(page.locator("main").inner_text())


def test_one_main_button_leads_on(lesson: str, host: Page, phones: tuple[Page, Page]) -> None:
    seat(*phones, lesson)
    page = phones[0]
    for step in ("rule", "guess", "plan", "play", "reveal", "quantum", "explain"):
        next_step(host, page, step)
        assert len(seen(host.locator("body"), ".button-main")) == 1, step
        assert len(seen(page.locator("body"), ".button-main")) <= 1, step


def test_one_headline_of_the_projector_is_the_largest(
    lesson: str, host: Page, phones: tuple[Page, Page], new_context: Callable[..., BrowserContext]
) -> None:
    seat(*phones, lesson)
    screen = new_context({"width": 1366, "height": 768}).new_page()
    screen.goto(f"/g/{lesson}/watch/")
    for step in ("rule", "guess", "plan", "play"):
        next_step(host, phones[0], step)
    play_round(phones, 1)
    expect(part(screen, "headline")).not_to_be_empty()
    sizes = sorted(screen.locator("h2").evaluate_all(SIZES), reverse=True)
    assert len(sizes) == 2 and sizes[0] >= 1.3 * sizes[1]


def test_presets_stand_side_by_side_and_choices_have_marks_of_their_line(host: Page) -> None:
    host.set_viewport_size(LAPTOP)  # type: ignore[arg-type]
    host.goto("/dashboard/new/")
    tops = [box["y"] for card in host.locator(".preset-card").all() if (box := card.bounding_box())]
    assert len(tops) > 3
    assert tops.count(tops[0]) >= 3
    host.click("details summary")
    marks = host.locator("[type=radio], [type=checkbox]").evaluate_all(MARKS)
    assert len(marks) > 8 and all(marks)


def test_choices_of_a_plan_have_marks_of_their_line(lesson: str, host: Page, phones: tuple[Page, Page]) -> None:
    seat(*phones, lesson)
    for step in ("rule", "guess", "plan"):
        next_step(host, phones[0], step)
    for page in phones:
        expect(page.locator(".plan-row").first).to_be_visible()
        marks = page.locator("[type=radio]").evaluate_all(MARKS)
        assert len(marks) == 4 and all(marks)


def test_names_of_bars_stand_beside_their_bars(host: Page, stack: Stack) -> None:
    [(demo,)] = stack.query("SELECT code FROM game_game WHERE title = 'Demo game'")
    cookie = {"name": "django_language", "value": "fr", "domain": "127.0.0.1", "path": "/"}
    host.context.add_cookies([cookie])  # type: ignore[list-item]
    host.goto(f"/dashboard/{demo}/")
    expect(host.locator(".gauge-row").first).to_be_visible()
    ends = host.locator(".gauge-row").evaluate_all("(all) => all.map((e) => e.getBoundingClientRect().right)")
    starts = host.locator("svg:has(.gauge-row) .gauge-track").evaluate_all(
        "(all) => all.map((e) => e.getBoundingClientRect().left)"
    )
    assert len(ends) == len(starts) == 2
    assert all(end < start for end, start in zip(ends, starts, strict=True))
