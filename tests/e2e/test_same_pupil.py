"""A pupil who comes back in another browser, and the host who knows that it is the same one."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.support.product import PHONE, assert_accessible
from tests.e2e.support.steps import command, enter, new_game, part, player


def test_the_host_gives_a_pupil_who_came_back_the_seat_by_one_tap(
    host: Page, new_context: Callable[..., BrowserContext]
) -> None:
    code = new_game(host)
    in_app, partner = player(new_context, code), player(new_context, code)
    team = part(partner, "team-name").inner_text()
    command(host, "start")
    expect(partner.locator("[data-answer=T]:not([disabled])")).to_be_visible()
    in_app.close()
    browser, other = (new_context(PHONE, has_touch=True).new_page() for _ in range(2))
    for page, name in ((browser, "Ada"), (other, "")):
        enter(page, code)
        page.fill("#first-name", name)
        page.keyboard.press("Tab")
    expect(part(browser, "first-name-state")).not_to_be_empty()
    host.locator("[data-part=radar] summary").click()
    thing = part(host, "radar-list").locator("li", has_text="the same pupil?")
    expect(thing).to_contain_text(team)
    choice = thing.get_by_role("combobox", name="Phones without a seat")
    expect(choice.locator("option")).to_have_count(2)
    choice.select_option(label=choice.locator("option", has_text="Ada").inner_text())
    assert_accessible(host, 1280)
    # The list is asked for again every second, and the choice stays.
    host.wait_for_timeout(1500)
    thing.get_by_role("button", name="Give it the seat").click()
    expect(part(browser, "team-name")).to_have_text(team)
    for page in (browser, partner):
        page.locator("[data-answer=T]:not([disabled])").click()
    expect(part(other, "lobby")).to_be_visible()
