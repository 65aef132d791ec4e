"""The first minutes: a class waits at the room's address, and after a few clicks of the teacher a pair plays."""

import json
import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.support.product import LAPTOP, Stack, assert_accessible, log_in, wait_until
from tests.e2e.support.steps import number, part

MOST_CLICKS = 5


class Clicks:
    """Clicks of a teacher, counted."""

    def __init__(self) -> None:
        self.count = 0
        self.started = time.monotonic()

    def on(self, button: Locator) -> None:
        button.click()
        self.count += 1

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started


@pytest.fixture
def frames(phones: tuple[Page, Page]) -> list[str]:
    """What the first phone sends."""
    sent: list[str] = []
    phones[0].on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(str(frame))))
    return sent


def test_a_waiting_class_plays_after_a_few_clicks(
    new_context: Callable[..., BrowserContext], phones: tuple[Page, Page], frames: list[str], stack: Stack
) -> None:
    # Games of other tests are not open to this class.
    stack.query("UPDATE game_game SET locked = true RETURNING id")
    host = new_context(LAPTOP).new_page()
    log_in(host, stack)
    address = host.locator(".room-address").inner_text()
    for phone in phones:
        phone.goto(address)
        expect(phone.locator("h1")).to_have_text("No game is open in this room now")
    assert_accessible(phones[1], 320)

    clicks = Clicks()
    clicks.on(host.locator("a:has-text('New game')"))
    clicks.on(host.locator("button[value=just_play]"))
    host.wait_for_url(re.compile(r"/dashboard/[A-Z0-9]{6}/$"))
    with host.context.expect_page() as opened:
        clicks.on(host.locator("a:has-text('Big screen')"))
    screen = opened.value
    # The phones have come along by themselves.
    for phone in phones:
        expect(part(phone, "lobby")).to_be_visible()
    lobby_after = clicks.seconds
    practise(phones[0], frames)
    for phone in phones:
        part(phone, "find-partner").click()
        expect(part(phone, "seat")).to_be_visible()
    clicks.on(host.locator("[data-command=start]"))
    for phone in phones:
        wait_until(lambda phone=phone: number(phone) == 1, phone)
        expect(part(phone, "practice")).to_be_hidden()
        phone.locator("[data-answer=T]:not([disabled])").click()
    for phone in phones:
        wait_until(lambda phone=phone: number(phone) == 2, phone)
    expect(part(screen, "state")).to_have_text("Running")
    print(
        f"\n{clicks.count} clicks, phones in the lobby after {lobby_after:.1f} s, a round after {clicks.seconds:.1f} s"
    )
    assert clicks.count <= MOST_CLICKS


def practise(phone: Page, frames: list[str]) -> None:
    """Play two rounds alone: they are told as the game tells them, and nothing of them is sent."""
    expect(part(phone, "practice-about")).to_contain_text("nothing is stored")
    before = len(frames)
    for _ in range(2):
        part(phone, "practice-go").click()
        buttons = part(phone, "practice-answers").locator("button")
        expect(buttons).to_have_count(2)
        buttons.first.click()
        expect(part(phone, "practice-end")).to_have_attribute("data-kind", re.compile("won|lost"))
        expect(part(phone, "practice-detail")).to_contain_text(re.compile(r"You .+, partner .+"))
        assert "%" not in part(phone, "practice").inner_text()
    assert [kind for frame in frames[before:] if (kind := json.loads(frame)["type"]) != "heartbeat"] == []
