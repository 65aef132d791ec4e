"""What dashboards and the projector show of a game, read from rows alone."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Protocol

import msgspec
from django.utils import timezone

from dashboard.answer_times.alarms import answer_time_alarms
from dashboard.keys import StatisticsKey
from game.cache import cached
from game.games import game_of
from game.games.verdicts import verdict
from game.models import Game, Player, RoomStatistics, Team, TeamStatistics
from game.physics.bounds import evidence_steps
from game.physics.designs import QUBITS
from game.physics.report_types import Report, RowReport, report_of_counts, row_of_counts, row_report, watched
from game.realtime import visibility
from game.realtime.announce import NO_ROUND, banned, counts, game_view, of_bots, open_rounds, team_row
from game.realtime.messages.host import DashboardSnapshot
from game.realtime.messages.parts import encode_part
from game.realtime.messages.watch import Alarm, Counts, Room, TeamRow, WatchSnapshot
from game.rounds.seeds import seal_of


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


def rows(game: Game, of: Iterable[int] | None = None) -> list[TeamRow]:
    """Return the rows of all teams of a game, or of these."""
    wanted = Team.objects.filter(game=game) if of is None else Team.objects.filter(game=game, pk__in=list(of))
    teams = list(wanted.order_by("pk"))
    seats: dict[int, dict[int, Player]] = defaultdict(dict)
    players = Player.objects.filter(game=game, team__isnull=False)
    for player in players if of is None else players.filter(team__in=teams):
        seats[player.team_id][player.seat] = player  # type: ignore[index]
    statistics = TeamStatistics.objects.filter(**StatisticsKey.of(game)._asdict())
    read = statistics.filter(team__game=game) if of is None else statistics.filter(team__in=teams)
    live = dict(read.values_list("team_id", "live_report"))
    bots, rounds = of_bots(teams), open_rounds(teams)
    return [
        msgspec.structs.replace(
            team_row(team, seats[team.pk], game.declared.seat_count, team.pk in bots, rounds.get(team.pk, NO_ROUND)),
            report=_row_report(live.get(team.pk)),
        )
        for team in teams
    ]


def _row_report(live: Report | None) -> RowReport | None:
    return None if live is None else row_report(live)


def room_view(row: RoomNumbers | None) -> Room:
    if row is None:
        return Room(None, 0, None, bots_only=False, verdict=None, team_steps=evidence_steps())
    # The matrix tells which context has not come up; a team's is in its details.
    report = row.report and watched(msgspec.structs.replace(row.report, tests=None, plan=None, balance=None))
    teams = report.room.teams if report and report.room else 1
    found = verdict(report, game_of(report.game)) if report else None
    return Room(report, row.rounds, row.rounds_per_second, row.bots_only, found, evidence_steps(teams))


def alarm_views(row: RoomNumbers | None) -> list[Alarm]:
    """Return the alarms of a room's statistics; those of answer times are rows of their own."""
    return [] if row is None else msgspec.convert(row.alarms, list[Alarm])


def all_alarms(game: Game, row: RoomNumbers | None) -> list[Alarm]:
    return [*alarm_views(row), *answer_time_alarms(game.pk, game.run)]


def _room(game: Game) -> RoomStatistics | None:
    return RoomStatistics.objects.filter(game=game, **StatisticsKey.of(game)._asdict()).first()


def _before(game: Game) -> Room | None:
    """Return the room of the class's own rounds while it plays others; None while it plays its own."""
    key = StatisticsKey.before(game)
    return key and room_view(RoomStatistics.objects.filter(game=game, **key._asdict()).first())


def _with_qubits(game: Game) -> Room | None:
    """Return the room of the rounds with borrowed qubits after the end; None before it, and without any."""
    if game.is_open:
        return None
    key = StatisticsKey.of(game)._replace(design=QUBITS)
    row = RoomStatistics.objects.filter(game=game, **key._asdict()).exclude(report=None).first()
    return None if row is None else room_view(row)


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
        teams=rows(game),
        counts=counts(game_id, game.declared.seat_count),
        room=room_view(room),
        alarms=all_alarms(game, room),
        banned=banned(game_id),
        now=now,
        before=_before(game),
    )


def _watch(game_id: int) -> WatchSnapshot:
    game = Game.objects.get(pk=game_id)
    shown = rows(game) if visibility.may_see("scoreboard", "watch", game) else []
    counted: Counts | None = None
    if visibility.may_see("seats", "watch", game):
        counted = counts(game_id, game.declared.seat_count)
    else:
        shown = [msgspec.structs.replace(row, seats=msgspec.UNSET) for row in shown]
    if not visibility.may_see("first_names", "watch", game):
        shown = [msgspec.structs.replace(row, names=msgspec.UNSET) for row in shown]
    room, before = room_view(_room(game)), _before(game)
    if not visibility.may_see("numbers", "watch", game):
        shown, room = [_row_of_counts(row) for row in shown], _room_of_counts(room)
        before = before and _room_of_counts(before)
    seal, qubits = seal_of(game, game.run), _with_qubits(game)
    return WatchSnapshot(game_view(game), shown, counted, room, seal, timezone.now(), before, qubits)


def _row_of_counts(row: TeamRow) -> TeamRow:
    return msgspec.structs.replace(row, report=row_of_counts(row.report)) if row.report else row


def _room_of_counts(room: Room) -> Room:
    return msgspec.structs.replace(room, report=room.report and report_of_counts(room.report), verdict=None)


def delta_of_counts(delta: dict[str, Any]) -> dict[str, Any]:
    """Return the parts of a delta, encoded as before, with counts of rounds only: no estimate, no evidence."""
    reports = {
        team: encode_part(_row_of_counts(msgspec.json.decode(text, type=TeamRow)))
        for team, text in delta["reports"].items()
    }
    parts = {
        name: encode_part(_room_of_counts(msgspec.json.decode(delta[name], type=Room)))
        for name in ("room", "before")
        if delta.get(name) is not None
    }
    return {**delta, "reports": reports, **parts}
