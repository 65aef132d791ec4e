"""What depends on the order of rounds: carried along in number order, never recomputed from counts."""

import math
from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from game.physics import evidence
from game.physics.bounds import LOCAL_WIN_RATE
from game.physics.rules import Answer, evidence_reason, kind, pairs
from game.physics.tally import CODE_OF, Floats, Ints, hardy_codes, scored_codes, won_codes

# Stakes of the inverse-propensity bets.  No design asks a pair of a block with less than LEAST_IN_BLOCK,
# so that stakes up to 4/7 cannot lose everything.
STAKES = (0.1, 0.25, 0.4, 0.55)
LEAST_IN_BLOCK = 1 / 8
CONFIDENCE_ALPHA = 0.05
_SOLVED_AT_ONCE = 5000


class PathRound(NamedTuple):
    """A round as the path reads it; answers are True, False or None."""

    number: int
    question_1: str
    question_2: str
    answer_1: Answer
    answer_2: Answer
    propensity: float


class Path(NamedTuple):
    """Running state of one team, run, mode and design; every field is a JSON value.

    plus and minus count Hardy's scores (aqmjoe).  log_bets are the log capitals of the
    inverse-propensity bets (adaptive).  log_evidence_max is the highest evidence ever reached, at
    least 0.  win_rate_lower is the running lower confidence bound of the win probability.
    """

    through_number: int = 0
    scored: int = 0
    wins: int = 0
    log_evidence_max: float = 0.0
    plus: int = 0
    minus: int = 0
    win_rate_lower: float = 0.0
    log_bets: tuple[float, ...] = (0.0,) * len(STAKES)

    def to_json(self) -> dict[str, object]:
        return {**self._asdict(), "log_bets": list(self.log_bets)}

    @classmethod
    def from_json(cls, stored: dict[str, object]) -> Self:
        """Return the path that `to_json` wrote; {} is the path before the first round."""
        state = cls(**stored)  # type: ignore[arg-type]
        return state._replace(log_bets=tuple(state.log_bets))


def advance(path: Path, mode: str, design: str, rounds: Sequence[PathRound]) -> Path:
    """
    Return the path after further rounds, in number order; costs O(new rounds) and changes nothing stored.

    To count an open round as a loss provisionally, pass it with None answers and store only the
    path without it.
    """
    return advance_many([path], mode, design, [rounds])[0]


def advance_many(paths: Sequence[Path], mode: str, design: str, rounds: Sequence[Sequence[PathRound]]) -> list[Path]:
    """Advance many teams at once; `rounds[i]` are the new rounds of `paths[i]`, raw tuples will do."""
    evidence_reason(design)
    if not any(rounds):
        # Most of the time: rounds begin to count for all teams at the same moments.
        return list(paths)
    lengths = np.array([len(new) for new in rounds], dtype=np.int64)
    codes = np.empty(int(lengths.sum()), dtype=np.int64)
    propensities = np.empty(codes.size)
    last_numbers = []
    position = 0
    for path, new in zip(paths, rounds, strict=True):
        through = path.through_number
        for number, q1, q2, a1, a2, propensity in new:
            if number <= through:
                raise ValueError(f"number={number!r}: rounds come in order and this path has read up to {through}")
            codes[position], propensities[position] = CODE_OF[q1, q2, a1, a2], propensity
            through, position = number, position + 1
        last_numbers.append(through)
    advanced = advance_codes(paths, mode, design, codes, lengths, propensities)
    return [path._replace(through_number=last) for path, last in zip(advanced, last_numbers, strict=True)]


def advance_codes(
    paths: Sequence[Path], mode: str, design: str, codes: Ints, lengths: Ints, propensities: Floats | None = None
) -> list[Path]:
    """Advance paths by rounds given as codes, one team after another; through_number grows by the length."""
    evidence_reason(design)
    team = np.repeat(np.arange(len(paths)), lengths)
    if mode == "aqmjoe":
        counted, good = hardy_codes()[codes] != 0, hardy_codes()[codes] > 0
        before = [(path.plus, path.plus + path.minus) for path in paths]
    else:
        counted, good = scored_codes(mode)[codes], won_codes(mode)[codes]
        before = [(path.wins, path.scored) for path in paths]
    start = np.array(before, dtype=np.int64).reshape(-1, 2)
    wins, scored = _running(good & counted, team, start[:, 0]), _running(counted, team, start[:, 1])
    end = start + np.stack([_per_team(good & counted, team, len(paths)), _per_team(counted, team, len(paths))], -1)
    best = np.array([path.log_evidence_max for path in paths])
    lower = np.array([path.win_rate_lower for path in paths])
    bets = np.array([path.log_bets for path in paths], dtype=float)
    if design == "uniform" or mode == "aqmjoe":
        p0 = 0.5 if mode == "aqmjoe" else LOCAL_WIN_RATE
        peaks = _peaks(good, counted, team)
        best = _highest_evidence(best, wins[peaks], scored[peaks], team[peaks], p0)
        if mode != "aqmjoe":
            lower = _highest_lower(lower, wins[peaks], scored[peaks], team[peaks])
    elif design == "adaptive" and propensities is not None:
        running, bets = _bets(bets, mode, codes, propensities, team)
        np.maximum.at(best, team, _log_mean_bet(running))
    result = []
    for path, (k, n), length, log_e, low, bet in zip(
        paths, end.tolist(), lengths.tolist(), best.tolist(), lower.tolist(), bets.tolist(), strict=True
    ):
        counts = {"plus": k, "minus": n - k} if mode == "aqmjoe" else {"wins": k, "scored": n}
        through = path.through_number + length
        state = {"log_evidence_max": log_e, "win_rate_lower": low, "log_bets": tuple(bet)}
        result.append(path._replace(through_number=through, **counts, **state))
    return result


def log_bet_evidence(paths: Sequence[Path]) -> Floats:
    """Return the log inverse-propensity e-value of each path (adaptive design)."""
    return _log_mean_bet(np.array([path.log_bets for path in paths], dtype=float).reshape(-1, len(STAKES)))


def _per_team(values: NDArray[np.bool_], team: Ints, teams: int) -> Ints:
    return np.bincount(team[values], minlength=teams)


def _running(values: NDArray[np.bool_], team: Ints, start: Ints) -> Ints:
    """Return cumulative counts within each team, beginning at `start`."""
    total = np.cumsum(values)
    first = np.searchsorted(team, np.arange(start.size))
    offsets = np.concatenate([[0], total])[first]
    return np.asarray(total - offsets[team] + start[team])


def _peaks(good: NDArray[np.bool_], counted: NDArray[np.bool_], team: Ints) -> Ints:
    """Return the positions where a row of wins ends: evidence has its highest values there."""
    position = np.nonzero(counted)[0]
    won, owner = good[position], team[position]
    last = np.ones(position.size, dtype=bool)
    last[:-1] = ~won[1:] | (owner[1:] != owner[:-1])
    return position[won & last]


def _highest_evidence(best: Floats, wins: Ints, rounds: Ints, team: Ints, p0: float) -> Floats:
    # n KL(k/n, p0) bounds the mixture from above and is cheap: most rounds of a long game need no more.
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
    """Raise the running bound: solve the most promising round of each team, keep what still beats it, repeat."""
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


def least_propensity(mode: str) -> float:
    """Return the least probability of a pair that a bet can bear."""
    return LEAST_IN_BLOCK / _blocks(mode)


def _blocks(mode: str) -> int:
    return len({(kind(q1), kind(q2)) for q1, q2 in pairs(mode)})


def _bets(start: Floats, mode: str, codes: Ints, propensities: Floats, team: Ints) -> tuple[Floats, Floats]:
    """Return log capitals after every round and at the end of every team."""
    loss = np.where(won_codes(mode)[codes], 0.0, 0.25 / (propensities * _blocks(mode)))
    counted = scored_codes(mode)[codes]
    steps = np.where(counted[:, None], np.log1p(np.outer(0.25 - loss, STAKES)), 0.0)
    total = np.concatenate([np.zeros((1, len(STAKES))), np.cumsum(steps, axis=0)])
    edges = np.searchsorted(team, np.arange(len(start) + 1))
    running = total[1:] - total[edges[:-1]][team] + start[team]
    return running, start + total[edges[1:]] - total[edges[:-1]]


def _log_mean_bet(bets: Floats) -> Floats:
    highest = bets.max(axis=-1)
    return np.asarray(highest + np.log(np.exp(bets - highest[..., None]).mean(axis=-1)))
