"""Pseudonyms: Team 1 instead of a name, Player A instead of a player's id."""

import hmac
from collections import defaultdict
from string import ascii_uppercase

from django.conf import settings

from dashboard.pages.exports.cells import safe
from game.models import Game, Team

BOT = "Bot"


class Pseudonyms:
    """
    What the teams and players of one pack are called.

    The order of the teams comes from a hash with the server's secret: it is the same in each pack while no team joins,
    and nobody in the room can tell it from the order in which teams appeared.  Players are lettered in their team, in
    the order in which the pack names them.
    """

    def __init__(self, game: Game, with_names: bool) -> None:
        teams = dict(Team.objects.filter(game=game).values_list("pk", "name"))
        order = sorted(teams, key=_shuffled)
        numbers = {team: f"Team {number}" for number, team in enumerate(order, start=1)}
        self.with_names = with_names
        # A name stands in the CSV as spreadsheets may read it, and in the report as in the CSV.
        self._teams = {team: safe(name) for team, name in teams.items()} if with_names else numbers
        self._players: dict[int, dict[int, str]] = defaultdict(dict)

    def team(self, team: int) -> str:
        # A team that was made after the pack was begun has no number.
        return self._teams.get(team, "")

    def player(self, team: int, player: int) -> str:
        known = self._players[team]
        return known.setdefault(player, f"Player {_letters(len(known))}")


def _shuffled(team: int) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), f"lab pack|{team}".encode(), "sha256")


def _letters(index: int) -> str:
    """Return A to Z, then AA, AB and so on."""
    before, last = divmod(index, len(ascii_uppercase))
    return (_letters(before - 1) if before else "") + ascii_uppercase[last]
