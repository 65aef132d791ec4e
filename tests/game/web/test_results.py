"""What a player is told after the game, and the prediction before it."""

import msgspec
import pytest

from dashboard.statistics.recompute import recompute
from game.games import game_of
from game.lobby import host_commands
from game.lobby.refusal import Refusal
from game.models import Game, Player, Round, Team
from game.physics.bounds import evidence_steps
from game.realtime.messages.player import Ranking
from game.web import results
from tests.support.people import new_player, new_team, open_round
from tests.support.rounds import give_answers
from tests.support.server import Web, two_phones

pytestmark = pytest.mark.django_db(transaction=True)


def seated(team: Team) -> int:
    return Player.objects.get(team=team, seat=1).pk


def played(make_game, rounds: int, answers: str = "TT", **fields) -> tuple[Game, Team]:
    """A finished game of one team whose seats always gave these answers."""
    game = make_game(**fields)
    team = new_team(game)
    host_commands.start(game.pk)
    for _ in range(rounds):
        give_answers(team, answers)
    host_commands.finish(game.pk)
    recompute([game.pk])
    return game, team


def test_results_are_refused_before_the_game_is_over(game: Game) -> None:
    team = new_team(game)
    host_commands.start(game.pk)
    with pytest.raises(Refusal, match="not over"):
        results.of_player(game.pk, seated(team))


def test_results_tell_the_plan_and_what_it_wins(make_game) -> None:
    game, team = played(make_game, 40)
    own = results.of_player(game.pk, seated(team)).own
    assert own is not None and own.report.plan is not None
    plan = own.report.plan
    assert plan.answers == [{"A": "T", "B": "T"}, {"X": "T", "Y": "T"}]
    assert (plan.fit, plan.rounds, plan.contexts_won, plan.contexts) == (1, 40, 3, 4)
    msgspec.json.encode(own.report)


def test_a_team_is_judged_as_one_of_the_teams_of_its_room(make_game) -> None:
    game = make_game()
    team, others = new_team(game), [new_team(game, name) for name in ("Red Foxes", "Blue Owls")]
    # Nothing is open after the last round, so that every round is evidence at once.
    host_commands.set_options(game.pk, round_limit=16)
    host_commands.start(game.pk)
    for one in (team, *others):
        for _ in range(16):
            give_answers(one, "TF" if open_round(one).questions == "BY" else "TT")
    host_commands.finish(game.pk)
    recompute([game.pk])
    own = results.of_player(game.pk, seated(team)).own
    assert own is not None
    # Sixteen wins of sixteen are 23 : 1: enough for a team that plays alone, not for one of three.
    assert own.report.evidence.e == pytest.approx(23.3, abs=0.1)
    assert (own.steps, own.verdict) == (evidence_steps(3), "leaning")


@pytest.mark.parametrize(
    ("mode", "answers"),
    [
        ("simplified", "TT"), ("classic", "TT"), ("aqmjoe", "TT"), ("aqmjoe", "FF"), ("ghz", "TTT"),
        ("odd_cycle", "TT"), ("magic_square", "ab"), ("mermin", "TF"),
    ],
)  # fmt: skip
def test_contexts_of_the_results_add_up_to_the_report(make_game, mode: str, answers: str) -> None:
    game, team = played(make_game, 20, answers, mode=mode)
    found = results.of_player(game.pk, seated(team))
    assert found.own is not None and found.played == 20
    contexts, report = found.own.contexts, found.own.report
    assert sum(context.rounds for context in contexts) == 20
    assert len(contexts) == {"simplified": 4, "classic": 16, "aqmjoe": 4, "ghz": 4, "magic_square": 9, "odd_cycle": 10,
                             "mermin": 9}[mode]  # fmt: skip
    if mode == "aqmjoe":
        colours = next(context for context in contexts if context.questions == "AA")
        assert colours.hits == report.good
    elif mode == "classic":
        assert {context.questions for context in contexts if context.hits is None} == {"AB", "BA", "XY", "YX"}
    else:
        assert sum(context.hits or 0 for context in contexts) == report.good


def test_a_team_is_told_its_place_and_whether_its_plan_is_the_best(make_game) -> None:
    game = make_game()
    best, equal, worst = (new_team(game) for _ in range(3))
    with_bot = new_team(game)
    Team.objects.filter(pk=with_bot.pk).update(bots=True)
    host_commands.start(game.pk)
    for _ in range(24):
        for team in (best, equal, with_bot):
            win(team)
        give_answers(worst, "TF")
    host_commands.finish(game.pk)
    recompute([game.pk])
    found = {team: results.of_player(game.pk, seated(team)) for team in (best, equal, worst, with_bot)}
    assert [found[team].ranking for team in (best, equal, worst)] == [Ranking(1, 3), Ranking(1, 3), Ranking(3, 3)]
    assert found[with_bot].ranking is None
    plan = found[worst].own
    assert plan is not None and not plan.is_best_plan
    Game.objects.filter(pk=game.pk).update(public_scoreboard=False)
    assert results.of_player(game.pk, seated(best)).ranking is None


def win(team: Team) -> None:
    """Let a team win its open round, whatever is asked."""
    context = open_round(team).questions
    played = game_of("simplified")
    give_answers(team, "TT" if played.counts(context, "TT") else "TF")


@pytest.mark.parametrize(("mode", "answers"), [("simplified", "TT"), ("classic", "TT")])
def test_the_best_plan_is_named_as_such(make_game, mode: str, answers: str) -> None:
    # In 40 rounds one of classic's eight questions is too rare for the lead of the plan once in 28 runs.
    game, team = played(make_game, 160, answers, mode=mode)
    own = results.of_player(game.pk, seated(team)).own
    assert own is not None and own.is_best_plan


def test_rounds_are_listed_newest_first_and_only_closed_ones(make_game) -> None:
    game, team = played(make_game, 3)
    assert Round.objects.filter(team=team, closed_at=None).count() == 1
    found = results.of_player(game.pk, seated(team))
    assert [trial.number for trial in found.rounds] == [3, 2, 1]


def test_a_host_who_hides_score_and_rounds_hides_them_after_the_end_too(make_game) -> None:
    game, team = played(make_game, 2, show_own_score=False, show_last_round=False)
    found = results.of_player(game.pk, seated(team))
    assert (found.own, found.rounds, found.played) == (None, [], 2)


def test_who_never_sat_has_results_without_numbers(make_game) -> None:
    game, _ = played(make_game, 1)
    found = results.of_player(game.pk, new_player(game, prediction=90).pk)
    assert (found.prediction, found.own, found.rounds, found.played) == (90, None, [], 0)


def test_after_a_switch_of_mode_the_mode_that_was_played_is_told(make_game) -> None:
    game, team = played(make_game, 5)
    Game.objects.filter(pk=game.pk).update(mode="aqmjoe", theme="aqmjoe")
    own = results.of_player(game.pk, seated(team)).own
    assert own is not None and (own.mode, own.theme) == ("simplified", "food")


def test_prediction_is_kept_until_the_game_begins_and_comes_back_with_the_page(web_process: Web, game: Game) -> None:
    first, second = two_phones(web_process, game)
    first.say("prediction", percent=90)
    assert first.hear("prediction_recorded")["percent"] == 90
    first.say("prediction", percent=80)
    assert first.hear("prediction_recorded")["percent"] == 80
    again = web_process.phone(game.code)
    assert again.hear("player_snapshot")["prediction"] is None
    host_commands.start(game.pk)
    second.say("prediction", percent=75)
    assert second.hear("refused")["reason"] == "too_late"
    again.say("prediction", percent=100)
    assert again.hear("prediction_recorded")["percent"] == 100
    host_commands.finish(game.pk)
    first.say("show_results")
    assert first.hear("results")["prediction"] == 80
