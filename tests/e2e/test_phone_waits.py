"""A phone that waits: for a partner, in a pause, without a connection."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, WebSocketRoute, expect

from tests.e2e.support.product import Stack, wait_until
from tests.e2e.support.steps import (
    command,
    new_game,
    number,
    part,
    play_round,
    seat,
)

# The first socket of a page stays where a network that swallows its handshake leaves it.
NEVER_OPENS = """
    const Socket = window.WebSocket;
    window.WebSocket = function () {
        window.WebSocket = Socket;
        return { readyState: Socket.CONNECTING, close() {} };
    };
"""


def test_a_phone_says_why_no_question_comes(host: Page, phones: tuple[Page, Page], stack: Stack) -> None:
    one, two = phones
    code = new_game(host)
    options = "round_limit = 3, show_last_round = false"
    stack.query(f"UPDATE game_game SET {options} WHERE code = %s RETURNING id", code)
    seat(one, two, code)
    hint = part(two, "last-head").inner_text()
    command(host, "start")
    play_round((one, two), 1)
    wait_until(lambda: number(two) == 2, two)
    # What the host hides leaves the hint where it stood.
    expect(part(two, "last-head")).to_have_text(hint)

    look(two, "hidden")
    # Presences are written once a second; a round that is asked before would be asked.
    idle = "SELECT p.id FROM game_player p JOIN game_game g ON g.id = p.game_id WHERE code = %s AND presence = 'idle'"
    wait_until(lambda: len(stack.query(idle, code)) == 1, two)
    # Nothing of it is told while the own question is open.
    expire(stack, code)
    expect(part(one, "question-text")).to_have_text(
        "Your partner is looking elsewhere. The game goes on when they are back."
    )
    expect(part(one, "partner")).to_have_text("Partner is looking elsewhere")
    expect(part(one, "last-head")).to_have_text("Time is up.")
    expect(part(one, "find-another")).to_be_visible()
    look(two, "visible")
    play_round((one, two), 3)
    for page in (one, two):
        expect(part(page, "question-text")).to_have_text(re.compile(r"Done: \d of 3\. Look at the big screen\."))
        expect(part(page, "ask")).to_have_text("All teams are done.")
        expect(part(page, "find-another")).to_be_hidden()
    expect(host.locator(".team-row [data-cell=status]")).to_have_text("done")


def look(page: Page, state: str) -> None:
    page.evaluate(
        """(state) => {
            Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        state,
    )


def expire(stack: Stack, code: str) -> None:
    stack.query(
        "UPDATE game_round r SET deadline = now() FROM game_game g "
        "WHERE g.id = r.game_id AND g.code = %s AND r.closed_at IS NULL RETURNING r.id",
        code,
    )


def through_a_bad_network(page: Page, is_swallowed: Callable[[str], bool]) -> list[str]:
    """Return what the page and the server say to each other from the next socket on, less what is swallowed."""
    heard: list[str] = []

    def pass_on(text: str, send: Callable[[str], None]) -> None:
        if not is_swallowed(text):
            heard.append(text)
            send(text)

    def join(route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        route.on_message(lambda text: pass_on(str(text), server.send))
        server.on_message(lambda text: pass_on(str(text), route.send))

    page.route_web_socket("**/ws/**", join)
    return heard


def test_a_pause_leaves_no_word_behind_and_loses_no_answer(host: Page, phones: tuple[Page, Page]) -> None:
    one, two = phones
    through_a_bad_network(one, lambda text: "game_changed" in text and "paused" in text)
    heard = through_a_bad_network(two, lambda text: text.startswith('{"type":"answer",') and "paused" not in str(heard))
    code = new_game(host)
    seat(one, two, code)
    command(host, "start")
    for page in (one, two):
        wait_until(lambda page=page: number(page) == 1, page)
    two.click("[data-answer=T]")
    expect(part(two, "status")).to_have_text("Sending…")
    command(host, "pause")
    expect(part(two, "status")).to_have_text("Paused. Your seat and question are kept.")
    # This phone learns of the pause by its answer alone.
    one.click("[data-answer=T]")
    expect(part(one, "status")).to_have_text("Paused. Your seat and question are kept.")
    heard.clear()
    two.evaluate("window.dispatchEvent(new Event('online'))")
    wait_until(lambda: "player_snapshot" in str(heard), two)

    command(host, "resume")
    expect(part(two, "status")).to_have_text("Saved. Waiting for your partner.")
    expect(part(one, "status")).to_have_text("Here we go: no talking, no peeking.")
    one.click("[data-answer=T]")
    for page in (one, two):
        wait_until(lambda page=page: number(page) == 2, page)


def test_a_socket_that_never_opens_is_given_up(host: Page, phones: tuple[Page, Page]) -> None:
    page, _ = phones
    page.add_init_script(NEVER_OPENS)
    page.clock.install()
    page.goto(f"/g/{new_game(host)}/")
    expect(part(page, "loading")).to_be_visible()
    page.clock.fast_forward(10_000)
    expect(part(page, "lobby")).to_be_visible()


def test_a_lost_connection_says_how_old_the_numbers_are_and_moves_nothing(
    host: Page, phones: tuple[Page, Page]
) -> None:
    one, two = phones
    code = new_game(host)
    seat(one, two, code)
    command(host, "start")
    play_round((one, two), 1)
    expect(part(two, "score-line")).to_contain_text("of 1 won")
    wait_until(lambda: number(two) == 2, two)
    place = two.locator("[data-answer=T]").bounding_box()
    two.route_web_socket("**/ws/**", lambda socket: socket.close())
    two.route("**/health", lambda route: route.abort())
    two.evaluate("window.dispatchEvent(new Event('online'))")
    expect(part(two, "offline")).to_have_text("Connection lost. Trying again. Saved answers are safe.")
    expect(part(two, "score-line")).to_contain_text("as of")
    expect(two.locator("[data-answer=T]")).to_be_disabled()
    assert two.locator("[data-answer=T]").bounding_box() == place
