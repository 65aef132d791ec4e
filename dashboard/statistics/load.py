"""
What a recompute reads: the stale teams of a game, their last statistics and their rounds since then.

All of it is one snapshot of the database, so a room's total is the sum of its rows.  Lists go to the server as one
JSON parameter: psycopg takes longer to encode arrays of a thousand teams than the statistics take.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

import msgspec
from django.db import connection, transaction

from dashboard.keys import StatisticsKey
from dashboard.statistics.find import StaleTeams, stale_teams
from dashboard.statistics.memory import RoomState, TeamState
from dashboard.statistics.new_rounds import NewRounds, evidence_until, new_rounds
from dashboard.statistics.rooms import RoundsByTeam, load_rooms, load_rounds
from game.database import planner
from game.models import Game

# By team and run, the states in every mode.
States = dict[tuple[int, int], list[TeamState]]


class Snapshot(NamedTuple):
    """
    One snapshot of a game: the new rounds by room, the rooms before, and the ids of all its teams.

    Ghosts are none of the teams of bots.
    """

    game: Game
    at: datetime
    changes: dict[StatisticsKey, list[NewRounds]]
    rooms: dict[StatisticsKey, RoomState]
    persons: set[int]
    bots: set[int]
    ghosts: set[int]


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


def _team_ids(game_id: int) -> tuple[set[int], set[int], set[int]]:
    """Return the teams of persons, those of bots and the ghosts."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT coalesce(json_agg(id) FILTER (WHERE NOT bots), '[]')::text,
                   coalesce(json_agg(id) FILTER (WHERE bots AND NOT ghost), '[]')::text,
                   coalesce(json_agg(id) FILTER (WHERE ghost), '[]')::text
            FROM game_team WHERE game_id = %s
            """,
            [game_id],
        )
        persons, bots, ghosts = (set(msgspec.json.decode(ids)) for ids in cursor.fetchone())
        return persons, bots, ghosts


def _changes(
    game: Game, stale: StaleTeams, rooms: dict[StatisticsKey, RoomState]
) -> dict[StatisticsKey, list[NewRounds]]:
    """Return the new rounds of each room, its teams in the order of the stale teams."""
    states = _states(game, stale, rooms)
    rounds = _rounds_after(states)
    read_number = _read_numbers(states, rounds)
    changes = {}
    for key in dict.fromkeys([*rooms, *rounds]):
        last, new = rooms[key].teams if key in rooms else {}, rounds.get(key, {})
        # In a past run every round counts: nobody can choose any more which rounds count by keeping others open.
        until = stale.at if stale.is_over or key.run < game.run else evidence_until(stale.at)
        changes[key] = [
            new_rounds(
                team,
                last.get(team.id),
                new.get(team.id, []),
                until.timestamp(),
                read_number[team.id, key.run],
            )
            for team in stale.teams
            if key.run >= team.from_run and (team.id in last or team.id in new)
        ]
    return {key: teams for key, teams in changes.items() if teams}


def _states(game: Game, stale: StaleTeams, rooms: dict[StatisticsKey, RoomState]) -> States:
    teams_of_run: dict[int, list[dict[int, TeamState]]] = defaultdict(list)
    for key, room in rooms.items():
        teams_of_run[key.run].append(room.teams)
    return {
        (team.id, run): [teams[team.id] for teams in teams_of_run[run] if team.id in teams]
        for team in stale.teams
        for run in range(team.from_run, game.run + 1)
    }


def _rounds_after(states: States) -> dict[StatisticsKey, RoundsByTeam]:
    """Read the rounds that some mode may not have read yet."""
    after = [
        {"team": team, "run": run, "number": min((state.run_read_number for state in of_run), default=0)}
        for (team, run), of_run in states.items()
    ]
    return load_rounds(
        """
        FROM jsonb_to_recordset(%s::jsonb) AS v(team bigint, run int, number int)
        JOIN game_round r ON r.team_id = v.team AND r.run = v.run AND r.number > v.number
        """,
        [msgspec.json.encode(after).decode()],
    )


def _read_numbers(states: States, rounds: dict[StatisticsKey, RoundsByTeam]) -> dict[tuple[int, int], int]:
    """Return up to which number this recompute reads the closed rounds of each team and run."""
    numbers = {place: max((state.read_number for state in of_run), default=0) for place, of_run in states.items()}
    for key, by_team in rounds.items():
        for team, of_team in by_team.items():
            # In number order, and only the last one can be open.
            closed = of_team if of_team[-1].closed_at is not None else of_team[:-1]
            if closed:
                numbers[team, key.run] = max(numbers[team, key.run], closed[-1].round.number)
    return numbers
