"""Teams in which a player may take a seat: a short list for phones without one, and a search by name."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db import connection

from game.models import Game, Team
from game.realtime.messages.player import LobbyChanged, LobbyTeam

# A phone lists no more; the others are found by their name or number.
MOST = 50

# Inactive teams are for those who sat there.  A seat that was left is free when the round has closed.
_OPEN = """
    SELECT t.id, t.name, %(seats)s - t.taken - coalesce(length(o.left_seats), 0)
    FROM game_team t LEFT JOIN game_round o ON o.team_id = t.id AND o.closed_at IS NULL
    WHERE t.game_id = %(game)s AND t.active AND NOT t.ghost AND t.taken BETWEEN 1 AND %(seats)s - 1
      AND t.taken + coalesce(length(o.left_seats), 0) < %(seats)s
"""
# The fullest teams, then the oldest: an index has them in this order.
_FIRST = "ORDER BY t.taken DESC, t.id LIMIT %(most)s"


class OpenTeams(NamedTuple):
    """The list of a game: at most MOST teams, whether there are more, and whether the game takes no new team."""

    teams: Mapping[int, LobbyTeam]
    more: bool
    full: bool

    def changes(self, new: "OpenTeams") -> LobbyChanged | None:
        """Return what phones that have this list must hear to have the new one; None where nothing has changed."""
        changed = [team for pk, team in new.teams.items() if self.teams.get(pk) != team]
        gone = [pk for pk in self.teams if pk not in new.teams]
        if not changed and not gone and self[1:] == new[1:]:
            return None
        return LobbyChanged(changed, gone, new.more, new.full)


def open_teams(game: Game) -> OpenTeams:
    found = _read(f"{_OPEN} {_FIRST}", game, most=MOST + 1)
    full = game.active_teams >= game.max_teams
    return OpenTeams({team.id: team for team in found[:MOST]}, len(found) > MOST, full)


def search(game: Game, text: str) -> list[LobbyTeam]:
    """Return the open teams with this text in their name, or with this number."""
    text = " ".join(text.split())
    if "\0" in text:
        # PostgreSQL stores no NUL, so no name has one.
        return []
    number = int(text) if text.isdecimal() and len(text) <= 18 else None
    named = "(position(lower(%(text)s) IN lower(t.name)) > 0 OR t.id = %(number)s)"
    return _read(f"{_OPEN} AND {named} {_FIRST}", game, text=text, number=number, most=MOST)


def _read(sql: str, game: Game, **parameters: Any) -> list[LobbyTeam]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"game": game.pk, "seats": game.declared.seat_count, **parameters})
        return [LobbyTeam(team, name, free, True) for team, name, free in cursor.fetchall()]


def resting_team(team: Team, seats: int) -> LobbyTeam:
    """Return an inactive team as those see it who may take it up again."""
    return LobbyTeam(team.pk, team.name, seats, False)
