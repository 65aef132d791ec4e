"""The room: all teams of persons pooled, the curves over time, and what dashboards are told after a recompute."""

from datetime import timedelta
from typing import Any, NamedTuple

import numpy as np
from django.db import connection
from django.db.models import Count, QuerySet
from django.utils import timezone

from dashboard.snapshots import alarm_views, headline, room_view
from game.announce import delta
from game.hub import Letter, hub
from game.messages import ScoreChanged, TeamRow, encode_text
from game.models import Game, Player, RoomStatistics, StatisticsSample, TeamStatistics
from game.physics.alarms import alarms
from game.physics.path import Path
from game.physics.report import pool
from game.physics.tally import SHAPE, code_of
from game.snapshots import score

ROOM_SAMPLE_SECONDS = 5
TEAM_SAMPLE_ROUNDS = 10
SAMPLES_KEPT = 500
PACE_SECONDS = 10.0


class RoomKey(NamedTuple):
    """What is pooled: rounds of one run, mode and question design."""

    run: int
    mode: str
    design: str

    @classmethod
    def of(cls, game: Game) -> "RoomKey":
        return cls(game.run, game.mode, game.question_design)


class Change(NamedTuple):
    """A team's new report, and how many rounds the one before had."""

    report: dict[str, Any]
    issued_before: int


Changes = dict[RoomKey, dict[int, Change]]


def store(game: Game, changes: Changes) -> dict[RoomKey, RoomStatistics]:
    """Pool what changed and take samples, in the transaction that wrote the teams' statistics."""
    rooms = {key: _store_room(game, key) for key in changes}
    for key, teams in changes.items():
        _sample(game, key, teams, rooms[key])
    return rooms


def tell(game: Game, changes: Changes, rooms: dict[RoomKey, RoomStatistics]) -> None:
    """Tell the dashboards what changed of what they show, and the players their own score."""
    key = RoomKey.of(game)
    if key not in rooms:
        return
    teams, room = changes[key], rooms[key]
    rows = [TeamRow(team, report=headline(change.report)) for team, change in teams.items()]
    letters = [Letter("delta", game.pk, 0, delta(teams=rows, room=room_view(room), alarms=alarm_views(room)))]
    if game.show_own_score:
        persons = Player.objects.filter(team__in=teams, kind=Player.PERSON)
        letters += [
            Letter("player", game.pk, player, encode_text(ScoreChanged(score(teams[team].report))))
            for player, team in persons.values_list("pk", "team_id")
            if team is not None
        ]
    hub.announce(letters)


def _store_room(game: Game, key: RoomKey) -> RoomStatistics:
    statistics = TeamStatistics.objects.filter(team__game=game, **key._asdict())
    bots_only = not statistics.filter(team__bots=False).exists()
    counted = statistics.filter(team__bots=bots_only).values_list("counted", flat=True)
    paths = [Path.from_json(path) for path in counted]
    table = _pooled_table(game, key, bots_only)
    previous = RoomStatistics.objects.filter(game=game, bots_only=bots_only, **key._asdict()).first()
    before = Path.from_json(previous.path) if previous else None
    report, path = pool(key.mode, key.design, table[np.newaxis], paths, before)
    assert path is not None
    rounds = int(table.sum())
    room, _ = RoomStatistics.objects.update_or_create(
        game=game,
        **key._asdict(),
        defaults={
            "report": report,
            "path": path.to_json(),
            "rounds": rounds,
            "rounds_per_second": _pace(game, key, rounds),
            "bots_only": bots_only,
            "alarms": _alarms(statistics),
            "updated_at": timezone.now(),
        },
    )
    return room


def _alarms(statistics: QuerySet[TeamStatistics]) -> list[dict[str, Any]]:
    """What the e-values of all teams, bots too, give the host to check."""
    names = ("no_signalling", "extra__log10_e_superquantum", "extra__log10_e_no_signalling")
    rows = list(statistics.values_list("team_id", *(f"report__{name}" for name in names)))
    reports = [
        {"no_signalling": tests, "extra": {"log10_e_superquantum": super_e, "log10_e_no_signalling": signal_e}}
        for _, tests, super_e, signal_e in rows
    ]
    return [
        {"team": rows[alarm.team][0], "kind": alarm.kind, "seat": alarm.player, "question": alarm.question}
        for alarm in alarms(reports)
    ]


def _pooled_table(game: Game, key: RoomKey, bots: bool) -> np.ndarray[Any, np.dtype[np.int64]]:
    table = np.zeros(SHAPE, dtype=np.int64)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT y.question_1, y.question_2, y.answer_1, y.answer_2, sum(y.count)::bigint
            FROM game_tally y JOIN game_team t ON t.id = y.team_id
            WHERE t.game_id = %s AND t.bots = %s AND y.run = %s AND y.mode = %s AND y.design = %s
            GROUP BY 1, 2, 3, 4
            """,
            [game.pk, bots, *key],
        )
        for q1, q2, a1, a2, count in cursor.fetchall():
            table.flat[code_of(q1, q2, a1, a2)] = count
    return table


def _pace(game: Game, key: RoomKey, rounds: int) -> float | None:
    """Rounds a second since the newest sample that is old enough to compare with."""
    now = timezone.now()
    samples = StatisticsSample.objects.filter(game=game, team=None, run=key.run, mode=key.mode)
    sample = samples.filter(at__lt=now - timedelta(seconds=PACE_SECONDS)).order_by("-at").first()
    if sample is None or sample.rounds > rounds:
        return None
    return (rounds - sample.rounds) / (now - sample.at).total_seconds()


def _sample(game: Game, key: RoomKey, teams: dict[int, Change], room: RoomStatistics) -> None:
    samples = [
        _point(game, key, team, change.report)
        for team, change in teams.items()
        if change.report["issued"] // TEAM_SAMPLE_ROUNDS > change.issued_before // TEAM_SAMPLE_ROUNDS
    ]
    since = timezone.now() - timedelta(seconds=ROOM_SAMPLE_SECONDS)
    recent = StatisticsSample.objects.filter(game=game, team=None, run=key.run, mode=key.mode, at__gte=since)
    if not recent.exists():
        samples.append(_point(game, key, None, room.report))
    StatisticsSample.objects.bulk_create(samples)


def _point(game: Game, key: RoomKey, team: int | None, report: dict[str, Any]) -> StatisticsSample:
    hardy = report["hardy"]
    return StatisticsSample(
        game=game,
        team_id=team,
        run=key.run,
        mode=key.mode,
        at=timezone.now(),
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
