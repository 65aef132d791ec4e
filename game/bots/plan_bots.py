"""Strategies of one seat, which knows its question, the past and the plan; none exceeds the classical value."""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, Protocol

from game.bots.situation import Situation, probability
from game.games import GAMES
from game.games.definition import UNANSWERED, Definition
from game.physics.theory.plans import Plan, all_weights, bad_contexts, best_plan, best_plans, plan_of
from game.physics.theory.quantum import CHANCE


class SeatStrategy(Protocol):
    needs: ClassVar[str]

    def answer(self, situation: Situation, chance: random.Random = CHANCE) -> str:
        """Return an answer letter, or "-" for not answering this round."""


class Partner(SeatStrategy, Protocol):
    """A strategy that hosts offer beside persons."""

    def chances(self, situation: Situation) -> dict[str, float]:
        """Return the probability of each answer to the question of this seat, given that there is an answer."""


def follow(plan: Plan, situation: Situation) -> str:
    """Return the plan's answer to the question of this seat."""
    questions = situation.definition.seats[situation.seat - 1].questions
    return plan[situation.seat - 1][questions.index(situation.question)]


@dataclass(frozen=True)
class AlwaysTrue:
    """Give the seat's first answer, True where there are two: in the CHSH games that is a best plan."""

    needs: ClassVar[str] = "seat"

    def answer(self, situation: Situation, chance: random.Random = CHANCE) -> str:
        return situation.answers[0]


@dataclass(frozen=True)
class SharedCoin:
    """All seats give the same answer of their lists, drawn from the shared randomness: fair marginals."""

    needs: ClassVar[str] = "seat"

    def answer(self, situation: Situation, chance: random.Random = CHANCE) -> str:
        # With two answers an odd number gives the first, True.
        return situation.answers[-(situation.shared + 1) % len(situation.answers)]


@dataclass(frozen=True)
class RandomAnswers:
    """Independent fair answers."""

    needs: ClassVar[str] = "seat"

    def answer(self, situation: Situation, chance: random.Random = CHANCE) -> str:
        return situation.answers[int(chance.random() * len(situation.answers))]

    def chances(self, situation: Situation) -> dict[str, float]:
        return dict.fromkeys(situation.answers, 1 / len(situation.answers))


def plan_from(game: Definition, table: str) -> Plan:
    """
    Return the plan of a table of answers.

    "TT/TF" has a part for each seat; "TTTF" one answer for each question letter of the game, the same
    for every seat; nothing is the best plan that is easiest to guess.
    """
    if not table:
        return best_plan(game)
    if "/" in table:
        return plan_of(game, table)
    if len(table) != len(game.letters) or not all(set(table) <= set(seat.answers) for seat in game.seats):
        raise ValueError(f"table={table!r}: use an answer for each of {' '.join(game.letters)}, or a part a seat")
    says = dict(zip(game.letters, table, strict=True))
    return tuple("".join(says[question] for question in seat.questions) for seat in game.seats)


@dataclass(frozen=True)
class Table:
    """Answer from a fixed table such as "TTTF" for A, B, X, Y or "TT/TF"; see `plan_from`."""

    table: str = ""
    needs: ClassVar[str] = "seat"

    def __post_init__(self) -> None:
        letters = {letter for game in GAMES.values() for seat in game.seats for letter in seat.answers}
        if not set(self.table) <= letters | {"/"}:
            raise ValueError(f"table={self.table!r}: use answers, which are {' '.join(sorted(letters))}")

    def answer(self, situation: Situation, chance: random.Random = CHANCE) -> str:
        return follow(plan_from(situation.definition, self.table), situation)


@dataclass(frozen=True)
class BestClassical:
    """A best plan with the fewest bad rounds, drawn anew in every round from the shared randomness.

    Without shared randomness always the first, which a partner can match: always True in the CHSH games.
    In Hardy's game no rule is ever broken and no miracle ever happens.
    """

    needs: ClassVar[str] = "seat"

    def answer(self, situation: Situation, chance: random.Random = CHANCE) -> str:
        cautious = _cautious_plans(situation.definition)
        return follow(cautious[situation.shared % len(cautious)], situation)

    def chances(self, situation: Situation) -> dict[str, float]:
        return {answer: float(answer == self.answer(situation)) for answer in situation.answers}


@lru_cache
def _cautious_plans(game: Definition) -> tuple[Plan, ...]:
    fewest = all_weights(game)[best_plan(game)].bad
    return tuple(plan for plan in best_plans(game) if all_weights(game)[plan].bad == fewest)


def _plan_that_loses(game: Definition, context: str | None) -> Plan:
    """Return a best plan that is bad in this context, or the first best one."""
    sacrificing = (plan for plan in best_plans(game) if context in bad_contexts(game, plan))
    return next(sacrificing, best_plan(game))


@dataclass(frozen=True)
class RotatingLoser:
    """Lose the most recent context on purpose, by a plan that all seats derive from the past.

    Under fair questions the win rate is still the classical value, because memory does not help.
    """

    needs: ClassVar[str] = "seat"

    def answer(self, situation: Situation, chance: random.Random = CHANCE) -> str:
        game = situation.definition
        scored = _scored_contexts(game)
        asked = (past.questions for past in reversed(situation.past) if past.questions in scored)
        return follow(_plan_that_loses(game, next(asked, None)), situation)


@lru_cache
def _scored_contexts(game: Definition) -> frozenset[str]:
    return frozenset(game.cells[code].context for code in game.good_codes + game.bad_codes)


@dataclass(frozen=True)
class CardCounter:
    """Count the contexts and lose one that a predictable deck has used up.

    Under fair questions it wins like every best plan; under the deck's quota far more.
    """

    needs: ClassVar[str] = "seat"

    def answer(self, situation: Situation, chance: random.Random = CHANCE) -> str:
        game = situation.definition
        counted = Counter(past.questions for past in situation.past)
        left = {context: max(0, game.quota - counted[context]) for context in game.questions}
        return follow(_plan_for_the_rest(game, left), situation)


def _plan_for_the_rest(game: Definition, left: Mapping[str, int]) -> Plan:
    """Return the best plan that loses least of the remaining deck; all seats find the same one."""
    return min(best_plans(game), key=lambda plan: sum(left[context] for context in bad_contexts(game, plan)))


@dataclass(frozen=True)
class NoisyHuman:
    """A person who tries to play an agreed table.

    With probability timeout no answer; otherwise with probability forget the seat has lost the table in
    this round and gives its first answer with probability bias, else one of the others; at last the
    answer is swapped for another with probability slip.
    """

    table: str = ""
    forget: float = 0.1
    slip: float = 0.05
    bias: float = 0.5
    timeout: float = 0.0
    needs: ClassVar[str] = "seat"

    def __post_init__(self) -> None:
        for name in ("forget", "slip", "bias", "timeout"):
            probability(name, getattr(self, name))

    def answer(self, situation: Situation, chance: random.Random = CHANCE) -> str:
        if chance.random() < self.timeout:
            return UNANSWERED
        meant = follow(plan_from(situation.definition, self.table), situation)
        if chance.random() < self.forget:
            meant = self._invented(situation.answers, chance)
        return another(situation.answers, meant, chance) if chance.random() < self.slip else meant

    def chances(self, situation: Situation) -> dict[str, float]:
        answers, others = situation.answers, len(situation.answers) - 1
        meant = follow(plan_from(situation.definition, self.table), situation)
        likely = {}
        for answer in answers:
            invented = self.bias if answer == answers[0] else (1 - self.bias) / others
            before = (1 - self.forget) * (answer == meant) + self.forget * invented
            likely[answer] = before * (1 - self.slip) + (1 - before) * self.slip / others
        return likely

    def _invented(self, answers: str, chance: random.Random) -> str:
        return answers[0] if chance.random() < self.bias else another(answers, answers[0], chance)


def another(answers: str, meant: str, chance: random.Random) -> str:
    """Return one of the other answers."""
    others = answers.replace(meant, "")
    return others if len(others) == 1 else chance.choice(others)
