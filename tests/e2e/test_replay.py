"""The time machine: the host replays a finished game, the projector follows, and what-ifs are computed."""

import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.support.product import LAPTOP, Stack, assert_accessible
from tests.e2e.support.steps import part

TEAMS = ("Blue Owls", "Red Foxes", "Happy Pandas", "Mighty Comets")
ROUNDS = 30
WAIT_MS = 60_000


@pytest.fixture
def code(stack: Stack, tmp_path: Path) -> str:
    """A finished game, imported from a file: the last of its teams wins every round."""
    chance = random.Random(5)
    lines = ["team,question_1,question_2,answer_1,answer_2"]
    for _ in range(ROUNDS):
        for team in TEAMS:
            first, second = chance.choice("AB"), chance.choice("XY")
            is_won = team == TEAMS[-1] or chance.random() < 0.6
            is_same = is_won != ((first, second) == ("B", "Y"))
            lines.append(f"{team},{first},{second},true,{str(is_same).lower()}")
    file = tmp_path / "rounds.csv"
    file.write_text("\n".join(lines))
    command = [sys.executable, "manage.py", "import_rounds", str(file), "--owner", "instructor", "--json"]
    told = subprocess.run(command, env=os.environ | stack.environment, check=True, capture_output=True, text=True)
    return str(json.loads(told.stdout)["code"])


def test_the_projector_follows_the_replay_of_the_host(
    code: str, host: Page, new_context: Callable[..., BrowserContext]
) -> None:
    host.goto(f"/dashboard/{code}/")
    wall = new_context({"width": 1280, "height": 720}).new_page()
    wall.goto(f"/g/{code}/watch/")
    expect(part(wall, "headline")).to_contain_text("Mighty Comets", timeout=WAIT_MS)
    expect(part(wall, "replay")).to_be_hidden()
    host.get_by_role("button", name="Replay the game").click()
    expect(part(wall, "replay-text")).to_contain_text("Replay 10 ×: ", timeout=WAIT_MS)
    expect(part(wall, "headline")).to_have_text("Nobody is past the wall for certain yet")
    assert wall.evaluate("document.documentElement.scrollHeight - innerHeight") <= 0
    host.get_by_role("button", name="Pause", exact=True).click()
    expect(part(wall, "replay-text")).to_contain_text("Replay stopped: ")
    slider = host.get_by_role("slider", name="Moment of the game")
    slider.press("Home")
    expect(part(wall, "replay-text")).to_have_text("Replay stopped: 0:00 of 1:59")
    slider.press("End")
    expect(part(wall, "replay-text")).to_have_text("Replay stopped: 1:59 of 1:59")
    expect(part(wall, "headline")).to_contain_text("Mighty Comets: ")
    expect(part(wall, "board-body").locator("tr")).to_have_count(len(TEAMS))
    assert_accessible(host, LAPTOP["width"])
    # A projector that is opened in between shows the same moment.
    wall.reload()
    expect(part(wall, "replay-text")).to_have_text("Replay stopped: 1:59 of 1:59", timeout=WAIT_MS)
    host.get_by_role("button", name="End the replay").click()
    expect(part(wall, "replay")).to_be_hidden()
    expect(part(host, "replay")).to_be_hidden()


def test_what_ifs_are_computed_and_said(code: str, host: Page, new_context: Callable[..., BrowserContext]) -> None:
    host.goto(f"/dashboard/{code}/")
    wall = new_context({"width": 1280, "height": 720}).new_page()
    wall.goto(f"/g/{code}/watch/")
    host.get_by_role("button", name="Replay the game").click(timeout=WAIT_MS)
    host.get_by_label("What if this team had not played?").select_option(label="Mighty Comets")
    expect(part(wall, "replay-text")).to_contain_text("without Mighty Comets", timeout=WAIT_MS)
    slider = host.get_by_role("slider", name="Moment of the game")
    expect(slider).to_be_enabled(timeout=WAIT_MS)
    slider.press("End")
    expect(part(wall, "board-body").locator("tr")).to_have_count(len(TEAMS) - 1)
    expect(part(wall, "headline")).to_have_text("Nobody is past the wall for certain yet")
    limit = host.get_by_label("What if the best plan won this many per cent?")
    limit.fill("60")
    limit.press("Tab")
    expect(part(wall, "replay-text")).to_contain_text("if the best plan won 60 %")
    expect(wall.locator(".wall-name", has_text="best plan 60 %")).to_be_visible(timeout=WAIT_MS)
    # The stored numbers are those of the game as it was played.
    host.get_by_role("button", name="End the replay").click()
    expect(part(wall, "headline")).to_have_text(re.compile("^Mighty Comets: "))
    expect(wall.locator(".wall-name", has_text="best plan 75 %")).to_be_visible()
