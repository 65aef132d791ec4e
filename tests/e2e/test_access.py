"""What axe does not see: announcements, keys, focus, a lost connection, forced colours."""

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.support.product import assert_accessible, wait_until
from tests.e2e.support.steps import command, new_game, number, part, play_round, seat

# Everything that a live region says, from the first paint on.
HEAR = """
    window.heard = [];
    new MutationObserver((changes) => {
        for (const { target } of changes) {
            const element = target.nodeType === Node.TEXT_NODE ? target.parentElement : target;
            const region = element?.closest?.("[data-part=round-said]");
            if (region?.textContent) heard.push(region.textContent);
        }
    }).observe(document, { childList: true, characterData: true, subtree: true });
"""
# Whether a shape differs from its ground in the colours of the system.
IS_SEEN = """
(e) => {
    const style = (of) => getComputedStyle(e, of);
    const ground = getComputedStyle(document.body).backgroundColor;
    const seen = ({ backgroundColor: fill, borderTopColor: edge, borderTopWidth: width }) =>
        ![ground, "rgba(0, 0, 0, 0)"].includes(fill) || (parseFloat(width) > 0 && edge !== ground);
    return [null, "::before"].some((of) => seen(style(of)));
}
"""


def test_each_closed_round_is_said_once_and_nothing_before(host: Page, phones: tuple[Page, Page]) -> None:
    one, two = phones
    for page in phones:
        page.add_init_script(HEAR)
    seat(one, two, new_game(host))
    command(host, "start")
    for page in phones:
        expect(page.locator("[data-answer=T]:not([disabled])")).to_be_visible()
        # The first question brings the focus to its heading.
        expect(part(page, "seat-band")).to_be_focused()
    one.locator("[data-answer=T]").click()
    expect(part(one, "status")).to_contain_text("Saved")
    assert [page.evaluate("heard") for page in phones] == [[], []]
    two.locator("[data-answer=T]").click()
    for page in phones:
        wait_until(lambda page=page: page.evaluate("heard"), page)
        assert re.fullmatch(r"(Won|Lost)\.( [01] of 1\.)?", page.evaluate("heard.join('/')"))
    for n in (2, 3):
        play_round(phones, n)
        wait_until(lambda n=n: len(one.evaluate("heard")) == n, one)
    for page in phones:
        expect(part(page, "round-said")).to_have_attribute("role", "status")
    assert len(one.evaluate("heard")) == 3
    assert any(re.fullmatch(r"(Won|Lost)\. \d of \d\.", said) for said in one.evaluate("heard"))


def test_number_keys_answer_at_an_answer_or_when_switched_on(host: Page, phones: tuple[Page, Page]) -> None:
    one, two = phones
    seat(one, two, new_game(host))
    command(host, "start")
    for page in phones:
        wait_until(lambda page=page: number(page) == 1, page)
    one.keyboard.press("1")
    one.wait_for_timeout(300)
    expect(one.locator("[data-state=recorded]")).to_have_count(0)
    one.locator("[data-answer=F]").focus()
    one.keyboard.press("1")
    expect(one.locator("[data-answer=T][data-state=recorded]")).to_be_visible()
    two.click("[data-part=rules-button]")
    two.click(".rules-more summary")
    part(two, "keys-anywhere").check()
    two.reload()
    wait_until(lambda: number(two) == 1, two)
    expect(part(two, "keys-anywhere")).to_be_checked()
    two.keyboard.press("2")
    wait_until(lambda: number(one) == 2, one)


def test_the_banner_of_a_lost_connection_never_covers_the_status(
    host: Page, new_context: Callable[..., BrowserContext]
) -> None:
    small = new_context({"width": 320, "height": 568})
    one, two = small.new_page(), new_context({"width": 568, "height": 320}).new_page()
    code = new_game(host)
    seat(one, two, code)
    command(host, "start")
    for page, size in ((one, "200%"), (two, "100%")):
        wait_until(lambda page=page: number(page) == 1, page)
        page.evaluate("(size) => { document.documentElement.style.fontSize = size }", size)
        page.context.set_offline(True)
        expect(part(page, "offline")).to_be_visible(timeout=30_000)
        status, banner = part(page, "status").bounding_box(), part(page, "offline").bounding_box()
        assert status is not None and banner is not None
        assert status["y"] + status["height"] <= banner["y"]
        assert status["y"] >= 0


def test_states_are_seen_in_forced_colours(host: Page, phones: tuple[Page, Page]) -> None:
    one, two = phones
    seat(one, two, new_game(host))
    command(host, "start")
    play_round(phones, 1)
    for page in (host, one):
        page.emulate_media(forced_colors="active")
    expect(host.locator(".team-row .dot[data-kind=playing]")).to_be_visible()
    for page, selectors in (
        (host, (".topbar .dot", ".team-row .dot", ".row-menu", ".seat[data-presence=connected]")),
        (one, ("[data-part=seat-shape]", ".round-dot", "[data-part=status-icon]")),
    ):
        for selector in selectors:
            shape = page.locator(selector).first
            expect(shape).to_be_visible()
            assert shape.evaluate(IS_SEEN), selector


def test_the_pages_about_the_site_are_accessible(new_context: Callable[..., BrowserContext]) -> None:
    page = new_context({"width": 1280, "height": 800}).new_page()
    for address in ("/accessibility/", "/privacy/"):
        page.goto(address)
        assert_accessible(page, 1280, 320)
