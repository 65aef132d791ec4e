"""The closed rounds of a run as NumPy columns, in the order in which they closed."""

from typing import Any, NamedTuple

import numpy as np

from dashboard.keys import StatisticsKey
from game.games.definition import Definition
from game.models import Game, Round
from game.physics.counts import Floats, Ints, Marks

# Rounds that are fetched from the database at once: a hall has half a million.
CHUNK = 20_000
_NUMBERS = np.dtype(
    [("team", "i8"), ("number", "i4"), ("code", "i4"), ("closed_at", "f8"), ("propensity", "f8"), ("is_outside", "?")]
)


class Columns(NamedTuple):
    """
    A column of each fact of the rounds.

    codes are indices of the game's cells, closed_at is in seconds since 1970, team an id.  is_outside marks the rounds
    that are not the room's: those with a bot, of a team that was left out, or beyond its cap.
    """

    team: Ints
    number: Ints
    codes: Ints
    closed_at: Floats
    propensity: Floats
    is_outside: Marks

    def only(self, chosen: Any) -> "Columns":
        """Return the rounds that a mask, a slice or positions choose."""
        return Columns(
            self.team[chosen],
            self.number[chosen],
            self.codes[chosen],
            self.closed_at[chosen],
            self.propensity[chosen],
            self.is_outside[chosen],
        )

    def part(self, start: int, end: int) -> "Columns":
        """Return these rounds team by team, each team's in number order."""
        part = self.only(slice(start, end))
        return part.only(np.lexsort((part.number, part.team)))


def load(game: Game, played: Definition, key: StatisticsKey) -> Columns:
    """Read the closed rounds of one run, mode and question design."""
    rounds = Round.objects.filter(game=game, **key._asdict(), closed_at__isnull=False).values_list(
        "team_id", "number", "questions", "answers", "closed_at", "propensity", "bots", "in_room"
    )
    code = played.code
    rows = (
        (team, number, code(questions, answers), closed_at.timestamp(), propensity, bots != "" or not in_room)
        for team, number, questions, answers, closed_at, propensity, bots, in_room in rounds.iterator(chunk_size=CHUNK)
        if closed_at is not None
    )
    table = np.fromiter(rows, dtype=_NUMBERS)
    # Of rounds that closed at the same moment (an import gives all of them one) the first of every team come first.
    table = table[np.lexsort((table["team"], table["number"], table["closed_at"]))]
    return Columns(
        table["team"],
        table["number"].astype(np.int64),
        table["code"].astype(np.int64),
        table["closed_at"],
        table["propensity"],
        table["is_outside"],
    )
