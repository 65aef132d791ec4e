"""The room: all teams of persons pooled, the curves over time, and what dashboards are told after a recompute."""

import time
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec
import numpy as np
from django.db import connection
from django.db.models import Count

from dashboard.snapshots import alarm_views, room_view
from dashboard.stale import Seen
from game.announce import delta
from game.hub import Letter, hub
from game.messages import ScoreChanged, TeamRow, encode_text
from game.models import Game, Player, RoomStatistics, StatisticsSample
from game.physics.alarms import Signs, raised
from game.physics.path import Path
from game.physics.report import pool
from game.physics.tally import SHAPE
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


class RoomKey(NamedTuple):
    """What is pooled: rounds of one run, mode and question design."""

    run: int
    mode: str
    design: str

    @classmethod
    def of(cls, game: Game) -> "RoomKey":
        return cls(game.run, game.mode, game.question_design)


class Change(NamedTuple):
    """A team's new headline and the one before."""

    headline: dict[str, Any]
    before: dict[str, Any] | None

    @property
    def issued_before(self) -> int:
        return self.before["issued"] if self.before else 0


Changes = dict[RoomKey, dict[int, Change]]


def store(seen: Seen, changes: Changes, began: float) -> dict[RoomKey, RoomStatistics]:
    """Pool what changed and take samples, in the transaction that wrote the teams' numbers."""
    rooms, points = {}, []
    for key, teams in changes.items():
        curve = _curve(seen.game, key)
        room = rooms[key] = _room(seen, key, curve)
        points += [_point(room, team, new.headline) for team, new in teams.items() if _is_sampled(new)]
        if not curve or curve[0][0] <= seen.at - timedelta(seconds=ROOM_SAMPLE_SECONDS):
            points.append(_point(room, None, room.report))
    StatisticsSample.objects.bulk_create(points)
    for room in rooms.values():
        room.seconds = time.thread_time() - began
    RoomStatistics.objects.bulk_create(
        rooms.values(), update_conflicts=True, unique_fields=["game", *RoomKey._fields], update_fields=UPDATED
    )
    return rooms


def tell(game: Game, changes: Changes, rooms: dict[RoomKey, RoomStatistics]) -> None:
    """Tell the dashboards what changed of what they show, and the players whose score changed their own."""
    key = RoomKey.of(game)
    if key not in rooms:
        return
    teams, room = changes[key], rooms[key]
    rows = [TeamRow(team, report=new.headline) for team, new in teams.items() if new.headline != new.before]
    letters = [Letter("delta", game.pk, 0, delta(reports=rows, room=room_view(room), alarms=alarm_views(room)))]
    if game.show_own_score:
        letters += _scores(game, teams)
    hub.announce(letters)


def _scores(game: Game, teams: dict[int, Change]) -> list[Letter]:
    """The scores of teams of which a round has closed: nothing else changes a score."""
    texts = {
        team: encode_text(ScoreChanged(score(new.headline)))
        for team, new in teams.items()
        if new.headline["issued"] != new.issued_before
    }
    persons = Player.objects.filter(team__in=texts, kind=Player.PERSON).values_list("pk", "team_id")
    return [Letter("score", game.pk, player, texts[team]) for player, team in persons if team is not None]


class _Member(msgspec.Struct):
    """A team as the room reads it."""

    team: int
    bots: bool
    counted: dict[str, Any]
    signs: dict[str, Any] | None


_decode_members = msgspec.json.Decoder(list[_Member]).decode


def _members(game: Game, key: RoomKey) -> list[_Member]:
    """All teams that have numbers, as one value: a thousand rows would cost more than what is made of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT coalesce(json_agg(json_build_object(
                       'team', t.id, 'bots', t.bots, 'counted', s.counted, 'signs', s.signs)), '[]')::text
            FROM game_team t JOIN game_teamstatistics s ON s.team_id = t.id
            WHERE t.game_id = %s AND s.run = %s AND s.mode = %s AND s.design = %s
            """,
            [game.pk, *key],
        )
        return _decode_members(cursor.fetchone()[0])


def _room(seen: Seen, key: RoomKey, curve: list[tuple[datetime, int]]) -> RoomStatistics:
    members = _members(seen.game, key)
    bots_only = all(member.bots for member in members)
    paths = [Path.from_json(member.counted) for member in members if member.bots == bots_only]
    table = seen.rooms.get((*key, bots_only), np.zeros(SHAPE, dtype=np.int64))
    previous = RoomStatistics.objects.filter(game=seen.game, bots_only=bots_only, **key._asdict()).only("path").first()
    before = Path.from_json(previous.path) if previous else None
    report, path = pool(key.mode, key.design, table[np.newaxis], paths, before)
    assert path is not None
    rounds = int(table.sum())
    return RoomStatistics(
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


def _alarms(members: list[_Member]) -> list[dict[str, Any]]:
    """What the e-values of all teams, bots too, give the host to check."""
    signs = [(member.team, Signs(**member.signs)) for member in members if member.signs]
    return [
        {"team": signs[alarm.team][0], "kind": alarm.kind, "seat": alarm.player, "question": alarm.question}
        for alarm in raised([sign for _, sign in signs])
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
    return new.headline["issued"] // TEAM_SAMPLE_ROUNDS > new.issued_before // TEAM_SAMPLE_ROUNDS


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
