"""Write what moves have changed in rooms, in a fixed number of statements, and announce it after the commit."""

from collections.abc import Iterable, Sequence
from functools import partial

from django.db import connection, transaction
from django.db.models.functions import Now

from game.lobby.seating.room import Room, SeatedTeam
from game.models import Game, Player, Team
from game.realtime import announce
from game.realtime.hub.broadcast import Broadcast
from game.rounds import ask, close
from game.rounds.rows import RoundChanges, RoundRow


def write(rooms: Iterable[Room]) -> None:
    """Write all changes of these rooms; what happened is told after the commit."""
    rooms = list(rooms)
    closed = _end_rounds(rooms)
    players = {pk: player for room in rooms for pk, player in (room.moved | room.said).items()}
    # Seats are freed before others take them, and names before new teams have them.
    _lock_and_free(players, {pk for room in rooms for pk in room.moved})
    if gone := [team for room in rooms for team in room.gone]:
        Team.objects.filter(pk__in=gone).delete()
    founded = [seated for room in rooms for seated in room.founded]
    Team.objects.bulk_create([seated.team for seated in founded])
    _write_players(rooms, players)
    if took_over := [player for room in rooms for player in room.took_over]:
        Player.objects.filter(pk__in=took_over).update(took_over_at=Now())
    _write_teams([seated.team for room in rooms for seated in room.switched if seated not in room.founded])
    # Before the next question, so that no act of a partner who knows it is in what is told.
    told = [broadcast for room in rooms for broadcast in _partners_told(room)]
    opened = _ask(rooms)
    transaction.on_commit(partial(_announce, rooms, closed, told, opened))


def _end_rounds(rooms: Sequence[Room]) -> list[RoundRow]:
    left = {trial: seats for room in rooms for trial, seats in room.left.items()}
    with connection.cursor() as cursor:
        return close.leave_seats(cursor.execute, left, [trial for room in rooms for trial in room.ended])


def _lock_and_free(players: dict[int, Player], moved: set[int]) -> None:
    if not players:
        return
    with connection.cursor() as cursor:
        # In the order of everybody who locks several players, to avoid deadlocks.
        cursor.execute(
            "SELECT FROM game_player WHERE id = ANY(%s) ORDER BY game_id, identity FOR NO KEY UPDATE", [list(players)]
        )
        freed = [pk for pk in moved if players[pk].team_id is not None]
        if freed:
            cursor.execute("UPDATE game_player SET team_id = NULL, seat = NULL WHERE id = ANY(%s)", [freed])


def _write_players(rooms: Sequence[Room], players: dict[int, Player]) -> None:
    if not players:
        return
    for room in rooms:
        for player in room.moved.values():
            seated = room.at.get(player.pk)
            player.team = seated.team if seated else None
    # Whether somebody without a seat is there is for others to write.
    moved = {pk for room in rooms for pk in room.moved}
    rows = players.values()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE game_player p SET team_id = v.team, seat = v.seat, presence = coalesce(v.presence, p.presence),
                   left_team = v.left_team, teams_left = v.teams_left,
                   prediction = v.prediction, plan = v.plan, first_name = v.first_name
            FROM unnest(%s::bigint[], %s::bigint[], %s::int[], %s::text[], %s::bigint[], %s::int[], %s::int[],
                        %s::text[], %s::text[])
                 AS v(id, team, seat, presence, left_team, teams_left, prediction, plan, first_name) WHERE p.id = v.id
            """,
            [
                list(players),
                [player.team_id for player in rows],
                [player.seat for player in rows],
                [player.presence if player.pk in moved and player.seat else None for player in rows],
                [player.left_team for player in rows],
                [player.teams_left for player in rows],
                [player.prediction for player in rows],
                [player.plan for player in rows],
                [player.first_name for player in rows],
            ],
        )


def _write_teams(teams: list[Team]) -> None:
    if not teams:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE game_team t SET active = v.active, bots = v.bots
            FROM unnest(%s::bigint[], %s::bool[], %s::bool[]) AS v(id, active, bots) WHERE t.id = v.id
            """,
            [[team.pk for team in teams], [team.active for team in teams], [team.bots for team in teams]],
        )


def _ask(rooms: Sequence[Room]) -> list[RoundRow]:
    asked = [seated.team.pk for room in rooms if room.game.state == Game.State.RUNNING for seated in room.full_teams]
    if not asked:
        return []
    with connection.cursor() as cursor:
        return ask.ask_teams(cursor.execute, [room.game.pk for room in rooms], asked)


def _partners_told(room: Room) -> list[Broadcast]:
    return [
        broadcast
        for seated in room.touched | room.spoken_in
        for broadcast in announce.partners_told(room.game.pk, seated.players, room.seat_count, _open_round(seated))
    ]


def _open_round(seated: SeatedTeam) -> announce.OpenRound:
    return announce.OpenRound(seated.open.id, seated.open.left_seats) if seated.open else announce.NO_ROUND


def _announce(rooms: list[Room], closed: list[RoundRow], told: list[Broadcast], opened: list[RoundRow]) -> None:
    shown = frozenset(room.game.pk for room in rooms if room.game.show_last_round)
    announce.rounds_changed(RoundChanges([], closed, [], shown))
    announce.tell(told)
    announce.rounds_changed(RoundChanges([], [], opened))
    for room in rooms:
        moved, spoken_in = ([seated.team.pk for seated in teams] for teams in (room.touched, room.spoken_in))
        announce.seats_moved(room.game.pk, moved, room.gone, spoken_in)
        announce.refresh(room.game, room.moved)
