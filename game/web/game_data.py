"""What pages need to know of the declared games, in the language of the request: no rule of a game is in a script."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from typing import Any

import msgspec
from django.utils.translation import get_language

from game.bots.plan_bots import Partner
from game.bots.situation import Situation
from game.bots.strategies import PARTNERS
from game.cache import cached
from game.games import GAMES, game_of
from game.games.axes import axes
from game.games.definition import UNANSWERED, Cell, Definition
from game.physics.theory import plans

# The award for consistency goes to a team with at least as many rounds.
AWARD_ROUNDS = 20


def as_data(*played: str) -> dict[str, Any]:
    """Return every game by its key, as dictionaries for JSON; of own games only those that are played here."""
    data = cached(f"rules:{get_language()}", lambda: _in_this_language(GAMES))
    own = {key: game_of(key) for key in played if key not in data}
    return data | _in_this_language(own) if own else data


def _in_this_language(games: Mapping[str, Definition]) -> dict[str, Any]:
    # Texts are lazy until they are written.
    data: dict[str, Any] = json.loads(json.dumps({key: _game(game) for key, game in games.items()}, default=str))
    return data


def _game(game: Definition) -> dict[str, Any]:
    ends = list(dict.fromkeys(_end(game, cell) for cell in game.cells if UNANSWERED not in cell.answers))
    return {
        "label": game.label,
        "seats": [asdict(seat) for seat in game.seats],
        "contexts": [
            {
                "questions": questions,
                "alike": game.alike(questions),
                "wanted": game.wanted(questions),
                # For each way to answer, the last seat's answer running fastest: the index of its end.
                "ends": [
                    ends.index(_end(game, cell))
                    for cell in game.cells
                    if cell.context == questions and UNANSWERED not in cell.answers
                ],
            }
            for questions in game.questions
        ],
        "ends": [{"outcome": outcome, "how": how} for outcome, how in ends],
        "figure": game.figure,
        "curve": game.curve,
        "axes": msgspec.to_builtins(axes(game)),
        "has_score": game.score_scale is not None,
        "default_theme": game.default_theme,
        "kinds": {outcome: _kind(game, outcome) for outcome in game.outcomes},
        "uneven_designs": ["quota"] if game.block is None else ["adaptive", "quota"],
        "plan_rounds": plans.least_rounds(game),
        "award_rounds": AWARD_ROUNDS,
        "bots": _bots(game),
        "visibility_threshold": game.visibility_threshold,
        "explain": [asdict(explanation) for explanation in game.explain],
        "themes": {key: asdict(theme) for key, theme in game.themes.items()},
    }


def _end(game: Definition, cell: Cell) -> tuple[str, str]:
    """Return how a round ended and came about, the words of which a theme has."""
    return game.outcome(*cell), game.how(*cell)


@cache
def _bots(game: Definition) -> dict[str, list[dict[str, Any]]]:
    """Return what to expect of each bot that a host may seat, by strategy and seat; the same in every language."""
    seats = range(1, len(game.seats) + 1)
    return {name: [_bot(game, bot, seat) for seat in seats] for name, bot in PARTNERS.items()}


def _bot(game: Definition, bot: Partner, seat: int) -> dict[str, Any]:
    """Return the most that persons in the other seats win beside a bot, and its answers where they are certain."""
    questions = game.seats[seat - 1].questions
    says = {question: bot.chances(Situation(game.key, seat, question)) for question in questions}
    certain = {question: answer for question in questions for answer, chance in says[question].items() if chance == 1}
    return {
        "reach": None if game.score_scale is not None else plans.value_beside(game, seat, says),
        "plan": certain or None,
    }


def _kind(game: Definition, outcome: str) -> str:
    """Return what a round of this outcome is to its team: "won", "lost" or "none"; avoiding what is bad wins."""
    cells = [cell for cell in game.cells if game.outcome(*cell) == outcome]
    verdicts = {game.counts(*cell) for cell in cells}
    if verdicts != {None}:
        return "won" if True in verdicts else "lost"
    contexts = {cell.context for cell in cells}
    return "won" if any(cell.context in contexts and game.counts(*cell) is False for cell in game.cells) else "none"
