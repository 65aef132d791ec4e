"""The last statistics of a game's rooms, from memory or from rows, in the caller's snapshot of the database."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection

from dashboard.keys import StatisticsKey
from dashboard.statistics import memory
from dashboard.statistics.counted import Counted, TimedRound, cells_of, no_rounds, played_of
from dashboard.statistics.memory import CurvePoint, RoomState, TeamState
from game.games import game_of
from game.games.definition import Definition
from game.models import RoomStatistics, StatisticsSample
from game.physics.counts import Ints
from game.physics.evidence_state import PlayedRound, RunningEvidence
from game.physics.report_types import AlarmInputs, Report

# Points come every 5 s at most: the fourth is old enough to tell the pace.
POINTS_READ = 4

# How far the statistics of a team's run have read, in every mode.
_RUN_READ_NUMBER = """
    (SELECT max(through_number) AS number FROM game_teamstatistics WHERE team_id = s.team_id AND run = s.run)
"""
_STATISTICS = f"""
    FROM game_team t JOIN game_teamstatistics s ON s.team_id = t.id CROSS JOIN LATERAL {_RUN_READ_NUMBER} o
"""
_OF_ROOM = "WHERE t.game_id = %s AND (s.run, s.mode, s.design) = (%s, %s, %s)"

RoundsByTeam = dict[int, list[TimedRound]]


def load_rooms(game_id: int, from_run: int) -> dict[StatisticsKey, RoomState]:
    """Return the rooms of a game since a run."""
    rows = RoomStatistics.objects.filter(game=game_id, run__gte=from_run)
    rooms = {}
    for *values, running, bots_only, written_at in rows.values_list(
        *StatisticsKey._fields, "running", "bots_only", "updated_at"
    ):
        key = StatisticsKey(*values)
        rooms[key] = memory.kept(game_id, key, written_at) or RoomState(
            written_at, RunningEvidence.from_json(running), bots_only, _teams(game_id, key), _curve(game_id, key)
        )
    return rooms


def load_rounds(joins: str, parameters: Sequence[Any]) -> dict[StatisticsKey, RoundsByTeam]:
    """Return rounds in number order; joins: the end of a statement, from FROM on, that selects the rounds r."""
    found: dict[StatisticsKey, RoundsByTeam] = defaultdict(lambda: defaultdict(list))
    with connection.cursor() as cursor:
        # Seconds: psycopg decodes a timestamp at many times the cost of a number.
        cursor.execute(
            f"""
            SELECT r.team_id, r.run, r.mode, r.design,
                   date_part('epoch', r.asked_at), date_part('epoch', r.closed_at),
                   r.number, r.questions, r.answers, r.propensity, r.bots <> ''
            {joins} ORDER BY r.team_id, r.run, r.number
            """,
            parameters,
        )
        for team, run, mode, design, asked_at, closed_at, *played, had_bot in cursor.fetchall():
            one = TimedRound(PlayedRound(*played), asked_at, closed_at, had_bot)
            found[StatisticsKey(run, mode, design)][team].append(one)
    return found


def _teams(game_id: int, key: StatisticsKey) -> dict[int, TeamState]:
    game = game_of(key.mode)
    closed, waiting = _closed(game_id, key, game), _waiting(game_id, key)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT s.team_id, o.number, s.running, s.provisional, s.persons, s.live_report, s.alarm_inputs,
                   s.version, s.reported_at, s.updated_at
            {_STATISTICS} {_OF_ROOM}
            """,
            [game_id, *key],
        )
        return {
            team: _team(*_both(game, closed[team], waiting.get(team, []), *states), waiting.get(team, []), number, *row)
            for team, number, *states_and_row in cursor.fetchall()
            for states, row in [(states_and_row[:3], states_and_row[3:])]
        }


def _both(
    game: Definition, closed: list[Ints], waiting: list[TimedRound], running: str, provisional: str, persons: str | None
) -> tuple[Counted, Counted]:
    """Return what counts of all rounds and of those of persons; closed: their closed rounds by cell."""
    states = {"running": msgspec.json.decode(running), "provisional": msgspec.json.decode(provisional)}
    total = _counted(game, closed[0] + closed[1], waiting, **states)
    if persons is None and not closed[1].any():
        return total, total
    if persons is not None:
        states = msgspec.json.decode(persons)
    return total, _counted(game, closed[0], [timed for timed in waiting if not timed.had_bot], **states)


def _counted(
    game: Definition, closed: Ints, waiting: list[TimedRound], running: dict[str, Any], provisional: dict[str, Any]
) -> Counted:
    return Counted(
        closed - cells_of(game, waiting),
        RunningEvidence.from_json(running),
        RunningEvidence.from_json(provisional),
        played_of(game, closed),
    )


def _team(
    total: Counted, persons: Counted, waiting: list[TimedRound], run_read_number: int, live_report: str,
    alarm_inputs: str | None, version: int, reported_at: datetime | None, updated_at: datetime,
) -> TeamState:  # fmt: skip
    return TeamState(
        version,
        total,
        persons,
        msgspec.json.decode(live_report, type=Report),
        msgspec.json.decode(alarm_inputs, type=AlarmInputs) if alarm_inputs else AlarmInputs(),
        reported_at,
        updated_at,
        waiting,
        waiting[-1].round.number if waiting else run_read_number,
        run_read_number,
    )


def _closed(game_id: int, key: StatisticsKey, game: Definition) -> dict[int, list[Ints]]:
    """Return by team the number of closed rounds in each cell, of those without a bot and of those with one."""
    found: dict[int, list[Ints]] = defaultdict(lambda: [no_rounds(game), no_rounds(game)])
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT y.team_id, y.bots <> '', y.questions, y.answers, y.count
            FROM game_tally y JOIN game_team t ON t.id = y.team_id
            WHERE t.game_id = %s AND (y.run, y.mode, y.design) = (%s, %s, %s)
            """,
            [game_id, *key],
        )
        for team, had_bot, questions, answers, count in cursor.fetchall():
            found[team][had_bot][game.code(questions, answers)] += count
    return found


def _waiting(game_id: int, key: StatisticsKey) -> RoundsByTeam:
    """Return by team the closed rounds that the last statistics found too young to be evidence."""
    joins = f"""
        {_STATISTICS} JOIN game_round r ON (r.team_id, r.run, r.mode, r.design) = (s.team_id, s.run, s.mode, s.design)
        {_OF_ROOM} AND r.number > o.number AND r.closed_at IS NOT NULL
    """
    return load_rounds(joins, [game_id, *key]).get(key, {})


def _curve(game_id: int, key: StatisticsKey) -> list[CurvePoint]:
    samples = StatisticsSample.objects.filter(game=game_id, team=None, run=key.run, mode=key.mode)
    return [CurvePoint(*row) for row in samples.order_by("-at").values_list("at", "rounds")[:POINTS_READ]]
