"""The predictability of questions: how often the best simple predictor finds the next one."""

from collections.abc import Callable, Iterable, Sequence
from math import sqrt
from typing import NamedTuple

from game.physics.bounds import Z95
from game.physics.theory.declared import CountedGame


class Predicted(NamedTuple):
    """How often the next question was found; seat 0 is all seats' questions together.

    chance is the share that whoever knows only the weights of a fair draw can find; predictor is the one that has
    found most so far.
    """

    seat: int
    hits: int
    rounds: int
    value: float
    low: float
    high: float
    chance: float
    predictor: str


class _Past:
    """The questions of one team so far, as numbers of a target's choices."""

    def __init__(self, choices: int) -> None:
        self.rounds = 0
        self.counts = [0] * choices
        self.last_at = [-1] * choices
        self.followers = [[0] * choices for _ in range(choices)]
        self.last = 0

    def add(self, asked: int) -> None:
        if self.rounds:
            self.followers[self.last][asked] += 1
        self.counts[asked] += 1
        self.last_at[asked], self.last = self.rounds, asked
        self.rounds += 1


def _overdue(past: _Past, chances: Sequence[float]) -> int:
    behind = [past.rounds * chance - count for chance, count in zip(chances, past.counts, strict=True)]
    return behind.index(max(behind))


def _most_frequent(past: _Past, chances: Sequence[float]) -> int:
    return past.counts.index(max(past.counts))


def _repeat(past: _Past, chances: Sequence[float]) -> int:
    return past.last


def _least_recent(past: _Past, chances: Sequence[float]) -> int:
    return past.last_at.index(min(past.last_at))


def _after_last(past: _Past, chances: Sequence[float]) -> int:
    followers = past.followers[past.last]
    return followers.index(max(followers))


# Fixed before any question is seen.  The first one counts the cards of a deck: the furthest behind its share has most
# cards left.  Of equal candidates, and of equal predictors, the first one is taken.
PREDICTORS: dict[str, Callable[[_Past, Sequence[float]], int]] = {
    "overdue": _overdue,
    "most_frequent": _most_frequent,
    "repeat": _repeat,
    "least_recent": _least_recent,
    "after_last": _after_last,
}


def predictability(game: CountedGame, rounds: Iterable[tuple[int, str]]) -> tuple[Predicted, ...] | None:
    """
    Measure how often the best simple predictor finds each seat's next question, and all of them.

    Parameters
    ----------
    game : CountedGame
        The declared game of the rounds.
    rounds : iterable of (int, str)
        The team and the context of each round, in the order in which they were asked: those of a team by their number,
        from its first one on.

    Returns
    -------
    tuple of Predicted or None
        The seats in order, then the context as seat 0; shares in [0, 1] with Wilson's interval of 95 %.  None while no
        team has a second round: the first round of a team has no past.

    Notes
    -----
    The family of predictors is fixed (`PREDICTORS`), and each knows the past of the team alone.  The round is predicted
    by the one that found most of all earlier rounds (follow the leader), so each prediction is made before its question
    is seen, and the choice among many predictors is paid for: with fair questions every hit has at most the
    probability `chance`, whatever the predictor, and exactly it where all questions of a target are equally frequent.
    The number of hits is then binomial, and no correction for several predictors is due.

    References
    ----------
    .. [1] Dawid, J. R. Stat. Soc. A 147, 278 (1984): prequential analysis.
    .. [2] Cesa-Bianchi and Lugosi, Prediction, Learning, and Games (2006), chapter 2.
    """
    asked = list(rounds)
    seats = range(1, len(game.seats) + 1)
    found = [_follow_the_leader(game, seat, asked) for seat in (*seats, 0)]
    return tuple(one for one in found if one is not None) or None


def _follow_the_leader(game: CountedGame, seat: int, asked: Sequence[tuple[int, str]]) -> Predicted | None:
    def target(context: str) -> str:
        return context[seat - 1] if seat else context

    shares: dict[str, float] = {}
    for context, probability in game.probabilities.items():
        shares[target(context)] = shares.get(target(context), 0.0) + float(probability)
    number = {question: index for index, question in enumerate(shares)}
    chances = tuple(shares.values())
    predictors, scores = tuple(PREDICTORS.values()), [0] * len(PREDICTORS)
    pasts: dict[int, _Past] = {}
    hits = scored = 0
    for team, context in asked:
        past, question = pasts.get(team), number[target(context)]
        if past is None:
            past = pasts[team] = _Past(len(chances))
        else:
            right = [predict(past, chances) == question for predict in predictors]
            hits += right[scores.index(max(scores))]
            scored += 1
            scores = [score + hit for score, hit in zip(scores, right, strict=True)]
        past.add(question)
    if not scored:
        return None
    leader = tuple(PREDICTORS)[scores.index(max(scores))]
    return Predicted(seat, hits, scored, hits / scored, *_wilson(hits, scored), max(chances), leader)


def _wilson(hits: int, rounds: int) -> tuple[float, float]:
    """Return Wilson's interval; in plain Python, because the web process loads no NumPy."""
    share, scale = hits / rounds, 1 + Z95**2 / rounds
    middle = (share + Z95**2 / (2 * rounds)) / scale
    half = Z95 * sqrt(share * (1 - share) / rounds + Z95**2 / (4 * rounds**2)) / scale
    return max(0.0, middle - half), min(1.0, middle + half)
