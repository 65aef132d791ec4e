"""A game of three: three phones find each other, play GHZ to the end and read what they did."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from game.games import game_of
from tests.e2e.support.product import Stack, assert_accessible, wait_until
from tests.e2e.support.steps import (
    MIDDLE,
    SMALL,
    answers_are_in_view,
    command,
    finish,
    mode_game,
    number,
    part,
    play_round,
)

ROUNDS = 5
GHZ = game_of("ghz")


@pytest.fixture
def three(new_context: Callable[..., BrowserContext]) -> list[Page]:
    return [new_context(size, has_touch=True).new_page() for size in (MIDDLE, SMALL, MIDDLE)]


def test_three_phones_play_from_the_lobby_to_the_results(stack: Stack, host: Page, three: list[Page]) -> None:
    code = mode_game(host, "ghz")
    seat_three(three, code)
    command(host, "start")
    for page in three:
        wait_until(lambda page=page: number(page) == 1, page)
        assert answers_are_in_view(page)
        expect(page.locator(".figure-question")).to_be_visible()
    assert_accessible(three[1], 320, 390)

    three[0].locator("[data-answer=T]").click()
    expect(part(three[0], "status")).to_have_text("Saved. Waiting for your partners.")
    three[1].locator("[data-answer=T]").click()
    three[2].locator("[data-answer=F]").focus()
    three[2].keyboard.press("1")
    for n in range(2, ROUNDS + 1):
        play_round(three, n)
    for page in three:
        wait_until(lambda page=page: number(page) == ROUNDS + 1, page)
    expect(part(three[0], "last-detail")).to_contain_text("seat 3")
    assert_last_rounds_are_told(stack, code, three)
    finish(host)
    for page in three:
        expect(part(page, "round-number")).to_contain_text("Last round")
        page.locator("[data-answer=T]:not([disabled])").click()
    for page in three:
        expect(part(page, "headline-number")).to_contain_text(f"of {ROUNDS + 1}", timeout=20_000)
    assert_results(three[2])


def seat_three(pages: list[Page], code: str) -> None:
    first, second, third = pages
    for page in pages:
        page.goto(f"/g/{code}/")
        expect(part(page, "beside")).to_contain_text("the others type it")
    first.click("[data-part=beside]")
    first.fill("#team-name", "Blue Owls")
    first.click("[data-part=create-team] [type=submit]")
    expect(part(first, "question-text")).to_have_text("You are Blue Owls. Waiting for 2 partners.")
    expect(third.locator(".lobby-free")).to_have_text("2 free")
    second.click(".lobby-team button")
    expect(part(first, "question-text")).to_have_text("You are Blue Owls. Waiting for your partner.")
    expect(part(first, "partner")).to_have_text("Seat 2 here, Seat 3 is free")
    expect(third.locator(".lobby-free")).to_have_text("1 free")
    third.click("[data-part=find-partner]")
    for page in pages:
        # Who was found has to find the others.
        text = "You are Blue Owls: raise your hand, find each other."
        expect(part(page, "question-text")).to_have_text(
            text if page == third else "You are all here. The host starts the game."
        )
    expect(part(third, "seat-hint")).to_have_text("Seat 3")


def assert_last_rounds_are_told(stack: Stack, code: str, pages: list[Page]) -> None:
    """Every phone says of the last round what the game says of its questions and answers."""
    sql = (
        "SELECT questions, answers FROM game_round r JOIN game_game g ON g.id = r.game_id "
        "WHERE g.code = %s AND r.number = %s"
    )
    questions, answers = stack.query(sql, code, ROUNDS)[0]
    assert answers == "TTT"
    theme = GHZ.themes[GHZ.default_theme]
    text = theme.outcome_text(GHZ.outcome(questions, answers), GHZ.how(questions, answers))
    for page in pages:
        expect(part(page, "last-head")).to_have_text(str(text))


def assert_results(page: Page) -> None:
    for summary in part(page, "results").locator("details > summary").all():
        summary.click()
    facts = part(page, "compare").locator("dd").all_inner_texts()
    assert [text.replace("\xa0", " ") for text in facts[:3]] == ["–", "75 %", "100 %"]
    expect(part(page, "rounds").locator("li")).to_have_count(ROUNDS + 1)
    expect(part(page, "pairs").locator("tr")).to_have_count(4)
    expect(part(page, "explanations").locator("details")).to_have_count(2)
    assert_accessible(page, 320, 390)
