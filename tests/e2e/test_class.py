"""A class in real browsers: four phones, one dashboard, the whole product behind them."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from game.games import game_of
from game.physics.counts import counts_of
from game.physics.report_types import Report
from game.physics.reports import reports
from tests.e2e.support.product import PHONE, Stack, wait_until
from tests.e2e.support.steps import enter, finish, new_game, number

ROUNDS = 20


def shown(page: Page) -> tuple[str, str, str]:
    parts = ("seat-hint", "round-number", "symbol")
    a, b, c = (page.locator(f"[data-part={part}]").inner_text() for part in parts)
    return a, b, c


def answer(page: Page, letter: str) -> None:
    page.locator(f"[data-answer={letter}]:not([disabled])").click()
    expect(page.locator("[data-state=recorded]").first).to_be_visible()


def play(team: list[Page], wanted: int) -> None:
    """Answer True on both phones until this round is over."""
    for page in team:
        wait_until(lambda page=page: number(page) >= wanted, page)
        if number(page) == wanted:
            page.locator("[data-answer=T]:not([disabled])").click()


def report(stack: Stack, code: str) -> Report:
    """A recount of the room, straight from its rounds."""
    rows = stack.query(
        "SELECT questions, answers FROM game_round r JOIN game_game g ON g.id = r.game_id "
        "WHERE g.code = %s AND r.closed_at IS NOT NULL",
        code,
    )
    game = game_of("simplified")
    return reports(game, "uniform", [counts_of(game, rows)])[0]


def all_closed(recount: Report) -> Report | None:
    return recount if recount.issued == 2 * (ROUNDS + 1) else None


def test_a_class_plays_through_reload_and_crash(
    stack: Stack, host: Page, new_context: Callable[..., BrowserContext]
) -> None:
    code = new_game(host)
    phones = [new_context(PHONE, has_touch=True).new_page() for _ in range(4)]
    teams = [phones[:2], phones[2:]]
    for first, second in teams:
        for page in (first, second):
            enter(page, code)
            page.click("[data-part=find-partner]")
            expect(page.locator("[data-part=seat]")).to_be_visible()
    expect(host.locator("[data-part=counts]")).to_contain_text("4 players")
    host.click("[data-command=start]")

    for n in range(1, 8):
        for team in teams:
            play(team, n)

    # One phone answers and reloads in mid-round: the same seat, question and answer.
    phone, partner = teams[0]
    wait_until(lambda: number(phone) == 8, phone)
    answer(phone, "T")
    before = shown(phone)
    phone.reload()
    expect(phone.locator("[data-state=recorded]").first).to_be_visible()
    assert shown(phone) == before
    play([partner, *teams[1]], 8)

    # The web process dies in the middle; the pages come back by themselves and lose nothing.
    wait_until(lambda: number(phone) == 9, phone)
    answer(phone, "F")
    saved = shown(phone)
    stack.kill("chsh_project.serve")
    wait_until(stack.ready, host, 30)
    expect(phone.locator("[data-state=recorded]").first).to_be_visible()
    assert shown(phone) == saved
    play([partner, *teams[1]], 9)

    for n in range(10, ROUNDS + 1):
        for team in teams:
            play(team, n)
    for team in teams:
        for page in team:
            wait_until(lambda page=page: number(page) == ROUNDS + 1, page)

    finish(host)
    # The last questions are answered in the time that is left.
    for team in teams:
        for page in team:
            page.locator("[data-answer=T]:not([disabled])").click()

    recount = wait_until(lambda: all_closed(report(stack, code)), host)
    doubled = stack.query(
        "SELECT count(*), sum(t.count) FROM game_tally t JOIN game_team m ON m.id = t.team_id "
        "JOIN game_game g ON g.id = m.game_id WHERE g.code = %s",
        code,
    )
    assert doubled[0][1] == 2 * (ROUNDS + 1)
    s = recount.estimate("chsh")
    text = "–" if s is None or s.value is None else f"{s.value:.2f}".replace("-", "−")
    expect(host.locator("[data-part=room-second]")).to_contain_text(text, timeout=20_000)


def test_wrong_codes_and_bad_names_are_told_in_words(host: Page, new_context: Callable[..., BrowserContext]) -> None:
    code = new_game(host)
    page = new_context(PHONE).new_page()
    page.goto("/")
    page.fill("#code", "ZZZZZZ")
    page.click("main form button")
    expect(page.locator("#code-error")).to_have_text("No game has this code. Check the big screen.")
    expect(page.locator("#code")).to_have_value("ZZZZZZ")
    enter(page, code)
    page.click("[data-part=beside]")
    page.fill("#team-name", "   ")
    page.click("[data-part=create-team] [type=submit]")
    expect(page.locator("[data-part=team-error]")).to_contain_text("1 to 50 characters")
    page.fill("#team-name", "Blue Owls")
    page.click("[data-part=create-team] [type=submit]")
    expect(page.locator("[data-part=team-name]")).to_have_text("Blue Owls")


def test_a_newer_tab_takes_over_and_the_older_one_says_so(
    host: Page, new_context: Callable[..., BrowserContext]
) -> None:
    code = new_game(host)
    context = new_context(PHONE)
    older = context.new_page()
    enter(older, code)
    older.click("[data-part=find-partner]")
    expect(older.locator("[data-part=seat]")).to_be_visible()
    newer = context.new_page()
    newer.goto(f"/g/{code}/")
    expect(newer.locator("[data-part=seat]")).to_be_visible()
    expect(older.locator("body")).to_contain_text("You are playing in a newer tab.")


def test_the_projector_follows_the_room(host: Page, new_context: Callable[..., BrowserContext]) -> None:
    code = new_game(host)
    wall = new_context({"width": 1280, "height": 720}).new_page()
    wall.goto(f"/g/{code}/watch/")
    expect(wall.locator("body")).to_contain_text(code)
    host.click("[data-command=start]")
    expect(wall.locator("body")).to_contain_text("Running")
    assert not wall.evaluate("document.documentElement.scrollHeight > document.documentElement.clientHeight")
