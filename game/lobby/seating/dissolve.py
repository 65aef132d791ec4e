"""Dissolve teams that never played and whose players are gone: they would fill the game and its lists."""

from django.conf import settings
from django.db import connection, transaction

from game.lobby.seating.load import Wanted, load
from game.lobby.seating.room import Room, SeatedTeam
from game.lobby.seating.write import write
from game.lobby.transactions import lock_games, locked_game
from game.models import Player, Team
from game.realtime import announce
from game.rounds.statement import by_game

# A transaction takes away no more.
TEAMS_AT_ONCE = 200

# `%(alone)s` and `%(together)s` are seconds, for teams that lack a player and for complete ones.
_GONE = """
    SELECT t.game_id, t.id FROM game_team t JOIN game_game g ON g.id = t.game_id
    WHERE g.state <> 'finished' AND g.archived_at IS NULL AND (%(game)s::bigint IS NULL OR g.id = %(game)s)
      AND t.active AND NOT t.ghost AND t.taken > 0 AND t.version = 0
      AND NOT EXISTS (SELECT FROM game_round r WHERE r.team_id = t.id)
      AND NOT EXISTS (
          SELECT FROM game_player p WHERE p.team_id = t.id AND (
              p.kind <> 'person' OR p.presence <> 'away' OR coalesce(p.last_seen, p.created_at) > now()
              - make_interval(secs => CASE WHEN t.taken < {seats} THEN %(alone)s ELSE %(together)s END)))
    ORDER BY t.id LIMIT %(most)s
"""
# A round in which no seat has an answer has only marks of unanswered seats.
_NEVER_ANSWERED = """
    SELECT t.id FROM game_team t WHERE t.game_id = %s AND NOT t.active AND NOT t.ghost AND t.taken = 0
    AND NOT EXISTS (SELECT FROM game_round r WHERE r.team_id = t.id AND translate(r.answers, '-', '') <> '')
    ORDER BY t.id LIMIT %s
"""


def dissolve_gone() -> int:
    """Dissolve teams whose players have been gone for long; return how many."""
    return _dissolve(None, settings.TEAM_GONE_SECONDS, settings.TEAM_GONE_TOGETHER_SECONDS)


def remove_empty_teams(game_id: int) -> None:
    """
    Remove the teams in which nobody is: those that never played, and those that rest and have never answered.

    A team with an answer stays, because its rounds are evidence.
    """
    while _dissolve(game_id, 0, 0) == TEAMS_AT_ONCE:
        pass
    while _delete_never_answered(game_id) == TEAMS_AT_ONCE:
        pass


def _dissolve(game_id: int | None, alone: float, together: float) -> int:
    sql = _GONE.format(seats=by_game("g.mode", lambda game: game.seat_count, "cardinality(o.letters)"))
    with connection.cursor() as cursor:
        cursor.execute(sql, {"game": game_id, "alone": alone, "together": together, "most": TEAMS_AT_ONCE})
        found = list(cursor.fetchall())
    teams_of: dict[int, list[int]] = {}
    for game, team in found:
        teams_of.setdefault(game, []).append(team)
    for game, teams in teams_of.items():
        _dissolve_teams(game, teams)
    return len(found)


def _dissolve_teams(game_id: int, teams: list[int]) -> None:
    with transaction.atomic(durable=True):
        games = lock_games([game_id])
        rooms = load(games, [Wanted(game_id, 0, team) for team in teams])
        for room in rooms.values():
            for seated in [seated for seated in room.teams.values() if _is_gone(room, seated)]:
                for player in list(seated.players.values()):
                    room.vacate(player)
        write(rooms.values())


def _is_gone(room: Room, seated: SeatedTeam) -> bool:
    """Whether it is still so: somebody may have come back, or the game have begun."""
    return not seated.has_played and all(
        player.presence == Player.Presence.AWAY and not player.is_bot for player in seated.players.values()
    )


def _delete_never_answered(game_id: int) -> int:
    with locked_game(game_id) as game:
        with connection.cursor() as cursor:
            cursor.execute(_NEVER_ANSWERED, [game_id, TEAMS_AT_ONCE])
            teams = [team for (team,) in cursor.fetchall()]
        Team.objects.filter(pk__in=teams).delete()
        transaction.on_commit(lambda: announce.seats_moved(game.pk, [], teams))
        return len(teams)
