"""The answer log: closed rounds with both questions and answers, for hosts alone."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from dashboard.live import answer_log
from game.lobby import host_commands
from game.models import Game, Round, Team
from game.rounds.commit import commit_answers
from game.rounds.rows import Answered
from tests.support.people import new_team, open_round

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def team(game: Game) -> Team:
    team = new_team(game, "Blue Owls")
    host_commands.start(game.pk)
    return team


def log(game: Game, **query: Any) -> dict[str, Any]:
    client = Client()
    client.force_login(game.owner, backend="django.contrib.auth.backends.ModelBackend")
    response = client.get(f"/dashboard/{game.code}/answers.json", query)
    assert response.status_code == 200, response.content
    return dict(response.json())


def answer(team: Team, seats: tuple[int, ...] = (1, 2)) -> Round:
    trial = open_round(team)
    players = [trial.players[0], trial.players[1]]
    commit_answers([Answered(trial.game_id, players[seat - 1], trial.pk, "T") for seat in seats])
    trial.refresh_from_db()
    return trial


def test_log_has_both_questions_and_answers_of_closed_rounds_the_newest_first(game: Game, team: Team) -> None:
    first, second = answer(team), answer(team)
    found = log(game)["rounds"]
    assert [entry["id"] for entry in found] == [second.pk, first.pk]
    entry = found[1]
    assert (entry["questions"], entry["answers"]) == (first.questions, "TT")
    assert (entry["team"], entry["closed_by"], entry["how"]) == (team.name, "answers", "same")
    both_asked_b_and_y = first.questions == "BY"
    assert entry["outcome"] == ("lost" if both_asked_b_and_y else "won")


def test_an_open_round_never_stands_in_the_log_whoever_has_answered(game: Game, team: Team) -> None:
    before = log(game)
    answer(team, seats=(1,))
    assert log(game) == before == {"run": 1, "rounds": []}


def test_log_is_bounded_and_goes_on_from_a_moment(game: Game, team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    trials = [answer(team) for _ in range(4)]
    Round.objects.filter(pk__in=[trial.pk for trial in trials[:2]]).update(
        closed_at=trials[2].closed_at - timedelta(minutes=1)
    )
    since = round(trials[3].closed_at.timestamp() * 1000)
    assert {entry["id"] for entry in log(game, since=since)["rounds"]} == {trials[2].pk, trials[3].pk}
    monkeypatch.setattr(answer_log, "ROUNDS", 3)
    assert len(log(game)["rounds"]) == 3


def test_log_shows_the_present_run_only(game: Game, team: Team) -> None:
    answer(team)
    host_commands.reset(game.pk)
    assert log(game) == {"run": 2, "rounds": []}


def test_log_is_for_hosts_alone(game: Game, team: Team) -> None:
    address = f"/dashboard/{game.code}/answers.json"
    client = Client()
    assert client.get(address).status_code == 302
    stranger = get_user_model().objects.create_user("stranger")
    client.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("since", ["now", "-1", "1" * 20])
def test_a_moment_that_is_none_is_refused_by_name(game: Game, since: str) -> None:
    client = Client()
    client.force_login(game.owner, backend="django.contrib.auth.backends.ModelBackend")
    response = client.get(f"/dashboard/{game.code}/answers.json", {"since": since})
    assert response.status_code == 400
    assert b"since=" in response.content
