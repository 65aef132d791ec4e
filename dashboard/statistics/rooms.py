"""
The last statistics of the rooms of games, from memory or from rows, in the caller's snapshot of the database.

Rooms of many games are read by one statement each for rooms, teams, tallies, waiting rounds and curves.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from django.db import connection

from dashboard.keys import StatisticsKey
from dashboard.statistics import memory
from dashboard.statistics.counted import Counted, TimedRound, cells_of, no_rounds, played_of
from dashboard.statistics.memory import CurvePoint, RoomState, TeamState
from game.games import game_of
from game.games.definition import Definition
from game.physics.counts import Ints
from game.physics.evidence_state import PlayedRound, RunningEvidence
from game.physics.report_types import AlarmInputs, Report
from game.rounds.statement import array

# Points come every 5 s at most: the fourth is old enough to tell the pace.
POINTS_READ = 4

# The wanted rooms, as one JSON parameter.
_WANTED = "jsonb_to_recordset(%s::jsonb) AS v(game bigint, run int, mode text, design text)"
_KEY = "v.game, v.run, v.mode, v.design"
# How far the statistics of a team's run have read, in every mode.
_RUN_READ_NUMBER = """
    (SELECT max(through_number) AS number FROM game_teamstatistics WHERE team_id = s.team_id AND run = s.run)
"""
_STATISTICS = f"""
    FROM {_WANTED} JOIN game_team t ON t.game_id = v.game
    JOIN game_teamstatistics s ON s.team_id = t.id AND (s.run, s.mode, s.design) = (v.run, v.mode, v.design)
    CROSS JOIN LATERAL {_RUN_READ_NUMBER} o
"""

RoundsByTeam = dict[int, list[TimedRound]]


class Place(NamedTuple):
    """A room of a game."""

    game: int
    key: StatisticsKey


Written = dict[int, dict[StatisticsKey, datetime]]
Rooms = dict[int, dict[StatisticsKey, RoomState]]


def rooms_written(games: Iterable[int]) -> Written:
    """Return when the rows of the rooms of these games were written."""
    found: Written = {game: {} for game in games}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT game_id, run, mode, design, updated_at FROM game_roomstatistics WHERE game_id = ANY(%s::bigint[])",
            [array(found)],
        )
        for game, *key, written_at in cursor.fetchall():
            found[game][StatisticsKey(*key)] = written_at
    return found


def load_rooms(from_run: Mapping[int, int], written: Written | None = None) -> Rooms:
    """Return the rooms of games since a run of each."""
    written = rooms_written(from_run) if written is None else written
    found: Rooms = {}
    unknown: list[Place] = []
    for game, first in from_run.items():
        kept = memory.kept(game, written[game])
        keys = [key for key in written[game] if key.run >= first]
        found[game] = {key: kept.rooms[key] for key in keys if key in kept.rooms} if kept else {}
        unknown += [Place(game, key) for key in keys if key not in found[game]]
    for place, room in _read(unknown).items():
        found[place.game][place.key] = room
    return found


def _read(places: list[Place]) -> dict[Place, RoomState]:
    if not places:
        return {}
    wanted = msgspec.json.encode([{"game": place.game, **place.key._asdict()} for place in places]).decode()
    teams, curves = _teams(wanted), _curves(wanted)
    rows = _rows(
        f"""
        SELECT {_KEY}, r.running, r.bots_only, r.updated_at, r.cap FROM {_WANTED}
        JOIN game_roomstatistics r ON (r.game_id, r.run, r.mode, r.design) = ({_KEY})
        """,
        wanted,
    )
    return {
        place: RoomState(
            written_at,
            RunningEvidence.from_json(msgspec.json.decode(running)),
            bots_only,
            teams.get(place, {}),
            curves.get(place, []),
            cap=cap,
        )
        for place, (running, bots_only, written_at, cap) in rows
    }


def _rows(statement: str, wanted: str) -> Iterator[tuple[Place, list[Any]]]:
    """Run a statement on the wanted rooms whose rows begin with their room."""
    with connection.cursor() as cursor:
        cursor.execute(statement, [wanted])
        for game, run, mode, design, *values in cursor.fetchall():
            yield Place(game, StatisticsKey(run, mode, design)), values


def load_rounds(joins: str, parameters: Sequence[Any]) -> dict[StatisticsKey, RoundsByTeam]:
    """Return rounds in number order; joins: the end of a statement, from FROM on, that selects the rounds r."""
    found: dict[StatisticsKey, RoundsByTeam] = defaultdict(lambda: defaultdict(list))
    with connection.cursor() as cursor:
        # Seconds: psycopg decodes a timestamp at many times the cost of a number.
        cursor.execute(
            f"""
            SELECT r.team_id, r.run, r.mode, r.design,
                   date_part('epoch', r.asked_at), date_part('epoch', r.closed_at),
                   r.number, r.questions, r.answers, r.propensity, r.bots <> '' OR NOT r.in_room
            {joins} ORDER BY r.team_id, r.run, r.number
            """,
            parameters,
        )
        for team, run, mode, design, asked_at, closed_at, *played, is_outside in cursor.fetchall():
            one = TimedRound(PlayedRound(*played), asked_at, closed_at, is_outside)
            found[StatisticsKey(run, mode, design)][team].append(one)
    return found


def _teams(wanted: str) -> dict[Place, dict[int, TeamState]]:
    closed, waiting = _closed(wanted), _waiting(wanted)
    found: dict[Place, dict[int, TeamState]] = defaultdict(dict)
    rows = _rows(
        f"""
        SELECT {_KEY}, s.team_id, o.number, s.running, s.provisional, s.persons, s.live_report, s.alarm_inputs,
               s.version, s.reported_at, s.updated_at
        {_STATISTICS}
        """,
        wanted,
    )
    for place, (team, number, running, provisional, persons, *row) in rows:
        game, young = game_of(place.key.mode), waiting.get(place.key, {}).get(team, [])
        cells = closed.get((place.key, team)) or (no_rounds(game), no_rounds(game))
        both = _both(game, cells, young, running, provisional, persons)
        found[place][team] = _team(*both, young, number, *row)
    return found


def _both(
    game: Definition,
    closed: tuple[Ints, Ints],
    waiting: list[TimedRound],
    running: str,
    provisional: str,
    persons: str | None,
) -> tuple[Counted, Counted]:
    """Return what counts of all rounds and of those in the room; closed: by cell, in the room and outside."""
    states = {"running": msgspec.json.decode(running), "provisional": msgspec.json.decode(provisional)}
    total = _counted(game, closed[0] + closed[1], waiting, **states)
    if persons is None and not closed[1].any():
        return total, total
    if persons is not None:
        states = msgspec.json.decode(persons)
    return total, _counted(game, closed[0], [timed for timed in waiting if not timed.is_outside], **states)


def _counted(
    game: Definition, closed: Ints, waiting: list[TimedRound], running: dict[str, Any], provisional: dict[str, Any]
) -> Counted:
    counts = closed - cells_of(game, waiting)
    return Counted(
        counts,
        RunningEvidence.from_json(running),
        RunningEvidence.from_json(provisional),
        played_of(game, closed),
        int(counts.sum()),
    )


def _team(
    total: Counted, in_room: Counted, waiting: list[TimedRound], run_read_number: int, live_report: str,
    alarm_inputs: str | None, version: int, reported_at: datetime | None, updated_at: datetime,
) -> TeamState:  # fmt: skip
    return TeamState(
        version,
        total,
        in_room,
        msgspec.json.decode(live_report, type=Report),
        msgspec.json.decode(alarm_inputs, type=AlarmInputs) if alarm_inputs else AlarmInputs(),
        reported_at,
        updated_at,
        waiting,
        waiting[-1].round.number if waiting else run_read_number,
        run_read_number,
    )


def _closed(wanted: str) -> dict[tuple[StatisticsKey, int], tuple[Ints, Ints]]:
    """Return by room and team the number of closed rounds in each cell, in the room and outside."""
    found: dict[tuple[StatisticsKey, int], tuple[Ints, Ints]] = {}
    rows = _rows(
        f"""
        SELECT {_KEY}, y.team_id, y.questions, y.answers, y.count,
               CASE WHEN y.bots = '' THEN y.outside ELSE y.count END
        FROM {_WANTED} JOIN game_team t ON t.game_id = v.game
        JOIN game_tally y ON y.team_id = t.id AND (y.run, y.mode, y.design) = (v.run, v.mode, v.design)
        """,
        wanted,
    )
    for (_, key), (team, questions, answers, count, outside) in rows:
        game = game_of(key.mode)
        if (key, team) not in found:
            found[key, team] = no_rounds(game), no_rounds(game)
        in_room, not_in_room = found[key, team]
        in_room[game.code(questions, answers)] += count - outside
        not_in_room[game.code(questions, answers)] += outside
    return found


def _waiting(wanted: str) -> dict[StatisticsKey, RoundsByTeam]:
    """Return by team the closed rounds that the last statistics found too young to be evidence."""
    joins = f"""
        {_STATISTICS} JOIN game_round r ON (r.team_id, r.run, r.mode, r.design) = (s.team_id, s.run, s.mode, s.design)
        WHERE r.number > o.number AND r.closed_at IS NOT NULL
    """
    return load_rounds(joins, [wanted])


def _curves(wanted: str) -> dict[Place, list[CurvePoint]]:
    """Return the newest points of the rooms' curves, the newest first."""
    found: dict[Place, list[CurvePoint]] = defaultdict(list)
    rows = _rows(
        f"""
        SELECT {_KEY}, p.at, p.rounds FROM {_WANTED} CROSS JOIN LATERAL (
            SELECT at, rounds FROM game_statisticssample
            WHERE game_id = v.game AND team_id IS NULL AND run = v.run AND mode = v.mode
                  AND design IN (v.design, '')
            ORDER BY at DESC LIMIT {POINTS_READ}) p
        """,
        wanted,
    )
    for place, point in rows:
        found[place].append(CurvePoint(*point))
    return found
