"""What a host prints, and what a printed card does on the phones that scan it."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from game.lobby.cards import Link
from game.models import Game
from tests.e2e.support.product import PHONE, Stack, assert_accessible
from tests.e2e.support.steps import command, new_game, part

# How far the parts of each card reach beyond it.
BEYOND = """
    [...document.querySelectorAll(".pair-card")].map((card) => {
        const parts = [...card.querySelectorAll("*")].map((part) => part.getBoundingClientRect());
        const { bottom, right } = card.getBoundingClientRect();
        return Math.max(...parts.map((part) => Math.max(part.bottom - bottom, part.right - right)));
    })
"""
# The pages of a PDF.
PAGE = re.compile(rb"/Type\s*/Page\b")


def test_cards_are_printed_and_seat_those_who_scan_them(
    stack: Stack, host: Page, new_context: Callable[..., BrowserContext], settings: Any
) -> None:
    code = new_game(host)
    part(host, "more").locator("summary").click()
    host.get_by_role("link", name="Cards for teams").click()
    host.fill("#teams", "3")
    host.select_option("#paper", "letter")
    host.get_by_role("button", name="Show").click()
    expect(host.locator(".pair-card")).to_have_count(6)
    assert_accessible(host, 1280)
    # Two cards a sheet, and the backs of each sheet behind it.
    assert len(PAGE.findall(host.pdf(prefer_css_page_size=True))) == 4
    host.emulate_media(media="print")
    assert max(host.evaluate(BEYOND)) <= 1
    host.emulate_media(media="screen")
    team = host.locator(".pair-card h2").first.inner_text()

    settings.SECRET_KEY = stack.environment["SECRET_KEY"]
    game = Game(pk=stack.query("SELECT id FROM game_game WHERE code = %s", code)[0][0])
    one, two, late = (new_context(PHONE, has_touch=True).new_page() for _ in range(3))
    for page, seat in ((one, 1), (two, 2), (late, 2)):
        page.goto(f"/g/{code}/?seat={Link(1, 1, seat, 'en').signed(game)}")
        if page is not late:
            expect(part(page, "seat")).to_be_visible()
            assert "seat=" not in page.url
    expect(part(late, "invited-text")).to_have_text(
        f"This seat of “{team}” is taken. Is it yours, in another app? Close that one, wait a minute, scan again."
    )
    expect(part(late, "find-partner")).to_be_enabled()
    host.goto(f"/dashboard/{code}/")
    command(host, "start")
    for page in (one, two):
        expect(page.locator("[data-answer=T]:not([disabled])")).to_be_visible()
