"""Tell dashboards and projector what changed of what they show, and players their changed score."""

from typing import Any

from django.db import connection
from msgspec import UNSET, UnsetType

from dashboard.keys import StatisticsKey
from dashboard.live.snapshots import alarm_views, room_view
from dashboard.statistics.compute import TeamResult
from dashboard.statistics.pooling import RoomResult
from game.models import Game, Player
from game.physics.report_types import Report, RowReport, row_of_counts, row_report
from game.realtime.announce import delta
from game.realtime.hub.broadcast import Broadcast
from game.realtime.messages.parts import encode_text
from game.realtime.messages.player import ScoreChanged
from game.realtime.messages.watch import TeamRow
from game.realtime.server import current_server
from game.realtime.visibility import may_see
from game.rounds.statement import array


def publish(game: Game, rooms: list[RoomResult]) -> None:
    """Publish the room that the game shows now; past runs and other modes are read from rows when asked for."""
    shown = StatisticsKey.of(game)
    for room in rooms:
        if room.key == shown:
            scores = _scores(game, room.teams) if may_see("own_score", "play", game) else []
            current_server().hub.announce([Broadcast("delta", game.pk, 0, _delta(room)), *scores])


def _delta(room: RoomResult) -> dict[str, Any]:
    reports = [
        TeamRow(new.team, report=row_report(new.state.live_report), bots=_turned(new))
        for new in room.teams
        if new.before is None or new.state.live_report != new.before.live_report
    ]
    # The game may have been reset since it was read: pages tell by the run.
    return delta(run=room.key.run, reports=reports, room=room_view(room), alarms=alarm_views(room))


def _turned(new: TeamResult) -> bool | UnsetType:
    """Return that a team is no longer one of bots, with its first round of persons; before it nothing to say."""
    first = new.state.persons.played.rounds and not (new.before and new.before.persons.played.rounds)
    return False if first else UNSET


def _scores(game: Game, teams: list[TeamResult]) -> list[Broadcast]:
    """Return the scores of teams of which a round has closed, or the last of whose closed rounds begin to count."""
    shown = row_report if may_see("numbers", "play", game) else _counts_only
    texts = {
        new.team: encode_text(ScoreChanged(game.run, shown(new.state.live_report)))
        for new in teams
        if new.has_closed or (new.state.issued != new.issued_before and not new.state.waiting)
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, team_id FROM game_player WHERE team_id = ANY(%s::bigint[]) AND kind = %s",
            [array(texts), Player.PERSON],
        )
        return [Broadcast("score", game.pk, player, texts[team]) for player, team in cursor.fetchall()]


def _counts_only(live: Report) -> RowReport:
    return row_of_counts(row_report(live))
