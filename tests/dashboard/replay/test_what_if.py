"""What a run would have been without a team, and with another limit of plans: computed from its rounds."""

import msgspec
import pytest

from dashboard.keys import StatisticsKey
from dashboard.replay.make import NothingPlayed, make
from dashboard.statistics.find import stale_games
from dashboard.statistics.recompute import recompute
from game.lobby import host_commands
from game.models import Game, RoomStatistics, Round, TeamStatistics
from game.physics.evidence import log_mixture
from game.physics.reports import LN10
from tests.support.people import new_team
from tests.support.rounds import play_round

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def over(game: Game) -> Game:
    """Three teams, of which the last one answers the same always."""
    teams = [new_team(game, f"Team {n}") for n in range(3)]
    host_commands.start(game.pk)
    for n in range(10):
        play_round(teams[0], n % 2 > 0, True)
        play_round(teams[1], n % 3 > 0, n % 2 > 0)
        play_round(teams[2])
    host_commands.finish(game.pk)
    for team in teams:
        play_round(team)
    recompute(stale_games())
    game.refresh_from_db()
    return game


def test_without_a_team_the_room_is_that_of_a_game_in_which_it_never_played(over: Game) -> None:
    gone = over.teams.get(name="Team 2")
    replay = make(over, StatisticsKey.of(over), without=gone.pk)
    gone.players.all().delete()
    Round.objects.filter(team=gone).delete()
    gone.delete()
    TeamStatistics.objects.all().delete()
    RoomStatistics.objects.all().delete()
    over.teams.update(version=over.teams.first().version + 1)
    recompute([over.pk])
    stored = RoomStatistics.objects.get(game=over).report
    last = replay.frames[-1].room.report
    assert [team.name for team in replay.teams] == ["Team 0", "Team 1"]
    assert last.estimates == stored.estimates
    assert (last.issued, last.room) == (stored.issued, stored.room)
    assert last.evidence.log10_e == stored.evidence.log10_e


def test_another_limit_changes_the_evidence_and_the_wall_and_no_round(over: Game) -> None:
    key = StatisticsKey.of(over)
    as_played, higher = make(over, key), make(over, key, limit=0.9)
    last, other = as_played.frames[-1].room.report, higher.frames[-1].room.report
    assert (other.good, other.bad, other.estimates) == (last.good, last.bad, last.estimates)
    assert other.evidence.log10_e == pytest.approx(float(log_mixture(last.good, last.good + last.bad, 0.9)) / LN10)
    assert other.evidence.log10_e < last.evidence.log10_e
    lines = {axis.key: next(line.value for line in axis.lines if line.kind == "classical") for axis in higher.axes[:2]}
    assert lines == {"win_rate": 0.9, "chsh": pytest.approx(3.2)}


def test_the_real_limit_as_a_what_if_changes_nothing(over: Game) -> None:
    key = StatisticsKey.of(over)
    same = msgspec.structs.replace(make(over, key, limit=0.75), limit=None)
    assert same == make(over, key)


def test_a_limit_in_a_game_with_a_score_is_refused(make_game) -> None:
    game = make_game(mode="aqmjoe")
    with pytest.raises(ValueError, match="limit=3/4"):
        make(game, StatisticsKey.of(game), limit=0.75)


def test_nothing_is_replayed_where_nobody_played(game: Game) -> None:
    with pytest.raises(NothingPlayed, match="nobody has played run 1"):
        make(game, StatisticsKey.of(game))
