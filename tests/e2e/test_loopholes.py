"""The loophole lab with two phones and the projector: the host opens a loophole and closes it again."""

import os
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.support.product import PHONE
from tests.e2e.support.steps import command, new_game, part, play_round, seat

PROJECTOR = {"width": 1920, "height": 1080}
# Where pictures go, for whoever wants to look at them.
PICTURES = os.environ.get("LOOPHOLE_PICTURES", "")


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"))


def test_a_loophole_shows_on_phones_and_projector_while_it_is_open(
    host: Page, new_context: Callable[..., BrowserContext]
) -> None:
    code = new_game(host)
    one, two = (new_context(PHONE).new_page() for _ in range(2))
    screen = new_context(PROJECTOR).new_page()
    seat(one, two, code)
    screen.goto(f"/g/{code}/watch/")
    command(host, "start")
    play_round((one, two), 1)
    expect(part(one, "told")).to_be_hidden()
    expect(part(one, "pass")).to_be_hidden()
    host.locator("[data-part=loopholes] summary").click()
    number = 2
    for loophole in ("telephone", "pass", "deck", "memory"):
        button = host.locator(f"[data-loophole={loophole}] [data-act=open]")
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        expect(part(screen, "apart")).to_have_text(f"Loophole open: {loophole}")
        play_round((one, two), number)
        number += 1
        expect(part(one, "round-number")).to_contain_text(str(number))
        expect(part(one, "told")).to_be_visible(visible=loophole == "telephone")
        expect(part(one, "pass")).to_be_visible(visible=loophole == "pass")
        for page, who in ((one, "phone"), (screen, "projector"), (host, "host")):
            picture(page, f"{loophole}-{who}")
        if loophole == "pass":
            part(one, "pass").click()
            number += 1
            expect(part(two, "round-number")).to_contain_text(str(number))
    host.locator("[data-loophole=memory] [data-act=open]").click()
    expect(part(screen, "apart")).to_be_hidden()
