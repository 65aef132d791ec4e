"""Deterministic plans, enumerated completely, so that a game's classical value is exact.

A plan is a tuple with one text a seat: the answers to that seat's questions in their declared order,
("TT", "TF") for A, B and X, Y.  Shared randomness and memory only choose among plans, so a bound
for every plan holds for every team that cannot communicate.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import product
from math import prod
from typing import NamedTuple

from game.physics.theory.declared import CountedGame, DeclaredGame, total_weight, value_of

Plan = tuple[str, ...]

LEAST_ROUNDS = 12


class Weights(NamedTuple):
    """The weight of a game's contexts that a plan makes good and bad."""

    good: int
    bad: int


def least_rounds(game: CountedGame) -> int:
    """Return how many answered rounds a team needs before its plan is named."""
    if {"hardy", "chsh"} & set(game.estimates):
        return LEAST_ROUNDS
    return max(LEAST_ROUNDS, 3 * sum(len(seat.questions) for seat in game.seats))


def plans(game: DeclaredGame) -> Iterator[Plan]:
    """Yield every deterministic plan, beginning with the one that always gives the first answer."""
    return product(*(map("".join, product(seat.answers, repeat=len(seat.questions))) for seat in game.seats))


def planned_answers(game: DeclaredGame, plan: Plan, context: str) -> str:
    """Return the seats' answers by this plan: "TF" to "AY"."""
    return "".join(
        answers[seat.questions.index(question)]
        for seat, answers, question in zip(game.seats, plan, context, strict=True)
    )


def good_contexts(game: DeclaredGame, plan: Plan) -> tuple[str, ...]:
    """Return the contexts that the plan wins."""
    return _contexts(game, plan, True)


@lru_cache(maxsize=4096)
def bad_contexts(game: DeclaredGame, plan: Plan) -> tuple[str, ...]:
    return _contexts(game, plan, False)


def _contexts(game: DeclaredGame, plan: Plan, verdict: bool) -> tuple[str, ...]:
    asked = (context.questions for context in game.contexts)
    return tuple(q for q in asked if game.counts(q, planned_answers(game, plan, q)) is verdict)


def contexts_won(game: DeclaredGame, answers: Sequence[Mapping[str, str]]) -> tuple[int | None, int | None]:
    """Return the number of contexts that a plan (each seat's answer by question) wins, and of all.

    None in a game with a score, where the answers decide which rounds count.
    """
    if game.score_scale is not None:
        return None, None
    asked = [context.questions for context in game.contexts]
    said = ("".join(seat[letter] for seat, letter in zip(answers, questions, strict=True)) for questions in asked)
    verdicts = [game.counts(*played) for played in zip(asked, said, strict=True)]
    return verdicts.count(True), len(verdicts) - verdicts.count(None)


# Of few games: an own game has up to 16,384 plans.
@lru_cache(maxsize=32)
def all_weights(game: DeclaredGame) -> dict[Plan, Weights]:
    """Return the good and bad weight of every plan, in the order of `plans`."""
    verdicts = [(context.weight, _verdicts(game, context.questions)) for context in game.contexts]
    places = [
        [seat.questions.index(question) for seat, question in zip(game.seats, context.questions, strict=True)]
        for context in game.contexts
    ]
    result = {}
    for plan in plans(game):
        good = bad = 0
        for (weight, verdict_of), place in zip(verdicts, places, strict=True):
            verdict = verdict_of[tuple(map(str.__getitem__, plan, place))]
            good += weight * (verdict is True)
            bad += weight * (verdict is False)
        result[plan] = Weights(good, bad)
    return result


def _verdicts(game: DeclaredGame, context: str) -> dict[tuple[str, ...], bool | None]:
    combinations = product(*(seat.answers for seat in game.seats))
    return {answers: game.counts(context, "".join(answers)) for answers in combinations}


def excess(game: DeclaredGame, plan: Plan) -> Fraction:
    """Return the expectation of good - null * (good + bad) in a round of this plan: at most 0."""
    good, bad = all_weights(game)[plan]
    return (good - game.null * (good + bad)) / total_weight(game)


def largest_excess(game: DeclaredGame) -> Fraction:
    """
    Return the largest `excess` of all plans.

    Returns
    -------
    Fraction
        0 exactly where the declared null is right: no plan passes it and one reaches it.
    """
    return max(excess(game, plan) for plan in all_weights(game))


def plan_value(game: DeclaredGame, plan: Plan) -> Fraction:
    """Return the share of good rounds, or H in Hardy's game, of one plan."""
    total = total_weight(game)
    good, bad = all_weights(game)[plan]
    return value_of(game, Fraction(good, total), Fraction(bad, total))


def classical_value(game: DeclaredGame) -> Fraction:
    """
    Return the largest value of all plans by enumeration.

    Returns
    -------
    Fraction
        Exact and dimensionless; 3/4 for the CHSH game.
    """
    return max(plan_value(game, plan) for plan in all_weights(game))


def value_beside(game: DeclaredGame, seat: int, says: Mapping[str, Mapping[str, float]]) -> float:
    """
    Return the largest value that plans of the other seats reach beside a seat that does not follow one.

    Parameters
    ----------
    seat
        The seat, from 1, that answers independently of everything but its own question.
    says
        The probability of each of its answers, by question.
    """
    shares: dict[Plan, tuple[float, float]] = {}
    total, own = total_weight(game), seat - 1
    for plan, weights in all_weights(game).items():
        likely = prod(says[q][a] for q, a in zip(game.seats[own].questions, plan[own], strict=True)) / total
        good, bad = shares.get(others := plan[:own] + plan[seat:], (0.0, 0.0))
        shares[others] = good + likely * weights.good, bad + likely * weights.bad
    return max(value_of(game, good, bad) for good, bad in shares.values())


@lru_cache
def best_plans(game: DeclaredGame) -> tuple[Plan, ...]:
    """
    Return all plans of the classical value.

    Plans with the fewest bad rounds come first, then those with the fewest different answers, so that
    a partner can best guess the first one.
    """
    best = classical_value(game)
    found = [plan for plan in all_weights(game) if plan_value(game, plan) == best]
    return tuple(sorted(found, key=lambda plan: (all_weights(game)[plan].bad, len(set("".join(plan))))))


def best_plan(game: DeclaredGame) -> Plan:
    return best_plans(game)[0]


def is_best(game: DeclaredGame, plan: Plan) -> bool:
    """Whether no plan wins more often."""
    return plan in best_plans(game)


def plan_of(game: DeclaredGame, text: str) -> Plan:
    """Return the plan of a text like "TT/TF"; refuse a text that does not fit the game's seats."""
    parts = tuple(text.split("/"))
    fits = len(parts) == len(game.seats) and all(
        len(part) == len(seat.questions) and set(part) <= set(seat.answers)
        for part, seat in zip(parts, game.seats, strict=True)
    )
    if not fits:
        wanted = ", ".join(f"{len(seat.questions)} of {' '.join(seat.answers)}" for seat in game.seats)
        raise ValueError(f"plan={text!r}: use a text for each seat, parted by /: {wanted}")
    return parts


def plan_by_seat(game: DeclaredGame, texts: Mapping[int, str]) -> Plan | None:
    """Return the plan of a text for each seat, by its number from 1; None without one, or for another game's."""
    try:
        return plan_of(game, "/".join(texts.get(seat, "") for seat in range(1, len(game.seats) + 1)))
    except ValueError:
        return None
