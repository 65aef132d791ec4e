"""The phone: from the lobby to the results, in every mode, by touch and by keyboard, on small screens."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from game.games import GAMES, game_of
from tests.e2e.support.product import Stack, assert_accessible, wait_until
from tests.e2e.support.steps import (
    answers_are_in_view,
    command,
    create_team,
    finish,
    mode_game,
    new_game,
    number,
    part,
    play_round,
    seat,
    twice,
)

SIDEWAYS = {"width": 568, "height": 320}
SHARE = re.compile(r"^\d+\s% \(\d+\sto\s\d+\)$")


WEIGHT = """
    performance.getEntries().filter((entry) => "transferSize" in entry)
        .reduce((sum, entry) => sum + entry.transferSize, 0)
"""
# The page's own words for closed rounds, read outside the seat.
SAID = """
    async (rounds) => {
        const { outcomeText } = await import("/static/js/play/rounds/last_round.js");
        const games = JSON.parse(document.getElementById("games").textContent);
        return rounds.map((round) => outcomeText(round, games));
    }
"""


def test_a_team_plays_from_the_lobby_to_the_results(host: Page, phones: tuple[Page, Page]) -> None:
    one, two = phones
    code = new_game(host)
    one.goto(f"/g/{code}/")
    expect(part(one, "lobby")).to_be_visible()
    assert one.evaluate(WEIGHT) < 100_000
    assert one.evaluate("window.jumps") < 0.1
    assert_accessible(one, 320, 390)
    one.click("[data-part=beside]")
    suggested = one.input_value("#team-name")
    one.click("[data-part=another-name]")
    expect(one.locator("#team-name")).not_to_have_value(suggested)
    one.fill("#team-name", "sh1t happens")
    one.click("[data-part=create-team] [type=submit]")
    expect(part(one, "team-error")).to_contain_text("This name is not allowed here. Choose another")
    one.fill("#team-name", "Blue Owls")
    seat_of_one = one.locator("[data-part=create-team] [type=submit]")
    seat_of_one.click()
    expect(part(one, "question-text")).to_have_text("You are Blue Owls. Waiting for your partner.")
    part(one, "prediction-range").fill("90")
    expect(part(one, "prediction-state")).to_contain_text("Saved.")
    expect(part(one, "rules")).to_be_visible()
    assert_accessible(one, 320, 390)

    two.goto(f"/g/{code}/")
    two.click(".lobby-team button")
    expect(part(two, "question-text")).to_have_text("You are both here. The host starts the game.")
    command(host, "start")
    for page in (one, two):
        expect(part(page, "status")).to_have_text("Here we go: no talking, no peeking.")
        expect(part(page, "rules")).to_be_hidden()
        assert answers_are_in_view(page)
    one.set_viewport_size(SIDEWAYS)  # type: ignore[arg-type]
    assert answers_are_in_view(one)
    assert_accessible(one, 320, 390)

    one.click("[data-answer=T]")
    expect(part(one, "status")).to_have_text("Saved. Waiting for your partner.")
    assert_accessible(one, 320, 390)
    two.click("[data-answer=T]")
    places = []
    for n in range(2, 15):
        play_round((one, two), n)
        places.append(two.locator("[data-answer=T]").bounding_box())
    # Whatever the last round was called, the answers stay where the thumb is.
    assert all(place == places[0] for place in places)
    expect(part(two, "score-line")).to_contain_text("of 14 won")
    assert_accessible(one, 320, 390)
    assert answers_are_in_view(two)
    command(host, "pause")
    expect(part(one, "eyes-up")).to_be_visible()
    expect(part(one, "status")).to_have_text("Paused. Your seat and question are kept.")
    command(host, "resume")
    expect(part(one, "eyes-up")).to_be_hidden()
    expect(part(one, "status")).to_have_text("Your turn.")

    finish(host)
    expect(part(one, "round-number")).to_contain_text("Last round")
    play_last(one, two)
    for page in (one, two):
        expect(part(page, "headline-words")).to_contain_text("rounds won: ", timeout=20_000)
        expect(part(page, "headline-number")).to_contain_text("of 15")
        expect(part(page, "ranking")).to_be_hidden()
    facts = part(one, "compare").locator("dd")
    assert [text.replace("\xa0", " ") for text in facts.all_inner_texts()[:3]] == ["90 %", "75 %", "85.4 %"]
    expect(facts.nth(3)).to_have_text(SHARE)
    expect(part(two, "compare").locator("dd").first).to_have_text("–")
    expect(part(one, "plan-text")).to_contain_text("15 of 15 rounds fit this plan")
    for summary in part(one, "results").locator("details > summary").all():
        summary.click()
    expect(part(one, "rounds").locator("li")).to_have_count(15)
    expect(part(one, "pairs").locator("tr")).to_have_count(4)
    assert_accessible(one, 320, 390)


def play_last(one: Page, two: Page) -> None:
    for page in (one, two):
        page.locator("[data-answer=T]:not([disabled])").click()


@pytest.mark.parametrize("mode", ["classic", "aqmjoe"])
def test_other_modes_are_played_to_the_results(stack: Stack, host: Page, phones: tuple[Page, Page], mode: str) -> None:
    one, two = phones
    code = mode_game(host, mode)
    # Beside the limits stands that they do not hold; in AQM Joe the questions stay uniform under this design.
    stack.query("UPDATE game_game SET question_design = 'adaptive' WHERE code = %s RETURNING id", code)
    seat(one, two, code)
    command(host, "start")
    for n in range(1, 4):
        play_round((one, two), n)
    expect(part(one, "last-head")).not_to_be_empty()
    finish(host)
    expect(part(one, "round-number")).to_contain_text("Last round")
    play_last(one, two)
    for page in (one, two):
        expect(part(page, "results-own")).to_be_visible()
        expect(part(page, "headline-words")).not_to_be_empty()
    # Numbers are written as the page's language writes them.
    two.context.add_cookies([{"name": "django_language", "value": "de", "url": two.url}])
    for page, point in ((one, "."), (two, ",")):
        page.reload()
        expect(part(page, "compare")).to_contain_text({"classic": f"85{point}4", "aqmjoe": f"8{point}3"}[mode])
    for summary in part(two, "results").locator("details > summary").all():
        summary.click()
    expect(part(two, "pairs").locator("tr")).to_have_count({"classic": 16, "aqmjoe": 4}[mode])
    assert_accessible(two, 320, 390)
    for page, name in ((one, "results-uneven"), (two, "rules-uneven"), (host, "room-uneven")):
        assert (part(page, name).get_attribute("hidden") is None) == (mode == "classic")
    host.goto(f"/dashboard/{code}/report/")
    expect(part(host, "finding")).not_to_be_empty()
    expect(part(host, "room-uneven")).to_be_visible(visible=mode == "classic")


@pytest.mark.parametrize("mode", GAMES)
def test_a_round_that_closed_early_is_said_to_cost_what_it_costs(
    host: Page, phones: tuple[Page, Page], mode: str
) -> None:
    page, _ = phones
    page.goto(f"/g/{mode_game(host, mode)}/")
    game = game_of(mode)
    nobody = "-" * game.seat_count
    early = {"theme": game.default_theme, "mode": mode, "closed_by": "skip", "how": "unanswered"}
    closed = [early | {"outcome": game.outcome(context, nobody)} for context in game.questions]
    for context, text in zip(game.questions, page.evaluate(SAID, closed), strict=True):
        assert text.startswith("The host closed the round. ")
        is_lost = game.counts(context, nobody) is False
        has_score = game.score_scale is not None
        assert ("counts as lost" in text) == (is_lost and not has_score)
        assert ("costs a point" in text) == has_score
        assert ("not scored" in text) == (not is_lost)
    # Where the host hides the outcome, the words tell nothing of the questions.
    hidden = early | {"outcome": "closed", "how": "closed"}
    said = page.evaluate(SAID, [hidden, hidden | {"closed_by": "answers"}])
    assert said == ["The host closed the round.", ""]


def test_a_game_is_played_by_keyboard_alone(host: Page, phones: tuple[Page, Page]) -> None:
    one, two = phones
    code = new_game(host)
    for page, button in ((one, "[data-part=create-team] [type=submit]"), (two, ".lobby-team button")):
        page.goto(f"/g/{code}/")
        expect(part(page, "beside")).to_be_visible()
        if page == one:
            press_tab_until(page, "[data-part=beside]")
            page.keyboard.press("Enter")
        press_tab_until(page, button)
        page.keyboard.press("Enter")
        expect(part(page, "seat")).to_be_visible()
    command(host, "start")
    for page in (one, two):
        # A key says nothing to a phone that has no question yet.
        wait_until(lambda page=page: number(page) == 1, page)
    press_tab_until(one, "[data-answer=F]")
    one.keyboard.press("Enter")
    press_tab_until(two, "[data-answer=T]")
    two.keyboard.press("2")
    wait_until(lambda: number(one) == 2, one)
    expect(one.locator("[data-answer=F]")).to_be_focused()
    for n in range(2, 5):
        for page in (one, two):
            wait_until(lambda page=page, n=n: number(page) == n, page)
            page.keyboard.press("1")
    wait_until(lambda: number(two) == 5, two)


def test_partners_meet_by_a_number_and_by_a_code(host: Page, phones: tuple[Page, Page], stack: Stack) -> None:
    one, two = phones
    code = new_game(host)
    one.goto(f"/g/{code}/")
    create_team(one)
    expect(part(one, "team-number")).to_have_text(re.compile(r"^\d+$"))
    team = part(one, "team-number").inner_text()
    wait_until(lambda: part(one, "team-qr").evaluate("(picture) => picture.naturalWidth > 0"), one)
    assert_accessible(one, 320, 390)
    two.goto(f"/g/{code}/")
    two.click("[data-part=beside]")
    two.fill("#team-number", "no")
    two.keyboard.press("Enter")
    expect(part(two, "number-error")).to_contain_text("Type the number")
    two.fill("#team-number", str(int(team) + 999))
    two.keyboard.press("Enter")
    expect(part(two, "number-error")).to_contain_text("not there any more")
    assert_accessible(two, 320, 390)
    two.fill("#team-number", team)
    two.keyboard.press("Enter")
    for page in (one, two):
        expect(part(page, "question-text")).to_have_text("You are both here. The host starts the game.")
        expect(part(page, "meeting")).to_be_hidden()
    expect(part(two, "seat-band")).to_be_focused()

    twice(part(two, "leave"))
    two.goto(f"/g/{code}/?team={team}")
    two.click("[data-part=invited-join]")
    expect(part(two, "question-text")).to_have_text("You are both here. The host starts the game.")
    assert two.url.endswith(f"/g/{code}/")
    # The third of two comes too late, and is told so.
    twice(part(one, "leave"))
    one.goto(f"/g/{code}/?team={int(team) + 999}")
    expect(part(one, "invited")).to_have_text(re.compile("This team is full or gone"))
    assert_accessible(one, 320, 390)


def press_tab_until(page: Page, selector: str) -> None:
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"Tab does not reach {selector}")


def test_nothing_is_lost_at_twice_the_size(host: Page, new_context: Callable[..., BrowserContext]) -> None:
    # A browser's zoom of 200 % halves the width that a page has: 320 pixels of 640.
    one = new_context({"width": 320, "height": 284}, device_scale_factor=2).new_page()
    two = new_context({"width": 320, "height": 284}, device_scale_factor=2).new_page()
    code = new_game(host)
    seat(one, two, code)
    command(host, "start")
    wait_until(lambda: number(one) == 1, one)
    assert one.evaluate("document.documentElement.scrollWidth") == 320
    cut = """[...document.querySelectorAll("[data-part=seat] *")]
        .filter((e) => e.childElementCount === 0 && e.textContent.trim() && e.scrollWidth > e.clientWidth + 1
            && e.clientWidth && getComputedStyle(e).overflow !== "visible").map((e) => e.outerHTML)"""
    assert one.evaluate(cut) == []
    for value in ("T", "F"):
        one.locator(f"[data-answer={value}]").scroll_into_view_if_needed()
        expect(one.locator(f"[data-answer={value}]")).to_be_in_viewport(ratio=1)
