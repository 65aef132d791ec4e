"""The replay that a game's host asked for, made from the rounds of its rows."""

from collections.abc import Iterable
from datetime import UTC, datetime
from fractions import Fraction

from dashboard.keys import StatisticsKey
from dashboard.replay import columns
from dashboard.replay.frames import make_frames
from dashboard.replay.moments import moments
from dashboard.replay.states import advanced_by_moment
from dashboard.statistics.memory import Members
from game.games import game_of
from game.games.axes import axes
from game.games.definition import Definition
from game.models import Game, Team
from game.physics.report_types import RowReport
from game.realtime.announce import of_bots
from game.realtime.messages.replay import Replay
from game.realtime.messages.watch import TeamRow

# Limits are named in thousandths of a share, so that binary fractions give no long ones.
_THOUSANDTHS = 1000


class NothingPlayed(Exception):
    """No round of this run, mode and design is closed, or none without the team that is left out."""


def make(game: Game, key: StatisticsKey, without: int | None = None, limit: float | None = None) -> Replay:
    """
    Return the replay of one run, mode and design.

    Parameters
    ----------
    game, key
        What was played.  A caller asks only for runs that are over.
    without : int, optional
        The id of a team that is left out, as if it had not played.
    limit : float, optional
        The share of good rounds that the best plan is taken to reach; refused in a game with a score.
    """
    played = as_if(game_of(key.mode), limit)
    rounds = columns.load(game, played, key)
    if without is not None:
        rounds = rounds.only(rounds.team != without)
    if not rounds.team.size:
        raise NothingPlayed(f"game={game.code}: nobody has played run {key.run} of {key.mode} without team {without}")
    teams = list(Team.objects.filter(game=game).order_by("pk"))
    chosen = moments(rounds.closed_at, len(set(rounds.team.tolist())))
    changes = advanced_by_moment(played, key.design, rounds, chosen.ends)
    made = make_frames(played, key.design, members_of(teams), changes, chosen.seconds.tolist())
    first, last = (datetime.fromtimestamp(at, UTC) for at in (rounds.closed_at[0], rounds.closed_at[-1]))
    return Replay(
        *key, without, limit, (first, last), list(played.estimates), axes(played), made.frames,
        _team_rows(teams, made.rows),
    )  # fmt: skip


def as_if(game: Definition, limit: float | None) -> Definition:
    """Return the game with this limit of plans, in thousandths."""
    return game if limit is None else game.with_limit(Fraction(round(_THOUSANDTHS * limit), _THOUSANDTHS))


def members_of(teams: Iterable[Team]) -> Members:
    """Return the teams by kind, as the live statistics tell them apart."""
    ghosts = frozenset(team.pk for team in teams if team.ghost)
    bots = frozenset(team.pk for team in teams if team.bots and not team.ghost)
    inactive = frozenset(team.pk for team in teams if not team.active)
    left_out = frozenset(team.pk for team in teams if team.left_out_at is not None)
    return Members(frozenset(team.pk for team in teams) - ghosts - bots, bots, ghosts, inactive, left_out)


def _team_rows(teams: Iterable[Team], rows: dict[int, RowReport]) -> list[TeamRow]:
    """Return the teams that have played."""
    kept_apart = of_bots(teams)
    return [
        TeamRow(
            id=team.pk,
            name=team.name,
            active=team.active,
            bots=team.pk in kept_apart,
            ghost=team.ghost,
            left_out=team.left_out_at is not None,
            report=rows[team.pk],
        )
        for team in teams
        if team.pk in rows
    ]
