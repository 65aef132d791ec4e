"""Decode between which two plans a team changed, from the counts of its rounds."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from game.physics.counts import Floats, Ints, answered_cells
from game.physics.plan_decoder import enumerated_plans, plan_answers
from game.physics.report_types import PlanResult, PlanShare
from game.physics.theory.declared import CountedGame

# Fewer answered rounds never name two plans.
LEAST_ROUNDS = 60
# Two plans agree with at least this share of the answered rounds.
LEAST_FIT = 0.92
# The more frequent of two plans agrees alone with this share.
LEAST_FIRST = 0.45
# The second plan stands in at least so many of the rounds that tell the two apart, and in this share of them: otherwise
# it is noise.
LEAST_SECOND = 6
LEAST_SHARE = 0.15
# Two plans that answer more of the questions differently are nearly opposites of each other: devices look like both.
LIKE_OPPOSITES = 0.75
# Steps of the search: in turn the best first plan beside the second, and the best second beside the first.
STEPS = 3
# The search begins from several plans, fewer in games of many plans; more find pairs that one start misses.
MOST_STARTS = 4
LEAST_STARTS = 2
STARTED_PLANS = 4096
# Of two plans that explain as many further rounds the one that agrees with more rounds in all.
_TIE = 1e-6


class _Pair(NamedTuple):
    """Positions of the plans of every team; rounds that only the first, only the second, and both agree with."""

    first: Ints
    second: Ints
    only_first: Floats
    only_second: Floats
    both: Floats


def with_mixtures(game: CountedGame, counts: Ints, decoded: Sequence[PlanResult]) -> list[PlanResult]:
    """Return the decoded plans of every team with the two plans of those that changed between two."""
    found = mixtures(game, counts)
    return [replace(one, mix=mix) if mix else one for one, mix in zip(decoded, found, strict=True)]


def mixtures(game: CountedGame, counts: Ints) -> list[list[PlanShare] | None]:
    """
    Return the two plans of every team that changed between two; None for one plan, none, or too few rounds.

    Plans are told apart by their answers to every question, also where both win the same contexts.  Plans that are
    nearly opposites are left to `plan_decoder.decode`: devices look like both together.

    Parameters
    ----------
    game : CountedGame
    counts : array of int, shape (teams, cells)

    Returns
    -------
    list of list of PlanShare or None
        The more frequent plan first.  Weights are shares of the rounds that tell the two apart.
    """
    answered = np.where(answered_cells(game), counts, 0).astype(float)
    rounds = answered.sum(axis=1)
    found: list[list[PlanShare] | None] = [None] * len(counts)
    # Most teams need no search: one plan explains enough of their rounds, or none explains many.
    single = (answered @ enumerated_plans(game)[1]).max(axis=1)
    is_between = (single >= LEAST_FIRST * rounds) & (single <= LEAST_FIT * rounds)
    chosen = np.nonzero((rounds >= LEAST_ROUNDS) & is_between)[0]
    if chosen.size:
        pair = _best_pair(game, answered[chosen])
        for place in np.nonzero(_is_clear(game, pair, rounds[chosen]))[0].tolist():
            found[chosen[place]] = _shares(game, pair, place)
    return found


def _best_pair(game: CountedGame, answered: Floats) -> _Pair:
    """Find the pair of plans that together agree with most rounds, step by step from the best single plan."""
    _, follows = enumerated_plans(game)
    alone = answered @ follows
    starts = _starts(alone)
    found = [_climb(answered, follows, alone, start) for start in starts.T]
    explained = np.array([score for _, _, score in found])
    best, teams = explained.argmax(axis=0), np.arange(len(answered))
    first, second = (np.array([one[i] for one in found])[best, teams] for i in (0, 1))
    of_first, of_second = follows[:, first].T > 0, follows[:, second].T > 0
    return _Pair(
        first,
        second,
        (answered * (of_first & ~of_second)).sum(axis=1),
        (answered * (of_second & ~of_first)).sum(axis=1),
        (answered * (of_first & of_second)).sum(axis=1),
    )


def _starts(alone: Floats) -> Ints:
    """Return the plans of every team from which the search begins: those that agree with most rounds."""
    starts = max(LEAST_STARTS, min(MOST_STARTS, STARTED_PLANS // alone.shape[1]))
    return np.asarray(np.argpartition(-alone, starts - 1, axis=1)[:, :starts])


def _climb(answered: Floats, follows: Floats, alone: Floats, first: Ints) -> tuple[Ints, Ints, Floats]:
    """Return the pair of every team to which the search leads from a first plan, and the rounds that it explains."""
    second = first
    for _ in range(STEPS):
        second = _best_beside(answered, follows, alone, first)
        first = _best_beside(answered, follows, alone, second)
    either = np.maximum(follows[:, first], follows[:, second]).T
    return first, second, (answered * either).sum(axis=1) + _TIE * alone[np.arange(len(first)), first]


def _best_beside(answered: Floats, follows: Floats, alone: Floats, other: Ints) -> Ints:
    """Return the plan of every team that agrees with most of the rounds that the other plan does not explain."""
    left = answered * (follows[:, other].T == 0)
    return np.asarray((left @ follows + _TIE * alone).argmax(axis=1))


def _is_clear(game: CountedGame, pair: _Pair, rounds: Floats) -> Floats:
    apart = pair.only_first + pair.only_second
    less = np.minimum(pair.only_first, pair.only_second)
    opposite = _answers_apart(game, pair) > LIKE_OPPOSITES
    is_second = (less >= LEAST_SECOND) & (less >= LEAST_SHARE * apart)
    return np.asarray(is_second & (apart + pair.both >= LEAST_FIT * rounds) & ~opposite)


def _answers_apart(game: CountedGame, pair: _Pair) -> Floats:
    """Return the share of the questions to which the two plans of every team give different answers."""
    letters = _letters(game)
    return np.asarray((letters[pair.first] != letters[pair.second]).mean(axis=1))


@lru_cache
def _letters(game: CountedGame) -> NDArray[np.str_]:
    """Return the answers of every plan to all questions of all seats."""
    plans, _ = enumerated_plans(game)
    return np.array([list("".join(plan)) for plan in plans])


def _shares(game: CountedGame, pair: _Pair, place: int) -> list[PlanShare]:
    plans, _ = enumerated_plans(game)
    apart = float(pair.only_first[place] + pair.only_second[place])
    shares = [
        PlanShare(plan_answers(game, plans[pair.first[place]]), float(pair.only_first[place]) / apart),
        PlanShare(plan_answers(game, plans[pair.second[place]]), float(pair.only_second[place]) / apart),
    ]
    return sorted(shares, key=lambda share: -share.weight)
