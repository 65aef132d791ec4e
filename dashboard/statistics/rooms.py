"""The last statistics of a game's rooms, from memory or from rows, in the caller's snapshot of the database."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import msgspec
from django.db import connection

from dashboard.keys import StatisticsKey
from dashboard.statistics import memory
from dashboard.statistics.memory import CurvePoint, RoomState, TeamState, TimedRound, no_rounds
from game.models import RoomStatistics, StatisticsSample
from game.physics.alarms import Signs
from game.physics.running_evidence import Path, PathRound
from game.physics.tally import Ints, code_of

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
            written_at, Path.from_json(running), bots_only, _teams(game_id, key), _curve(game_id, key)
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
                   r.number, r.question_1, r.question_2, r.answer_1, r.answer_2, r.propensity
            {joins} ORDER BY r.team_id, r.run, r.number
            """,
            parameters,
        )
        for team, run, mode, design, asked_at, closed_at, *values in cursor.fetchall():
            found[StatisticsKey(run, mode, design)][team].append(TimedRound(PathRound(*values), asked_at, closed_at))
    return found


def _teams(game_id: int, key: StatisticsKey) -> dict[int, TeamState]:
    tables, waiting = _tables(game_id, key), _waiting(game_id, key)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT s.team_id, o.number, s.running, s.through_number, s.scored, s.wins, s.log_evidence_max,
                   s.provisional, s.live_report, s.alarm_inputs, s.version, s.reported_at, s.updated_at
            {_STATISTICS} {_OF_ROOM}
            """,
            [game_id, *key],
        )
        return {
            row[0]: _team(tables.get(row[0], no_rounds()), waiting.get(row[0], []), *row[1:])
            for row in cursor.fetchall()
        }


def _team(table: Ints, waiting: list[TimedRound], run_read_number: int, running: str, *columns: Any) -> TeamState:
    through_number, scored, wins, log_evidence_max, provisional, live, alarm_inputs, *row = columns
    version, reported_at, updated_at = row
    columns_of_running = {
        "through_number": through_number, "scored": scored, "wins": wins, "log_evidence_max": log_evidence_max,
    }  # fmt: skip
    return TeamState(
        version,
        Path.from_json(msgspec.json.decode(running) | columns_of_running),
        Path.from_json(msgspec.json.decode(provisional)),
        msgspec.json.decode(live),
        Signs(**msgspec.json.decode(alarm_inputs)) if alarm_inputs else Signs(0),
        reported_at,
        updated_at,
        table,
        waiting,
        waiting[-1].round.number if waiting else run_read_number,
        run_read_number,
    )


def _tables(game_id: int, key: StatisticsKey) -> dict[int, Ints]:
    """Return the counts of closed rounds by team."""
    found: dict[int, Ints] = defaultdict(no_rounds)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT y.team_id, y.question_1, y.question_2, y.answer_1, y.answer_2, y.count
            FROM game_tally y JOIN game_team t ON t.id = y.team_id
            WHERE t.game_id = %s AND (y.run, y.mode, y.design) = (%s, %s, %s)
            """,
            [game_id, *key],
        )
        for team, q1, q2, a1, a2, count in cursor.fetchall():
            found[team].flat[code_of(q1, q2, a1, a2)] = count
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
