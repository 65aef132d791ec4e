"""Running evidence, which depends on the order of rounds and advances in number order."""

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple, Self

import numpy as np

from game.physics import counts, evidence
from game.physics.counts import Floats, Ints, Marks
from game.physics.designs import draws_by_weight, evidence_reason
from game.physics.theory.declared import UNANSWERED, CountedGame

# Stakes of the inverse-propensity bets in games with null 3/4: they cannot lose all capital even where a design halves
# the probability of a context.
STAKES = (0.1, 0.25, 0.4, 0.55)
CONFIDENCE_ALPHA = 0.05
_SOLVED_AT_ONCE = 5000


class PlayedRound(NamedTuple):
    """A round as evidence reads it: questions "AX", answers "T-"; an open round has no answers."""

    number: int
    questions: str
    answers: str
    propensity: float


class RunningEvidence(NamedTuple):
    """Running state of one team, run, game and design; every field is a JSON value.

    good and bad count the rounds that are part of the evidence.  log_evidence_max is the highest
    evidence ever reached, at least 0.  rate_lower is the running lower confidence bound of the
    probability of a good round.  log_bets are the log capitals of the inverse-propensity bets.
    """

    through_number: int = 0
    good: int = 0
    bad: int = 0
    log_evidence_max: float = 0.0
    rate_lower: float = 0.0
    log_bets: tuple[float, ...] = (0.0,) * len(STAKES)

    def to_json(self) -> dict[str, Any]:
        return {**self._asdict(), "log_bets": list(self.log_bets)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Return the state that `to_json` wrote; {} is the state before the first round."""
        state = cls(**stored)
        return state._replace(log_bets=tuple(state.log_bets))


def valid_design(game: CountedGame, design: str) -> str:
    """
    Return the design by which evidence is computed.

    A game with a score is never asked adaptively, and whatever else is done under questions drawn by weight, their
    evidence is computed as that of uniform ones; designs without evidence stay what they are.
    """
    if evidence_reason(design) is not None:
        return design
    return "uniform" if draws_by_weight(design) or game.score_scale is not None else design


def update(
    states: Sequence[RunningEvidence], game: CountedGame, design: str, rounds: Sequence[Sequence[PlayedRound]]
) -> list[RunningEvidence]:
    """
    Return the states after further rounds; `rounds[i]` are the new ones of `states[i]`, in number order.

    To count an open round as lost provisionally, pass it unanswered and store only the states without it.
    Raw tuples are accepted as rounds.
    """
    design = valid_design(game, design)
    lengths = np.array([len(new) for new in rounds], dtype=np.int64)
    if not lengths.any():
        # The usual case, because rounds become evidence at the same moments for all teams.
        return list(states)
    flat, size = list(chain.from_iterable(rounds)), int(lengths.sum())
    numbers = np.fromiter(map(itemgetter(0), flat), np.int64, size)
    propensities = np.fromiter(map(itemgetter(3), flat), float, size)
    codes = counts.codes(game, map(itemgetter(1, 2), flat))
    return _updated(states, game, design, codes, lengths, propensities, _last_numbers(states, numbers, lengths))


def lost_for_now(game: CountedGame, number: int) -> PlayedRound:
    """
    Return an open round as a loss of the worst kind, independent of its questions.

    The true context would reveal in the evidence whether the other seats' questions made the round
    count, and their probability.  This bound is lower, hence valid, and the same for all questions.
    """
    unanswered = UNANSWERED * len(game.seats)
    lost = next(questions for questions in game.questions if game.counts(questions, unanswered) is False)
    return PlayedRound(number, lost, unanswered, least_propensity(game))


def update_codes(
    states: Sequence[RunningEvidence],
    game: CountedGame,
    design: str,
    codes: Ints,
    lengths: Ints,
    propensities: Floats | None = None,
) -> list[RunningEvidence]:
    """Update states by rounds given as codes, one team after another; through_number grows by the length."""
    through = np.array([state.through_number for state in states], dtype=np.int64) + lengths
    return _updated(states, game, valid_design(game, design), codes, lengths, propensities, through)


def _last_numbers(states: Sequence[RunningEvidence], numbers: Ints, lengths: Ints) -> Ints:
    """Return the last number of every team; refuse a round that is not later than the one before."""
    through = np.array([state.through_number for state in states], dtype=np.int64)
    team, end = np.repeat(np.arange(len(states)), lengths), np.cumsum(lengths)
    before = np.concatenate([[0], numbers[:-1]])
    first = (end - lengths)[lengths > 0]
    before[first] = through[lengths > 0]
    if (numbers <= before).any():
        wrong = np.argmax(numbers <= before)
        raise ValueError(
            f"number={numbers[wrong]}: rounds come in order and team {team[wrong]} has read up to {before[wrong]}"
        )
    through[lengths > 0] = numbers[end[lengths > 0] - 1]
    return through


def _updated(
    states: Sequence[RunningEvidence],
    game: CountedGame,
    design: str,
    codes: Ints,
    lengths: Ints,
    propensities: Floats | None,
    through: Ints,
) -> list[RunningEvidence]:
    team = np.repeat(np.arange(len(states)), lengths)
    good, bad = counts.good_cells(game)[codes], counts.bad_cells(game)[codes]
    columns = dict(zip(RunningEvidence._fields, zip(*states, strict=True), strict=True))
    start_good, start_bad = (np.array(columns[name], dtype=np.int64) for name in ("good", "bad"))
    best, lower = (np.array(columns[name], dtype=float) for name in ("log_evidence_max", "rate_lower"))
    log_bets = columns["log_bets"]
    if design == "uniform" or game.score_scale is not None:
        peaks = _peaks(good, good | bad, team)
        wins = _running(good, team, start_good)[peaks]
        rounds = _running(good | bad, team, start_good + start_bad)[peaks]
        best = _highest_evidence(best, wins, rounds, team[peaks], float(game.null))
        if game.score_scale is None:
            lower = _highest_lower(lower, wins, rounds, team[peaks])
    elif design == "adaptive" and propensities is not None:
        running, ends = _bets(np.array(log_bets, dtype=float), game, codes, propensities, team)
        np.maximum.at(best, team, evidence.log_mean(running))
        log_bets = tuple(map(tuple, ends.tolist()))
    ends_good = start_good + np.bincount(team[good], minlength=len(states))
    ends_bad = start_bad + np.bincount(team[bad], minlength=len(states))
    arrays = (through, ends_good, ends_bad, best, lower)
    return list(map(RunningEvidence, *(array.tolist() for array in arrays), log_bets))


def log_evidence(
    game: CountedGame, design: str, good: Ints, bad: Ints, states: Sequence[RunningEvidence] | None
) -> Floats | None:
    """Return the log evidence of every team, or None where the design or missing states make it invalid."""
    if evidence_reason(design) is not None:
        return None
    if design == "adaptive":
        return None if states is None else _log_bet_evidence(states)
    return evidence.log_mixture(good, good + bad, float(game.null))


def _log_bet_evidence(states: Sequence[RunningEvidence]) -> Floats:
    """Return the log inverse-propensity e-value of each state (adaptive design)."""
    return evidence.log_mean(np.array([state.log_bets for state in states], dtype=float).reshape(-1, len(STAKES)))


def _running(values: Marks, team: Ints, start: Ints) -> Ints:
    """Return cumulative counts within each team, beginning at `start`."""
    total = np.cumsum(values)
    first = np.searchsorted(team, np.arange(start.size))
    offsets = np.concatenate([[0], total])[first]
    return np.asarray(total - offsets[team] + start[team])


def _peaks(good: Marks, counted: Marks, team: Ints) -> Ints:
    """Return the positions where a run of good rounds ends, at which evidence is highest."""
    position = np.nonzero(counted)[0]
    won, owner = good[position], team[position]
    last = np.ones(position.size, dtype=bool)
    last[:-1] = ~won[1:] | (owner[1:] != owner[:-1])
    return position[won & last]


def _highest_evidence(best: Floats, wins: Ints, rounds: Ints, team: Ints, p0: float) -> Floats:
    # n KL(k/n, p0) is a cheap upper bound of the mixture, and enough for most rounds of a long game.
    best, bound = best.copy(), rounds * _divergence(wins / np.maximum(rounds, 1), p0)
    order = np.argsort(bound, kind="stable")
    highest_bound = np.full(best.size, -1, dtype=np.int64)
    highest_bound[team[order]] = order
    tried = highest_bound[highest_bound >= 0]
    np.maximum.at(best, team[tried], evidence.log_mixture(wins[tried], rounds[tried], p0))
    left = bound > best[team]
    np.maximum.at(best, team[left], evidence.log_mixture(wins[left], rounds[left], p0))
    return best


def _highest_lower(lower: Floats, wins: Ints, rounds: Ints, team: Ints) -> Floats:
    """Raise the running bound: solve the most promising round of each team, drop rounds below it, repeat."""
    lower, needed = lower.copy(), -math.log(CONFIDENCE_ALPHA)
    rate = wins / np.maximum(rounds, 1)
    promise = rate - np.sqrt(2 * rate * (1 - rate) * (needed + np.log(rounds) / 2) / rounds)
    left = np.arange(wins.size)
    while left.size:
        tried = _first_of_each(team[left], promise[left]) if left.size > _SOLVED_AT_ONCE else slice(None)
        chosen = left[tried]
        np.maximum.at(lower, team[chosen], evidence.win_rate_lower(wins[chosen], rounds[chosen], CONFIDENCE_ALPHA))
        left = np.delete(left, tried)
        left = left[rounds[left] * _divergence(rate[left], lower[team[left]]) > needed]
        at = np.maximum(lower[team[left]], 1e-300)
        left = left[evidence.log_mixture(wins[left], rounds[left], at) > needed]
    return lower


def _first_of_each(team: Ints, score: Floats) -> Ints:
    """Return the position of the highest score of every team."""
    order = np.lexsort((score, team))
    last = np.ones(order.size, dtype=bool)
    last[:-1] = team[order][1:] != team[order][:-1]
    return order[last]


def _divergence(q: Floats, p: Floats | float) -> Floats:
    """Return KL(q, p) of two coins in nats where q > p, otherwise 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        gain = np.where(q > 0, q * np.log(q / p), 0.0) + np.where(q < 1, (1 - q) * np.log((1 - q) / (1 - p)), 0.0)
    return np.where(q > p, gain, 0.0)


def least_propensity(game: CountedGame) -> float:
    """Return the least allowed probability of a context: half of that in a fair round."""
    return float(min(game.probabilities.values()) / 2)


@lru_cache
def stakes(game: CountedGame) -> Floats:
    """
    Return the shares of the capital bet against plans.

    A bad round of a context as rare as `least_propensity` costs a stake times 1 + null.
    """
    return np.array(STAKES) * float(Fraction(7, 4) / (1 + game.null))


def _bets(start: Floats, game: CountedGame, codes: Ints, propensities: Floats, team: Ints) -> tuple[Floats, Floats]:
    """Return log capitals after every round and at the end of every team."""
    fair = np.array([float(game.probabilities[questions]) for questions, _ in game.cells])
    loss = np.where(counts.bad_cells(game)[codes], fair[codes] / propensities, 0.0)
    counted = (counts.good_cells(game) | counts.bad_cells(game))[codes]
    steps = np.where(counted[:, None], np.log1p(np.outer(float(1 - game.null) - loss, stakes(game))), 0.0)
    total = np.concatenate([np.zeros((1, len(STAKES))), np.cumsum(steps, axis=0)])
    edges = np.searchsorted(team, np.arange(len(start) + 1))
    running = total[1:] - total[edges[:-1]][team] + start[team]
    return running, start + total[edges[1:]] - total[edges[:-1]]
