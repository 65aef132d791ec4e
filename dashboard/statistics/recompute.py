"""
Team statistics, off the request path: from tallies and newer rounds to reports, samples and one delta a game.

What is out of date is a fact of rows (a team's version, a due time), so that running twice, late or never is harmless:
the sweep finds it.  One advisory lock a game keeps two workers from advancing the same path.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec
import numpy as np
import psycopg
import structlog
from django.conf import settings
from django.db import connection, transaction
from prometheus_client import Counter, Histogram

from dashboard.statistics import memory, room
from dashboard.statistics.load import Newer, Seen, look
from dashboard.statistics.memory import Key, Member
from game import cache
from game.models import Game
from game.physics import rules
from game.physics.alarms import Signs
from game.physics.report import headlines, reports
from game.physics.running_evidence import Path, PathRound, advance_many

log = structlog.get_logger(__name__)

recompute_seconds = Histogram("recompute_seconds", "Statistics of all changed teams of one game")
statistics_staleness_seconds = Histogram(
    "statistics_staleness_seconds",
    "From the close of the oldest round that a team's statistics count for the first time to their announcement",
    buckets=(0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1, 2, 5, 10, 60),
)
failures_total = Counter("statistics_failures_total", "Games whose recompute failed; the sweep tries again")

# From one recompute to the next passes at least so many times what the last one cost.
REST_SHARE = 1.75
LONGEST_REST_SECONDS = 2.0
# So few teams get their full report at once, and all where nobody plays; of more those whose last one is so old.  Of
# those that play on only a part, the oldest first: all at once would make one update after the other late.
FEW_TEAMS = 20
REPORT_SECONDS = 5.0
REPORT_PARTS = 16


def recompute(games: Iterable[int]) -> list[int]:
    """Bring the statistics of the changed teams of these games up to date; return the games that failed."""
    failed = []
    for game_id in sorted(set(games)):
        try:
            _recompute_alone(game_id)
        except Exception:
            failed.append(game_id)
            failures_total.inc()
            log.exception("recompute_failed", game=game_id)
            # A broken connection is replaced, and the other games get their turn.
            connection.close_if_unusable_or_obsolete()
    return failed


def _recompute_alone(game_id: int) -> None:
    # The lock is held until the news is out, so that an older report never follows a newer one.
    with only_one(game_id) as mine:
        if not mine:
            return
        with recompute_seconds.time():
            cost = _costing()
            seen = look(game_id)
            if seen is None:
                return
            numbers = _compute(seen)
            with transaction.atomic(durable=True):
                _store(numbers)
                changes = _changes(numbers)
                rows, rooms = room.store(seen, changes, cost)
            memory.keep(game_id, rooms)
            cache.invalidate_statistics(game_id, {key.team for key in seen.newer})
            room.tell(seen.game, changes, rows)
    _observe(numbers)


COMPUTING, WAITING = 0x5354, 0x5355


@contextmanager
def only_one(game_id: int) -> Iterator[bool]:
    """
    Hold the game's lock after its rest; false where another task waits already, which will see what this one would.

    The database frees the locks when this process dies, and when it has been stuck between two statements for too long.
    """
    game = game_id % 2**31
    if not _locked("SELECT pg_try_advisory_lock(%s, %s)", [WAITING, game]):
        yield False
        return
    try:
        stuck = f"{settings.STATISTICS_STUCK_SECONDS}s"
        _locked(f"SELECT {_LIMITS}, pg_advisory_lock(%s, %s)", [stuck, stuck, COMPUTING, game])
        _rest(game_id)
        _locked("SELECT pg_advisory_unlock(%s, %s)", [WAITING, game])
        yield True
    finally:
        _locked(f"SELECT pg_advisory_unlock_all(), {_LIMITS}", ["0", "0"])


_LIMITS = "set_config('idle_session_timeout', %s, false), set_config('idle_in_transaction_session_timeout', %s, false)"


def _locked(statement: str, parameters: list[Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchone()[0]


def _rest(game_id: int) -> None:
    """Wait until a game that costs much has rested from its last recompute."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT %s * seconds - extract(epoch FROM clock_timestamp() - updated_at)::float FROM game_roomstatistics
            WHERE game_id = %s ORDER BY updated_at DESC LIMIT 1
            """,
            [REST_SHARE, game_id],
        )
        (left,) = cursor.fetchone() or (0.0,)
    time.sleep(min(max(left, 0.0), LONGEST_REST_SECONDS))


def _costing() -> Callable[[], float]:
    """
    Return what tells the cost since now: seconds, and the more of them the longer this thread had to wait.

    Whoever waits for a processor twice as long as usual leaves it to the players four times as long.
    """
    began, worked = time.monotonic(), time.thread_time()
    return lambda: (time.monotonic() - began) ** 2 / max(time.thread_time() - worked, 0.001)


class Numbers(NamedTuple):
    """The new numbers of a key: its path without and with open rounds, and what they say."""

    key: Key
    version: int
    at: datetime
    due_at: datetime | None
    before: Member | None
    newer: Newer
    path: Path
    counted: Path
    headline: dict[str, Any]
    signs: Signs
    report: dict[str, Any] | None

    def member(self) -> Member:
        reported_at = self.at if self.report is not None else self.before and self.before.reported_at
        return Member(
            self.version, self.path, self.counted, self.headline, self.signs, reported_at, self.at,
            self.newer.table, self.newer.waiting, self.newer.read_number,
        )  # fmt: skip


def _compute(seen: Seen) -> list[Numbers]:
    groups: dict[tuple[str, str], list[Key]] = defaultdict(list)
    for key in seen.newer:
        groups[key.mode, key.design].append(key)
    numbers: list[Numbers] = []
    for (mode, design), keys in groups.items():
        newer = [seen.newer[key] for key in keys]
        before = [seen.before(key) for key in keys]
        starts = [member.path if member else Path() for member in before]
        paths = advance_many(starts, mode, design, [new.closed for new in newer])
        least = min(rules.propensities(mode, design).values()) / 2
        counted = advance_many(paths, mode, design, [[_lost_for_now(r, least) for r in new.open] for new in newer])
        tables = np.array([new.table for new in newer])
        shown = headlines(mode, design, tables, counted)
        full = _due_reports(seen, keys, before)
        written = dict(zip(full, reports(mode, design, tables[full], [counted[i] for i in full]), strict=True))
        numbers += [
            Numbers(
                key, seen.versions[key.team], seen.at, _due_at(seen, new, i in written), before[i], new,
                paths[i], counted[i], *shown[i], written.get(i),
            )
            for i, (key, new) in enumerate(zip(keys, newer, strict=True))
        ]  # fmt: skip
    return numbers


def _due_reports(seen: Seen, keys: list[Key], before: list[Member | None]) -> list[int]:
    """Return the positions of the keys whose full report is written now: all of a past run, which is not read again."""
    if len(before) <= FEW_TEAMS or seen.game.state != Game.State.RUNNING:
        return list(range(len(before)))
    old, oldest = (seen.at - timedelta(seconds=n * REPORT_SECONDS) for n in (1, 2))
    now: list[int] = []
    soon: list[tuple[datetime, int]] = []
    for i, (key, last) in enumerate(zip(keys, before, strict=True)):
        if last is None or last.reported_at is None or key.run < seen.game.run:
            now.append(i)
            continue
        plays_on = seen.versions[key.team] > last.version
        if last.reported_at <= (oldest if plays_on else old):
            now.append(i)
        elif last.reported_at <= old:
            soon.append((last.reported_at, i))
    part = max(FEW_TEAMS, (len(seen.persons) + len(seen.bots)) // REPORT_PARTS)
    return sorted(now + [i for _, i in sorted(soon)[:part]])


def _due_at(seen: Seen, newer: Newer, reported: bool) -> datetime | None:
    """When this key must be looked at again though no round of it closes."""
    report = None if reported else seen.at + timedelta(seconds=REPORT_SECONDS)
    return min((at for at in (newer.due_at, report) if at is not None), default=None)


def _lost_for_now(trial: PathRound, least: float) -> PathRound:
    """
    Count an open round as a loss of the worst kind, whatever was asked; least: half the least propensity of a pair.

    The true pair would show in the evidence whether the partner's question made the round count, and how probable it
    was: this bound is lower, so it is valid too, and the same for every question.
    """
    return trial._replace(question_1="A", question_2="X", answer_1=None, answer_2=None, propensity=least)


_COLUMNS = {
    "team_id": "bigint", "run": "int", "mode": "text", "design": "text", "version": "bigint",
    "headline": "jsonb", "signs": "jsonb", "report": "jsonb", "reported_at": "timestamptz",
    "through_number": "int", "scored": "int", "wins": "int", "log_evidence_max": "float8",
    "path": "jsonb", "counted": "jsonb", "due_at": "timestamptz", "updated_at": "timestamptz",
}  # fmt: skip
_KEY = ("team_id", "run", "mode", "design")
_KEPT = {name: f"coalesce(excluded.{name}, s.{name})" for name in ("reported_at",)} | {
    "report": "CASE WHEN excluded.reported_at IS NULL THEN s.report ELSE excluded.report END"
}
_WRITE = f"""
    INSERT INTO game_teamstatistics AS s ({", ".join(_COLUMNS)})
    {room.recordset(_COLUMNS)}
    ON CONFLICT ({", ".join(_KEY)}) DO UPDATE SET
    {", ".join(f"{name} = {_KEPT.get(name, f'excluded.{name}')}" for name in _COLUMNS if name not in _KEY)}
    WHERE s.version <= excluded.version
"""


def _store(numbers: list[Numbers]) -> None:
    """Write all numbers by one statement with one parameter; never older ones over newer ones."""
    # Not Django's cursor, which writes the parameter into the statement: the server would read half a megabyte of SQL.
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(_WRITE, [msgspec.json.encode([_row(new) for new in numbers]).decode()])


def _row(new: Numbers) -> dict[str, Any]:
    state = new.path.to_json()
    columns = {name: state.pop(name) for name in ("through_number", "scored", "wins", "log_evidence_max")}
    return {
        **dict(zip(_KEY, new.key, strict=True)),
        **columns,
        "version": new.version,
        "headline": new.headline,
        "signs": new.signs._asdict(),
        "report": new.report or {},
        "reported_at": None if new.report is None else new.at,
        "path": state,
        "counted": new.counted.to_json(),
        "due_at": new.due_at,
        "updated_at": new.at,
    }


def _changes(numbers: list[Numbers]) -> room.Changes:
    changes: room.Changes = defaultdict(dict)
    for new in numbers:
        changes[new.key.room][new.key.team] = room.Change(new.member(), new.before)
    return changes


def _observe(numbers: list[Numbers]) -> None:
    now = time.time()
    for new in numbers:
        if new.newer.closed_at is not None and (new.before is None or new.before.version < new.version):
            statistics_staleness_seconds.observe(now - new.newer.closed_at)
