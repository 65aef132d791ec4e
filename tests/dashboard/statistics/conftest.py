import pytest

from dashboard.statistics.compute import FEW_TEAMS
from dashboard.statistics.recompute import recompute
from game.lobby import host_commands
from game.models import Game, Team
from tests.support.people import new_team
from tests.support.rounds import play_round


@pytest.fixture
def team(game: Game) -> Team:
    team = new_team(game)
    host_commands.start(game.pk)
    return team


@pytest.fixture
def hall(game: Game) -> Game:
    """More teams than get a full report at once, in the round after their first report."""
    teams = [new_team(game) for _ in range(FEW_TEAMS + 1)]
    host_commands.start(game.pk)
    for team in teams:
        play_round(team)
    recompute([game.pk])
    for team in teams:
        play_round(team)
    return game
