"""What dashboards and the projector show of a game, read from rows alone."""

from collections import defaultdict
from typing import Any

import msgspec
from django.utils import timezone

from game.cache import cached
from game.models import Game, Player, RoomStatistics, Team, TeamStatistics
from game.realtime import visibility
from game.realtime.announce import banned, counts, game_view, team_row
from game.realtime.messages.host import DashboardSnapshot
from game.realtime.messages.watch import Alarm, Room, TeamRow, WatchSnapshot

# Live pages show these; matrices, tests and suspicions stay in the details of the instructor's own dashboard.
HEADLINE = (
    "mode", "issued", "answered", "scored", "wins", "win_rate", "win_rate_interval", "chsh",
    "evidence", "log10_evidence", "p_anytime", "trace", "hardy",
)  # fmt: skip


# What a row of the live table and of the scoreboard says of its team: thousands a minute pass through a browser.
ROW = ("mode", "issued", "scored", "wins", "win_rate", "win_rate_interval", "log10_evidence")
ROW_CHSH = ("s", "interval")
ROW_HARDY = ("h", "interval", "rule_keeping", "rule_keeping_interval", "log10_evidence")


def headline(report: dict[str, Any]) -> dict[str, Any]:
    """The part of a report that live pages show; of teams it is stored ready."""
    extra = report.get("extra", {})
    shown = {key: extra[key] for key in ("evidence_reason", "further_rounds") if key in extra}
    return {key: report[key] for key in HEADLINE} | {"extra": shown}


def of_row(headline: dict[str, Any] | None) -> dict[str, Any] | None:
    """The part of a team's headline that its row shows."""
    if headline is None:
        return None
    chsh, hardy = headline["chsh"], headline["hardy"]
    return {key: headline[key] for key in ROW} | {
        "chsh": chsh and {key: chsh[key] for key in ROW_CHSH},
        "hardy": hardy and {key: hardy[key] for key in ROW_HARDY},
        "extra": {"further_rounds": headline["extra"].get("further_rounds")},
    }


def _rows(game: Game) -> list[TeamRow]:
    seats: dict[int, dict[int, Player]] = defaultdict(dict)
    for player in Player.objects.filter(game=game, team__isnull=False):
        seats[player.team_id][player.seat] = player  # type: ignore[index]
    headlines = dict(
        TeamStatistics.objects.filter(
            team__game=game, run=game.run, mode=game.mode, design=game.question_design
        ).values_list("team_id", "headline")
    )
    rows = []
    for team in Team.objects.filter(game=game).order_by("pk"):
        row = team_row(team, seats[team.pk])
        rows.append(msgspec.structs.replace(row, report=of_row(headlines.get(team.pk))))
    return rows


def room_view(row: RoomStatistics | None) -> Room:
    if row is None:
        return Room(report=None, rounds=0, rounds_per_second=None, bots_only=False)
    # The correlators tell which pair has not come up; a team's are in its details.
    report = headline(row.report) | {"correlators": row.report["correlators"]}
    return Room(report, row.rounds, row.rounds_per_second, row.bots_only)


def alarm_views(row: RoomStatistics | None) -> list[Alarm]:
    return [] if row is None else msgspec.convert(row.alarms, list[Alarm])


def _room(game: Game) -> RoomStatistics | None:
    return RoomStatistics.objects.filter(game=game, run=game.run, mode=game.mode, design=game.question_design).first()


def dashboard(game_id: int) -> DashboardSnapshot:
    """Return all that a host's dashboard shows."""
    snapshot = cached(f"snapshot:{game_id}:dashboard", lambda: _dashboard(game_id))
    return msgspec.structs.replace(snapshot, now=timezone.now())


def watch(game_id: int) -> WatchSnapshot:
    """Return what the projector shows; no teams where the host hides the scoreboard."""
    snapshot = cached(f"snapshot:{game_id}:watch", lambda: _watch(game_id))
    return msgspec.structs.replace(snapshot, now=timezone.now())


def _dashboard(game_id: int) -> DashboardSnapshot:
    game = Game.objects.get(pk=game_id)
    room = _room(game)
    now = timezone.now()
    return DashboardSnapshot(
        game=game_view(game),
        teams=_rows(game),
        counts=counts(game_id),
        room=room_view(room),
        alarms=alarm_views(room),
        banned=banned(game_id),
        now=now,
    )


def _watch(game_id: int) -> WatchSnapshot:
    game = Game.objects.get(pk=game_id)
    rows = _rows(game) if visibility.may_see("scoreboard", "watch", game) else []
    return WatchSnapshot(game_view(game), rows, counts(game_id), room_view(_room(game)), timezone.now())
