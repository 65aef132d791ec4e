from datetime import timedelta

import pytest
from django.db.models import F

from dashboard.statistics import memory
from dashboard.statistics.compute import FEW_TEAMS, REPORT_SECONDS
from dashboard.statistics.find import stale_games
from dashboard.statistics.recompute import recompute
from game.lobby import host_commands
from game.models import Game, TeamStatistics
from game.physics.report_types import row_report
from tests.support.rounds import play_round

pytestmark = pytest.mark.django_db(transaction=True)


def test_full_reports_of_many_teams_follow_within_seconds(hall: Game) -> None:
    recompute([hall.pk])
    row = TeamStatistics.objects.all()[0]
    assert (row.live_report.played.rounds, row.report.played.rounds) == (2, 1)
    _pass(60)
    recompute(stale_games())
    for row in TeamStatistics.objects.all():
        assert row.report.played.rounds == 2
        assert row_report(row.live_report) == row_report(row.report)
        assert (row.live_report.design, row.live_report.answered) == (row.report.design, row.report.answered)
        assert all(detail in row.report.details for detail in row.live_report.details)
        for name in ("e", "p_anytime", "reason"):
            assert getattr(row.live_report.evidence, name) == getattr(row.report.evidence, name)


def _pass(seconds: float) -> None:
    late = timedelta(seconds=seconds)
    TeamStatistics.objects.update(due_at=F("due_at") - late, reported_at=F("reported_at") - late)
    memory.forget()


def test_full_reports_of_teams_that_play_on_are_written_in_parts(hall: Game) -> None:
    recompute([hall.pk])
    parts = ((3, REPORT_SECONDS + 1, FEW_TEAMS), (4, 0, 1), (5, 2 * REPORT_SECONDS, FEW_TEAMS + 1))
    for rounds, seconds, written in parts:
        _pass(seconds)
        for team in hall.teams.all():
            play_round(team)
        recompute([hall.pk])
        reported = [row.report.played.rounds for row in TeamStatistics.objects.all()]
        assert reported.count(rounds) == written
    # However many play on, none waits for longer than twice the time.
    assert set(reported) == {5}


def test_a_run_that_was_reset_owes_no_report_to_a_running_one(hall: Game) -> None:
    host_commands.reset(hall.pk)
    host_commands.start(hall.pk)
    recompute([hall.pk])
    of_first = TeamStatistics.objects.filter(run=1)
    assert {(row.report.issued, row.due_at) for row in of_first} == {(3, None)}
