"""Prizes beside the podium, for what a team thought before it played."""

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from game.games.definition import Definition
from game.models import Game, Player
from game.physics.theory import plans
from game.realtime.messages.watch import Prizes

# The podium's last stage.
PRIZES = 4


def prizes(game: Game) -> Prizes | None:
    """Return the teams with a prize by name; None before the host shows them, and for a score, which is no share."""
    played = game.declared
    if game.is_open or game.podium < PRIZES or not game.public_scoreboard or played.score_scale is not None:
        return None
    guesses, ticked = defaultdict[str, list[int]](list), defaultdict[str, dict[int, str]](dict)
    persons = Player.objects.filter(
        game=game, kind=Player.PERSON, team__active=True, team__ghost=False, team__left_out_at=None
    )
    seated: Any = persons.values_list("team__name", "seat", "prediction", "plan")
    for team, seat, guess, plan in seated:
        ticked[team][seat] = plan
        if guess is not None:
            guesses[team].append(guess)
    return Prizes(
        best_plan=sorted(team for team, plan in ticked.items() if _is_best(played, plan)),
        closest_guess=_closest(guesses, 100 * played.classical_value),
    )


def _is_best(played: Definition, ticked: Mapping[int, str]) -> bool:
    plan = plans.plan_by_seat(played, ticked)
    return plan is not None and plans.is_best(played, plan)


def _closest(guesses: dict[str, list[int]], limit: Fraction) -> list[str]:
    """Return the teams whose mean guess is nearest to the limit of plans, in per cent; several at the same distance."""
    distances = {team: abs(Fraction(sum(own), len(own)) - limit) for team, own in guesses.items()}
    nearest = min(distances.values(), default=None)
    return sorted(team for team, distance in distances.items() if distance == nearest)
