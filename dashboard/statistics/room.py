"""The room: all teams of persons pooled, the curves over time, and what dashboards are told after a recompute."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec
import numpy as np
from django.db import connection
from django.db.models import Count
from django.utils import timezone

from dashboard.live.snapshots import alarm_views, of_row, room_view
from dashboard.statistics.load import Seen
from dashboard.statistics.memory import SAMPLES_READ, Member, Room, RoomKey, Sample
from game.models import Game, Player, RoomStatistics, StatisticsSample
from game.physics.alarms import raised
from game.physics.report import pool
from game.realtime.announce import delta
from game.realtime.hub.broadcast import Broadcast
from game.realtime.messages.parts import encode_text
from game.realtime.messages.player import ScoreChanged
from game.realtime.messages.watch import TeamRow
from game.realtime.server import current_server
from game.realtime.snapshots import score

ROOM_SAMPLE_SECONDS = 5
TEAM_SAMPLE_ROUNDS = 10
SAMPLES_KEPT = 500
# A curve that grows is looked at each minute: so long after its last point nothing is left to thin.
GROWN_LATELY = timedelta(hours=1)
PACE_SECONDS = 10.0


class Change(NamedTuple):
    """A team's new numbers and those before."""

    now: Member
    before: Member | None

    @property
    def issued_before(self) -> int:
        return self.before.headline["issued"] if self.before else 0


Changes = dict[RoomKey, dict[int, Change]]


def recordset(columns: dict[str, str]) -> str:
    """Rows with these columns and types from one parameter of JSON."""
    typed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    return f"SELECT {', '.join(columns)} FROM jsonb_to_recordset(%s::jsonb) AS v({typed})"


_POINT = {
    "game_id": "bigint", "team_id": "bigint", "run": "int", "mode": "text", "at": "timestamptz", "rounds": "bigint",
    "wins": "int", "scored": "int", "s": "float8", "log10_evidence": "float8",
}  # fmt: skip
_ROOM = {
    "game_id": "bigint", "run": "int", "mode": "text", "design": "text", "report": "jsonb", "path": "jsonb",
    "rounds": "bigint", "rounds_per_second": "float8", "bots_only": "boolean", "alarms": "jsonb", "seconds": "float8",
    "updated_at": "timestamptz",
}  # fmt: skip
_SAMPLE = f"INSERT INTO game_statisticssample ({', '.join(_POINT)}) {recordset(_POINT)}"
_WRITE = f"""
    INSERT INTO game_roomstatistics ({", ".join(_ROOM)}) {recordset(_ROOM)}
    ON CONFLICT (game_id, run, mode, design) DO UPDATE SET {", ".join(f"{n} = excluded.{n}" for n in list(_ROOM)[4:])}
"""


def store(
    seen: Seen, changes: Changes, cost: Callable[[], float]
) -> tuple[dict[RoomKey, RoomStatistics], dict[RoomKey, Room]]:
    """Pool what changed and take samples, in the transaction that wrote the teams' numbers."""
    rows, rooms, points = {}, {}, []
    for key, teams in changes.items():
        row, rooms[key] = _pool(seen, key, teams)
        rows[key] = row
        points += [_point(row, team, new.now.headline) for team, new in teams.items() if _is_sampled(new)]
        if rooms[key].curve[0].at == seen.at:
            points.append(_point(row, None, row.report))
    for row in rows.values():
        row.seconds = cost()
    written = [{name: getattr(row, name) for name in _ROOM} for row in rows.values()]
    with connection.cursor() as cursor:
        cursor.execute(_SAMPLE, [msgspec.json.encode(points).decode()])
        cursor.execute(_WRITE, [msgspec.json.encode(written).decode()])
    return rows, rooms


def tell(game: Game, changes: Changes, rows: dict[RoomKey, RoomStatistics]) -> None:
    """Tell the dashboards what changed of what they show, and the players whose score changed their own."""
    key = RoomKey.of(game)
    if key not in rows:
        return
    teams, room = changes[key], rows[key]
    reports = [
        TeamRow(team, report=of_row(new.now.headline))
        for team, new in teams.items()
        if new.before is None or new.now.headline != new.before.headline
    ]
    # The game may have been reset since it was read: pages know by the run.
    news = delta(run=key.run, reports=reports, room=room_view(room), alarms=alarm_views(room))
    letters = [Broadcast("delta", game.pk, 0, news)]
    if game.show_own_score:
        letters += _scores(game, teams)
    current_server().hub.announce(letters)


def _scores(game: Game, teams: dict[int, Change]) -> list[Broadcast]:
    """The scores of teams of which a round has closed: nothing else changes a score."""
    texts = {
        team: encode_text(ScoreChanged(game.run, score(new.now.headline)))
        for team, new in teams.items()
        if new.now.headline["issued"] != new.issued_before
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, team_id FROM game_player WHERE team_id = ANY(%s::bigint[]) AND kind = %s",
            [f"{{{','.join(map(str, texts))}}}", Player.PERSON],
        )
        return [Broadcast("score", game.pk, player, texts[team]) for player, team in cursor.fetchall()]


def _pool(seen: Seen, key: RoomKey, teams: dict[int, Change]) -> tuple[RoomStatistics, Room]:
    before = seen.rooms.get(key)
    curve = before.curve if before else []
    members = (before.teams if before else {}) | {team: change.now for team, change in teams.items()}
    members = {team: member for team, member in members.items() if team in seen.persons or team in seen.bots}
    bots_only = not members.keys() & seen.persons
    pooled = [member for team, member in members.items() if bots_only or team in seen.persons]
    table = np.array([member.table for member in pooled]).sum(axis=0, keepdims=True)
    highest = before.path if before and before.bots_only == bots_only else None
    report, path = pool(key.mode, key.design, table, [member.counted for member in pooled], highest)
    assert path is not None
    rounds = int(table.sum())
    row = RoomStatistics(
        game=seen.game,
        **key._asdict(),
        report=report,
        path=path.to_json(),
        rounds=rounds,
        rounds_per_second=_pace(seen.at, curve, rounds),
        bots_only=bots_only,
        alarms=_alarms(members),
        updated_at=seen.at,
    )
    if not curve or curve[0].at <= seen.at - timedelta(seconds=ROOM_SAMPLE_SECONDS):
        curve = [Sample(seen.at, rounds), *curve][:SAMPLES_READ]
    return row, Room(seen.at, path, bots_only, members, curve)


def _alarms(members: dict[int, Member]) -> list[dict[str, Any]]:
    """What the e-values of all teams, bots too, give the host to check."""
    teams = list(members)
    return [
        {"team": teams[alarm.team], "kind": alarm.kind, "seat": alarm.player, "question": alarm.question}
        for alarm in raised([member.signs for member in members.values()])
    ]


def _pace(now: datetime, curve: list[Sample], rounds: int) -> float | None:
    """Rounds a second since the newest sample that is old enough to compare with."""
    old = now - timedelta(seconds=PACE_SECONDS)
    at, then = next(((at, then) for at, then in curve if at < old), (None, 0))
    return None if at is None or then > rounds else (rounds - then) / (now - at).total_seconds()


def _is_sampled(new: Change) -> bool:
    return new.now.headline["issued"] // TEAM_SAMPLE_ROUNDS > new.issued_before // TEAM_SAMPLE_ROUNDS


def _point(room: RoomStatistics, team: int | None, report: dict[str, Any]) -> dict[str, Any]:
    hardy = report["hardy"]
    return {
        "game_id": room.game_id,
        "team_id": team,
        "run": room.run,
        "mode": room.mode,
        "at": room.updated_at,
        "rounds": report["issued"],
        "wins": report["wins"] or 0,
        "scored": report["scored"] or 0,
        # In aqmjoe the estimate over time is H.
        "s": report["chsh"]["s"] if report["chsh"] else hardy["h"],
        "log10_evidence": hardy["log10_evidence"] if hardy else report["log10_evidence"],
    }


def thin_samples() -> None:
    """Drop every second sample of curves with more than 500 points, where more come: in games that are counted."""
    counted = RoomStatistics.objects.filter(updated_at__gt=timezone.now() - GROWN_LATELY)
    samples = StatisticsSample.objects.filter(game__in=counted.values("game"))
    curves = samples.values_list("game", "team", "run").annotate(n=Count("pk")).filter(n__gt=SAMPLES_KEPT)
    for game, team, run, _ in curves:
        points = (
            StatisticsSample.objects.filter(game=game, team=team, run=run).order_by("at").values_list("pk", flat=True)
        )
        StatisticsSample.objects.filter(pk__in=list(points)[1::2]).delete()
