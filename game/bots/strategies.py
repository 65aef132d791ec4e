"""How bots answer: every strategy with its exact law, plain Python.

A one-seat strategy answers for one player and knows what that player could know: the seat, the own
question, the past rounds that both saw, and randomness agreed with the partner beforehand.  What
only a pair can play is in devices; STRATEGIES names them all.
"""

import hashlib
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Protocol

from game.bots.devices import CHANCE, PairStrategy, PRBox, Quantum, SignallingCheater, probability
from game.physics.rules import Answer, Pair, is_chsh, kind, pairs, propensities


class PastRound(NamedTuple):
    """A closed round as both players saw it."""

    question_1: str
    question_2: str
    answer_1: Answer
    answer_2: Answer


class Situation(NamedTuple):
    """What one seat knows when it answers.

    shared is the randomness agreed with the partner before this round: the same for both seats,
    fresh for every round and independent of the questions (see `shared_randomness`).  Beside a
    person, who agreed on nothing, it is 0.
    """

    mode: str
    seat: int
    question: str
    past: Sequence[PastRound] = ()
    shared: int = 0


class SeatStrategy(Protocol):
    needs: ClassVar[str]

    def answer(self, situation: Situation, chance: random.Random = CHANCE) -> Answer:
        """Return True, False, or None for not answering this round."""


def shared_randomness(secret: str, round_number: int) -> int:
    """Return 64 random bits that both seats of a team derive from their secret, fresh for every round."""
    digest = hashlib.sha256(f"{secret}:{round_number}".encode()).digest()
    return int.from_bytes(digest[:8], "big")


@dataclass(frozen=True)
class AlwaysTrue:
    """Answer True: S = 2 exactly, loses B with Y only, 75 %; in aqmjoe always Green and Peas breaks food-food."""

    needs: ClassVar[str] = "seat"

    def answer(self, situation: Situation, chance: random.Random = CHANCE) -> Answer:
        return True


@dataclass(frozen=True)
class SharedCoin:
    """Both seats answer one agreed coin: S = 2, 75 %, fair marginals, same items always agree."""

    needs: ClassVar[str] = "seat"

    def answer(self, situation: Situation, chance: random.Random = CHANCE) -> Answer:
        return bool(situation.shared & 1)


@dataclass(frozen=True)
class RandomAnswers:
    """Independent fair coins: S = 0, 50 %."""

    needs: ClassVar[str] = "seat"

    def answer(self, situation: Situation, chance: random.Random = CHANCE) -> Answer:
        return chance.random() < 0.5


# Answers to A, B, X, Y that lose exactly one CHSH pair, and their opposites lose the same one.
BEST_TABLES: dict[str, str] = {"BY": "TTTT", "AY": "TTTF", "BX": "TFTT", "AX": "TFFT"}
# In aqmjoe a table that never breaks a rule: always Red, always Carrots.
_SAFE_HARDY_TABLE = "FFFF"


def table_answer(table: str, question: str) -> bool:
    return table["ABXY".index(question)] == "T"


@dataclass(frozen=True)
class Table:
    """Answer from a fixed table for A, B, X, Y such as "TTTF"; every one has S = 2 or S = -2 exactly."""

    table: str = "TTTF"
    needs: ClassVar[str] = "seat"

    def __post_init__(self) -> None:
        if len(self.table) != 4 or set(self.table) - set("TF"):
            raise ValueError(f"table={self.table!r}: use four letters T or F for A, B, X, Y")

    def answer(self, situation: Situation, chance: random.Random = CHANCE) -> Answer:
        return table_answer(self.table, situation.question)


@dataclass(frozen=True)
class BestClassical:
    """Every round one of the 8 best tables, drawn from the shared randomness: S = 2, 75 %, fair marginals.

    Where nothing is shared always True, which a partner can match.  In aqmjoe always Red and Carrots: no
    rule is ever broken and no miracle ever happens.
    """

    needs: ClassVar[str] = "seat"

    def answer(self, situation: Situation, chance: random.Random = CHANCE) -> Answer:
        if situation.mode == "aqmjoe":
            return table_answer(_SAFE_HARDY_TABLE, situation.question)
        table = list(BEST_TABLES.values())[situation.shared % 4]
        return table_answer(table, situation.question) != bool(situation.shared >> 2 & 1)


def _oriented(q1: str, q2: str) -> str:
    """Return a CHSH pair with the question of the A, B side first: XA is AX."""
    return q1 + q2 if kind(q1) == "AB" else q2 + q1


@dataclass(frozen=True)
class RotatingLoser:
    """Lose on purpose the pair that was asked most recently, by a table both derive from the past.

    Under fair questions still independent wins with probability 3/4 exactly: memory does not help.
    """

    needs: ClassVar[str] = "seat"

    def answer(self, situation: Situation, chance: random.Random = CHANCE) -> Answer:
        asked = (_oriented(past.question_1, past.question_2) for past in reversed(situation.past)
                 if is_chsh(past.question_1, past.question_2))  # fmt: skip
        return table_answer(BEST_TABLES[next(asked, "BY")], situation.question)


@dataclass(frozen=True)
class CardCounter:
    """Count the asked pairs and make one that the predecessor's quota has used up the losing one.

    Under the quota design wins 13.817 of the first 16 rounds (simplified), 86.4 %, and 7.195 of the
    first 8 of each ordering (classic), 89.9 %; under uniform questions 75 % as everybody.
    """

    needs: ClassVar[str] = "seat"

    def answer(self, situation: Situation, chance: random.Random = CHANCE) -> Answer:
        own = kind(situation.question)
        # A CHSH round has the own kind on the own seat and the other kind on the partner's.
        counts: Counter[Pair] = Counter((past.question_1, past.question_2) for past in situation.past)
        possible = propensities(situation.mode, "quota", counts)
        full = [
            _oriented(q1, q2)
            for q1, q2 in pairs(situation.mode)
            if is_chsh(q1, q2) and kind((q1, q2)[situation.seat - 1]) == own and (q1, q2) not in possible
        ]
        return table_answer(BEST_TABLES[full[0] if full else "BY"], situation.question)


@dataclass(frozen=True)
class NoisyHuman:
    """A person who means to play an agreed table.

    With probability timeout no answer; otherwise with probability forget the seat has lost the table in this
    round and answers a coin that says True with probability bias; at last the answer is flipped with
    probability slip.  E = ((1 - forget)(1 - 2 slip))^2 E(table) for a fair bias, over answered rounds.
    """

    table: str = "TTTT"
    forget: float = 0.1
    slip: float = 0.05
    bias: float = 0.5
    timeout: float = 0.0
    needs: ClassVar[str] = "seat"

    def __post_init__(self) -> None:
        Table(self.table)
        for name in ("forget", "slip", "bias", "timeout"):
            probability(name, getattr(self, name))

    def answer(self, situation: Situation, chance: random.Random = CHANCE) -> Answer:
        if chance.random() < self.timeout:
            return None
        meant = table_answer(self.table, situation.question)
        if chance.random() < self.forget:
            meant = chance.random() < self.bias
        return meant != (chance.random() < self.slip)


STRATEGIES: dict[str, type[SeatStrategy] | type[PairStrategy]] = {
    "always_true": AlwaysTrue,
    "shared_coin": SharedCoin,
    "random": RandomAnswers,
    "table": Table,
    "best_classical": BestClassical,
    "rotating_loser": RotatingLoser,
    "card_counter": CardCounter,
    "noisy_human": NoisyHuman,
    "quantum": Quantum,
    "pr_box": PRBox,
    "signalling_cheater": SignallingCheater,
}


def strategy(name: str, **parameters: float | str) -> SeatStrategy | PairStrategy:
    """Return the named strategy with its parameters, or refuse a name or parameter that does not exist."""
    if name not in STRATEGIES:
        raise ValueError(f"strategy={name!r}: use one of {', '.join(STRATEGIES)}")
    try:
        return STRATEGIES[name](**parameters)
    except TypeError as error:
        raise ValueError(f"strategy={name!r} with {parameters!r}: {error}") from None
