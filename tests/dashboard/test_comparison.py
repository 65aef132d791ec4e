"""Runs side by side: what differs is said in words, and what luck alone can do is not called a difference."""

import re
from typing import Any

import pytest
from django.test import Client

from dashboard.statistics.recompute import recompute
from game.lobby import host_commands, ownership
from game.lobby.refusal import Refusal
from game.models import Game, RunLabel
from game.physics.report_types import Estimate, difference
from tests.support.people import new_team, open_round
from tests.support.rounds import give_answers

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 40


def play_run(game: Game, wins: bool) -> None:
    """Play and end a run in which the one team always wins, or always loses."""
    team = game.teams.first() or new_team(game)
    host_commands.set_options(game.pk, round_limit=ROUNDS)
    host_commands.start(game.pk)
    for _ in range(ROUNDS):
        differ = open_round(team).questions == "BY"
        give_answers(team, "TF" if differ == wins else "TT")
    host_commands.finish(game.pk)
    recompute([game.pk])


def page(client: Client, game: Game, **query: Any) -> Any:
    client.force_login(game.owner, backend="django.contrib.auth.backends.ModelBackend")
    return client.get(f"/dashboard/{game.code}/runs/", query)


def test_two_runs_are_compared_in_a_sentence_with_the_host_s_names(client: Client, game: Game) -> None:
    play_run(game, wins=False)
    host_commands.reset(game.pk)
    play_run(game, wins=True)
    for run, label in ((1, "without a plan"), (2, "with a plan")):
        client.force_login(game.owner, backend="django.contrib.auth.backends.ModelBackend")
        client.post(f"/dashboard/{game.code}/runs/", {"run": run, "label": label})
    [one] = page(client, game).context["comparisons"]
    assert one.kind == "more"
    # Newcombe's interval of 40/40 - 0/40.
    assert one.text == (
        "with a plan won more often than without a plan: 100 points more, with an interval of 88 to 100."
    )
    said = re.sub(r"\s+", " ", page(client, game).content.decode())
    assert "0 of 40 rounds won" in said and "40 of 40 rounds won" in said


def test_what_luck_alone_can_do_is_not_called_a_difference(client: Client, game: Game) -> None:
    for run in (1, 2):
        play_run(game, wins=True)
        if run == 1:
            host_commands.reset(game.pk)
    [one] = page(client, game).context["comparisons"]
    assert one.kind == "same" and "Luck alone can do that" in one.text


def test_runs_of_different_games_stand_side_by_side_without_a_difference(client: Client, game: Game) -> None:
    play_run(game, wins=True)
    host_commands.reset(game.pk)
    host_commands.set_mode(game.pk, "mermin")
    team = game.teams.first()
    assert team is not None
    host_commands.start(game.pk)
    for _ in range(ROUNDS):
        give_answers(team, "TT")
    host_commands.finish(game.pk)
    recompute([game.pk])
    context = page(client, game).context
    assert len(context["results"]) == 2 and context["comparisons"] == []


def test_another_class_of_the_same_host_is_compared_and_a_stranger_s_is_not(
    client: Client, game: Game, make_game: Any, django_user_model: Any
) -> None:
    play_run(game, wins=True)
    other = make_game(title="Physics 10c")
    play_run(other, wins=False)
    response = page(client, game, **{"with": other.code})
    assert [one.title for one in response.context["offered"]] == ["Physics 10c"]
    [one] = response.context["comparisons"]
    assert one.kind == "less" and one.text.startswith("Physics 10c, Run 1 won less often than Physics 10b, Run 1")
    Game.objects.filter(pk=other.pk).update(owner=django_user_model.objects.create(username="stranger"))
    assert page(client, game, **{"with": other.code}).status_code == 404


def test_a_game_without_runs_says_what_comes_here(client: Client, game: Game) -> None:
    assert "Two runs stand here side by side" in page(client, game).content.decode()


def test_a_run_that_was_never_begun_gets_no_name_and_an_empty_one_takes_it_away(game: Game) -> None:
    with pytest.raises(Refusal, match="no run 2"):
        ownership.label_run(game.pk, 2, "later")
    ownership.label_run(game.pk, 1, "  without   a plan ")
    assert RunLabel.objects.get().text == "without a plan"
    ownership.label_run(game.pk, 1, " ")
    assert not RunLabel.objects.exists()


def test_the_interval_of_a_difference_is_newcombe_s() -> None:
    # Newcombe 1998, table II, example (a), method 10: 56/70 - 48/80.
    one = Estimate("win_rate", 56 / 70, 0.6919, 0.8770)
    other = Estimate("win_rate", 48 / 80, 0.4904, 0.7004)
    found = difference(one, other)
    assert (found.value, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=2e-4)
    assert difference(one, Estimate("win_rate")).value is None
