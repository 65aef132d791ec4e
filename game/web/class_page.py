"""
What a pupil's phone shows of the whole class: the room before the wall, the first teams, and where the own team stands.

Places are those of the results (`game.web.results`).  At the end those that the host has not told yet keep their
secret, as on the big screen.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from game.cache import cached
from game.games.axes import share_axis
from game.games.verdicts import VERDICTS, verdict
from game.models import Game, Player, RoomStatistics, Team, TeamStatistics
from game.physics.designs import QUBITS, draws_by_weight
from game.physics.report_types import Axis, Estimate, Report, Verdict
from game.realtime import visibility
from game.web.results import rankings
from game.web.words import APART, RESULTS

LISTED = 10
# The header that says when a phone asks for newer numbers; 5,000 phones together ask a hundred times a second.
NEXT_SECONDS = "X-Next-Seconds"
LEAST_SECONDS = 3
ASKING_A_SECOND = 100
# Of the stages of the podium, the one that tells the first place.
_ALL_TOLD = 3


class Line(NamedTuple):
    """A team in the list: its good rounds of those that count, and its share where it is known."""

    place: int
    team: int
    good: int
    scored: int
    share: float | None


class Room(NamedTuple):
    """The whole room: its good rounds of those that count, its share with interval, and what to say of it."""

    good: int = 0
    scored: int = 0
    share: Estimate | None = None
    verdict: Verdict | None = None


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


def next_seconds(game: Game) -> int:
    """Return how long a phone waits before it asks again: the longer, the more phones the game may have."""
    _, lines = _counted(game)
    return seconds_for(len(lines) * len(game.declared.seats))


def seconds_for(phones: int) -> int:
    return max(LEAST_SECONDS, phones // ASKING_A_SECOND)


def tag(numbers: str) -> str:
    """Return the ETag of the part of the page that changes."""
    return f'"{hashlib.sha256(numbers.encode()).hexdigest()[:32]}"'


def of_game(game: Game, own: Team | None) -> dict[str, object]:
    """Return what the page shows to a member of a team, or to somebody without one."""
    room, lines = _counted(game)
    if not visibility.may_see("scoreboard", "watch", game):
        lines = {}
    mine = lines.get(own.pk) if own is not None else None
    shown = sorted(lines.values())[:LISTED]
    if mine is not None and mine not in shown:
        shown.append(mine)
    # Names are not cached, because a host may change them at any time.
    names = dict(Team.objects.filter(pk__in=[line.team for line in shown]).values_list("pk", "name"))
    told_from = _first_told(game)
    return {
        "room": room,
        # What these rounds are, where they stand apart from the class's own.
        "apart": APART.get(game.question_design, "") or _with_qubits(game),
        "verdict": VERDICTS.get(room.verdict) if room.verdict and _sees_numbers(game) else None,
        "marks": _marks(game, room, mine),
        "teams": [
            {**line._asdict(), "name": names.get(line.team, ""), "own": line is mine, "told": line.place >= told_from}
            for line in shown
        ],
        "more": len(lines) - len(shown),
        "mine": mine,
        "of": len(lines),
    }


def _sees_numbers(game: Game) -> bool:
    return visibility.may_see("numbers", "watch", game)


def _first_told(game: Game) -> int:
    """Return the best place whose team may be named: the host tells them one by one, the first one last."""
    return 1 if game.is_open or game.podium >= _ALL_TOLD else 1 + _ALL_TOLD - game.podium


def _counted(game: Game) -> tuple[Room, dict[int, Line]]:
    """Return the room and the teams with a place, as the last recompute left them."""
    key = {"run": game.run, "mode": game.mode, "design": game.question_design}
    tag = ":".join(str(part) for part in key.values())
    return cached(f"room:{game.pk}:class:{tag}", lambda: (_room(game, key), _lines(game, key)))


def _room(game: Game, key: Mapping[str, Any]) -> Room:
    row = RoomStatistics.objects.filter(game=game, **key).exclude(report=None).first()
    if row is None:
        return Room()
    report: Report = row.report
    share = report.estimate(share_axis(game.declared).key)
    return Room(*_played(report), share, verdict(report, game.declared))


def _with_qubits(game: Game) -> str:
    """Return after the end what the class won with borrowed qubits, apart from its own rounds."""
    row = None if game.is_open else _room(game, {"run": game.run, "mode": game.mode, "design": QUBITS})
    if row is None or not row.scored:
        return ""
    return str(RESULTS["results_qubits"]).format(wins=row.good, scored=row.scored)


def _lines(game: Game, key: Mapping[str, Any]) -> dict[int, Line]:
    places = rankings(game.pk, game.run, game.mode, game.question_design)
    share = share_axis(game.declared).key
    found = {}
    for row in TeamStatistics.objects.filter(team__in=places, **key).exclude(live_report=None).defer("report"):
        report: Report = row.live_report
        estimate = report.estimate(share)
        value = estimate.value if estimate is not None else None
        found[row.team_id] = Line(places[row.team_id].place, row.team_id, *_played(report), value)
    return found


def _played(report: Report) -> tuple[int, int]:
    """Return the good rounds and all that count, closed ones at once as everywhere."""
    counts = report.played or report
    return counts.good, counts.good + counts.bad


def _marks(game: Game, room: Room, mine: Line | None) -> list[Mark]:
    """Return what stands on the picture from 0 to the end of the axis; the limits once they may be known."""
    axis = share_axis(game.declared)
    marks = []
    # The limits hold for questions that are drawn evenly.
    if _sees_numbers(game) and draws_by_weight(game.question_design):
        limits = [line for line in axis.lines if line.kind in ("classical", "quantum")]
        marks = [Mark(line.kind, _x(axis, line.value), 100 * line.value) for line in limits]
    share = room.share
    if share is not None and share.value is not None:
        mark = Mark("room", _x(axis, share.value), 100 * share.value)
        if _sees_numbers(game) and share.low is not None and share.high is not None:
            mark = mark._replace(low=_x(axis, share.low), high=_x(axis, share.high))
        marks.append(mark)
    if mine is not None and mine.share is not None:
        marks.append(Mark("own", _x(axis, mine.share), 100 * mine.share))
    return marks


def _x(axis: Axis, value: float) -> float:
    return 100 * min(1.0, value / axis.high)
