"""The host's way through a game: by mouse, by keyboard alone, and with a colleague."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.support.product import LAPTOP, Stack, assert_accessible, wait_until
from tests.e2e.support.steps import finish, new_game, number, player, sheet_of, sit, twice

PASSWORD = "correct horse battery"
MANY_TABS = 80


def account(stack: Stack, name: str) -> None:
    stack.query(
        "INSERT INTO auth_user (username, password, is_superuser, is_staff, is_active, first_name, last_name, email, "
        "date_joined) VALUES (%s, %s, false, false, true, '', '', '', now()) RETURNING id",
        name,
        make_password(PASSWORD),
    )


def logged_in(page: Page, name: str, password: str = PASSWORD) -> Page:
    page.goto("/dashboard/")
    page.fill("#id_username", name)
    page.fill("#id_password", password)
    page.click("main button:has-text('Log in')")
    page.wait_for_url("**/dashboard/")
    return page


def test_a_host_leads_a_game_from_its_code_to_its_report(
    stack: Stack, host: Page, new_context: Callable[..., BrowserContext]
) -> None:
    code = new_game(host)
    expect(host.locator("[data-part=guide-share]")).to_have_attribute("aria-current", "step")
    first, second, alone = (player(new_context, code) for _ in range(3))
    expect(host.locator("[data-part=guide-pairs]")).to_contain_text("1 pair is ready, 1 without a partner")
    pair, lone = (page.locator("[data-part=team-name]").inner_text() for page in (first, alone))

    sheet = sheet_of(host, lone)
    offered = ["the best plan: up to 75 %", "like a person, a plan with slips: up to 70 %", "at random: up to 50 %"]
    expect(sheet.locator("option")).to_have_text(offered)
    expect(sheet).to_contain_text("The bot’s best plan: seat 2:")
    sheet.locator("select").select_option("random")
    sheet.get_by_role("button", name="Give bot partner").click()
    expect(sheet).to_contain_text("Seat 2: bot")
    host.keyboard.press("Escape")
    host.click("[data-command=start]")
    expect(host.locator("[data-part=guide]")).to_be_hidden()
    wait_until(lambda: number(first) == 1, first)
    for page in (first, second, alone):
        page.locator("[data-answer=T]:not([disabled])").click()
    wait_until(lambda: number(first) == 2, first)

    # Names: a taken one is refused at its field, a new one reaches the phone.
    sheet = sheet_of(host, pair)
    sheet.get_by_label("Name").fill(lone)
    sheet.get_by_role("button", name="Rename").click()
    expect(sheet.get_by_role("alert")).to_contain_text("is taken")
    sheet.get_by_label("Name").fill("Red Foxes")
    sheet.get_by_role("button", name="Rename").click()
    expect(first.locator("[data-part=team-name]")).to_have_text("Red Foxes")

    # Removed, a player may sit down again; banned, only after the host has allowed it.
    twice(sheet.locator("[data-act=kick]").nth(1))
    expect(second.locator("body")).to_contain_text("The host has freed your seat. You may join again.")
    second.reload()
    sit(second)
    twice(sheet.locator("[data-act=ban]").nth(1))
    expect(second.locator("body")).to_contain_text("The host has removed you")
    second.reload()
    expect(second.locator("body")).to_contain_text("The host has removed you")
    host.keyboard.press("Escape")
    host.locator("[data-part=banned] summary").click()
    expect(host.locator("[data-part=banned-list]")).to_contain_text("A player of Red Foxes")
    host.get_by_role("button", name="Allow back").click()
    expect(host.locator("[data-part=banned]")).to_be_hidden()
    second.reload()
    sit(second)

    # Options, title, theme, pause.
    host.click("[data-part=options-button]")
    host.fill("#title", "Physics 10b, Friday")
    host.press("#title", "Enter")
    for page in (host, first):
        expect(page.locator("[data-part=title]")).to_have_text("Physics 10b, Friday")
        expect(page).to_have_title(re.compile(r"^(Dashboard|Play|Big screen): Physics 10b, Friday$"))
    host.fill("#title", " ")
    host.press("#title", "Enter")
    expect(host.locator("[data-part=toasts]")).to_contain_text("1 to 80 characters")
    expect(host.locator("[data-part=title]")).to_have_text("Physics 10b, Friday")
    host.fill("#max_teams", "7")
    host.uncheck("[name=show_own_score]")
    host.select_option("#theme", "classic")
    wait_until(lambda: options(stack, code) == (7, False, "classic"), host)
    # A bot that was sent away leaves its team marked: the team's rounds stay a bot's.
    sheet = sheet_of(host, lone)
    twice(sheet.locator("[data-act=kick]").nth(1))
    expect(sheet).to_contain_text("Seat 2: free")
    host.keyboard.press("Escape")
    row = host.locator(".team-row", has=host.get_by_role("button", name=lone, exact=True))
    expect(row.locator("[data-cell=bot]")).to_be_visible()
    host.click("[data-command=pause]")
    expect(first.locator("body")).to_contain_text("Paused")
    host.click("[data-command=resume]")
    expect(host.locator("[data-command=pause]")).to_be_visible()

    finish(host)
    host.get_by_role("link", name="Results and report").click()
    expect(host.locator("[data-part=finding]")).to_have_text(
        re.compile(r"^Together you won \d+ of \d+ rounds"), timeout=60_000
    )
    host.get_by_role("link", name="Red Foxes").click()
    expect(host.locator("[data-part=finding]")).to_contain_text("Red Foxes won")

    host.goto(f"/dashboard/{code}/")
    host.get_by_role("button", name="Play again with a new code").click()
    expect(host.locator("[data-part=title]")).to_have_text("Physics 10b, Friday, again")
    assert code not in host.url


def test_start_and_finish_are_never_confused_and_a_finish_can_be_taken_back(
    host: Page, new_context: Callable[..., BrowserContext]
) -> None:
    code = new_game(host)
    pair = [player(new_context, code) for _ in range(2)]
    start, pause, end = (host.locator(f"[data-command={name}]") for name in ("start", "pause", "finish"))
    box = start.bounding_box()
    start.click()
    # Whoever clicks on in the same place neither ends nor pauses the game.
    assert box is not None
    for _ in range(3):
        host.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(end).to_be_disabled()
    expect(host.locator("[data-part=state]")).to_have_text("Running")
    expect(pause).to_be_enabled()
    now_at = pause.bounding_box()
    assert now_at is not None and now_at["x"] < box["x"] + box["width"] / 2 < now_at["x"] + now_at["width"]
    finish_at = end.bounding_box()
    assert finish_at is not None and finish_at["x"] + finish_at["width"] < box["x"]
    wait_until(lambda: number(pair[0]) == 1, pair[0])
    finish(host)
    for page in pair:
        page.locator("[data-answer=T]:not([disabled])").click()
    for page in pair:
        expect(page.locator("[data-part=results]")).to_be_visible()
    host.reload()
    expect(host.locator("[data-part=after-text]")).to_contain_text("takes the end back")
    host.click("[data-command=continue]")
    expect(host.locator("[data-part=state]")).to_have_text("Running")
    for page in pair:
        expect(page.locator("[data-part=results]")).to_be_hidden()
        wait_until(lambda page=page: number(page) == 2, page)


def options(stack: Stack, code: str) -> tuple[Any, ...]:
    return stack.query("SELECT max_teams, show_own_score, theme FROM game_game WHERE code = %s", code)[0]


def test_a_shared_game_is_seen_by_the_colleague_and_by_nobody_else(
    stack: Stack, host: Page, new_context: Callable[..., BrowserContext]
) -> None:
    for name in ("colleague", "third"):
        account(stack, name)
    code = new_game(host)
    host.goto(f"/dashboard/{code}/share/")
    host.fill("#name", "nobody")
    host.get_by_role("button", name="Share", exact=True).click()
    expect(host.get_by_role("alert")).to_contain_text("No account is called “nobody”")
    host.fill("#name", "colleague")
    host.get_by_role("button", name="Share", exact=True).click()
    expect(host.get_by_role("status")).to_contain_text("colleague can host this game now.")

    colleague = logged_in(new_context(LAPTOP).new_page(), "colleague")
    expect(colleague.locator(".game-card")).to_have_count(1)
    expect(colleague.locator(".game-card")).to_contain_text("of instructor")
    expect(colleague.get_by_role("link", name=re.compile("Share"))).to_have_count(0)
    colleague.get_by_role("link", name="Physics 10b", exact=True).click()
    colleague.click("[data-command=start]")
    expect(colleague.locator("[data-part=state]")).to_have_text("Running")
    third = logged_in(new_context(LAPTOP).new_page(), "third")
    expect(third.get_by_role("link", name="Create the first game")).to_be_visible()
    answer = third.goto(f"/dashboard/{code}/")
    assert answer is not None and answer.status == 404

    host.get_by_role("button", name="Take back from colleague").click()
    # With the next heartbeat at the latest.
    expect(colleague.locator("[data-part=offline]")).to_contain_text("Only the hosts of this game can open this page.")
    expect(colleague.get_by_role("button", name="Pause")).to_be_disabled()


def tab_to(target: Locator) -> None:
    page = target.page
    for _ in range(MANY_TABS):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{target} is out of reach of the keyboard")


def press(target: Locator, key: str = "Enter") -> None:
    tab_to(target)
    target.page.keyboard.press(key)


def test_a_game_is_hosted_by_keyboard_alone(host: Page, new_context: Callable[..., BrowserContext]) -> None:
    press(host.get_by_role("link", name="New game"))
    host.wait_for_url("**/new/")
    press(host.get_by_role("button", name="Create game"))
    host.wait_for_url(re.compile(r"/dashboard/[A-Z0-9]{6}/$"))
    player(new_context, host.url.rstrip("/").rsplit("/", 1)[1])
    menu = host.locator("[data-cell=menu]")
    press(menu)
    press(host.get_by_role("button", name="Give bot partner"))
    expect(host.get_by_role("dialog")).to_contain_text("Seat 2: bot")
    host.keyboard.press("Escape")
    expect(menu).to_be_focused()
    host.locator("body").press("Home")
    press(host.locator("[data-command=start]"))
    expect(host.locator("[data-part=state]")).to_have_text("Running")
    press(host.locator("[data-part=options-button]"))
    tab_to(host.locator("#round_limit"))
    host.keyboard.type("9")
    press(host.locator("[data-part=options] [name=show_last_round]"), "Space")
    expect(host.locator("[data-part=toasts]")).to_contain_text("Saved.")
    finish = host.locator("[data-command=finish]")
    expect(finish).to_be_enabled()
    press(finish)
    # Escape takes the first click back.
    host.keyboard.press("Escape")
    expect(finish).to_have_text("Finish")
    host.keyboard.press("Enter")
    expect(finish).to_have_text("End the game?")
    host.wait_for_timeout(500)
    host.keyboard.press("Enter")
    expect(host.locator("[data-part=state]")).to_have_text("Finished")
    press(host.get_by_role("link", name="Results and report"))
    expect(host.locator("[data-part=finding]")).not_to_be_empty(timeout=60_000)


def test_the_host_pages_are_accessible(host: Page, new_context: Callable[..., BrowserContext]) -> None:
    assert_accessible(host)
    host.goto("/dashboard/new/")
    assert_accessible(host)
    code = new_game(host)
    alone = player(new_context, code)
    sheet_of(host, alone.locator("[data-part=team-name]").inner_text())
    assert_accessible(host)
    host.keyboard.press("Escape")
    host.click("[data-part=options-button]")
    host.locator("[data-part=more] summary").click()
    assert_accessible(host)
    host.goto(f"/dashboard/{code}/share/")
    host.locator("details summary").click()
    assert_accessible(host)


def teams_of_report(page: Page, address: str) -> int:
    page.goto(address)
    expect(page.locator("[data-part=finding]")).not_to_be_empty(timeout=60_000)
    return page.locator(".report-teams tbody tr").count()


def test_the_report_is_accessible_and_as_wide_as_paper(host: Page) -> None:
    host.goto("/dashboard/")
    demo = host.get_by_role("link", name="Demo game", exact=True)
    address = f"{demo.get_attribute('href')}report/"
    # A report is what was known when it was opened: the demo's bots have just begun.
    wait_until(lambda: teams_of_report(host, address) == 6, host, 60)
    expect(host.locator("[data-part=finding]")).to_contain_text("Together you won")
    # Times are those of the reader's clock.
    expect(host.locator("[data-part=played]")).to_have_text(re.compile(r"\d\d:\d\d"))
    expect(host.locator("[data-part=played]")).not_to_contain_text("UTC")
    assert_accessible(host)
    host.emulate_media(media="print", color_scheme="dark")
    host.set_viewport_size({"width": 680, "height": 960})
    assert host.evaluate("document.documentElement.scrollWidth") <= 680
    assert host.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(23, 33, 43)"
