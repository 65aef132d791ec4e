"""
Write the results of a game in one transaction, with one statement each for teams, samples and rooms.

Each statement has one JSON parameter.  Columns keep the order of the tables' definitions here.
"""

from collections.abc import Callable
from typing import Any

import msgspec
import psycopg
from django.db import connection, transaction

from dashboard.keys import StatisticsKey
from dashboard.statistics.compute import TeamResult
from dashboard.statistics.memory import TeamState
from dashboard.statistics.pooling import RoomResult
from dashboard.statistics.samples import new_points

_TEAM = {
    "team_id": "bigint", "run": "int", "mode": "text", "design": "text", "version": "bigint",
    "live_report": "jsonb", "alarm_inputs": "jsonb", "report": "jsonb", "reported_at": "timestamptz",
    "through_number": "int", "running": "jsonb", "provisional": "jsonb", "persons": "jsonb", "due_at": "timestamptz",
    "updated_at": "timestamptz",
}  # fmt: skip
_SAMPLE = {
    "game_id": "bigint", "team_id": "bigint", "run": "int", "mode": "text", "at": "timestamptz", "rounds": "bigint",
    "value": "float8", "log10_evidence": "float8",
}  # fmt: skip
_ROOM = {
    "game_id": "bigint", "run": "int", "mode": "text", "design": "text", "report": "jsonb", "running": "jsonb",
    "rounds": "bigint", "rounds_per_second": "float8", "bots_only": "boolean", "alarms": "jsonb", "seconds": "float8",
    "updated_at": "timestamptz",
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


def store(game_id: int, rooms: list[RoomResult], cost: Callable[[], float]) -> None:
    """Write the results; cost: what the recompute has cost up to now, asked when the teams are written."""
    with transaction.atomic(durable=True):
        # Django's cursor would write the parameter into the statement: the server would parse half a megabyte of SQL.
        with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
            cursor.execute(_WRITE_TEAMS, [_encoded([_team_row(room.key, new) for room in rooms for new in room.teams])])
        seconds = cost()
        with connection.cursor() as cursor:
            cursor.execute(_WRITE_SAMPLES, [_encoded([point for room in rooms for point in new_points(game_id, room)])])
            cursor.execute(_WRITE_ROOMS, [_encoded([_room_row(game_id, room, seconds) for room in rooms])])


def _encoded(rows: list[dict[str, Any]]) -> str:
    return msgspec.json.encode(rows).decode()


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
    """Return the evidence of the rounds without a bot, None where it is that of all rounds."""
    if not state.had_bot:
        return None
    return {"running": state.persons.running.to_json(), "provisional": state.persons.provisional.to_json()}


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
        "updated_at": room.state.written_at,
    }
