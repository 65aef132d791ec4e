"""
What a recompute reads: the stale teams of a game, their last statistics and their rounds since then.

All of it is one snapshot of the database, so a room's total is the sum of its rows.  Lists go to the server as one
JSON parameter: psycopg takes longer to encode arrays of a thousand teams than the statistics take.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

import msgspec
from django.db import connection, transaction

from dashboard.keys import StatisticsKey
from dashboard.statistics.find import StaleTeams, stale_teams
from dashboard.statistics.memory import RoomState
from dashboard.statistics.new_rounds import NewRounds, evidence_until, new_rounds
from dashboard.statistics.rooms import RoundsByTeam, load_rooms, load_rounds
from game.database import planner
from game.models import Game


class Snapshot(NamedTuple):
    """One snapshot of a game: the new rounds by room, the rooms before, and the ids of all its teams."""

    game: Game
    at: datetime
    changes: dict[StatisticsKey, list[NewRounds]]
    rooms: dict[StatisticsKey, RoomState]
    persons: set[int]
    bots: set[int]


def load_changes(game_id: int) -> Snapshot | None:
    """Read what changed since the last statistics of a game; None when there is no such game or no stale team."""
    with _one_snapshot():
        game = Game.objects.filter(pk=game_id).first()
        stale = stale_teams(game) if game is not None else None
        if game is None or stale is None:
            return None
        rooms = load_rooms(game_id, min(team.from_run for team in stale.teams))
        return Snapshot(game, stale.at, _changes(game, stale, rooms), rooms, *_team_ids(game_id))


@contextmanager
def _one_snapshot() -> Iterator[None]:
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            planner.force_index_scans(cursor)
        yield


def _team_ids(game_id: int) -> tuple[set[int], set[int]]:
    """Return the teams of persons and those of bots."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT coalesce(json_agg(id) FILTER (WHERE NOT bots), '[]')::text,
                   coalesce(json_agg(id) FILTER (WHERE bots), '[]')::text
            FROM game_team WHERE game_id = %s
            """,
            [game_id],
        )
        persons, bots = cursor.fetchone()
        return set(msgspec.json.decode(persons)), set(msgspec.json.decode(bots))


def _changes(
    game: Game, stale: StaleTeams, rooms: dict[StatisticsKey, RoomState]
) -> dict[StatisticsKey, list[NewRounds]]:
    """Return the new rounds of each room, its teams in the order of the stale teams."""
    # How far the statistics of a team's run have read, in each mode.
    read = {
        (team.id, run): [
            room.teams[team.id].read_number for key, room in rooms.items() if key.run == run and team.id in room.teams
        ]
        for team in stale.teams
        for run in range(team.from_run, game.run + 1)
    }
    rounds = _rounds_after({place: min(numbers, default=0) for place, numbers in read.items()})
    for key, by_team in rounds.items():
        for team_id, of_team in by_team.items():
            read[team_id, key.run] += [timed.round.number for timed in of_team if timed.closed_at is not None]
    read_number = {place: max(numbers, default=0) for place, numbers in read.items()}
    changes = {}
    for key in dict.fromkeys([*rooms, *rounds]):
        last, new = rooms[key].teams if key in rooms else {}, rounds.get(key, {})
        # In a past run every round counts: nobody can choose any more which rounds count by keeping others open.
        until = stale.at if stale.is_over or key.run < game.run else evidence_until(stale.at)
        changes[key] = [
            new_rounds(team, last.get(team.id), new.get(team.id, []), until.timestamp(), read_number[team.id, key.run])
            for team in stale.teams
            if key.run >= team.from_run and (team.id in last or team.id in new)
        ]
    return {key: teams for key, teams in changes.items() if teams}


def _rounds_after(numbers: dict[tuple[int, int], int]) -> dict[StatisticsKey, RoundsByTeam]:
    """Read the rounds after a number of each team and run."""
    after = [{"team": team, "run": run, "number": number} for (team, run), number in numbers.items()]
    return load_rounds(
        """
        FROM jsonb_to_recordset(%s::jsonb) AS v(team bigint, run int, number int)
        JOIN game_round r ON r.team_id = v.team AND r.run = v.run AND r.number > v.number
        """,
        [msgspec.json.encode(after).decode()],
    )
