"""
What a pupil's phone shows of the whole class: the room before the wall, the first teams, and where the own team stands.

Places are those of the results (`game.web.results`).  At the end those that the host has not told yet keep their
secret, as on the big screen.
"""

from collections.abc import Mapping
from typing import NamedTuple

from game.cache import cached
from game.games.axes import share_axis
from game.games.verdicts import VERDICTS, verdict
from game.games.words import Text
from game.models import Game, Player, RoomStatistics, Team, TeamStatistics
from game.physics.report_types import Report
from game.realtime import visibility
from game.web.results import rankings

LISTED = 10
# Of the stages of the podium, the one that tells the first place.
_ALL_TOLD = 3


class Line(NamedTuple):
    """A team in the list: its good rounds of those that count, and its share in per cent."""

    place: int
    team: int
    good: int
    scored: int
    percent: float | None


class Mark(NamedTuple):
    """A value on the picture, in per cent of its width, and in words."""

    kind: str
    x: float
    percent: float
    low: float | None = None
    high: float | None = None


def own_team(game: Game, identity: str | None) -> Team | None:
    """Return the team in which this browser has a seat."""
    if identity is None:
        return None
    player = Player.objects.filter(game=game, identity=identity, team__isnull=False).select_related("team").first()
    return player.team if player is not None else None


def of_game(game: Game, own: Team | None) -> dict[str, object]:
    """Return what the page shows to a member of a team, or to somebody without one."""
    room = RoomStatistics.objects.filter(game=game, **_key(game)).first()
    report: Report | None = room.report if room is not None else None
    lines = _lines(game) if visibility.may_see("scoreboard", "watch", game) else {}
    mine = lines.get(own.pk) if own is not None else None
    shown = sorted(lines.values())[:LISTED]
    if mine is not None and mine not in shown:
        shown.append(mine)
    names = dict(Team.objects.filter(pk__in=[line.team for line in shown]).values_list("pk", "name"))
    told_from = _first_told(game)
    return {
        "report": report,
        "good": _played(report)[0],
        "scored": _played(report)[1],
        "verdict": _verdict(game, report),
        "marks": _marks(game, report, mine),
        "teams": [
            {**line._asdict(), "name": names.get(line.team, ""), "own": line is mine, "told": line.place >= told_from}
            for line in shown
        ],
        "more": len(lines) - len(shown),
        "mine": mine,
        "of": len(lines),
    }


def _key(game: Game) -> dict[str, object]:
    return {"run": game.run, "mode": game.mode, "design": game.question_design}


def _first_told(game: Game) -> int:
    """Return the best place whose team may be named: the host tells them one by one, the first one last."""
    return 1 if game.is_open or game.podium >= _ALL_TOLD else 1 + _ALL_TOLD - game.podium


def _lines(game: Game) -> Mapping[int, Line]:
    """Return the teams with a place; names are not cached, because a host may change them at any time."""
    key = ":".join(str(part) for part in _key(game).values())
    return cached(f"room:{game.pk}:class:{key}", lambda: _counted(game))


def _counted(game: Game) -> dict[int, Line]:
    places = rankings(game.pk, game.run, game.mode, game.question_design)
    rows = TeamStatistics.objects.filter(team__in=places, **_key(game)).exclude(live_report=None)
    share = share_axis(game.declared).key
    found = {}
    for row in rows.only("team", "live_report"):
        estimate = row.live_report.estimate(share)
        percent = 100 * estimate.value if estimate is not None and estimate.value is not None else None
        found[row.team_id] = Line(places[row.team_id].place, row.team_id, *_played(row.live_report), percent)
    return found


def _played(report: Report | None) -> tuple[int, int]:
    """Return the good rounds and all that count, closed ones at once as everywhere."""
    if report is None:
        return 0, 0
    counts = report.played or report
    return counts.good, counts.good + counts.bad


def _verdict(game: Game, report: Report | None) -> Text | None:
    if report is None or not visibility.may_see("numbers", "watch", game):
        return None
    said = verdict(report, game.declared)
    return None if said is None else VERDICTS[said]


def _marks(game: Game, report: Report | None, mine: Line | None) -> list[Mark]:
    """Return what stands on the picture from 0 to the end of the axis; the limits once they may be known."""
    axis = share_axis(game.declared)

    def mark(kind: str, value: float, low: float | None = None, high: float | None = None) -> Mark:
        x, start, end = (None if one is None else 100 * min(1.0, one / axis.high) for one in (value, low, high))
        assert x is not None
        return Mark(kind, x, 100 * value, start, end)

    marks = []
    sees_numbers = visibility.may_see("numbers", "watch", game)
    # The limits hold for questions that are drawn evenly.
    if sees_numbers and game.question_design == "uniform":
        marks = [mark(line.kind, line.value) for line in axis.lines if line.kind in ("classical", "quantum")]
    room = report.estimate(axis.key) if report is not None else None
    if room is not None and room.value is not None:
        ends = (room.low, room.high) if sees_numbers else (None, None)
        marks.append(mark("room", room.value, *ends))
    if mine is not None and mine.percent is not None:
        marks.append(mark("own", mine.percent / 100))
    return marks
