"""How often the best simple predictor found the next question of a room: measured from closed rounds, and cached."""

from typing import Any

from dashboard.keys import StatisticsKey
from game.cache import cached
from game.games import game_of
from game.models import Game, Round
from game.physics.predictability import predictability

# The first ones: the past of each team is whole, and what was measured once stays.  They take 0.15 s.
MOST_ROUNDS = 10_000


def room_predictability(game: Game, key: StatisticsKey, rounds: int, over: bool) -> list[dict[str, Any]]:
    """
    Return what was found of the questions of all teams, with bots too; an empty list while nothing is known.

    rounds says how many the room has: while a game is played a new value is computed once they have grown by a tenth.
    """
    known = min(rounds, MOST_ROUNDS) if over else _steps(min(rounds, MOST_ROUNDS))
    name = ":".join(str(part) for part in ("predictability", game.pk, *key, known, over))
    return cached(name, lambda: _measured(game, key)) if rounds else []


def _measured(game: Game, key: StatisticsKey) -> list[dict[str, Any]]:
    # Cached values are never read from a replica.
    rows = Round.objects.using("default").filter(game=game, closed_at__isnull=False, **key._asdict())
    asked = rows.order_by("pk").values_list("team_id", "questions")[:MOST_ROUNDS]
    return [one._asdict() for one in predictability(game_of(key.mode), asked) or ()]


def _steps(rounds: int) -> int:
    """Keep the first two digits of a number."""
    step = 10 ** max(0, len(str(rounds)) - 2)
    return rounds // step * step
