"""
What a recompute reads: the stale teams of games, their last statistics and their rounds since then.

All of it is one snapshot of the database, so a room's total is the sum of its rows, and as many statements for many
games as for one.  Lists go to the server as one parameter: psycopg takes longer to encode arrays of a thousand teams
than the statistics take.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import msgspec
from django.db import connection

from dashboard.keys import StatisticsKey
from dashboard.statistics import find, memory
from dashboard.statistics.find import Last, StaleTeam, stale_teams
from dashboard.statistics.memory import Members, RoomState, TeamState
from dashboard.statistics.new_rounds import NewRounds, evidence_until, new_rounds
from dashboard.statistics.rooms import RoundsByTeam, Written, load_rooms, load_rounds, rooms_written
from game.database import planner
from game.database.one_snapshot import one_snapshot
from game.models import Game
from game.rounds.statement import array

# By team and run, the states in every mode.
States = dict[tuple[int, int], list[TeamState]]

# Rounds become evidence at the same moment for all teams.  Of a hall so many teams take them in at once, the others in
# the next recomputes: their closed rounds are shown meanwhile.  A game of up to FEW_TEAMS takes them in at once.
EVIDENCE_AT_ONCE = 200
FEW_TEAMS = 100


# What a recompute reads of a game.
_GAME = (
    "state", "run", "mode", "question_design", "design_before", "show_last_round", "show_own_score",
    "public_scoreboard", "lesson", "step", "revealed",
)  # fmt: skip


class Snapshot(NamedTuple):
    """
    One snapshot of a game: the new rounds by room, the rooms before, all its teams, and their last statistics.

    is_part: more teams are out of date than are computed at once.
    """

    game: Game
    at: datetime
    changes: dict[StatisticsKey, list[NewRounds]]
    rooms: dict[StatisticsKey, RoomState]
    members: Members
    last: dict[int, Last]
    written: dict[StatisticsKey, datetime]
    is_part: bool = False


class _Stale(NamedTuple):
    """The stale teams of a game; those that are held show their closed rounds and take in no evidence yet."""

    game: Game
    teams: list[StaleTeam]
    held: set[int]
    is_part: bool

    @property
    def is_over(self) -> bool:
        return self.game.state == Game.State.FINISHED


def load_changes(games: Iterable[int]) -> list[Snapshot]:
    """Read what changed since the last statistics of games; those without a stale team are left out."""
    with one_snapshot():
        with connection.cursor() as cursor:
            planner.force_index_scans(cursor)
        known = {game.pk: game for game in Game.objects.filter(pk__in=list(games)).only(*_GAME)}
        if not known:
            return []
        at, members, versions = _teams(known)
        written = rooms_written(known)
        last = _last(written)
        stale = _stale(at, known, versions, last)
        rooms = load_rooms({pk: min(team.from_run for team in one.teams) for pk, one in stale.items()}, written)
        states = {pk: _states(one, rooms[pk]) for pk, one in stale.items()}
        rounds = _rounds_after(states.values())
        return [
            Snapshot(
                one.game,
                at,
                _changes(one, at, states[pk], rooms[pk], rounds),
                rooms[pk],
                members[pk],
                last[pk],
                written[pk],
                one.is_part,
            )
            for pk, one in stale.items()
        ]


def _teams(games: Iterable[int]) -> tuple[datetime, dict[int, Members], dict[int, dict[int, int]]]:
    """Return the moment of the snapshot, and by game its teams by kind and the version of each."""
    members, versions = {}, {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT now(), g.id, coalesce(t.ids, '[]')::text, coalesce(t.versions, '[]')::text,
                   coalesce(t.bots, '[]')::text, coalesce(t.ghosts, '[]')::text, coalesce(t.inactive, '[]')::text,
                   coalesce(t.left_out, '[]')::text
            FROM unnest(%s::bigint[]) g(id) CROSS JOIN LATERAL (
                SELECT json_agg(id) AS ids, json_agg(version) AS versions,
                       json_agg(id) FILTER (WHERE bots AND NOT ghost) AS bots,
                       json_agg(id) FILTER (WHERE ghost) AS ghosts,
                       json_agg(id) FILTER (WHERE NOT active) AS inactive,
                       json_agg(id) FILTER (WHERE left_out_at IS NOT NULL) AS left_out
                FROM game_team WHERE game_id = g.id) t
            """,
            [array(games)],
        )
        rows = cursor.fetchall()
        for _, game, *lists in rows:
            ids, numbers, *others = map(msgspec.json.decode, lists)
            bots, ghosts, inactive, left_out = map(frozenset, others)
            members[game] = Members(frozenset(ids) - bots - ghosts, bots, ghosts, inactive, left_out)
            versions[game] = dict(zip(ids, numbers, strict=True))
    return rows[0][0], members, versions


def _last(written: Written) -> dict[int, dict[int, Last]]:
    """Return what the last statistics of every team are of, from memory or from rows."""
    kept = {game: memory.kept(game, rooms) for game, rooms in written.items()}
    unknown = [game for game, one in kept.items() if one is None]
    return {game: one.last for game, one in kept.items() if one} | (find.last_statistics(unknown) if unknown else {})


def _stale(
    at: datetime, games: dict[int, Game], versions: dict[int, dict[int, int]], last: dict[int, dict[int, Last]]
) -> dict[int, _Stale]:
    found: dict[int, _Stale] = {}
    left = EVIDENCE_AT_ONCE
    for pk, game in games.items():
        teams = stale_teams(versions[pk], last[pk], at, game.state == Game.State.FINISHED, game.run)
        held: set[int] = set()
        is_part = False
        if game.state == Game.State.RUNNING:
            is_part = len(teams) > find.TEAMS_AT_ONCE
            teams = teams[: find.TEAMS_AT_ONCE]
            # By id: nobody can choose which teams take in their rounds first.
            due = sorted(team.id for team in teams if team.is_due and team.id in last[pk])
            taken = len(due) if len(due) <= FEW_TEAMS else min(len(due), max(left, FEW_TEAMS))
            left -= taken
            held = set(due[taken:])
            teams = [team for team in teams if team.id not in held or team.version > last[pk][team.id].version]
        if teams := _with_first_runs(teams, game.run):
            found[pk] = _Stale(game, teams, held, is_part or bool(held))
    return found


def _with_first_runs(teams: list[StaleTeam], run: int) -> list[StaleTeam]:
    new = [team.id for team in teams if not team.from_run]
    first = find.first_runs(new, run) if new else {}
    return [team._replace(from_run=first[team.id]) if team.id in first else team for team in teams]


def _states(stale: _Stale, rooms: dict[StatisticsKey, RoomState]) -> States:
    teams_of_run: dict[int, list[dict[int, TeamState]]] = defaultdict(list)
    for key, room in rooms.items():
        teams_of_run[key.run].append(room.teams)
    return {
        (team.id, run): [teams[team.id] for teams in teams_of_run[run] if team.id in teams]
        for team in stale.teams
        for run in range(team.from_run, stale.game.run + 1)
    }


def _rounds_after(states: Iterable[States]) -> dict[StatisticsKey, RoundsByTeam]:
    """Read the rounds that some mode may not have read yet."""
    after = [
        (team, run, min((state.run_read_number for state in of_run), default=0))
        for of_game in states
        for (team, run), of_run in of_game.items()
    ]
    columns = zip(*after, strict=True) if after else ((), (), ())
    return load_rounds(
        """
        FROM unnest(%s::bigint[], %s::int[], %s::int[]) AS v(team, run, number)
        JOIN game_round r ON r.team_id = v.team AND r.run = v.run AND r.number > v.number
        """,
        [array(column) for column in columns],
    )


def _changes(
    stale: _Stale,
    at: datetime,
    states: States,
    rooms: dict[StatisticsKey, RoomState],
    rounds: dict[StatisticsKey, RoundsByTeam],
) -> dict[StatisticsKey, list[NewRounds]]:
    """Return the new rounds of each room, its teams in the order of the stale teams."""
    read_number = _read_numbers(stale, states, rounds)
    old, now = at.timestamp(), evidence_until(at).timestamp()
    changes = {}
    for key in dict.fromkeys([*rooms, *rounds]):
        last, new = rooms[key].teams if key in rooms else {}, rounds.get(key, {})
        # In a past run every round counts: nobody can choose any more which rounds count by keeping others open.
        is_past = stale.is_over or key.run < stale.game.run
        changes[key] = [
            new_rounds(
                team,
                last.get(team.id),
                new.get(team.id, []),
                old if is_past else now,
                read_number[team.id, key.run],
                is_held=team.id in stale.held and not is_past and team.id in last,
            )
            for team in stale.teams
            if key.run >= team.from_run and (team.id in last or team.id in new)
        ]
    return {key: teams for key, teams in changes.items() if teams}


def _read_numbers(
    stale: _Stale, states: States, rounds: dict[StatisticsKey, RoundsByTeam]
) -> dict[tuple[int, int], int]:
    """Return up to which number this recompute reads the closed rounds of each team and run."""
    numbers = {place: max((state.read_number for state in of_run), default=0) for place, of_run in states.items()}
    for key, by_team in rounds.items():
        for team in stale.teams:
            of_team = by_team.get(team.id)
            if not of_team:
                continue
            # In number order, and only the last one can be open.
            closed = of_team if of_team[-1].closed_at is not None else of_team[:-1]
            if closed:
                numbers[team.id, key.run] = max(numbers.get((team.id, key.run), 0), closed[-1].round.number)
    return numbers
