"""Test whether a seat's answer depends on another seat's question, which no strategy without signalling allows."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

import numpy as np

from game.physics import evidence
from game.physics.counts import Floats, Ints
from game.physics.report_types import SignTestResult
from game.physics.struct_columns import by_team, structs
from game.physics.theory.declared import UNANSWERED, CountedGame


class SignTest(NamedTuple):
    """
    One test: answers of `seat` to `questions`, compared with the side of `split` that seat `other` was asked.

    With an answer, only rounds with this answer enter and the first side of the split agrees.
    Without, every own answered round enters: the first answer agrees with the first side.
    """

    seat: int
    questions: str
    other: int
    split: str
    chance: Fraction
    answer: str | None = None


@lru_cache
def tests(game: CountedGame) -> tuple[SignTest, ...]:
    """
    Return the tests of a game: 4 in simplified, 24 in classic, 4 in Hardy's; in others one a letter.

    CHSH games
        Every own question, every split of the partner's questions in two halves.
    Hardy's game
        Colour or food of both seats.
    Other games
        Every own question, own answer letter, other seat and question of that seat: this question
        against the rest.  Where the other seat has two possible questions they are one test.
    """
    kind: Callable[[CountedGame], Iterator[SignTest]] = _letter_tests
    if "hardy" in game.estimates:
        kind = _kind_tests
    elif "chsh" in game.estimates:
        kind = _half_tests
    return tuple(kind(game))


def _half_tests(game: CountedGame) -> Iterator[SignTest]:
    for seat in (1, 2):
        letters = game.seats[2 - seat].questions
        for question in game.seats[seat - 1].questions:
            for half in combinations(letters[1:], len(letters) // 2 - 1):
                side = letters[0] + "".join(half)
                rest = "".join(letter for letter in letters if letter not in side)
                yield SignTest(seat, question, 3 - seat, f"{side}|{rest}", Fraction(1, 2))


def _kind_tests(game: CountedGame) -> Iterator[SignTest]:
    for seat in (1, 2):
        for questions in ("AB", "XY"):
            yield SignTest(seat, questions, 3 - seat, "AB|XY", Fraction(1, 2))


def _letter_tests(game: CountedGame) -> Iterator[SignTest]:
    seats = range(1, len(game.seats) + 1)
    for seat in seats:
        for question in game.seats[seat - 1].questions:
            for answer in game.seats[seat - 1].answers:
                for other in seats:
                    if other != seat:
                        yield from _against_the_rest(game, seat, question, answer, other)


def _against_the_rest(game: CountedGame, seat: int, question: str, answer: str, other: int) -> Iterator[SignTest]:
    chances: dict[str, Fraction] = {}
    for context, chance in game.probabilities.items():
        if context[seat - 1] == question:
            chances[context[other - 1]] = chances.get(context[other - 1], Fraction(0)) + chance
    asked = [letter for letter in game.seats[other - 1].questions if letter in chances]
    for letter in asked[: 1 if len(asked) == 2 else None] if len(asked) > 1 else []:
        rest = "".join(one for one in asked if one != letter)
        yield SignTest(seat, question, other, f"{letter}|{rest}", chances[letter] / sum(chances.values()), answer)


def agreements(game: CountedGame, counts: Ints) -> tuple[Ints, Ints]:
    """
    Return how often each test agreed and its number of rounds, without rounds that the own seat did not answer.

    Given the past, the own question and the own answer, the other seat's question has the
    probability that the contexts give it: it was drawn for this round alone, and a seat that hears
    nothing of it cannot let its answer depend on it.  So every round that a test reads agrees with
    probability `chance`, independently of all rounds before, and the number of agreements among the
    first n rounds that a test reads is exactly Bin(n, chance) for every team that does not signal,
    memory or not.  Leaving out own unanswered rounds selects by what this seat knows, which is safe;
    leaving out those that only the other seat did not answer would select by its question.

    The e-value is valid at any time.  The p-value takes n as fixed: it is exact unless a team
    chooses, by what it has heard of past rounds, how often it gives the tested answer.

    Parameters
    ----------
    game : CountedGame
    counts : array of int, shape (teams, cells)

    Returns
    -------
    agreements, rounds : array of int, shape (teams, tests)

    References
    ----------
    .. [1] Doob, Ann. Math. Stat. 7, 84 (1936), on selecting rounds by the past.
    """
    both = counts.astype(float) @ _matrix(game)
    half = both.shape[1] // 2
    return both[:, :half].astype(np.int64), both[:, half:].astype(np.int64)


@lru_cache
def _matrix(game: CountedGame) -> Floats:
    """Mark the cells that agree with each test, and those that it reads: shape (cells, 2 * tests)."""
    rows = [[_reads(game, test, *cell) for test in tests(game)] for cell in game.cells]
    return np.array(
        [[agrees is True for agrees in row] + [agrees is not None for agrees in row] for row in rows], float
    )


def _reads(game: CountedGame, test: SignTest, questions: str, answers: str) -> bool | None:
    """Return whether a round agrees with a test, None where the test does not read it."""
    own, answer = questions[test.seat - 1], answers[test.seat - 1]
    if own not in test.questions or answer == UNANSWERED or test.answer not in (None, answer):
        return None
    first_side = questions[test.other - 1] in test.split.split("|")[0]
    if test.answer is not None:
        return first_side
    return first_side == (answer == game.seats[test.seat - 1].answers[0])


def _chances(game: CountedGame) -> Floats:
    return np.array([float(test.chance) for test in tests(game)])


def log_e_values(game: CountedGame, agreed: Ints, rounds: Ints) -> Floats:
    """Return the log e-value of every test, valid at any time."""
    if _are_fair_coins(game):
        return evidence.log_fair_coin(agreed, rounds)
    return evidence.log_coin(agreed, rounds, _chances(game))


def p_values(game: CountedGame, agreed: Ints, rounds: Ints) -> Floats:
    """Return the two-sided binomial p-value of every test."""
    if _are_fair_coins(game):
        return evidence.fair_coin_p(agreed, rounds)
    return evidence.coin_p(agreed, rounds, _chances(game))


@lru_cache
def _are_fair_coins(game: CountedGame) -> bool:
    return all(test.chance == Fraction(1, 2) for test in tests(game))


def toward_chance(game: CountedGame, agreed: Ints, rounds: Ints, open_rounds: Ints) -> tuple[Ints, Ints]:
    """
    Return agreements and rounds of every test with the team's open rounds on the side of chance.

    A seat that has answered waits for another one, and how long may depend on the question of that one: to leave its
    round out would select by this question.  Any test may read an open round on either side, and which one it is must
    not be seen before the round is closed.  So each test gets as many of them as bring it nearest to chance.

    Parameters
    ----------
    game : CountedGame
    agreed, rounds : array of int, shape (teams, tests)
    open_rounds : array of int, shape (teams,)
    """
    chance = _chances(game)
    lead = agreed - rounds * chance
    needed = np.where(lead > 0, lead / chance, -lead / (1 - chance))
    more = np.minimum(open_rounds[:, None], np.floor(needed + 1e-9)).astype(np.int64)
    return agreed + np.where(lead < 0, more, 0), rounds + more


def results(game: CountedGame, counts: Ints, open_rounds: Ints | None = None) -> list[list[SignTestResult]]:
    """Return the tests of every team, with Holm's p-values over all tests of the team; open rounds are in e alone."""
    agreed, rounds = agreements(game, counts)
    p = p_values(game, agreed, rounds)
    opened = np.zeros(len(counts), np.int64) if open_rounds is None else open_rounds
    log_e = log_e_values(game, *toward_chance(game, agreed, rounds, opened))
    columns = {
        "agreements": agreed,
        "rounds": rounds,
        "p": p,
        "p_holm": evidence.holm(p),
        "e": evidence.finite_exp(log_e),
    }
    by_test = [
        structs(
            SignTestResult,
            len(counts),
            test._asdict() | {"chance": float(test.chance)} | {name: column[:, i] for name, column in columns.items()},
        )
        for i, test in enumerate(tests(game))
    ]
    return by_team(by_test, len(counts))
