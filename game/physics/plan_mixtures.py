"""
Decode between which two plans a team changed, from the counts of its rounds.

Of all pairs of plans the likeliest is taken, for any of some weights and a small share of slips.  It is named where
it stands against the likeliest single plan and against devices, although it was chosen among many pairs.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import log
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace

from game.physics.counts import Floats, Ints, answered_cells
from game.physics.plan_decoder import MOST_ENTRIES, enumerated_plans, plan_answers, plan_count
from game.physics.report_types import PlanResult, PlanShare
from game.physics.theory import quantum
from game.physics.theory.declared import UNANSWERED, CountedGame

# Fewer answered rounds never name two plans.
LEAST_ROUNDS = 60
# Two plans agree with at least this share of the answered rounds, and one of them alone with a share between these.
LEAST_FIT = 0.85
LEAST_ALONE, MOST_ALONE = 0.4, 0.95
# The rounds are at least so many times likelier with two plans than with one, and than with a device: one device in so
# many passes at most.
LEAST_ODDS_ALONE, LEAST_ODDS = 3, 50
# Two plans that answer more of the questions differently are nearly opposites of each other: devices look like both.
LIKE_OPPOSITES = 0.75
# Beforehand so many of the pairs differ in at least this share of each seat's questions: what differs less is seen in
# few rounds, in which a slip looks like a plan.
FAR, LEAST_APART = 0.95, 0.5
# What is tried: weights of the more frequent plan, shares of slips beside a single plan, and visibilities of devices.
WEIGHTS = (0.55, 0.65, 0.75, 0.85)
SLIPS = 0.05
SLIPS_ALONE = (0.01, 0.03, 0.05, 0.1, 0.15)
VISIBILITIES = (1.0, 0.95, 0.9, 0.8, 0.7, 0.0)
# The more frequent plan is among those that agree with most rounds: in simulations among the first eight.
FIRST_PLANS = 16
# Pairs that are compared at once: 16 MB.
_PAIRS_AT_ONCE = 2**21
_IMPOSSIBLE = 1e-12


class _Pair(NamedTuple):
    """
    The likeliest pair of every team: positions of its plans, and the rounds that agree with these plans.

    log_likelihood is that of two plans at all: the mean over all pairs and weights.
    """

    first: Ints
    second: Ints
    only_first: Floats
    only_second: Floats
    both: Floats
    log_likelihood: Floats


def with_mixtures(game: CountedGame, counts: Ints, decoded: Sequence[PlanResult]) -> list[PlanResult]:
    """Return the decoded plans of every team with the two plans of those that changed between two."""
    found = mixtures(game, counts)
    return [replace(one, mix=mix) if mix else one for one, mix in zip(decoded, found, strict=True)]


def mixtures(game: CountedGame, counts: Ints) -> list[list[PlanShare] | None]:
    """
    Return the two plans of every team that changed between two; None for one plan, none, or too few rounds.

    None too for every team of a game with too many plans.

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

    Notes
    -----
    The mean likelihood of all pairs and weights over that of a device is an e-value against the device: a team of one
    is named with a probability of at most 1 / LEAST_ODDS.
    """
    found: list[list[PlanShare] | None] = [None] * len(counts)
    if not has_mixtures(game):
        return found
    answered = np.where(answered_cells(game), counts, 0).astype(float)
    rounds = answered.sum(axis=1)
    # Many teams need no search: one plan explains nearly all of their rounds, or none explains many.
    alone = (answered @ enumerated_plans(game)[1]).max(axis=1)
    is_between = (alone >= LEAST_ALONE * rounds) & (alone <= MOST_ALONE * rounds)
    chosen = np.nonzero((rounds >= LEAST_ROUNDS) & is_between)[0]
    if chosen.size:
        pair = _likeliest(game, answered[chosen])
        for place in np.nonzero(_is_clear(game, pair, answered[chosen], alone[chosen]))[0].tolist():
            found[chosen[place]] = _shares(game, pair, place)
    return found


def has_mixtures(game: CountedGame) -> bool:
    """Whether a game has few enough plans to compare all pairs of them."""
    return plan_count(game) * len(game.cells) <= MOST_ENTRIES


def _likeliest(game: CountedGame, answered: Floats) -> _Pair:
    plans = enumerated_plans(game)[1].shape[1]
    teams = max(1, _PAIRS_AT_ONCE // (min(FIRST_PLANS, plans) * plans))
    parts = [_search(game, answered[start : start + teams]) for start in range(0, len(answered), teams)]
    return _Pair(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _search(game: CountedGame, answered: Floats) -> _Pair:
    """Compare every plan beside each of a team's most frequent ones."""
    _, follows = enumerated_plans(game)
    alone = answered @ follows
    # Of equal plans, and of equal pairs, the first one is taken, here and in the notebook of a lab pack.
    firsts = np.argsort(-alone, axis=1, kind="stable")[:, :FIRST_PLANS]
    both = (follows.T[firsts] * answered[:, None, :]) @ follows
    only_first = np.take_along_axis(alone, firsts, axis=1)[:, :, None] - both
    only_second = alone[:, None, :] - both
    gains = np.array([gain(only_first, only_second, both) for gain in _gains(game)])
    score = gains.max(axis=0) + _before(game, firsts)
    best = score.reshape(len(answered), -1).argmax(axis=1)
    teams = np.arange(len(answered))
    at = (teams, *np.unravel_index(best, score.shape[1:]))
    top = score[at]
    mean = np.exp(gains + _before(game, firsts) - top[:, None, None]).sum(axis=(0, 2, 3)) / len(WEIGHTS)
    slips = answered.sum(axis=1) * log(SLIPS / _answers(game))
    return _Pair(firsts[at[:2]], at[2], only_first[at], only_second[at], both[at], slips + top + np.log(mean))


class _Gain(NamedTuple):
    """How much likelier rounds are than slips, as logarithms, for a weight of the first plan."""

    first: float
    second: float
    either: float

    def __call__(self, only_first: Floats, only_second: Floats, both: Floats) -> Floats:
        return self.first * only_first + self.second * only_second + self.either * both


@lru_cache
def _gains(game: CountedGame) -> tuple[_Gain, ...]:
    slip = SLIPS / _answers(game)
    return tuple(
        _Gain(*(log(1 + (1 - SLIPS) * share / slip) for share in (weight, 1 - weight, 1.0))) for weight in WEIGHTS
    )


@lru_cache
def _answers(game: CountedGame) -> int:
    """Return in how many ways all seats may answer."""
    return int(np.prod([len(seat.answers) for seat in game.seats]))


def _before(game: CountedGame, firsts: Ints) -> Floats:
    """Return the logarithms of the probabilities of pairs before any round: of all plans beside the first ones."""
    return np.asarray(_log_shares(game)[_kinds(game, firsts)])


_NO_PAIR, _CLOSE, _FAR = 0, 1, 2


@lru_cache
def _log_shares(game: CountedGame) -> Floats:
    """Return the logarithm of the probability of a pair of each kind; every plan has as many others of a kind."""
    plans = len(enumerated_plans(game)[0])
    numbers = np.bincount(_kinds(game, np.zeros((1, 1), dtype=np.int64)).ravel(), minlength=3)
    shares = np.array([0.0, 1 - FAR, FAR]) * (numbers > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.log(np.where(shares > 0, shares / shares.sum() / (plans * numbers), 0.0)))


def _kinds(game: CountedGame, firsts: Ints) -> Ints:
    """Return whether all plans beside the first ones are far, close, or no pair: (teams, firsts, plans)."""
    seats = [(asked - letters[firsts] @ letters.T, asked) for letters, asked in _letters(game)]
    is_far = np.all([apart >= LEAST_APART * asked for apart, asked in seats], axis=0)
    apart, questions = np.sum([apart for apart, _ in seats], axis=0), sum(asked for _, asked in seats)
    may_be = (apart > 0) & (apart <= LIKE_OPPOSITES * questions)
    return np.asarray(np.where(may_be, np.where(is_far, _FAR, _CLOSE), _NO_PAIR))


@lru_cache(maxsize=16)
def _letters(game: CountedGame) -> list[tuple[Floats, int]]:
    """Return for each seat a mark for each answer of every plan to each question, and the number of questions."""
    plans, _ = enumerated_plans(game)
    found = []
    for seat in range(len(game.seats)):
        given = np.array([list(plan[seat]) for plan in plans])
        marks = [given == letter for letter in np.unique(given)]
        found.append((np.concatenate(marks, axis=1).astype(float), given.shape[1]))
    return found


def _is_clear(game: CountedGame, pair: _Pair, answered: Floats, alone: Floats) -> Floats:
    rounds = answered.sum(axis=1)
    fits = pair.only_first + pair.only_second + pair.both >= LEAST_FIT * rounds
    single = _alone(game, alone, rounds) - log(enumerated_plans(game)[1].shape[1])
    device = (answered @ _devices(game)).max(axis=1)
    others = np.maximum(single + log(LEAST_ODDS_ALONE), device + log(LEAST_ODDS))
    return np.asarray(fits & (pair.log_likelihood >= others))


def _alone(game: CountedGame, follows: Floats, rounds: Floats) -> Floats:
    """Return the log-likelihood of the likeliest single plan, from the rounds that agree with it."""
    slips = [slip / _answers(game) for slip in SLIPS_ALONE]
    shares = zip(SLIPS_ALONE, slips, strict=True)
    return np.max([rounds * log(each) + follows * log((1 - slip) / each + 1) for slip, each in shares], axis=0)


@lru_cache
def _devices(game: CountedGame) -> Floats:
    """Return the logarithm of each cell's probability, its context given, under every device: (cells, devices)."""
    laws = []
    for visibility in VISIBILITIES:
        laws.append([_quantum(game, *cell, visibility) for cell in game.cells])
        laws.append([_box(game, *cell, visibility) for cell in game.cells])
    return np.log(np.maximum(np.array(laws).T, _IMPOSSIBLE))


def _quantum(game: CountedGame, questions: str, answers: str, visibility: float) -> float:
    return quantum.joint_law(game.quantum, questions, visibility).get(answers, 0.0)


def _box(game: CountedGame, questions: str, answers: str, visibility: float) -> float:
    if UNANSWERED in answers:
        return 0.0
    alike = _boxed(game, questions)
    return visibility * (answers in alike) / len(alike) + (1 - visibility) / _answers(game)


@lru_cache(maxsize=4096)
def _boxed(game: CountedGame, questions: str) -> frozenset[str]:
    """Return the answers of the best box without messages, which gives all of them equally often."""
    return frozenset(a for q, a in game.cells if q == questions and UNANSWERED not in a and game.box(q, a))


def _shares(game: CountedGame, pair: _Pair, place: int) -> list[PlanShare]:
    plans, _ = enumerated_plans(game)
    apart = float(pair.only_first[place] + pair.only_second[place])
    shares = [
        PlanShare(plan_answers(game, plans[pair.first[place]]), float(pair.only_first[place]) / apart),
        PlanShare(plan_answers(game, plans[pair.second[place]]), float(pair.only_second[place]) / apart),
    ]
    return sorted(shares, key=lambda share: -share.weight)
