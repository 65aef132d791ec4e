"""Stored statistics against a recount of all rounds, an open one as lost."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from dashboard.statistics.find import stale_games
from dashboard.statistics.recompute import recompute
from game.games import game_of
from game.models import Game, RoomStatistics, Round, TeamStatistics
from game.physics.counts import counts_of
from game.physics.evidence_state import PlayedRound, RunningEvidence, lost_for_now, update
from game.physics.report_types import Played, Report
from game.physics.reports import reports
from tests.support.statistics import age_rounds, same

Key = tuple[int, int, str, str]


def check(game: Game) -> None:
    """Recompute a game in which all rounds are old enough to count, and compare every number of every team."""
    age_rounds(game)
    assert recompute([game.pk]) == []
    assert game.pk not in stale_games()
    rounds: dict[Key, list[Round]] = defaultdict(list)
    for one in Round.objects.filter(game=game).order_by("number"):
        rounds[one.team_id, one.run, one.mode, one.design].append(one)
    stored = {
        (row.team_id, row.run, row.mode, row.design): row for row in TeamStatistics.objects.filter(team__game=game)
    }
    assert rounds.keys() <= stored.keys()
    for key, row in stored.items():
        same(row.report, recounted(key, rounds.get(key, [])), str(key))
    _check_rooms(game, rounds)


def recounted(key: Key, rounds: Sequence[Round]) -> Report:
    """Return the report that these rounds give, computed at once."""
    game, design = game_of(key[2]), key[3]
    closed = [PlayedRound(r.number, r.questions, r.answers, r.propensity) for r in rounds if r.closed_at]
    opened = [lost_for_now(game, r.number) for r in rounds if not r.closed_at]
    states = update(update([RunningEvidence()], game, design, [closed]), game, design, [opened])
    counts = counts_of(game, [(one.questions, one.answers) for one in closed])
    report = reports(game, design, [counts], states, [len(opened)])[0]
    outcomes = [game.counts(one.questions, one.answers) for one in closed]
    played = Played(len(closed), outcomes.count(True), outcomes.count(False))
    outside = sum(one.bots != "" or not one.in_room for one in rounds)
    return replace(report, played=played, outside_rounds=outside)


def _check_rooms(game: Game, rounds: dict[Key, list[Round]]) -> None:
    good: dict[Any, int] = defaultdict(int)
    for (_team, *key), played in rounds.items():
        persons = [one for one in played if one.closed_at and not one.bots and one.in_room]
        good[tuple(key)] += sum(game_of(one.mode).counts(one.questions, one.answers) is True for one in persons)
    for room in RoomStatistics.objects.filter(game=game, bots_only=False).exclude(report=None):
        assert room.report.played.good == good[room.run, room.mode, room.design], room
