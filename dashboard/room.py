"""The room: all teams of persons pooled, the curves over time, and what dashboards are told after a recompute."""

import time
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
from django.db import connection
from django.db.models import Count

from dashboard.members import Member, Room, RoomKey
from dashboard.snapshots import alarm_views, room_view
from dashboard.stale import Seen
from game.announce import delta
from game.hub import Letter, hub
from game.messages import ScoreChanged, TeamRow, encode_text
from game.models import Game, Player, RoomStatistics, StatisticsSample
from game.physics.alarms import raised
from game.physics.report import pool
from game.snapshots import score

ROOM_SAMPLE_SECONDS = 5
TEAM_SAMPLE_ROUNDS = 10
SAMPLES_KEPT = 500
PACE_SECONDS = 10.0
# At most one in 5 s: one of so many is old enough.
PACE_SAMPLES = 4
UPDATED = [
    "report", "path", "rounds", "rounds_per_second", "bots_only", "alarms", "seconds", "updated_at",
]  # fmt: skip


class Change(NamedTuple):
    """A team's new numbers and those before."""

    now: Member
    before: Member | None

    @property
    def issued_before(self) -> int:
        return self.before.headline["issued"] if self.before else 0


Changes = dict[RoomKey, dict[int, Change]]


def store(seen: Seen, changes: Changes, began: float) -> tuple[dict[RoomKey, RoomStatistics], dict[RoomKey, Room]]:
    """Pool what changed and take samples, in the transaction that wrote the teams' numbers."""
    rows, rooms, points = {}, {}, []
    for key, teams in changes.items():
        curve = _curve(seen.game, key)
        row, rooms[key] = _pool(seen, key, teams, curve)
        rows[key] = row
        points += [_point(row, team, new.now.headline) for team, new in teams.items() if _is_sampled(new)]
        if not curve or curve[0][0] <= seen.at - timedelta(seconds=ROOM_SAMPLE_SECONDS):
            points.append(_point(row, None, row.report))
    StatisticsSample.objects.bulk_create(points)
    for row in rows.values():
        row.seconds = time.thread_time() - began
    RoomStatistics.objects.bulk_create(
        rows.values(), update_conflicts=True, unique_fields=["game", *RoomKey._fields], update_fields=UPDATED
    )
    return rows, rooms


def tell(game: Game, changes: Changes, rows: dict[RoomKey, RoomStatistics]) -> None:
    """Tell the dashboards what changed of what they show, and the players whose score changed their own."""
    key = RoomKey.of(game)
    if key not in rows:
        return
    teams, room = changes[key], rows[key]
    reports = [
        TeamRow(team, report=new.now.headline)
        for team, new in teams.items()
        if new.before is None or new.now.headline != new.before.headline
    ]
    # The game may have been reset since it was read: pages know by the run.
    news = delta(run=key.run, reports=reports, room=room_view(room), alarms=alarm_views(room))
    letters = [Letter("delta", game.pk, 0, news)]
    if game.show_own_score:
        letters += _scores(game, teams)
    hub.announce(letters)


def _scores(game: Game, teams: dict[int, Change]) -> list[Letter]:
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
        return [Letter("score", game.pk, player, texts[team]) for player, team in cursor.fetchall()]


def _pool(
    seen: Seen, key: RoomKey, teams: dict[int, Change], curve: list[tuple[datetime, int]]
) -> tuple[RoomStatistics, Room]:
    before = seen.rooms.get(key)
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
    return row, Room(seen.at, path, bots_only, members)


def _alarms(members: dict[int, Member]) -> list[dict[str, Any]]:
    """What the e-values of all teams, bots too, give the host to check."""
    teams = list(members)
    return [
        {"team": teams[alarm.team], "kind": alarm.kind, "seat": alarm.player, "question": alarm.question}
        for alarm in raised([member.signs for member in members.values()])
    ]


def _curve(game: Game, key: RoomKey) -> list[tuple[datetime, int]]:
    """The newest samples of the room, newest first: moments and rounds."""
    samples = StatisticsSample.objects.filter(game=game, team=None, run=key.run, mode=key.mode)
    return list(samples.order_by("-at").values_list("at", "rounds")[:PACE_SAMPLES])


def _pace(now: datetime, curve: list[tuple[datetime, int]], rounds: int) -> float | None:
    """Rounds a second since the newest sample that is old enough to compare with."""
    old = now - timedelta(seconds=PACE_SECONDS)
    at, then = next(((at, then) for at, then in curve if at < old), (None, 0))
    return None if at is None or then > rounds else (rounds - then) / (now - at).total_seconds()


def _is_sampled(new: Change) -> bool:
    return new.now.headline["issued"] // TEAM_SAMPLE_ROUNDS > new.issued_before // TEAM_SAMPLE_ROUNDS


def _point(room: RoomStatistics, team: int | None, report: dict[str, Any]) -> StatisticsSample:
    hardy = report["hardy"]
    return StatisticsSample(
        game=room.game,
        team_id=team,
        run=room.run,
        mode=room.mode,
        at=room.updated_at,
        rounds=report["issued"],
        wins=report["wins"] or 0,
        scored=report["scored"] or 0,
        # In aqmjoe the estimate over time is H.
        s=report["chsh"]["s"] if report["chsh"] else hardy["h"],
        log10_evidence=hardy["log10_evidence"] if hardy else report["log10_evidence"],
    )


def thin_samples() -> None:
    """Drop every second sample of a curve that has more than 500 points."""
    curves = (
        StatisticsSample.objects.values_list("game", "team", "run").annotate(n=Count("pk")).filter(n__gt=SAMPLES_KEPT)
    )
    for game, team, run, _ in curves:
        points = (
            StatisticsSample.objects.filter(game=game, team=team, run=run).order_by("at").values_list("pk", flat=True)
        )
        StatisticsSample.objects.filter(pk__in=list(points)[1::2]).delete()
