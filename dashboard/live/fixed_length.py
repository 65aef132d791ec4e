"""
When a report may show p-values of fixed length.

Evidence and e-values may be watched all along.  A p-value of fixed length is wrong for anybody who watches it during
the game, so it is given only after the end, and Holm's values only to teams whose number of rounds was set before.
"""

from django.db.models import F, Max
from django.db.models.functions import Coalesce

from dashboard.keys import StatisticsKey
from game.models import Game, RoomStatistics, Round, Team, TeamStatistics
from game.physics.report_types import Report, watched


def is_over(game: Game, key: StatisticsKey | None = None) -> bool:
    """Whether a run, by default the present one, has ended and its statistics count every round of it."""
    key = key or StatisticsKey.of(game)
    is_present = key.run == game.run
    if is_present and game.state != Game.State.FINISHED:
        return False
    if Round.objects.filter(game=game, run=key.run, closed_at=None).exists():
        return False
    teams = Team.objects.filter(game=game).annotate(counted=Coalesce(Max("statistics__version"), 0))
    if is_present and teams.filter(version__gt=F("counted")).exists():
        return False
    return not TeamStatistics.objects.filter(due_at__isnull=False, team__game=game, **key._asdict()).exists()


def is_of_fixed_length(game: Game, row: TeamStatistics) -> bool:
    """Whether the team played the number of rounds that the game set: otherwise somebody chose when to stop."""
    return bool(row.live_report is not None and row.live_report.issued == game.round_limit)


def shown_report(row: TeamStatistics | RoomStatistics | None, over: bool) -> Report | None:
    """Return a row's full report, which follows the live report within seconds, without what must wait for the end."""
    if row is None or row.report is None:
        return None
    report: Report = row.report
    return report if over else watched(report)
