"""The law of a known strategy in a declared game: a probability for every cell."""

import math

import numpy as np

from game.games.definition import Definition
from game.physics.theory import plans, quantum
from game.physics.theory.declared import value_of
from tests.support.cells import texts


def law_of(game: Definition, answered) -> np.ndarray:
    """Return the law of cells, from a function of the context that returns answers with their probabilities."""
    law = np.zeros(len(game.cells))
    for context, chance in game.probabilities.items():
        for answers, part in answered(context).items():
            law[game.code(context, answers)] += float(chance) * part
    return law / law.sum()


def quantum_law(game: Definition, visibility: float = 1.0) -> np.ndarray:
    return law_of(game, lambda context: quantum.joint_law(game.quantum, context, visibility))


def box_law(game: Definition) -> np.ndarray:
    return law_of(game, lambda context: _alike(t for t in texts(game) if game.box(context, t)))


def coin_law(game: Definition) -> np.ndarray:
    return law_of(game, lambda context: _alike(texts(game)))


def plan_law(game: Definition, plan: plans.Plan) -> np.ndarray:
    return law_of(game, lambda context: {plans.planned_answers(game, plan, context): 1.0})


def _alike(answers) -> dict[str, float]:
    found = list(answers)
    return dict.fromkeys(found, 1 / len(found))


def value_and_error(game: Definition, law: np.ndarray, rounds: int) -> tuple[float, float]:
    """Return the value of a law of cells, and its standard error in this many rounds."""
    good, bad = (float(law[list(codes)].sum()) for codes in (game.good_codes, game.bad_codes))
    value = value_of(game, good, bad)
    if game.score_scale is not None:
        return value, game.score_scale * math.sqrt((good + bad - (good - bad) ** 2) / rounds)
    return value, math.sqrt(max(0.0, value * (1 - value)) / (rounds * (good + bad)))
