"""
Team statistics, off the request path: from tallies and newer rounds to reports, samples and one delta a game.

What is out of date is a fact of rows (a team's version, a due time), so that running twice, late or never is harmless:
the sweep finds it.  One advisory lock a game keeps two workers from advancing the same path.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
from django.db import connection, transaction
from django.utils import timezone
from numpy.typing import NDArray
from prometheus_client import Histogram

from dashboard import room
from game import derived, rounds
from game.models import Game, TeamStatistics
from game.physics import rules
from game.physics.path import Path, PathRound, advance_many
from game.physics.report import reports
from game.physics.tally import SHAPE, code_of

recompute_seconds = Histogram("recompute_seconds", "Statistics of all changed teams of some games")
statistics_staleness_seconds = Histogram(
    "statistics_staleness_seconds",
    "From the close of a round to the statistics that count it",
    buckets=(0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 60),
)

Table = NDArray[np.int64]


class Key(NamedTuple):
    team: int
    run: int
    mode: str
    design: str


class Stale(NamedTuple):
    team: int
    game: int
    version: int
    game_run: int
    finished: bool
    from_run: int


UPDATED = [
    "version", "report", "path", "counted", "due_at", "updated_at",
    "through_number", "scored", "wins", "log_evidence_max",
]  # fmt: skip


def stale_games(limit: int = 1000) -> list[int]:
    """Games with a team whose version rose, or with a round that became old enough to count."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT t.game_id FROM game_team t
            LEFT JOIN (SELECT team_id, max(version) AS version FROM game_teamstatistics GROUP BY team_id) s
                   ON s.team_id = t.id
            JOIN game_game g ON g.id = t.game_id AND g.archived_at IS NULL
            WHERE t.version > coalesce(s.version, 0)
            UNION SELECT t.game_id FROM game_teamstatistics s JOIN game_team t ON t.id = s.team_id
            WHERE s.due_at <= now() LIMIT %s
            """,
            [limit],
        )
        return [row[0] for row in cursor.fetchall()]


def recompute(games: Iterable[int]) -> None:
    """Bring the statistics of the changed teams of these games up to date and tell their dashboards."""
    for game_id in sorted(set(games)):
        # Held until the news is out, so that an older report never follows a newer one.
        with recompute_seconds.time(), _only_one(game_id):
            with transaction.atomic(durable=True):
                game = Game.objects.filter(pk=game_id).first()
                changed = {} if game is None else _recompute_game(game)
                rooms = {} if game is None else room.store(game, changed)
            if game is not None:
                derived.statistics_changed(game_id, {team for teams in changed.values() for team in teams})
                room.tell(game, changed, rooms)


_LOCK = 0x5354


@contextmanager
def _only_one(game_id: int) -> Iterator[None]:
    """Hold the game's advisory lock; the database frees it when this process dies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [_LOCK, game_id % 2**31])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCK, game_id % 2**31])


def _recompute_game(game: Game) -> room.Changes:
    """Write new statistics of the teams that are out of date; return their reports."""
    now = timezone.now()
    stale = _stale_teams(game)
    tables = _tables(stale)
    known = {_key(row): row for row in TeamStatistics.objects.filter(team__in=list(stale))}
    new_rounds = _new_rounds(stale, known)
    groups: dict[tuple[str, str], list[Key]] = defaultdict(list)
    for key in tables.keys() | new_rounds.keys():
        groups[key.mode, key.design].append(key)
    changes: room.Changes = defaultdict(dict)
    for (mode, design), keys in groups.items():
        progress = [_Progress(key, stale[key.team], known.get(key), new_rounds.get(key, []), now) for key in keys]
        stored = advance_many([p.path for p in progress], mode, design, [p.closed for p in progress])
        counted = advance_many(stored, mode, design, [p.open for p in progress])
        array = np.array([tables.get(key, np.zeros(SHAPE, dtype=np.int64)) for key in keys])
        found = reports(mode, design, array, counted)
        _store(progress, stored, counted, found)
        for key, report in zip(keys, found, strict=True):
            before = known[key].report["issued"] if key in known else 0
            changes[room.RoomKey(key.run, mode, design)][key.team] = room.Change(report, before)
    return changes


def _key(row: TeamStatistics) -> Key:
    return Key(row.team_id, row.run, row.mode, row.design)


def _stale_teams(game: Game) -> dict[int, Stale]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT t.id, t.game_id, t.version, g.run,
                   g.state = 'finished' AND NOT EXISTS (
                       SELECT FROM game_round r WHERE r.team_id = t.id AND r.closed_at IS NULL),
                   coalesce(s.run, 1)
            FROM game_team t JOIN game_game g ON g.id = t.game_id
            LEFT JOIN (SELECT team_id, max(version) AS version, max(run) AS run, min(due_at) AS due_at
                       FROM game_teamstatistics GROUP BY team_id) s ON s.team_id = t.id
            WHERE t.game_id = %s AND (t.version > coalesce(s.version, 0) OR s.due_at <= now())
            """,
            [game.pk],
        )
        return {row[0]: Stale(*row) for row in cursor.fetchall()}


def _tables(stale: dict[int, Stale]) -> dict[Key, Table]:
    """Counts of closed rounds, shape (4, 4, 3, 3), of the runs since the last report."""
    tables: dict[Key, Table] = defaultdict(lambda: np.zeros(SHAPE, dtype=np.int64))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT t.team_id, t.run, t.mode, t.design, t.question_1, t.question_2, t.answer_1, t.answer_2, t.count
            FROM game_tally t JOIN unnest(%s::bigint[], %s::int[]) AS v(team, run)
            ON t.team_id = v.team AND t.run >= v.run
            """,
            [list(stale), [team.from_run for team in stale.values()]],
        )
        for *key, q1, q2, a1, a2, count in cursor.fetchall():
            tables[Key(*key)].flat[code_of(q1, q2, a1, a2)] = count
    return dict(tables)


class Newer(NamedTuple):
    """A round that no path has read yet."""

    round: PathRound
    asked_at: datetime
    closed_at: datetime | None


def _new_rounds(stale: dict[int, Stale], known: dict[Key, TeamStatistics]) -> dict[Key, list[Newer]]:
    through: dict[tuple[int, int], int] = {}
    for key, row in known.items():
        through[key.team, key.run] = max(through.get((key.team, key.run), 0), row.through_number)
    since = [
        (team.team, run, through.get((team.team, run), 0))
        for team in stale.values()
        for run in range(team.from_run, team.game_run + 1)
    ]
    newer: dict[Key, list[Newer]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT r.team_id, r.run, r.mode, r.design, r.asked_at, r.closed_at,
                   r.number, r.question_1, r.question_2, r.answer_1, r.answer_2, r.propensity
            FROM game_round r JOIN unnest(%s::bigint[], %s::int[], %s::int[]) AS v(team, run, number)
            ON r.team_id = v.team AND r.run = v.run AND r.number > v.number
            ORDER BY r.team_id, r.run, r.number
            """,
            [list(column) for column in zip(*since, strict=True)] if since else [[], [], []],
        )
        for team, run, mode, design, asked_at, closed_at, *played in cursor.fetchall():
            newer[Key(team, run, mode, design)].append(Newer(PathRound(*played), asked_at, closed_at))
    return newer


class _Progress:
    """What one key's path reads now: old enough closed rounds for good, an old enough open one as a loss for now."""

    def __init__(self, key: Key, stale: Stale, row: TeamStatistics | None, newer: list[Newer], now: datetime) -> None:
        self.key, self.version = key, stale.version
        self.path = _path(row)
        # Where a run is over every round counts, which nobody could choose by dawdling.
        over = key.run < stale.game_run or stale.finished
        delay = timedelta(0) if over else rounds.evidence_delay()
        ready = [new for new in newer if new.asked_at + delay <= now]
        self.closed = [new.round for new in ready if new.closed_at is not None]
        self.open = [_lost_for_now(new.round, key) for new in ready if new.closed_at is None]
        self.due_at = min((new.asked_at + delay for new in newer if new.asked_at + delay > now), default=None)
        news = row is None or row.version < stale.version
        self.closed_at = max((new.closed_at for new in newer if new.closed_at and news), default=None)


def _lost_for_now(trial: PathRound, key: Key) -> PathRound:
    """
    Count an open round as a loss of the worst kind, whatever was asked.

    The true pair would show in the evidence whether the partner's question made the round count, and how probable it
    was: this bound is lower, so it is valid too, and the same for every question.
    """
    least = min(rules.propensities(key.mode, key.design).values()) / 2
    return trial._replace(question_1="A", question_2="X", answer_1=None, answer_2=None, propensity=least)


def _path(row: TeamStatistics | None) -> Path:
    if row is None:
        return Path()
    state = {"through_number": row.through_number, "scored": row.scored, "wins": row.wins}
    return Path.from_json({**row.path, **state, "log_evidence_max": row.log_evidence_max})


def _store(progress: list[_Progress], stored: list[Path], counted: list[Path], found: list[dict[str, Any]]) -> None:
    rows = []
    for p, path, with_open, report in zip(progress, stored, counted, found, strict=True):
        state = path.to_json()
        columns = {name: state.pop(name) for name in ("through_number", "scored", "wins", "log_evidence_max")}
        rows.append(
            TeamStatistics(
                team_id=p.key.team,
                run=p.key.run,
                mode=p.key.mode,
                design=p.key.design,
                version=p.version,
                report=report,
                path=state,
                counted=with_open.to_json(),
                due_at=p.due_at,
                updated_at=timezone.now(),
                **columns,
            )
        )
    TeamStatistics.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=list(Key._fields), update_fields=UPDATED
    )
    now = timezone.now()
    for p in progress:
        if p.closed_at is not None:
            statistics_staleness_seconds.observe((now - p.closed_at).total_seconds())
