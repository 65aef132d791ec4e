"""A lesson over real sockets: the same step everywhere, and no limit before the reveal."""

from collections.abc import Callable
from typing import Any

import pytest

from dashboard.statistics.recompute import recompute
from game.lesson.steps import STEPS
from game.models import Game
from tests.support.server import Tab, Web, heard_within, phones_of_team
from tests.support.statistics import age_rounds

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def web(transactional_db: None, web_process: Web) -> Web:
    return web_process


@pytest.fixture
def lesson(make_game: Callable[..., Game]) -> Game:
    return make_game(lesson=list(STEPS), round_limit=30)


@pytest.fixture
def teacher(web: Web, lesson: Game, host: Any) -> Tab:
    return web.host(lesson.code, host)


def go_to(teacher: Tab, step: str) -> None:
    teacher.say("go_to_step", step=STEPS.index(step))
    teacher.hear("done", of="go_to_step")


def step_of(message: dict[str, Any]) -> str:
    lesson = message["game"]["lesson"]
    return str(lesson["steps"][lesson["step"]])


def test_every_page_hears_of_the_step(web: Web, lesson: Game, teacher: Tab) -> None:
    phone, screen = web.phone(lesson.code), web.projector(lesson.code)
    for tab in (phone, screen):
        tab.hear(f"{'player' if tab is phone else 'watch'}_snapshot")
    go_to(teacher, "guess")
    assert [step_of(tab.hear("game_changed")) for tab in (phone, screen)] == ["guess", "guess"]


def test_partners_see_each_others_plans(web: Web, lesson: Game, teacher: Tab) -> None:
    first, second = phones_of_team(web, lesson)
    go_to(teacher, "plan")
    first.say("tick_plan", answers="TF")
    assert first.hear("plan_recorded")["answers"] == "TF"
    second.say("tick_plan", answers="TT")
    plans = [{"seat": 2, "presence": "connected", "is_bot": False, "plan": "TT"}]
    assert first.hear("partners_changed", partners=plans)
    plans = [{"seat": 1, "presence": "connected", "is_bot": False, "plan": "TF"}]
    assert second.hear("partners_changed", partners=plans)


def test_what_the_class_guessed_reaches_the_screen_when_it_is_shown(web: Web, lesson: Game, teacher: Tab) -> None:
    phone, _ = phones_of_team(web, lesson)
    phone.say("prediction", percent=80)
    phone.hear("prediction_recorded")
    screen = web.projector(lesson.code)
    screen.hear("watch_snapshot")
    teacher.say("show_class")
    assert teacher.hear("class_view", guessed=1)["guesses"][16] == 1
    screen.say("show_class")
    assert screen.hear("class_view")["guesses"] is None
    teacher.say("show_guesses")
    teacher.hear("done", of="show_guesses")
    screen.say("show_class")
    assert screen.hear("class_view")["guesses"][16] == 1


def keys_of(part: Any) -> set[str]:
    """Return the names of all fields at any depth."""
    if isinstance(part, dict):
        return set(part).union(*(keys_of(value) for value in part.values()))
    if isinstance(part, list):
        return set().union(*(keys_of(value) for value in part))
    return set()


def estimates_of(part: Any) -> list[Any]:
    """Return all estimates in a message, at any depth."""
    if isinstance(part, dict):
        found = [*part.get("estimates", []), *part.get("details", [])]
        return found + [more for value in part.values() for more in estimates_of(value)]
    return [more for value in part for more in estimates_of(value)] if isinstance(part, list) else []


def test_no_limit_and_no_evidence_before_the_reveal(web: Web, lesson: Game, teacher: Tab) -> None:
    phones = phones_of_team(web, lesson)
    screen = web.projector(lesson.code)
    go_to(teacher, "play")
    for _ in range(6):
        for tab in phones:
            tab.say("answer", round=tab.asked()["round"], answer="T")
    tab.asked()
    age_rounds(lesson)
    recompute([lesson.pk])
    score = phones[0].hear("score_changed")
    heard = [score, *heard_within([*phones, screen])]
    shown = [message for message in heard if message["type"] in ("score_changed", "watch_snapshot", "delta")]
    assert {message["type"] for message in shown} >= {"score_changed", "delta"}
    assert any("report" in row for message in shown for row in message.get("teams", []))
    for message in shown:
        assert all(set(one) == {"key", "value"} and one["key"] == "win_rate" for one in estimates_of(message)), message
        assert not keys_of(message) & {"log10_e", "p_local", "win_rate_lower", "correlator"}, message
    assert score["score"]["issued"] >= 1
    go_to(teacher, "reveal")
    assert phones[0].hear("player_snapshot")["score"]["estimates"]
    late = web.projector(lesson.code)
    assert late.hear("watch_snapshot")["room"]["report"]["estimates"]
