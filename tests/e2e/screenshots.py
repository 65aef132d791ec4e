"""
Pictures of every step of a lesson for docs/images/screens: make screenshots.

The product runs as `make run` starts it.  A pair of phones and a class go through a whole lesson; each step is taken on
phones of 360 and 320 px, a tablet, the teacher's laptop and the projector, in every language.
"""

import base64
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from tests.e2e.support.alone import product_and_browser
from tests.e2e.support.product import LAPTOP, Stack, log_in, wait_until
from tests.e2e.support.school import School, school
from tests.e2e.support.steps import enter, part, play_round

FOLDER = Path(__file__).parents[2] / "docs" / "images" / "screens"
PROJECTOR = {"width": 1280, "height": 720}
TABLET = {"width": 768, "height": 1024}
PHONES = {"phone-360": {"width": 360, "height": 740}, "phone-320": {"width": 320, "height": 568}, "tablet": TABLET}
PAIRS = 11
# Rounds of the class, and of the pair whose phones are taken.
ROUNDS, OWN_ROUNDS = 30, 5
STEPS = ["join", "rule", "guess", "plan", "play", "reveal", "quantum", "explain", "debrief"]
# Smaller than that the files are blurred.
QUALITY = 60
SETTLE_MS = 700
# What the projector shows once the class is counted.
SEES = {"join": "[data-part=names] li", "guess": ".guess-count", "plan": "[data-part=lesson-count]"}
SEES |= {"reveal": ".guess-wall", "explain": "[data-part=lesson-count]", "debrief": "[data-told=true]"}


class Lesson:
    """A lesson with its pages; each is taken in every language."""

    def __init__(self, stack: Stack, browser: Browser, languages: list[str]) -> None:
        self.stack, self.languages = stack, languages
        pages = {"host": LAPTOP, "screen": PROJECTOR, "one": TABLET, "two": TABLET, "guest": TABLET}
        self.pages = {name: self._page(browser, size) for name, size in pages.items()}
        log_in(self.pages["host"], stack)
        # The demo's bots would take the processors.
        stack.query("UPDATE game_game SET state = 'paused' RETURNING id")
        self.code = ""

    def _page(self, browser: Browser, size: dict[str, int]) -> Page:
        context = browser.new_context(
            viewport=size,  # type: ignore[arg-type]
            base_url=self.stack.url,
            locale="en-US",
            color_scheme="light",
            reduced_motion="reduce",
        )
        return context.new_page()

    def take(self, who: str, address: str, sees: str, names: dict[str, dict[str, int]]) -> None:
        """Open an address in each language, and take it in each size."""
        page = self.pages[who]
        for language in self.languages:
            cookie = {"name": "django_language", "value": language, "path": "/"}
            page.context.add_cookies([{**cookie, "domain": str(urlsplit(self.stack.url).hostname)}])  # type: ignore[list-item]
            page.goto(address)
            expect(page.locator(sees).first).to_be_visible()
            for name, size in names.items():
                page.set_viewport_size(size)  # type: ignore[arg-type]
                page.wait_for_timeout(SETTLE_MS)
                self.save(page, FOLDER / language / f"{name}.webp")
        page.context.add_cookies([{**cookie, "value": "en", "domain": str(urlsplit(self.stack.url).hostname)}])  # type: ignore[list-item]

    def save(self, page: Page, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        session = page.context.new_cdp_session(page)
        taken = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
        session.detach()
        path.write_bytes(base64.b64decode(taken["data"]))

    def phone(self, step: str, sees: str, who: str = "one", address: str = "/g/{code}/") -> None:
        names = {f"{step}-{name}": size for name, size in PHONES.items()}
        self.take(who, address.format(code=self.code), sees, names)

    def host_and_screen(self, step: str, sees: str = "[data-part=lesson-headline]") -> None:
        self.take("host", f"/dashboard/{self.code}/", ".team-row", {f"{step}-laptop": LAPTOP})
        self.take("screen", f"/g/{self.code}/watch/", sees, {f"{step}-projector": PROJECTOR})

    def next_step(self) -> None:
        host = self.pages["host"]
        host.goto(f"/dashboard/{self.code}/")
        headline = part(host, "lesson-headline")
        expect(headline).not_to_be_empty()
        before = headline.inner_text()
        part(host, "lesson-next").click()
        expect(headline).not_to_have_text(before)


def take_lesson(lesson: Lesson, wanted: Callable[[str], bool]) -> None:
    host = lesson.pages["host"]
    lesson.take("guest", "/", "#code", {"home-phone-360": PHONES["phone-360"], "home-laptop": LAPTOP})
    lesson.take("host", "/dashboard/", ".game-card", {"my-games-laptop": LAPTOP})
    lesson.take("host", "/dashboard/new/", "#id_title", {"new-game-laptop": LAPTOP})
    host.goto("/dashboard/new/")
    host.fill("#id_title", "Physics 10b")
    host.click("button[value=first_lesson]")
    host.wait_for_url(re.compile(r"/dashboard/[A-Z0-9]{6}/$"))
    lesson.code = host.url.rstrip("/").rsplit("/", 1)[1]
    with school(lesson.stack, lesson.code) as pairs:
        pairs.do(sit=PAIRS)
        take_steps(lesson, pairs, wanted)


def take_steps(lesson: Lesson, pairs: School, wanted: Callable[[str], bool]) -> None:
    for page in (lesson.pages["one"], lesson.pages["two"]):
        enter(page, lesson.code)
        page.click("[data-part=find-partner]")
        expect(part(page, "seat")).to_be_visible()
    acts: dict[str, Callable[[Lesson, School], None]] = {
        "guess": guess, "plan": tick, "play": play, "quantum": add_quantum, "debrief": end,
    }  # fmt: skip
    sees = {"join": "[data-part=seat-band]", "rule": "[data-part=lesson-line]", "guess": "[data-part=prediction]"}
    sees |= {"plan": ".plan-row", "play": ".answer:not([disabled])", "reveal": "[data-part=lesson-line]"}
    sees |= {"quantum": ".answer", "explain": ".explain-row", "debrief": "[data-part=headline-number]"}
    for step in STEPS:
        if step != "join":
            lesson.next_step()
        if step in acts:
            acts[step](lesson, pairs)
        if wanted(step):
            if step == "join":
                lesson.phone("lobby", "[data-part=find-partner]", "guest")
                cards = f"/dashboard/{lesson.code}/print/cards/?teams=2"
                lesson.take("host", cards, ".pair-card", {"cards-laptop": LAPTOP})
            lesson.phone(step, sees[step])
            lesson.host_and_screen(step, SEES.get(step, "[data-part=lesson-headline]"))
    lesson.phone("class", ".class-picture", "one", "/g/{code}/class/")
    report = f"/dashboard/{lesson.code}/report/"
    lesson.take("host", report, "[data-part=teams] tr", {"report-laptop": LAPTOP})
    lesson.take("host", f"/dashboard/{lesson.code}/runs/", ".comparison-run", {"runs-laptop": LAPTOP})


def guess(lesson: Lesson, pairs: School) -> None:
    for name in ("one", "two"):
        page = lesson.pages[name]
        page.goto(page.url)
        part(page, "prediction-range").fill("75")
        part(page, "prediction-range").dispatch_event("change")
        expect(part(page, "prediction-state")).not_to_be_empty()
    pairs.do(guess=True)
    lesson.pages["host"].click("[data-part=lesson-show-guesses]")


def tick(lesson: Lesson, pairs: School) -> None:
    for name in ("one", "two"):
        page = lesson.pages[name]
        page.goto(page.url)
        for row in (0, 1):
            page.locator(f"[name=plan-{row}]").first.check()
    pairs.do(tick=True)


def play(lesson: Lesson, pairs: School) -> None:
    pair = (lesson.pages["one"], lesson.pages["two"])
    for page in pair:
        page.goto(page.url)
    for number in range(1, OWN_ROUNDS + 1):
        play_round(pair, number)
    pairs.do(play=ROUNDS)
    # Rounds count some seconds after they were asked.
    host = lesson.pages["host"]
    host.goto(f"/dashboard/{lesson.code}/")
    rounds = part(host, "room-waiting")
    wait_until(lambda: "%" in part(host, "room-first").inner_text() and not rounds.is_visible(), host, 90)


def add_quantum(lesson: Lesson, _pairs: School) -> None:
    host = lesson.pages["host"]
    host.goto(f"/dashboard/{lesson.code}/")
    for strategy in ("quantum", "best_classical"):
        part(host, "add-team-button").click()
        host.locator(f"form[data-strategy={strategy}] [type=submit]").click()
    # They play about three rounds a second.
    host.wait_for_timeout(15_000)


def end(lesson: Lesson, _pairs: School) -> None:
    host, one = lesson.pages["host"], lesson.pages["one"]
    one.goto(f"/g/{lesson.code}/")
    answer = one.locator("[data-answer=T]:not([disabled])")
    if answer.count():
        answer.click()
    expect(part(one, "headline-number")).to_be_visible(timeout=60_000)
    host.goto(f"/dashboard/{lesson.code}/")
    for _ in range(3):
        part(host, "podium").click()
        host.wait_for_timeout(SETTLE_MS)


def main(steps: list[str], languages: list[str]) -> None:
    if not steps:
        shutil.rmtree(FOLDER, ignore_errors=True)
    expect.set_options(timeout=60_000)
    with product_and_browser() as (stack, browser):
        lesson = Lesson(stack, browser, languages)
        take_lesson(lesson, lambda step: not steps or step in steps)
    size = sum(path.stat().st_size for path in FOLDER.rglob("*.webp"))
    print(f"{len(list(FOLDER.rglob('*.webp')))} pictures, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    known = [code for code, _ in settings.LANGUAGES]
    asked = sys.argv[1:]
    main([word for word in asked if word in STEPS], [word for word in asked if word in known] or known)
