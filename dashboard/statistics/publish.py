"""Tell dashboards and projector what changed of what they show, and players their changed score."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection
from msgspec import UNSET, UnsetType

from dashboard.keys import StatisticsKey
from dashboard.live.order import awards_of, order_of
from dashboard.live.snapshots import all_alarms, room_view
from dashboard.statistics.compute import TeamResult
from dashboard.statistics.load import Snapshot
from dashboard.statistics.pooling import RoomResult
from game.games import game_of
from game.models import Game, Player
from game.physics.report_types import Report, RowReport, row_of_counts, row_report
from game.realtime.announce import delta
from game.realtime.hub import shown
from game.realtime.hub.broadcast import Broadcast
from game.realtime.hub.shown import Shown
from game.realtime.messages.parts import encode_part, encode_text
from game.realtime.messages.player import ScoreChanged
from game.realtime.messages.watch import TeamRow
from game.realtime.server import current_server
from game.realtime.visibility import may_see
from game.rounds.statement import array

Results = Sequence[tuple[Snapshot, list[RoomResult]]]


def publish(results: Results) -> None:
    """Publish the rooms that games show now; past runs and other modes are read from rows when asked for."""
    rooms = [
        (snapshot, room)
        for snapshot, of_game in results
        for room in of_game
        if room.key == StatisticsKey.of(snapshot.game)
    ]
    # Read after the commit: a page says what it shows before it reads rows, so that one of the two finds the other.
    pages = shown.read(snapshot.game.pk for snapshot, _ in rooms)
    told = [
        Broadcast("delta", snapshot.game.pk, 0, _delta(snapshot, room, pages[snapshot.game.pk]))
        for snapshot, room in rooms
        if pages[snapshot.game.pk].pages
    ]
    current_server().hub.announce([*told, *_rooms_before(results), *_scores(rooms)])


def _rooms_before(results: Results) -> Iterator[Broadcast]:
    """Yield the rooms of the class's own rounds, which close and count after a host has switched on others."""
    for snapshot, rooms in results:
        for room in rooms:
            if room.key == StatisticsKey.before(snapshot.game):
                yield Broadcast("delta", snapshot.game.pk, 0, delta(run=room.key.run, before=room_view(room)))


def _delta(snapshot: Snapshot, room: RoomResult, pages: Shown) -> dict[str, Any]:
    reports = [
        TeamRow(new.team, report=row_report(new.state.live_report), bots=_turned(new))
        for new in room.teams
        if pages.has(new.team) and (new.before is None or new.state.live_report != new.before.live_report)
    ]
    # The game may have been reset since it was read: pages tell by the run.
    parts = delta(run=room.key.run, reports=reports, room=room_view(room), alarms=all_alarms(snapshot.game, room))
    return parts | (_order(snapshot, room, pages) if pages.orders and room.is_ordered else {})


def _turned(new: TeamResult) -> bool | UnsetType:
    """Return that a team is no longer one of bots, with its first round of persons; before it nothing to say."""
    first = new.state.in_room.played.rounds and not (new.before and new.before.in_room.played.rounds)
    return False if first else UNSET


def _order(snapshot: Snapshot, room: RoomResult, pages: Shown) -> dict[str, Any]:
    """Return the wanted orders of the rows, and who wins the awards."""
    game, members = game_of(room.key.mode), snapshot.members
    reports = {team: state.live_report for team, state in room.state.teams.items()}
    rivals = {
        team: reports[team]
        for team, state in room.state.teams.items()
        if team not in members.ghosts
        and team not in members.inactive
        and team not in members.left_out
        and state.is_of_bots(team in members.bots) == room.bots_only
    }
    return {
        "orders": {by: encode_part(order_of(reports, game, by)) for by in pages.orders},
        "awards": encode_part(awards_of(rivals, game, room.bots_only)),
    }


def _scores(rooms: Sequence[tuple[Snapshot, RoomResult]]) -> Iterator[Broadcast]:
    """Yield the changed scores of teams to their players."""
    texts = {
        new.team: (
            snapshot.game.pk,
            encode_text(ScoreChanged(room.key.run, _shown(snapshot.game, new.state.live_report))),
        )
        for snapshot, room in rooms
        if may_see("own_score", "play", snapshot.game)
        for new in room.teams
        if new.tells_score
    }
    if not texts:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, team_id FROM game_player WHERE team_id = ANY(%s::bigint[]) AND kind = %s",
            [array(texts), Player.PERSON],
        )
        for player, team in cursor.fetchall():
            game, text = texts[team]
            yield Broadcast("score", game, player, text)


def _shown(game: Game, live: Report) -> RowReport:
    row = row_report(live)
    return row if may_see("numbers", "play", game) else row_of_counts(row)
