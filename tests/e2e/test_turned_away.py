"""What a phone shows when it cannot play, with one thing to do next; and what the phone itself lends to the game."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.support.product import PHONE, Stack, assert_accessible, wait_until
from tests.e2e.support.steps import create_team, enter, finish, new_game, number, player, sheet_of, twice

# What the browser offers is counted instead of used.
COUNTING = """
    window.held = window.asked = window.ticks = 0;
    const lock = () => (window.held += 1, { release() { window.held -= 1; } });
    Object.defineProperty(navigator, "wakeLock", { value: { request: async () => (window.asked += 1, lock()) } });
    Object.defineProperty(navigator, "vibrate", { value: () => (window.ticks += 1, true) });
"""
MISSING = """
    delete Navigator.prototype.wakeLock;
    delete Navigator.prototype.vibrate;
"""


@pytest.fixture
def phone(new_context: Callable[..., BrowserContext]) -> Page:
    return new_context(PHONE, has_touch=True).new_page()


def option(host: Page, stack: Stack, code: str, name: str, value: str) -> None:
    host.click("[data-part=options-button]")
    host.fill(f"#{name}", value)
    host.press(f"#{name}", "Enter")
    wait_until(lambda: str(stack.query(f"SELECT {name} FROM game_game WHERE code = %s", code)[0][0]) == value, host)


def assert_one_way_on(page: Page, words: str, way: str | None) -> None:
    """The page says why in one sentence and offers this main action, or none where only the host can help."""
    expect(page.locator("main")).to_contain_text(words)
    main = page.locator("main .button-main:visible, main .button-large:visible")
    if way is None:
        expect(main).to_have_count(0)
    else:
        expect(main.first).to_have_text(way)
    expect(page.locator("[data-answer]:visible")).to_have_count(0)
    assert_accessible(page, 320, 390)


def test_a_full_game_sends_to_the_host(
    stack: Stack, host: Page, phone: Page, new_context: Callable[..., BrowserContext]
) -> None:
    code = new_game(host)
    option(host, stack, code, "max_teams", "1")
    first = player(new_context, code)
    enter(phone, code)
    # The free seat of the last team is still to be had.
    expect(phone.locator(".lobby-team button")).to_be_enabled()
    expect(phone.locator("[data-part=create-team]")).to_be_hidden()
    enter(last := new_context(PHONE).new_page(), code)
    last.click(".lobby-team button")
    expect(first.locator("[data-part=partner]")).to_have_text("Partner here")
    assert_one_way_on(phone, "This game is full. Ask the host for a seat.", None)


def test_a_locked_game_sends_to_the_host_and_opens_by_itself(
    host: Page, phone: Page, new_context: Callable[..., BrowserContext]
) -> None:
    code = new_game(host)
    player(new_context, code)
    host.click("[data-part=lock]")
    enter(phone, code)
    assert_one_way_on(phone, "This game is locked. Ask the host for a seat.", None)
    expect(phone.locator(".lobby-team")).to_be_hidden()
    host.click("[data-part=lock]")
    expect(phone.locator("[data-part=find-partner]")).to_be_enabled()


def test_a_finished_game_leads_to_the_class(
    host: Page, phone: Page, new_context: Callable[..., BrowserContext]
) -> None:
    code = new_game(host)
    host.click("[data-command=start]")
    finish(host)
    enter(phone, code)
    assert_one_way_on(phone, "This game is over.", "See the whole class")
    phone.click("main a:has-text('See the whole class')")
    expect(phone.locator("h1")).to_have_text("No round is counted yet")


@pytest.mark.parametrize("code", ["ZZZZZZ", "zzzzzz"])
def test_a_wrong_address_leads_to_the_code(phone: Page, code: str) -> None:
    phone.goto(f"/g/{code}/")
    assert_one_way_on(phone, "No game has this code. Check the big screen. ZZZZZZ", "Enter a code")
    phone.click("main .button-main")
    expect(phone.locator("#code")).to_be_visible()
    phone.fill("#code", code)
    phone.click("main form button")
    expect(phone.locator("#code-error")).to_have_text("No game has this code. Check the big screen.")
    assert_accessible(phone, 320, 390)


def test_a_removed_player_may_sit_down_again_and_a_banned_one_may_not(
    host: Page, new_context: Callable[..., BrowserContext]
) -> None:
    phone = player(new_context, new_game(host))
    team = phone.locator("[data-part=team-name]").inner_text()
    sheet = sheet_of(host, team)
    twice(sheet.locator("[data-act=kick]").first)
    assert_one_way_on(phone, "The host has freed your seat. You may join again.", "Choose another seat")
    phone.click("main .button-main:visible")
    create_team(phone)
    expect(phone.locator("[data-part=seat]")).to_be_visible()
    name = phone.locator("[data-part=team-name]").inner_text()
    host.keyboard.press("Escape")
    twice(sheet_of(host, name).locator("[data-act=ban]").first)
    for _ in range(2):
        assert_one_way_on(phone, "The host has removed you from this game.", "Enter another code")
        phone.reload()


def test_a_browser_that_keeps_no_cookie_is_told_so(host: Page, phone: Page) -> None:
    enter(phone, new_game(host))
    phone.context.clear_cookies()
    phone.evaluate("window.dispatchEvent(new Event('online'))")
    assert_one_way_on(phone, "The game knows you by a cookie. Allow cookies for this page", "Enter another code")


@pytest.mark.parametrize("script", [COUNTING, MISSING])
def test_a_phone_stays_awake_and_ticks_where_it_can(
    host: Page, new_context: Callable[..., BrowserContext], script: str
) -> None:
    code = new_game(host)
    pages = [new_context(PHONE, has_touch=True).new_page() for _ in range(2)]
    for page in pages:
        page.add_init_script(script)
        enter(page, code)
        page.click("[data-part=find-partner]")
        expect(page.locator("[data-part=seat]")).to_be_visible()
    host.click("[data-command=start]")
    for n in (1, 2):
        for page in pages:
            wait_until(lambda page=page, n=n: number(page) == n, page)
            page.locator("[data-answer=T]:not([disabled])").tap()
    phone = pages[0]
    wait_until(lambda: number(phone) == 3, phone)
    if script == MISSING:
        assert phone.evaluate("'wakeLock' in navigator || 'vibrate' in navigator") is False
        return
    # A tick for each answer, and one for each result.
    assert phone.evaluate("[asked, held, ticks]") == [1, 1, 4]
    host.click("[data-command=pause]")
    expect(phone.locator("[data-part=status]")).to_have_text(re.compile("^Paused"))
    wait_until(lambda: phone.evaluate("held") == 0, phone)
    host.click("[data-command=resume]")
    wait_until(lambda: phone.evaluate("[asked, held].join()") == "2,1", phone)
    newer = phone.context.new_page()
    newer.goto(f"/g/{code}/")
    expect(phone.locator("[data-part=play-here]")).to_be_visible()
    assert phone.evaluate("held") == 0
