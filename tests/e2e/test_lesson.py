"""A whole lesson in browsers: teacher, projector and four phones; one joins late and one loses its network."""

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.support.product import PHONE, wait_until
from tests.e2e.support.steps import enter, part, play_round, player

HEADLINES = {
    "join": "Scan, find your partner, and give your team a name",
    "rule": "The rule of the game",
    "guess": "Perfect plan, no talking: how many of 100 rounds can a team win?",
    "plan": "Talk now. Silence from the start.",
    "play": "Silence: everybody plays",
    "reveal": "The wall: no plan gets further than this",
    "quantum": "A team with a quantum device plays beside you",
    "explain": "What happened? Two questions on your phone",
    "debrief": "What you did together",
}
CARDS = {
    "rule": "Read the rule. Ask if something is not clear.",
    "guess": HEADLINES["guess"],
    "plan": "Agree with your partner, then tick what you will answer.",
    "reveal": "Look at the big screen.",
    "explain": "Two last questions.",
}
ROUNDS = 3


def begin(host: Page) -> str:
    """Create a game from a preset, by one click on it."""
    host.goto("/dashboard/new/")
    host.fill("#id_title", "Physics 10b")
    host.click("button[value=first_lesson]")
    host.wait_for_url(re.compile(r"/dashboard/[A-Z0-9]{6}/$"))
    return host.url.rstrip("/").rsplit("/", 1)[1]


def go_on(host: Page, screen: Page, phones: list[Page], step: str) -> None:
    """Go on to the step, and see it on the three kinds of pages."""
    host.click("[data-part=lesson-next]")
    for page in (host, screen):
        expect(part(page, "lesson-headline")).to_have_text(HEADLINES[step])
    for phone in phones:
        if step in CARDS:
            expect(part(phone, "lesson-line")).to_have_text(CARDS[step])
        else:
            expect(part(phone, "lesson")).to_be_hidden()


def test_a_whole_lesson(host: Page, new_context: Callable[..., BrowserContext]) -> None:
    code = begin(host)
    screen = new_context({"width": 1366, "height": 768}).new_page()
    screen.goto(f"/g/{code}/watch/")
    expect(part(screen, "lesson-headline")).to_have_text(HEADLINES["join"])
    contexts = [new_context(PHONE, has_touch=True) for _ in range(4)]
    phones = []
    for context in contexts[:3]:
        page = context.new_page()
        enter(page, code)
        page.click("[data-part=find-partner]")
        expect(part(page, "seat")).to_be_visible()
        phones.append(page)
    go_on(host, screen, phones, "rule")
    expect(part(screen, "lesson-rule").locator("li").first).to_be_visible()

    go_on(host, screen, phones, "guess")
    for page, percent in zip(phones, ("60", "75", "100"), strict=True):
        part(page, "prediction-range").fill(percent)
        part(page, "prediction-range").dispatch_event("change")
        expect(part(page, "prediction-state")).to_contain_text("Saved")
    # One joins late and takes the free seat.
    late = contexts[3].new_page()
    enter(late, code)
    late.click("[data-part=find-partner]")
    phones.append(late)
    expect(part(screen, "lesson-count")).to_have_text("3 of 4 have guessed")
    expect(part(screen, "lesson-picture")).to_be_hidden()
    host.click("[data-part=lesson-show-guesses]")
    expect(part(screen, "lesson-picture").locator(".guess-count")).to_have_count(3)
    assert screen.locator(".guess-wall").count() == 0

    go_on(host, screen, phones, "plan")
    for page in phones:
        for row in (0, 1):
            page.locator(f"[name=plan-{row}]").first.check()
    expect(part(screen, "lesson-count")).to_have_text("2 of 2 teams have a plan")
    expect(part(phones[0], "lesson-partner")).to_contain_text("Your partner ticked")

    go_on(host, screen, phones, "play")
    contexts[0].set_offline(True)
    wait_until(lambda: part(phones[0], "offline").is_visible(), phones[0], 30)
    contexts[0].set_offline(False)
    for number in range(1, ROUNDS + 1):
        play_round(phones, number)

    go_on(host, screen, phones, "reveal")
    expect(screen.locator(".guess-wall text")).to_have_text("best plan")
    go_on(host, screen, phones, "quantum")
    go_on(host, screen, phones, "explain")
    for page in phones:
        for question in ("what", "message"):
            page.locator(f"[name=explain-{question}][value=b]").check()
        expect(part(page, "lesson-kept")).to_have_text("Saved. You can change it.")
    expect(part(host, "lesson-class")).to_contain_text("4 of 4 have answered")
    host.click("[data-part=lesson-next]")
    expect(part(screen, "lesson-headline")).to_have_text(HEADLINES["debrief"])
    expect(part(host, "state")).to_have_text("Finished")


def test_a_reload_of_any_page_stays_at_the_step(host: Page, new_context: Callable[..., BrowserContext]) -> None:
    code = begin(host)
    screen = new_context({"width": 1366, "height": 768}).new_page()
    screen.goto(f"/g/{code}/watch/")
    phone = player(new_context, code)
    for step in ("rule", "guess", "plan"):
        go_on(host, screen, [phone], step)
    for page in (host, screen):
        page.reload()
        expect(part(page, "lesson-headline")).to_have_text(HEADLINES["plan"])
    phone.reload()
    expect(part(phone, "lesson-line")).to_have_text(CARDS["plan"])
    host.click("[data-part=lesson-back]")
    expect(part(screen, "lesson-headline")).to_have_text(HEADLINES["guess"])
