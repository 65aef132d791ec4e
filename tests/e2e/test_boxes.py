"""No text overlaps another, none is cut, no page is wider than its window: at any width, in any language, enlarged."""

import re
from collections.abc import Callable
from typing import NamedTuple

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.support.boxes import Look, faults_in_all_languages, faults_of
from tests.e2e.support.product import LAPTOP, PHONE, Stack, wait_until
from tests.e2e.support.reader import faults_for_readers
from tests.e2e.support.steps import command, enter, number, part, play_round

LONG = "Donaudampfschifffahrtsgesellschaftskapitänsanwärter"[:50]
LONG_TITLE = f"{LONG} der Klasse 10b"
FIRST_NAME = "W" * 20
TEAMS = (LONG, "The very long name of a team of fifty characters x")


class Shown(NamedTuple):
    """A page at a stage of the game: who sees it, where, what must be there, what is clicked, and what that opens."""

    stage: str
    name: str
    who: str
    address: str
    sees: str
    clicks: tuple[str, ...] = ()
    opens: str = ""


FAULTY = """
<p id="cut" style="width: 60px; overflow: hidden; white-space: nowrap">A sentence that is cut</p>
<p>Below another</p><p style="margin-top: -2em">over it</p>
<p style="width: 3ch">75 %</p>
<p style="width: 500px">As wide as no phone</p>
"""

HOST, SCREEN = "/dashboard/{code}/", "/g/{code}/watch/"
PAGES = [
    Shown("before", "start", "guest", "/", "#code"),
    Shown("before", "log in", "guest", "/login/", "#id_username"),
    Shown("before", "nothing here", "guest", "/nowhere/", "h1"),
    Shown("before", "no such game", "guest", "/g/NOPE22/", "h1"),
    Shown("before", "accessibility", "guest", "/accessibility/", ".about"),
    Shown("before", "privacy", "guest", "/privacy/", ".about"),
    Shown("before", "no such room", "guest", "/r/nowhere/", "h1"),
    Shown("before", "addresses", "host", "/dashboard/addresses/", "[data-part=address-cards]"),
    Shown("before", "own games", "host", "/dashboard/own-games/", "#file"),
    Shown("before", "account", "host", "/dashboard/account/", "h1", ("details summary",)),
    Shown("before", "sheet for the wall", "host", "/dashboard/poster/", "h1"),
    Shown("before", "my games", "host", "/dashboard/", ".game-card"),
    Shown("before", "new game", "host", "/dashboard/new/", "#id_title", ("details summary",)),
    Shown("join", "share", "host", HOST + "share/", ".share-form", ("details summary",)),
    Shown("join", "lobby", "guest", "/g/{code}/", ".lobby-team", ("[data-part=beside]",)),
    Shown("join", "number", "lone", "/g/{code}/", "[data-part=team-number]"),
    Shown("join", "partner", "two", "/g/{code}/", "[data-part=partner] bdi"),
    Shown("join", "practice", "lone", "/g/{code}/", "[data-part=practice]", ("[data-part=practice-go]",)),
    Shown("join", "cards", "host", HOST + "print/cards/?teams=2", ".print-page"),
    Shown("join", "poster", "host", HOST + "print/poster/", ".print-page"),
    Shown("join", "dashboard", "host", HOST, ".team-row", ("[data-part=options-button]",)),
    Shown("join", "team sheet", "host", HOST, ".team-row", (".team-row [data-cell=menu] >> nth=0",), ".sheet-seat bdi"),
    Shown("join", "projector", "screen", SCREEN, "[data-part=names] li"),
    Shown("rule", "phone", "one", "/g/{code}/", "[data-part=lesson-line]", (".rules-more summary",)),
    Shown("rule", "projector", "screen", SCREEN, "[data-part=lesson-rule] li"),
    Shown("guess", "phone", "one", "/g/{code}/", "[data-part=prediction]"),
    Shown("guess", "projector", "screen", SCREEN, "[data-part=lesson-count]"),
    Shown("plan", "phone", "one", "/g/{code}/", ".plan-row"),
    Shown("plan", "projector", "screen", SCREEN, "[data-part=lesson-clock]"),
    Shown("play", "question", "one", "/g/{code}/", "[data-answer=T]:not([disabled])", ("[data-part=rules-button]",)),
    Shown("play", "saved", "two", "/g/{code}/", ".answer[data-state=recorded]"),
    Shown(
        "play", "dashboard", "host", HOST, ".team-row", ("[data-part=radar] summary", "[data-part=answer-log] summary")
    ),
    Shown("play", "projector", "screen", SCREEN, "[data-part=headline]"),
    Shown("pause", "phone", "one", "/g/{code}/", "[data-part=eyes-up]"),
    Shown("pause", "projector", "screen", SCREEN, "[data-part=eyes-up]"),
    Shown("reveal", "projector", "screen", SCREEN, ".guess-wall"),
    Shown("quantum", "projector", "screen", SCREEN, "[data-part=lesson-headline]"),
    Shown("quantum", "add a team", "host", HOST, ".team-row", ("[data-part=add-team-button]",)),
    Shown("explain", "phone", "one", "/g/{code}/", ".explain-row"),
    Shown("explain", "projector", "screen", SCREEN, "[data-part=lesson-headline]"),
    Shown(
        "end", "results", "one", "/g/{code}/", "[data-part=headline-number]", ("[data-part=results] details summary",)
    ),
    Shown("end", "class", "one", "/g/{code}/class/", ".class-picture"),
    Shown("end", "runs", "host", HOST + "runs/", ".comparison-run"),
    Shown("end", "projector", "screen", SCREEN, "[data-part=wall]"),
    Shown("end", "projector of many", "screen", "/g/{demo}/watch/", "[data-part=board] tbody tr"),
    Shown("end", "dashboard", "host", HOST, ".team-row"),
    Shown("end", "details of the room", "host", HOST, ".team-row", ("[data-part=room-details]",), ".pair"),
    Shown("end", "details of a team", "host", HOST, ".team-row", (".team-row [data-cell=name] >> nth=0",), ".pair"),
    Shown("end", "report", "host", HOST + "report/", "[data-part=teams] tr"),
    Shown("end", "sheets", "host", HOST + "print/sheets/", ".print-page"),
    Shown("end", "operations", "host", "/operations/", ".tile"),
]


class Class:
    """A lesson with its people, and the stages that they go through."""

    def __init__(self, host: Page, new_context: Callable[..., BrowserContext], demo: str) -> None:
        self.people = {"host": host, "screen": new_context(LAPTOP).new_page()}
        self.people |= {name: new_context(PHONE).new_page() for name in ("guest", "one", "two", "lone")}
        self.demo, self.code = demo, ""

    def go_on(self, stage: str) -> None:
        getattr(self, f"to_{stage}", self.next_step)()

    def next_step(self) -> None:
        self.open("host", HOST)
        host = self.people["host"]
        expect(part(host, "lesson-headline")).not_to_be_empty()
        before = part(host, "lesson-headline").inner_text()
        part(host, "lesson-next").click()
        expect(part(host, "lesson-headline")).not_to_have_text(before)

    def to_before(self) -> None:
        pass

    def to_join(self) -> None:
        host = self.people["host"]
        host.goto("/dashboard/new/")
        host.fill("#id_title", LONG_TITLE)
        host.click("button[value=first_lesson]")
        host.wait_for_url(re.compile(r"/dashboard/[A-Z0-9]{6}/$"))
        self.code = host.url.rstrip("/").rsplit("/", 1)[1]
        for name, team in zip(("one", "lone"), TEAMS, strict=True):
            page = self.people[name]
            enter(page, self.code)
            page.fill("#first-name", FIRST_NAME)
            page.click("[data-part=beside]")
            page.fill("#team-name", team)
            page.click("[data-part=create-team] [type=submit]")
            expect(part(page, "seat")).to_be_visible()
        enter(self.people["two"], self.code)
        self.people["two"].locator(".lobby-team", has_text=LONG).locator("button").click()
        expect(part(self.people["two"], "seat")).to_be_visible()

    def to_guess(self) -> None:
        self.next_step()
        self.open("one", "/g/{code}/")
        part(self.people["one"], "prediction-range").fill("90")
        expect(part(self.people["one"], "prediction-state")).not_to_be_empty()
        self.people["host"].click("[data-part=lesson-show-guesses]")

    def to_play(self) -> None:
        self.next_step()
        pair = (self.people["one"], self.people["two"])
        for page in pair:
            page.reload()
        for n in (1, 2, 3):
            play_round(pair, n)
        self.answer("two", 4)

    def answer(self, who: str, round_number: int) -> None:
        page = self.people[who]
        wait_until(lambda: number(page) == round_number, page)
        page.locator("[data-answer=T]:not([disabled])").click()
        # The page is left at once: an answer that is not recorded would be lost with it.
        expect(page.locator(".answer[data-state=recorded]")).to_be_visible()

    def to_pause(self) -> None:
        self.open("host", HOST)
        command(self.people["host"], "pause")

    def to_end(self) -> None:
        self.next_step()
        # The last round is still answered in its grace time.
        self.open("one", "/g/{code}/")
        self.people["one"].locator("[data-answer=T]:not([disabled])").click()
        expect(part(self.people["one"], "headline-number")).to_be_visible(timeout=30_000)

    def open(self, who: str, address: str) -> None:
        self.people[who].goto(self.path(address))

    def path(self, address: str) -> str:
        return address.format(code=self.code, demo=self.demo)


def show(page: Page, shown: Shown) -> None:
    expect(page.locator(shown.sees).first).to_be_visible(timeout=12_000)
    for selector in shown.clicks:
        for control in page.locator(selector).all():
            control.click()
    if shown.opens:
        expect(page.locator(shown.opens).first).to_be_visible()


# About two minutes on a machine that is free; the limit is for one that is not.
@pytest.mark.timeout(900)
@pytest.mark.long
def test_no_box_overlaps_no_text_is_cut_and_a_reader_finds_names_headings_and_landmarks(
    host: Page, new_context: Callable[..., BrowserContext], stack: Stack
) -> None:
    [(demo,)] = stack.query("SELECT code FROM game_game WHERE title = 'Demo game'")
    # An installation that has been used for years: a team's number is long.
    stack.query("SELECT setval('game_team_id_seq', greatest(nextval('game_team_id_seq'), 123456))")
    school = Class(host, new_context, demo)
    for page in school.people.values():
        page.emulate_media(reduced_motion="reduce")
    faults, unread, stage = [], [], ""
    for shown in PAGES:
        if shown.stage != stage:
            stage = shown.stage
            school.go_on(stage)
        page = school.people[shown.who]
        url, name = stack.url + school.path(shown.address), f"{shown.stage}: {shown.name}"
        faults += faults_in_all_languages(page, name, url, lambda page, shown=shown: show(page, shown))
        unread += [f"{name}: {fault}" for fault in faults_for_readers(page)]
    assert not faults, "\n".join(faults)
    assert not unread, "\n".join(unread)


def test_the_comparison_finds_each_kind_of_fault(new_context: Callable[..., BrowserContext]) -> None:
    page = new_context(PHONE).new_page()
    page.set_content(FAULTY)
    found = sorted({fault.split(": ")[1].split(" ")[0] for fault in faults_of(page, [Look(320)])})
    assert found == ["cut", "overlap", "torn", "wide"]
