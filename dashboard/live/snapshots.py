"""What dashboards and the projector show of a game, read from rows alone."""

from collections import defaultdict
from typing import Any, Protocol

import msgspec
from django.utils import timezone

from dashboard.keys import StatisticsKey
from game.cache import cached
from game.models import Game, Player, RoomStatistics, Team, TeamStatistics
from game.realtime import visibility
from game.realtime.announce import banned, counts, game_view, team_row
from game.realtime.messages.host import DashboardSnapshot
from game.realtime.messages.watch import Alarm, Room, TeamRow, WatchSnapshot

# The live report: matrices, tests and suspicions stay in the full report, which only hosts read.
LIVE_REPORT = (
    "mode", "issued", "answered", "scored", "wins", "win_rate", "win_rate_interval", "chsh",
    "evidence", "log10_evidence", "p_anytime", "trace", "hardy",
)  # fmt: skip

# The row report: a browser receives thousands of rows a minute.
ROW_REPORT = ("mode", "issued", "scored", "wins", "win_rate", "win_rate_interval", "log10_evidence")
ROW_REPORT_CHSH = ("s", "interval")
ROW_REPORT_HARDY = ("h", "interval", "rule_keeping", "rule_keeping_interval", "log10_evidence")


class RoomNumbers(Protocol):
    """A room's statistics as pages show them, from a row or fresh from a recompute."""

    @property
    def report(self) -> Any: ...
    @property
    def rounds(self) -> int: ...
    @property
    def rounds_per_second(self) -> float | None: ...
    @property
    def bots_only(self) -> bool: ...
    @property
    def alarms(self) -> Any: ...


def live_report(report: dict[str, Any]) -> dict[str, Any]:
    """Return the part of a full report that live pages show; a team's is stored beside it."""
    extra = report.get("extra", {})
    shown = {key: extra[key] for key in ("evidence_reason", "further_rounds") if key in extra}
    return {key: report[key] for key in LIVE_REPORT} | {"extra": shown}


def row_report(live: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the part of a team's live report that its row in a table shows."""
    if live is None:
        return None
    chsh, hardy = live["chsh"], live["hardy"]
    return {key: live[key] for key in ROW_REPORT} | {
        "chsh": chsh and {key: chsh[key] for key in ROW_REPORT_CHSH},
        "hardy": hardy and {key: hardy[key] for key in ROW_REPORT_HARDY},
        "extra": {"further_rounds": live["extra"].get("further_rounds")},
    }


def _rows(game: Game) -> list[TeamRow]:
    seats: dict[int, dict[int, Player]] = defaultdict(dict)
    for player in Player.objects.filter(game=game, team__isnull=False):
        seats[player.team_id][player.seat] = player  # type: ignore[index]
    statistics = TeamStatistics.objects.filter(team__game=game, **StatisticsKey.of(game)._asdict())
    live = dict(statistics.values_list("team_id", "live_report"))
    return [
        msgspec.structs.replace(team_row(team, seats[team.pk]), report=row_report(live.get(team.pk)))
        for team in Team.objects.filter(game=game).order_by("pk")
    ]


def room_view(row: RoomNumbers | None) -> Room:
    if row is None:
        return Room(report=None, rounds=0, rounds_per_second=None, bots_only=False)
    # Correlators tell which pair has not come up; a team's are in its details.
    report = live_report(row.report) | {"correlators": row.report["correlators"]}
    return Room(report, row.rounds, row.rounds_per_second, row.bots_only)


def alarm_views(row: RoomNumbers | None) -> list[Alarm]:
    return [] if row is None else msgspec.convert(row.alarms, list[Alarm])


def _room(game: Game) -> RoomStatistics | None:
    return RoomStatistics.objects.filter(game=game, **StatisticsKey.of(game)._asdict()).first()


def dashboard(game_id: int) -> DashboardSnapshot:
    """Return everything that a host's dashboard shows."""
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
