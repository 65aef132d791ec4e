"""What a screen reader gets of a game and of a lesson: the browser's own tree, and what is announced when."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.support.product import LAPTOP, PHONE, wait_until
from tests.e2e.support.reader import HEAR, Node, faults_for_readers, read
from tests.e2e.support.steps import command, create_team, finish, new_game, number, part, play_round, seat

FAULTY = """
<title>Faults</title><a class="skip" href="#main">Skip</a><p>Nowhere</p>
<main id="main"><h2>Second first</h2><h4>Fourth</h4><button></button><table><tr><th>a</th><td>b</td></tr></table></main>
"""
CLOSED = re.compile(r"(Won|Lost)\.")


@pytest.fixture
def readers(phones: tuple[Page, Page]) -> tuple[Page, Page]:
    for page in phones:
        page.add_init_script(HEAR)
    return phones


def heard(page: Page) -> list[str]:
    said: list[str] = page.evaluate("heard")
    return said


def focused(page: Page) -> Node:
    """Where the reader stands: the last one, for the document has the focus as well."""
    return [node for node in read(page) if node.states.get("focused")][-1]


def names(page: Page, *roles: str) -> list[str]:
    return [node.name for node in read(page) if node.role in roles]


def hears(page: Page, words: str) -> None:
    wait_until(lambda: any(words in said for said in heard(page)), page)


def hears_closed(page: Page, rounds: int) -> None:
    wait_until(lambda: len([said for said in heard(page) if CLOSED.match(said)]) == rounds, page)


def in_order(page: Page, *wanted: str) -> bool:
    """Whether these come one after another on the way down the page."""
    passed = iter([node.name for node in read(page)])
    return all(any(words in name for name in passed) for words in wanted)


def test_a_game_is_heard_from_the_lobby_to_the_results(host: Page, readers: tuple[Page, Page]) -> None:
    one, two = readers
    code = new_game(host)
    one.goto(f"/g/{code}/")
    expect(part(one, "lobby")).to_be_visible()
    assert in_order(one, "Physics 10b", "I sit next to my partner", "Find me one", "Practice alone")
    create_team(one)
    hears(one, "Waiting for your partner.")
    assert (focused(one).role, focused(one).level, focused(one).name) == ("heading", 2, "Seat 1")
    two.goto(f"/g/{code}/")
    two.click(".lobby-team button")
    for page in readers:
        hears(page, "You are both here.")

    command(host, "start")
    wait_until(lambda: number(one) == 1, one)
    assert (focused(one).role, focused(one).name) == ("heading", "Seat 1 round 1")
    assert in_order(one, "Seat 1 round 1", part(one, "question-text").inner_text(), "Choose", "Skip")
    one.locator("[data-answer=T]").click()
    hears(one, "Saved. Waiting for your partner.")
    [choose] = [node for node in read(one) if node.role == "button" and node.name.startswith("Choose")]
    assert choose.states["pressed"] == "true" and choose.states["focused"]
    two.locator("[data-answer=T]").click()
    # Rounds that are faster than their scores are said all the same, each once.
    for n in (2, 3, 4):
        play_round(readers, n)
    for page in readers:
        hears_closed(page, 4)
    assert faults_for_readers(one) == []

    finish(host)
    for page in readers:
        page.locator("[data-answer=T]:not([disabled])").click()
    expect(part(one, "headline-number")).to_be_visible()
    assert (focused(one).role, focused(one).name) == ("heading", "The game is over. Thank you for playing.")
    assert in_order(one, "Results", "rounds won:", "Better than every plan?", "Evidence against every plan")


def test_each_step_of_a_lesson_is_heard_on_phone_projector_and_dashboard(
    host: Page, readers: tuple[Page, Page], new_context: Callable[..., BrowserContext]
) -> None:
    host.add_init_script(HEAR)
    host.goto("/dashboard/new/")
    host.click("button[value=first_lesson]")
    host.wait_for_url(re.compile(r"/dashboard/[A-Z0-9]{6}/$"))
    code = host.url.rstrip("/").rsplit("/", 1)[1]
    screen = new_context(LAPTOP).new_page()
    screen.add_init_script(HEAR)
    screen.goto(f"/g/{code}/watch/")
    seat(*readers, code)
    one = readers[0]

    go_on(host, screen, "The rule of the game")
    hears(one, "Read the rule.")
    go_on(host, screen, "Perfect plan, no talking")
    hears(one, "how many of 100 rounds can a team win?")
    [slider] = [node for node in read(one) if node.role == "slider"]
    assert (slider.name, slider.value) == ("Your guess, in per cent", "50")
    go_on(host, screen, "Talk now.")
    hears(one, "tick what you will answer")
    groups = [node for node in read(one) if node.role in ("group", "radiogroup") and "radio" not in node.within]
    assert len([node for node in groups if node.name]) >= 2
    assert set(names(one, "radio")) == {"Choose", "Skip"}
    go_on(host, screen, "Silence")
    wait_until(lambda: number(one) == 1, one)
    assert focused(one).name.startswith("Seat 1")
    command(host, "pause")
    hears(one, "Eyes up")
    go_on(host, screen, "The wall")
    hears(one, "Look at the big screen.")
    for page in (one, screen, host):
        assert faults_for_readers(page) == []


def go_on(host: Page, screen: Page, headline: str) -> None:
    host.click("[data-part=lesson-next]")
    for page in (host, screen):
        hears(page, headline)
        assert [name for name in names(page, "heading") if headline in name]


def test_the_teams_are_a_table_with_a_name_and_headers(host: Page, phones: tuple[Page, Page]) -> None:
    seat(*phones, new_game(host))
    expect(host.locator(".team-row [data-cell=seats]")).to_have_text("12")
    nodes = read(host)
    [table] = [node for node in nodes if node.role == "table"]
    headers = [node.name for node in nodes if node.role == "columnheader"]
    [team] = [node.name for node in nodes if node.role == "rowheader"]
    assert table.name == "Teams"
    assert headers[:5] == ["Status", "Team", "Seats", "Rounds", "Wins"]
    assert f"Menu of {team}" in names(host, "button")
    assert "Seat 1: here Seat 2: here" in names(host, "cell")


def test_what_a_reader_would_miss_is_found(new_context: Callable[..., BrowserContext]) -> None:
    page = new_context(PHONE).new_page()
    page.set_content(FAULTY)
    found = faults_for_readers(page)
    for words in ("no name: button", "no name: table", "not one heading", "“Fourth” of level 4", "“Nowhere”"):
        assert [fault for fault in found if words in fault], words
