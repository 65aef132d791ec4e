from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from dashboard.statistics import memory
from dashboard.statistics.find import stale_games
from dashboard.statistics.new_rounds import evidence_until
from dashboard.statistics.recompute import recompute
from game.lobby import host_commands
from game.models import Game, RoomStatistics, Round, Team, TeamStatistics
from tests.support.people import new_team, open_round
from tests.support.rounds import play_round
from tests.support.statistics import age_rounds, stored

pytestmark = pytest.mark.django_db(transaction=True)


def scored(state: dict) -> int:
    return state["good"] + state["bad"]


def test_evidence_counts_a_round_only_when_it_was_asked_long_enough_ago(team: Team) -> None:
    for _ in range(3):
        play_round(team)
    recompute([team.game_id])
    report = stored(team).report
    assert (report.played.rounds, report.waiting, report.issued, report.evidence.log10_e) == (3, 3, 0, 0)
    assert stored(team).due_at is not None
    age_rounds(team.game)
    assert stale_games() == [team.game_id]
    recompute(stale_games())
    # The open round was asked long ago too: it counts as a loss until it is closed.
    assert scored(stored(team).provisional) == 4
    assert scored(stored(team).running) == 3


def test_a_team_that_dawdles_on_b_does_not_look_quantum(game: Game) -> None:
    """Answer everything but B with Y, which an agreed table would lose, at once: the open round counts as a loss."""
    teams = [new_team(game) for _ in range(12)]
    host_commands.start(game.pk)
    for team in teams:
        while (trial := open_round(team)).questions[0] != "B" and trial.number < 12:
            play_round(team)
    age_rounds(game)
    recompute(stale_games())
    for team in teams:
        row = stored(team)
        assert scored(row.provisional) == row.report.issued == row.report.played.rounds + 1
        assert row.provisional["good"] == row.report.good
    pooled = RoomStatistics.objects.get(game=game).report
    assert pooled.evidence.e < 3


def test_won_rounds_do_not_count_in_the_room_before_those_kept_open(game: Game, settings) -> None:
    """Rounds asked at one moment begin to count at one moment, whichever of them were closed meanwhile."""
    settings.EVIDENCE_DELAY_SECONDS = 15_000
    quick, slow = new_team(game), new_team(game)
    host_commands.start(game.pk)
    begun, moment = evidence_until(timezone.now()), timedelta(seconds=1)

    def counted(asked_at: datetime) -> int:
        Round.objects.filter(game=game, number=1).update(asked_at=asked_at)
        TeamStatistics.objects.update(due_at=timezone.now())
        memory.forget()
        recompute(stale_games())
        return scored(RoomStatistics.objects.get(game=game).running)

    play_round(quick)
    assert counted(begun + moment) == 0
    assert counted(begun - moment) == 2
    assert open_round(slow).number == 1


def test_at_the_end_of_a_game_every_issued_round_counts_at_once(game: Game) -> None:
    quick, slow = new_team(game), new_team(game)
    host_commands.start(game.pk)
    host_commands.finish(game.pk)
    play_round(quick)
    recompute([game.pk])
    assert scored(stored(quick).running) == 1
    # An open round counts as not won until it is answered.
    assert (scored(stored(slow).running), stored(slow).provisional["bad"]) == (0, 1)
    play_round(slow)
    recompute(stale_games())
    assert (scored(stored(quick).running), scored(stored(slow).running)) == (1, 1)
    assert stale_games() == []


def test_an_open_round_that_is_answered_after_all_is_not_a_loss(team: Team) -> None:
    age_rounds(team.game)
    recompute(stale_games())
    assert scored(stored(team).provisional) == 1
    play_round(team, True, open_round(team).questions != "BY")
    age_rounds(team.game)
    recompute(stale_games())
    assert (stored(team).running["good"], stored(team).running["bad"]) == (1, 0)


def test_under_quotas_evidence_is_unknown_with_the_reason(make_game) -> None:
    game = make_game(question_design="quota")
    team = new_team(game)
    host_commands.start(game.pk)
    for _ in range(4):
        play_round(team)
    age_rounds(game)
    recompute(stale_games())
    report = stored(team).report
    assert report.evidence.e is None and report.evidence.p_local is None and report.tests is None
    assert "predictable" in report.evidence.reason
    assert report.good + report.bad == report.issued == 5
