"""A throw-away game and a throw-away theme, each added as docs/games.md says, are played like all others."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client

from dashboard.statistics.recompute import recompute
from game.bots import runner
from game.bots.strategies import STRATEGIES
from game.games import GAMES
from game.games.definition import Definition
from game.games.simplified import themes as simplified_themes
from game.lobby import bots, host_commands
from game.models import Game, RoomStatistics, Round, Tally, TeamStatistics
from game.physics.theory import plans
from game.rounds.rows import NotRecorded
from game.web import game_data, results
from tests.support.declared import edited, example
from tests.support.people import new_team, open_round
from tests.support.rounds import give_answers

pytestmark = pytest.mark.django_db(transaction=True)

THEMES = 'THEMES = {"food": FOOD, "classic": CLASSIC}\n'
A_THEME = """
SPACE = Theme(
    name="Space",
    ask="Left or right?",
    questions=letters("ABXY"),
    answers=dict.fromkeys("ABXY", (Label("Left"), Label("Right"))),
    rules=(AGREE_ON_A_PLAN, "Fly the same way, except for B with Y: then part."),
    goal=chsh.GOAL,
    hints=("You get A or B.", "You get X or Y."),
    wanted=SAME_OR_DIFFERENT,
    outcomes=chsh.LETTERS_OUTCOMES,
)
"""


def forget_what_is_prepared() -> None:
    """Let this connection prepare its statement anew, and pages read the games anew, as after a restart."""
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    caches["derived"].delete_many(["rules:en", "rules:None"])


@pytest.fixture
def triangle(transactional_db: None, tmp_path: Path) -> Iterator[Definition]:
    with example(tmp_path) as declared:
        forget_what_is_prepared()
        yield declared
    forget_what_is_prepared()


@pytest.fixture
def space(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A fourth theme of the CHSH game: its words in the folder of the game, and one line."""
    imports = "from game.games.words import Label, letters\n"
    line = 'THEMES = {"food": FOOD, "classic": CLASSIC, "space": SPACE}\n'
    added = edited(simplified_themes, THEMES, imports + A_THEME + line)["THEMES"]["space"]
    monkeypatch.setitem(GAMES["simplified"].themes, "space", added)  # type: ignore[arg-type]
    forget_what_is_prepared()
    yield
    forget_what_is_prepared()


def finish(game: Game) -> None:
    host_commands.finish(game.pk)
    recompute([game.pk])


def test_a_game_that_is_added_is_played_reported_and_exported(triangle: Definition, make_game: Any, host: Any) -> None:
    game = make_game(mode="triangle")
    assert game.theme == "letters"
    team, plan = new_team(game), plans.best_plan(triangle)
    host_commands.start(game.pk)
    refused = give_answers(team, "xx").answers
    assert [type(verdict) for verdict in refused] == [NotRecorded] * 2
    won = 0
    for number in range(1, 41):
        trial = open_round(team)
        assert (trial.number, trial.mode) == (number, "triangle") and trial.questions in triangle.questions
        answers = plans.planned_answers(triangle, plan, trial.questions)
        done = give_answers(team, answers)
        assert [closed.answers for closed in done.closed] == [answers]
        won += triangle.counts(trial.questions, answers) is True
    finish(game)
    assert sum(Tally.objects.filter(team=team).values_list("count", flat=True)) == 40
    report = TeamStatistics.objects.get(team=team).report
    # The round that is open at the finish counts as not won.
    assert (report.good, report.bad, report.estimate("win_rate").value) == (won, 41 - won, pytest.approx(won / 41))
    assert (report.plan.contexts_won, report.plan.contexts) == (5, 6)
    assert RoomStatistics.objects.get(game=game).report.good == won
    own = results.of_player(game.pk, team.players.get(seat=1).pk).own
    assert own is not None and sum(context.hits or 0 for context in own.contexts) == won
    client = Client()
    client.force_login(host)
    for page in ("", "report/", "export/rounds.csv", "export/rounds.json", "export/teams.csv"):
        assert client.get(f"/dashboard/{game.code}/{page}").status_code == 200, page


def test_pages_and_forms_know_a_game_that_is_added(triangle: Definition, make_game: Any, host: Any) -> None:
    page = game_data.as_data()["triangle"]
    assert page["label"] == "Triangle: two colours" and page["themes"]["letters"]["ask"] == "Which colour?"
    assert [line["kind"] for line in page["axes"][0]["lines"]] == ["classical", "quantum", "no_message"]
    client = Client()
    client.force_login(host)
    assert "Triangle: two colours" in client.get("/dashboard/new/").content.decode()
    form = {"title": "Added", "mode": "triangle", "answer_seconds": 60, "max_teams": 100}
    assert client.post("/dashboard/new/", form).status_code == 302
    game = Game.objects.get(title="Added")
    assert game.mode == "triangle"
    assert "triangle" in client.get(f"/g/{game.code}/").content.decode()
    host_commands.set_mode(game.pk, "simplified")
    host_commands.set_mode(game.pk, "triangle")


def test_bots_of_every_strategy_play_a_game_that_is_added(triangle: Definition, make_game: Any) -> None:
    game = make_game(mode="triangle")
    for strategy in STRATEGIES:
        bots.seat_bots(game.pk, 1, strategy, {"think_seconds": 0})
    host_commands.start(game.pk)
    for _ in range(4):
        runner.answer_due()
    # Whisperers answer one after the other, so a round takes them two turns.
    assert Round.objects.filter(game=game, closed_by="answers").count() == 4 * (len(STRATEGIES) - 1) + 2


def test_a_theme_that_is_added_is_offered_shown_and_has_words_for_everything(space: None, make_game: Any) -> None:
    declared = GAMES["simplified"]
    for cell in declared.cells:
        assert str(declared.themes["space"].outcome_text(declared.outcome(*cell), declared.how(*cell)))
    game = make_game(mode="simplified")
    team = new_team(game)
    host_commands.set_theme(game.pk, "space")
    host_commands.start(game.pk)
    assert open_round(team).theme == "space"
    give_answers(team, "TT")
    finish(game)
    assert results.of_player(game.pk, team.players.get(seat=1).pk).own.theme == "space"  # type: ignore[union-attr]
    assert game_data.as_data()["simplified"]["themes"]["space"]["name"] == "Space"
