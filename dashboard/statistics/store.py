"""
Write the results of games in one transaction, with one statement each for teams, samples and rooms.

Each statement has one JSON parameter.  Columns keep the order of the tables' definitions here.  Where only closed
rounds are new, a row's report takes these counts and keeps the rest: a quick statement for teams and one for rooms.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec
import psycopg
from django.db import connection, transaction

from dashboard.keys import StatisticsKey
from dashboard.statistics.compute import TeamResult
from dashboard.statistics.memory import TeamState
from dashboard.statistics.pooling import RoomResult
from dashboard.statistics.samples import new_points
from game.physics.report_types import Report

_TEAM = {
    "team_id": "bigint", "run": "int", "mode": "text", "design": "text", "version": "bigint",
    "live_report": "jsonb", "alarm_inputs": "jsonb", "report": "jsonb", "reported_at": "timestamptz",
    "through_number": "int", "running": "jsonb", "provisional": "jsonb", "persons": "jsonb", "due_at": "timestamptz",
    "updated_at": "timestamptz",
}  # fmt: skip
_SAMPLE = {
    "game_id": "bigint", "team_id": "bigint", "run": "int", "mode": "text", "design": "text", "at": "timestamptz",
    "rounds": "bigint", "value": "float8", "log10_evidence": "float8",
}  # fmt: skip
_ROOM = {
    "game_id": "bigint", "run": "int", "mode": "text", "design": "text", "report": "jsonb", "running": "jsonb",
    "rounds": "bigint", "rounds_per_second": "float8", "bots_only": "boolean", "alarms": "jsonb", "seconds": "float8",
    "cap": "int", "updated_at": "timestamptz",
}  # fmt: skip
# The first columns of teams and rooms are the row's key.
_KEY_COLUMNS = 4
# Where the full report is written later, the last one stays.
_KEPT = {
    "reported_at": "coalesce(excluded.reported_at, s.reported_at)",
    "report": "CASE WHEN excluded.reported_at IS NULL THEN s.report ELSE excluded.report END",
}


def _insert(table: str, columns: dict[str, str]) -> str:
    names = ", ".join(columns)
    typed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    return f"INSERT INTO {table} AS s ({names}) SELECT {names} FROM jsonb_to_recordset(%s::jsonb) AS v({typed})"


def _upsert(table: str, columns: dict[str, str], kept: dict[str, str]) -> str:
    key, others = list(columns)[:_KEY_COLUMNS], list(columns)[_KEY_COLUMNS:]
    values = ", ".join(f"{name} = {kept.get(name, f'excluded.{name}')}" for name in others)
    return f"{_insert(table, columns)} ON CONFLICT ({', '.join(key)}) DO UPDATE SET {values}"


# Never older statistics over newer ones.
_WRITE_TEAMS = f"{_upsert('game_teamstatistics', _TEAM, _KEPT)} WHERE s.version <= excluded.version"
_WRITE_SAMPLES = _insert("game_statisticssample", _SAMPLE)
_WRITE_ROOMS = _upsert("game_roomstatistics", _ROOM, {})

_KEY = {"run": "int", "mode": "text", "design": "text"}
_CLOSED = {"rounds": "bigint", "good": "bigint", "bad": "bigint", "waiting": "bigint"}
_QUICK_TEAM = {
    "team_id": "bigint",
    **_KEY,
    "version": "bigint",
    **_CLOSED,
    "due_at": "timestamptz",
    "updated_at": "timestamptz",
}
_QUICK_ROOM = {
    "game_id": "bigint", **_KEY, **_CLOSED, "rounds_per_second": "float8", "seconds": "float8",
    "updated_at": "timestamptz",
}  # fmt: skip
# A report of stored JSON with other closed rounds.
_WITH_CLOSED = """
    jsonb_build_object('played', jsonb_build_object('rounds', v.rounds, 'good', v.good, 'bad', v.bad),
                       'waiting', v.waiting)
"""


def _update(table: str, columns: dict[str, str], values: str, condition: str = "true") -> str:
    key = ", ".join(list(columns)[:_KEY_COLUMNS])
    typed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    return f"""
        UPDATE {table} s SET {values} FROM jsonb_to_recordset(%s::jsonb) AS v({typed})
        WHERE (s.{key.replace(", ", ", s.")}) = (v.{key.replace(", ", ", v.")}) AND {condition}
    """


_WRITE_QUICK_TEAMS = _update(
    "game_teamstatistics",
    _QUICK_TEAM,
    f"""version = v.version, due_at = v.due_at, updated_at = v.updated_at,
        live_report = s.live_report || {_WITH_CLOSED}""",
    "s.version <= v.version",
)
_WRITE_QUICK_ROOMS = _update(
    "game_roomstatistics",
    _QUICK_ROOM,
    f"""rounds = v.rounds, rounds_per_second = v.rounds_per_second, seconds = v.seconds, updated_at = v.updated_at,
        report = s.report || {_WITH_CLOSED}""",
)

# A game and the results of its rooms.
Results = Sequence[tuple[int, list[RoomResult]]]


def store(results: Results, cost: Callable[[], float]) -> None:
    """Write the results of games; cost: what the recompute has cost up to now, asked when the teams are written."""
    rooms = [(game, room) for game, of_game in results for room in of_game]
    teams = [(room.key, new) for _, room in rooms for new in room.teams]
    with transaction.atomic(durable=True):
        _write(_WRITE_TEAMS, (_team_row(key, new) for key, new in teams if not new.is_quick))
        _write(_WRITE_QUICK_TEAMS, (_quick_team_row(key, new) for key, new in teams if new.is_quick))
        seconds = cost() / max(1, len(results))
        _write(_WRITE_SAMPLES, (point for game, room in rooms for point in new_points(game, room)))
        _write(_WRITE_ROOMS, (_room_row(game, room, seconds) for game, room in rooms if not room.is_quick))
        _write(_WRITE_QUICK_ROOMS, (_quick_room_row(game, room, seconds) for game, room in rooms if room.is_quick))


def _write(statement: str, rows: Iterable[dict[str, Any]]) -> None:
    """Execute a statement whose parameter are these rows; without a row there is nothing to do."""
    found = list(rows)
    if not found:
        return
    # Django's cursor would write the parameter into the statement: the server would parse half a megabyte of SQL.
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(statement, [msgspec.json.encode(found).decode()])


def _team_row(key: StatisticsKey, new: TeamResult) -> dict[str, Any]:
    state = new.state
    return {
        "team_id": new.team,
        **key._asdict(),
        "version": state.version,
        "live_report": state.live_report,
        "alarm_inputs": state.alarm_inputs,
        "report": new.report,
        "reported_at": None if new.report is None else state.reported_at,
        "through_number": state.total.running.through_number,
        "running": state.total.running.to_json(),
        "provisional": state.total.provisional.to_json(),
        "persons": _persons(state),
        "due_at": new.due_at,
        "updated_at": state.updated_at,
    }


def _persons(state: TeamState) -> dict[str, Any] | None:
    """Return the evidence of the rounds in the room, None where it is that of all rounds."""
    if not state.has_outside:
        return None
    return {"running": state.in_room.running.to_json(), "provisional": state.in_room.provisional.to_json()}


def _room_row(game_id: int, room: RoomResult, seconds: float) -> dict[str, Any]:
    return {
        "game_id": game_id,
        **room.key._asdict(),
        "report": room.report,
        "running": room.state.running.to_json(),
        "rounds": room.rounds,
        "rounds_per_second": room.rounds_per_second,
        "bots_only": room.bots_only,
        "alarms": room.alarms,
        "seconds": seconds,
        "cap": room.state.cap,
        "updated_at": room.state.written_at,
    }


def _quick_team_row(key: StatisticsKey, new: TeamResult) -> dict[str, Any]:
    state = new.state
    return {
        "team_id": new.team,
        **key._asdict(),
        "version": state.version,
        **_closed(state.live_report),
        "due_at": new.due_at,
        "updated_at": state.updated_at,
    }


def _quick_room_row(game_id: int, room: RoomResult, seconds: float) -> dict[str, Any]:
    return {
        "game_id": game_id,
        **room.key._asdict(),
        **_closed(room.report),
        "rounds_per_second": room.rounds_per_second,
        "seconds": seconds,
        "updated_at": room.state.written_at,
    }


def _closed(report: Report) -> dict[str, int]:
    assert report.played is not None
    return {**msgspec.structs.asdict(report.played), "waiting": report.waiting}
