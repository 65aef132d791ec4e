"""
The faults of the predecessor: each is a rule with a test.

The list below names tests that are beside their subject; the others are in this file.
"""

from itertools import product
from pathlib import Path

import numpy as np
import pytest
from django.test import Client

from game.lobby import host_commands
from game.models import Game, Round
from game.rounds.commit import commit_answers
from game.rounds.rows import Answered
from tests.support.people import new_team, open_round
from tests.support.tables import reports, table_of

TESTS = Path(__file__).parents[1]

FAULTS = {
    "quota deck lets a classical team beat Tsirelson": [
        "game/physics/test_strategies.py::test_card_counter_beats_tsirelson_under_the_quota",
        "dashboard/statistics/test_evidence_delay.py::test_under_quotas_evidence_is_unknown_with_the_reason",
    ],
    "reconnect erases a team's statistics": [
        "dashboard/statistics/test_whole_games.py::test_reconnect_erases_no_statistics"
    ],
    "anyone can control the game": ["game/realtime/test_sockets.py::test_a_stranger_cannot_host"],
    "anyone can watch a partner's open answer": [
        "game/realtime/test_sockets.py::test_nothing_tells_anything_of_an_open_round"
    ],
    "restart deletes everything": ["chsh_project/test_stack.py::test_second_start_keeps_data_and_key"],
    "default mode never awards": ["e2e/test_live.py::test_the_default_mode_awards"],
    "AQM Joe rewards always-Red/Carrots": [
        "game/physics/test_published.py::test_always_red_and_carrots_scores_nothing"
    ],
    "pooled S reaches 4 classically": [
        "chsh_project/test_faults.py::test_no_plan_reaches_more_than_two_when_teams_are_pooled"
    ],
    "empty cells count as 0": ["game/physics/test_published.py::test_empty_cell_leaves_s_unknown_and_identified"],
    "100 % without an interval after one round": [
        "chsh_project/test_faults.py::test_one_round_won_is_a_hundred_percent_with_a_wide_interval"
    ],
    "reset fails on PostgreSQL": ["game/rounds/test_rounds.py::test_reset_starts_a_new_run_and_deletes_nothing"],
    "pause survives reset": ["chsh_project/test_faults.py::test_a_pause_does_not_survive_a_reset"],
    "start twice opens a second round": ["game/rounds/test_rounds.py::test_start_twice_opens_no_second_round"],
    "answer log switches itself off": ["e2e/test_live.py::test_answer_log_stays_on_when_switched_on"],
    "QR shows another host": ["game/web/test_pages.py::test_join_address_is_the_one_that_the_page_was_opened_by"],
    "second dashboard does not follow": [
        "game/realtime/test_sockets.py::test_every_dashboard_follows_whoever_gives_the_command"
    ],
    "the last answers never reach the screen": [
        "dashboard/statistics/test_whole_games.py::test_statistics_equal_a_recount_after_a_finished_game_with_everything_in_it",
        "e2e/test_class.py::test_a_class_plays_through_reload_and_crash",
    ],
    "export breaks on a comma in a name": [
        "dashboard/test_exports.py::test_a_name_with_a_formula_or_a_comma_breaks_no_export"
    ],
    "mode switch re-scores history": ["dashboard/statistics/test_whole_games.py::test_mode_switch_rescores_no_history"],
    "one absent partner blocks a team for ever": [
        "game/rounds/test_rounds.py::test_one_absent_partner_costs_at_most_one_round"
    ],
    "dashboards slow the players down": [
        "chsh_project/test_faults.py::test_answers_are_committed_before_any_number_is_computed"
    ],
    "a team that dawdles on B looks quantum": [
        "dashboard/statistics/test_evidence_delay.py::test_a_team_that_dawdles_on_b_does_not_look_quantum"
    ],
    "finishing costs every team a loss": [
        "game/rounds/test_rounds.py::test_finishing_costs_no_team_a_loss_within_the_grace"
    ],
}


@pytest.mark.parametrize("place", [place for places in FAULTS.values() for place in places])
def test_every_fault_of_the_predecessor_has_its_test(place: str) -> None:
    file, name = place.split("::")
    assert f"def {name}(" in (TESTS / file).read_text()


def test_no_plan_reaches_more_than_two_when_teams_are_pooled() -> None:
    """The predecessor added AX and XA into one pair: a plan that knows its seat could then show 4."""
    pairs = [(one, other) for one, other in product("ABXY", repeat=2) if (one in "AB") != (other in "AB")]
    answers = list(product([True, False], repeat=4))
    tables = [
        table_of([(one, other, first["ABXY".index(one)], second["ABXY".index(other)]) for one, other in pairs] * 5)
        for first in answers
        for second in answers
    ]
    values = [report["chsh"]["s"] for report in reports("classic", "uniform", np.array(tables))]
    assert max(values) == pytest.approx(2)
    # Pooled: the best plans of all, added up.
    best = sum(table for table, s in zip(tables, values, strict=True) if s == max(values))
    assert reports("classic", "uniform", np.array([best]))[0]["chsh"]["s"] <= 2 + 1e-9


def test_one_round_won_is_a_hundred_percent_with_a_wide_interval() -> None:
    report = reports("simplified", "uniform", np.array([table_of([("A", "X", True, True)])]))[0]
    low, high = report["win_rate_interval"]
    assert report["win_rate"] == 1
    assert low < 0.25
    assert high == 1
    assert report["chsh"]["s"] is None


@pytest.mark.django_db(transaction=True)
def test_a_pause_does_not_survive_a_reset(game: Game) -> None:
    team = new_team(game)
    host_commands.start(game.pk)
    host_commands.pause(game.pk)
    host_commands.reset(game.pk)
    game.refresh_from_db()
    assert (game.state, game.paused_at, game.run) == ("lobby", None, 2)
    host_commands.start(game.pk)
    trial = open_round(team)
    assert trial.run == 2
    commit_answers([Answered(game.pk, trial.players[0], trial.pk, "T")])
    trial.refresh_from_db()
    assert trial.answers[0] == "T"


@pytest.mark.django_db(transaction=True)
def test_answers_are_committed_before_any_number_is_computed(game: Game) -> None:
    """No dashboard, worker or statistics take part in an answer; numbers follow from rows later."""
    team = new_team(game)
    host_commands.start(game.pk)
    trial = open_round(team)
    done = commit_answers([Answered(game.pk, player, trial.pk, "T") for player in (trial.players[0], trial.players[1])])
    assert [opened.team for opened in done.opened] == [team.pk]
    assert Round.objects.get(pk=trial.pk).closed_by == "answers"
    assert not team.statistics.exists()
    client = Client()
    client.force_login(game.owner, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/dashboard/{game.code}/room.json").json()["report"] is None
