"""Borrowed qubits in browsers: a teacher, the projector and two phones."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.support.product import assert_accessible, wait_until
from tests.e2e.support.steps import command, enter, finish, new_game, number, part, seat

ROUNDS = 4


def test_phones_measure_their_halves_and_the_screen_has_both_numbers(
    host: Page, new_context: Callable[..., BrowserContext]
) -> None:
    code = new_game(host)
    screen = new_context({"width": 1366, "height": 768}).new_page()
    screen.goto(f"/g/{code}/watch/")
    phones = [new_context({"width": 360, "height": 640}, has_touch=True).new_page() for _ in range(2)]
    for page in phones:
        enter(page, code)
    seat(*phones, code)
    command(host, "start")
    follow(phones, measures=False)
    part(host, "lend-card").locator("summary").click()
    part(host, "lend").click()
    expect(part(host, "lend")).to_have_text("Take the qubits back")
    # The open round is still one without.
    follow(phones, measures=False)
    for _ in range(ROUNDS):
        follow(phones, measures=True)
    wait_until(lambda: f"of {ROUNDS} rounds" in (part(screen, "qubits-now").text_content() or ""), screen, 60)
    expect(part(screen, "qubits-before")).to_contain_text("of 2 rounds")
    expect(screen.locator(".qubits-honest")).to_be_visible()
    phones[0].reload()
    expect(part(phones[0], "measure")).to_be_visible()
    for page in (screen, phones[0], host):
        assert_accessible(page)
    part(host, "lend").click()
    expect(part(screen, "qubits")).to_be_hidden()
    expect(part(screen, "with-qubits")).to_be_hidden()
    finish(host)
    expect(part(screen, "with-qubits")).to_contain_text(f"of {ROUNDS} rounds won", timeout=60_000)


def follow(phones: list[Page], measures: bool) -> None:
    """Play a round; each player measures, if there are qubits, and does what the half says."""
    before = number(phones[0])
    for page in phones:
        if measures:
            expect(page.locator(".answer[data-suggested=true]")).to_have_count(0)
            part(page, "measure").click()
            expect(part(page, "half")).to_be_visible()
            page.locator(".answer[data-suggested=true]").click()
        else:
            expect(part(page, "qubits")).to_be_hidden()
            page.locator(".answer:not([disabled])").first.click()
    for page in phones:
        wait_until(lambda page=page: number(page) == before + 1, page)  # type: ignore[misc]
