"""Bots that use an open loophole, and play a best plan while it is closed."""

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import chain, combinations, product
from operator import mul
from typing import ClassVar, NamedTuple

from game.bots.plan_bots import follow
from game.bots.situation import Situation
from game.games.definition import UNANSWERED, Definition
from game.games.draws import left_in_deck
from game.physics.designs import DECK, MEMORY, PASS
from game.physics.theory.plans import Plan, all_weights, bad_contexts, best_plan, best_plans, good_contexts
from game.physics.theory.quantum import CHANCE


@dataclass(frozen=True)
class Caller:
    """Telephone: all seats know all questions and give the first answers that win."""

    needs: ClassVar[str] = "seat"

    def answer(self, situation: Situation, chance: random.Random = CHANCE) -> str:
        game = situation.definition
        if not situation.told:
            return follow(best_plan(game), situation)
        return _winning(game, situation.told)[situation.seat - 1]


@lru_cache(maxsize=1024)
def _winning(game: Definition, context: str) -> str:
    """Return the first answers that are good, else the first that are not bad."""
    every = ["".join(letters) for letters in product(*(seat.answers for seat in game.seats))]
    order = (True, None, False)
    return min(every, key=lambda answers: order.index(game.counts(context, answers)))


class Passing(NamedTuple):
    """A plan, and the questions of a seat at which it passes."""

    plan: Plan
    seat: int
    questions: str


@dataclass(frozen=True)
class Passer:
    """Pass: one seat leaves out the questions at which its plan may lose."""

    needs: ClassVar[str] = "seat"

    def answer(self, situation: Situation, chance: random.Random = CHANCE) -> str:
        if situation.design != PASS:
            return follow(best_plan(situation.definition), situation)
        best = best_passing(situation.definition)
        if situation.seat == best.seat and situation.question in best.questions:
            return UNANSWERED
        return follow(best.plan, situation)


@lru_cache
def best_passing(game: Definition) -> Passing:
    """Return what wins the largest share of the rounds that are left, then what leaves most of them."""
    return max(_passings(game), key=lambda one: _kept(game, one))


def _passings(game: Definition) -> Iterable[Passing]:
    most = max(weights.good - weights.bad for weights in all_weights(game).values())
    for plan, weights in all_weights(game).items():
        # In a game with a score no plan gains: every plan with a good context will do.
        if weights.good and (weights.good - weights.bad == most or game.score_scale is not None):
            for number, seat in enumerate(game.seats, start=1):
                sizes = range(len(seat.questions))
                for questions in chain.from_iterable(combinations(seat.questions, size) for size in sizes):
                    yield Passing(plan, number, "".join(questions))


def _kept(game: Definition, one: Passing) -> tuple[Fraction, Fraction]:
    def weight(contexts: Iterable[str]) -> Fraction:
        left = (context for context in contexts if context[one.seat - 1] not in one.questions)
        return sum((game.probabilities[context] for context in left), Fraction(0))

    good, bad = weight(good_contexts(game, one.plan)), weight(bad_contexts(game, one.plan))
    return (good / (good + bad) if good + bad else Fraction(0)), good


@dataclass(frozen=True)
class DeckCounter:
    """Deck: count the cards, and give up the context of which fewest are left."""

    needs: ClassVar[str] = "seat"

    def answer(self, situation: Situation, chance: random.Random = CHANCE) -> str:
        game = situation.definition
        if situation.design != DECK:
            return follow(best_plan(game), situation)
        left = left_in_deck(game, Counter(past.questions for past in situation.past))
        return follow(_best_under(game, left), situation)


def _best_under(game: Definition, chances: Mapping[str, Fraction | int]) -> Plan:
    """Return the best plan that gains most under these chances; all seats find the same one."""
    return _best_of(game, tuple(float(chances.get(context, 0)) for context in game.questions))


@lru_cache(maxsize=1024)
def _best_of(game: Definition, chances: tuple[float, ...]) -> Plan:
    return max(_gains(game), key=lambda one: sum(map(mul, one[1], chances)))[0]


@lru_cache
def _gains(game: Definition) -> tuple[tuple[Plan, tuple[int, ...]], ...]:
    """Return for each best plan what every context gives: 1 good, -1 bad."""
    return tuple(
        (
            plan,
            tuple(
                (context in good_contexts(game, plan)) - (context in bad_contexts(game, plan))
                for context in game.questions
            ),
        )
        for plan in best_plans(game)
    )


@dataclass(frozen=True)
class Learner:
    """
    Memory: learn from every past round, and give up the context that came least.

    Fair questions do not depend on the past, so whatever is learnt the next plan wins as often as any best plan.
    """

    needs: ClassVar[str] = "seat"

    def answer(self, situation: Situation, chance: random.Random = CHANCE) -> str:
        game = situation.definition
        if situation.design != MEMORY:
            return follow(best_plan(game), situation)
        seen = Counter(past.questions for past in situation.past)
        return follow(_best_under(game, seen), situation)
