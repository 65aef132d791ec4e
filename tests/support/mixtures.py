"""
Two planted plans, and the decoder that no other can beat: how many pairs 64 rounds can tell at all.

    python -m tests.support.mixtures [teams]

prints for each declared game the share of pairs that are found by the optimal decoder and by the product's.  The
optimal one knows what no decoder of a class knows: that there are two plans, their weights, the share of slips, and
which pairs are planted.  It takes the pair of the largest posterior probability, so no decoder finds more on average.
"""

import sys
from collections.abc import Iterable
from math import log
from typing import NamedTuple

import numpy as np

from game.games import GAMES
from game.games.definition import Definition
from game.physics.counts import answered_cells
from game.physics.plan_decoder import enumerated_plans, plan_answers
from game.physics.plan_mixtures import LIKE_OPPOSITES, mixtures
from tests.support.laws import coin_law

ROUNDS, NOISE, WEIGHT = 64, 0.05, 0.7
# Planted plans differ in at least this share of each seat's questions: what differs less is seen in few rounds.
LEAST_APART = 0.5

Pair = tuple[int, int]


class Shares(NamedTuple):
    """Shares of the planted pairs that a decoder finds: both plans, and the first one."""

    both: float
    first: float


def law_of_plan(game: Definition, plan: int) -> np.ndarray:
    _, follows = enumerated_plans(game)
    law = follows[:, plan] * np.array([float(game.probabilities[questions]) for questions, _ in game.cells])
    return law / law.sum()


def planted(game: Definition, pairs: Iterable[Pair], chance: np.random.Generator, rounds: int = ROUNDS) -> np.ndarray:
    """Return the counts of a team for each pair."""
    laws = [WEIGHT * law_of_plan(game, one) + (1 - WEIGHT) * law_of_plan(game, other) for one, other in pairs]
    noise = NOISE * coin_law(game)
    return np.array([chance.multinomial(rounds, (1 - NOISE) * law + noise) for law in laws])


def plantable(game: Definition) -> np.ndarray:
    """Return which pairs are planted, as a matrix of plans."""
    every, _ = enumerated_plans(game)
    apart = []
    for seat in range(len(game.seats)):
        given = np.array([list(plan[seat]) for plan in every])
        same = sum((given == letter).astype(np.float32) @ (given == letter).T for letter in np.unique(given))
        apart.append((given.shape[1] - same, given.shape[1]))
    whole = sum(number for number, _ in apart) / sum(questions for _, questions in apart)
    least = np.all([number >= LEAST_APART * questions for number, questions in apart], axis=0)
    return least & (whole <= LIKE_OPPOSITES)


def drawn(allowed: np.ndarray, number: int, chance: np.random.Generator) -> list[Pair]:
    """Draw pairs that may be planted, each equally often."""
    found: list[Pair] = []
    while len(found) < number:
        one, other = chance.integers(len(allowed), size=2).tolist()
        if allowed[one, other]:
            found.append((one, other))
    return found


def optimal(game: Definition, counts: np.ndarray, allowed: np.ndarray) -> list[Pair]:
    """Return the pair of the largest posterior probability for each team, all pairs tried."""
    follows = enumerated_plans(game)[1].astype(np.float32)
    slip = NOISE / np.prod([len(seat.answers) for seat in game.seats])
    first, second, either = (log(1 + (1 - NOISE) * share / slip) for share in (WEIGHT, 1 - WEIGHT, 1.0))
    found = []
    for own in np.where(answered_cells(game), counts, 0).astype(np.float32):
        alone = own @ follows
        score = (follows * own[:, None]).T @ follows
        score *= either - first - second
        score += first * alone[:, None] + second * alone[None, :]
        score[~allowed] = -np.inf
        one, other = np.unravel_index(score.argmax(), score.shape)
        found.append((int(one), int(other)))
    return found


def compare(game: Definition, teams: int, seed: int = 12) -> tuple[Shares, Shares]:
    """Return what the optimal decoder and the product's find, of the same teams."""
    chance, allowed = np.random.default_rng(seed), plantable(game)
    pairs = drawn(allowed, teams, chance)
    counts = planted(game, pairs, chance)
    best = optimal(game, counts, allowed)
    return _shares(pairs, best), _shares(pairs, named(game, counts))


def named(game: Definition, counts: np.ndarray) -> list[Pair | None]:
    """Return the pairs that the product names, as positions of plans."""
    every, _ = enumerated_plans(game)
    place = {tuple(map(str, plan_answers(game, plan))): n for n, plan in enumerate(every)}
    return [
        None if mix is None else tuple(place[tuple(map(str, share.answers))] for share in mix)  # type: ignore[misc]
        for mix in mixtures(game, counts)
    ]


def _shares(pairs: list[Pair], found: list[Pair | None] | list[Pair]) -> Shares:
    both = [one == other for one, other in zip(pairs, found, strict=True)]
    first = [other is not None and one[0] == other[0] for one, other in zip(pairs, found, strict=True)]
    return Shares(float(np.mean(both)), float(np.mean(first)))


def main() -> None:
    teams = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    print(f"{ROUNDS} rounds, {NOISE:.0%} slips, weights {WEIGHT} and {1 - WEIGHT:.1f}, {teams} pairs: both plans found")
    for key, game in GAMES.items():
        best, ours = (found.both for found in compare(game, teams))
        print(f"{key:<14} optimal {best:6.1%}   product {ours:6.1%}   difference {best - ours:6.1%}", flush=True)


if __name__ == "__main__":
    main()
