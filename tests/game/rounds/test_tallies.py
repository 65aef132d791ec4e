import math

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from dashboard.statistics.find import stale_games
from dashboard.statistics.recompute import recompute
from game.lobby import host_commands
from game.models import Game, RoomStatistics, Round, Tally
from game.rounds import tallies
from tests.support.people import new_team
from tests.support.rounds import play_round
from tests.support.statistics import age_rounds, keys, recount, same, stored, without_extra

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def played(game: Game) -> Game:
    teams = [new_team(game), new_team(game)]
    host_commands.start(game.pk)
    for n in range(9):
        for team in teams:
            play_round(team, n % 2 > 0, n % 3 > 0)
    host_commands.skip_round(game.pk, teams[0].pk)
    recompute([game.pk])
    return game


def test_tallies_equal_rounds_and_the_command_says_so(played: Game, capsys) -> None:
    call_command("rebuild_statistics", check=True)
    assert "tallies equal rounds" in capsys.readouterr().out


@pytest.mark.parametrize("harm", ["count", "nought", "lost", "invented"])
def test_a_wrong_tally_is_found_and_made_anew(played: Game, harm: str, capsys) -> None:
    tally = Tally.objects.filter(answers__startswith="-").get() if harm == "lost" else Tally.objects.first()
    if harm == "count":
        Tally.objects.filter(pk=tally.pk).update(count=F("count") + 1)
    elif harm == "nought":
        Tally.objects.filter(pk=tally.pk).update(count=0)
    elif harm == "lost":
        tally.delete()
    else:
        Tally.objects.create(
            team=tally.team, run=7, mode="classic", design="uniform", questions="AA", answers="--", count=3
        )
    age_rounds(played)
    Round.objects.filter(game=played, closed_at=None).delete()
    with pytest.raises(CommandError, match="1 cells differ"):
        call_command("rebuild_statistics", check=True)
    call_command("rebuild_statistics")
    assert "rebuilt; 1 cells differed" in capsys.readouterr().out
    call_command("rebuild_statistics", check=True)
    for team in played.teams.all():
        mine, theirs = without_extra(keys(stored(team).report)), without_extra(keys(recount(team)))
        for report in (mine, theirs):
            for key in [key for key in report if "evidence" in key or "p_" in key]:
                del report[key]
        same(mine, theirs)


def test_a_rebuild_keeps_the_highest_evidence_of_the_room_and_forgets_what_was_never_played(played: Game) -> None:
    row = RoomStatistics.objects.get(game=played)
    assert row.running["log_evidence_max"] < 9
    RoomStatistics.objects.update(running=row.running | {"log_evidence_max": 9.0})
    RoomStatistics.objects.create(game=played, run=7, mode="classic", design="uniform")
    call_command("rebuild_statistics")
    rebuilt = RoomStatistics.objects.get(game=played)
    assert rebuilt.running["log_evidence_max"] == 9.0 and rebuilt.rounds == row.rounds
    same(keys(rebuilt.report)["p_anytime"], math.exp(-9))


def test_a_rebuild_whose_statistics_failed_says_so(played: Game) -> None:
    def fail(execute, sql, *others):
        if "game_round r" in sql and "jsonb_to_recordset" in sql:
            raise OperationalError("the database went away")
        return execute(sql, *others)

    with connection.execute_wrapper(fail), pytest.raises(CommandError, match="1 games have right tallies but no new"):
        call_command("rebuild_statistics")


def test_a_team_that_never_played_is_not_computed_again_and_again(played: Game) -> None:
    new_team(played)
    tallies.rebuild(played)
    assert stale_games() == [played.pk]
    recompute([played.pk])
    assert stale_games() == []


def test_cells_are_matched_by_a_hash_and_not_each_with_each(played: Game) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert tallies.differences(played) == []
    with transaction.atomic(), connection.cursor() as cursor:
        # Then a nested loop is there only where the database has no other way.
        cursor.execute("SET LOCAL enable_nestloop = off; SET LOCAL enable_mergejoin = off")
        cursor.execute(f"EXPLAIN {queries.captured_queries[-1]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert plan.count("Hash") >= 2 and "Nested Loop" not in plan, plan
