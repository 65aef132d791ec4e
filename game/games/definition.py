"""The declaration of a game, from which the rest of the product derives everything about it.

A context is a text with one question letter a seat ("AX"), answers a text with one answer letter a
seat, "-" where a seat has not answered.  Two-answer games use T (True, +1) and F (False, -1).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from importlib import import_module
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

from game.physics.theory import plans, quantum
from game.physics.theory.declared import UNANSWERED, total_weight
from game.physics.theory.quantum import Strategy

if TYPE_CHECKING:
    from game.games.words import Explanation, Preset, Text, Theme

__all__ = ["UNANSWERED", "Cell", "Context", "Definition", "Seat", "Strategy", "same_or_different"]


TWO_ANSWERS = "TF"


@dataclass(frozen=True)
class Seat:
    """The question letters and the answer letters (2 to 4) of a seat."""

    questions: str
    answers: str = TWO_ANSWERS


@dataclass(frozen=True)
class Context:
    """Questions that may be asked together, drawn with a probability in proportion to the weight."""

    questions: str
    weight: int = 1


class Cell(NamedTuple):
    """A round as it may end: its questions and its answers."""

    context: str
    answers: str


def same_or_different(context: str, answers: str) -> str:
    """Return how the answers relate, the default of `Definition.how`."""
    if UNANSWERED in answers:
        return "unanswered"
    return "same" if len(set(answers)) == 1 else "different"


# Definitions are compared and hashed by identity, because caches use them as keys.
@dataclass(frozen=True, eq=False)
class Definition:
    """A game: its questions, answers and counting, and the values of plans, quantum theory and no-signalling.

    counts(context, answers) is True for good, False for bad, None for no part of the evidence; its
    answers may hold "-".  For every plan good - null * (good + bad) is at most 0 in expectation.
    outcome(context, answers) names a closed round and how(context, answers) the way it came about:
    words are looked up as "outcome_how", else as "outcome".  wanted(context) names what is good there.
    box(context, answers) names the answers of the best no-signalling box, all equally often.
    """

    key: str
    seats: tuple[Seat, ...]
    contexts: tuple[Context, ...]
    counts: Callable[[str, str], bool | None]
    null: Fraction
    quantum: Strategy
    no_message: Fraction
    outcome: Callable[[str, str], str]
    box: Callable[[str, str], bool]
    estimates: tuple[str, ...]
    figure: str
    wanted: Callable[[str], str]
    how: Callable[[str, str], str] = same_or_different
    # None: the value is the share of good rounds.  Else it is (good - bad) per round times this scale.
    score_scale: int | None = None
    # The first context with the same questions as this one.
    alike: Callable[[str], str] = str
    # The estimate that curves over time show.
    curve: str = "win_rate"
    # Number of cards of each context in a predictable deck.
    quota: int = 2
    # The adaptive design balances the contexts of a block; without blocks it equals the uniform design.
    block: Callable[[str], str] | None = None

    @cached_property
    def questions(self) -> tuple[str, ...]:
        """The questions of all contexts, in their declared order."""
        return tuple(context.questions for context in self.contexts)

    @property
    def seat_count(self) -> int:
        return len(self.seats)

    @cached_property
    def letters(self) -> str:
        """Every question letter once, those of seat 1 first."""
        return "".join(dict.fromkeys("".join(seat.questions for seat in self.seats)))

    @cached_property
    def total_weight(self) -> int:
        return total_weight(self)

    @cached_property
    def probabilities(self) -> Mapping[str, Fraction]:
        """The probability of each context in a fair round."""
        return {context.questions: Fraction(context.weight, self.total_weight) for context in self.contexts}

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Every way a round may end: contexts as declared, then the seats' answers as declared with "-" last.

        The last seat's answer runs fastest.
        """
        answers = ["".join(letters) for letters in product(*(seat.answers + UNANSWERED for seat in self.seats))]
        return tuple(Cell(context, given) for context in self.questions for given in answers)

    @cached_property
    def codes(self) -> Mapping[tuple[str, str], int]:
        """The index of every round among `cells`."""
        return {cell: code for code, cell in enumerate(self.cells)}

    def code(self, context: str, answers: str) -> int:
        """Return the index of a round among `cells`, and refuse one that this game does not have."""
        try:
            return self.codes[context, answers]
        except KeyError:
            raise ValueError(f"round={context + ' ' + answers!r}: {self.key} does not have it") from None

    @cached_property
    def good_codes(self) -> tuple[int, ...]:
        return self._codes_of(True)

    @cached_property
    def bad_codes(self) -> tuple[int, ...]:
        return self._codes_of(False)

    def _codes_of(self, verdict: bool) -> tuple[int, ...]:
        return tuple(code for code, cell in enumerate(self.cells) if self.counts(*cell) is verdict)

    def spoken(self, answers: str) -> list[bool | str | None]:
        """Return answers in the form of files and old clients: True or False for seats with two, else letters."""
        truths: dict[str, bool] = {"T": True, "F": False}
        return [
            None if letter == UNANSWERED else truths[letter] if seat.answers == TWO_ANSWERS else letter
            for seat, letter in zip(self.seats, answers, strict=True)
        ]

    @cached_property
    def outcomes(self) -> tuple[str, ...]:
        """The names of all closed rounds, each once."""
        return tuple(dict.fromkeys(self.outcome(*cell) for cell in self.cells))

    @cached_property
    def classical_value(self) -> Fraction:
        """The value of the best plan: the share of good rounds, or H in Hardy's game."""
        return plans.classical_value(self)

    @cached_property
    def quantum_value(self) -> float:
        """The value of the declared quantum strategy."""
        return quantum.value(self)

    @property
    def quantum_limit(self) -> float | None:
        """The highest probability of a good round in quantum theory: a team above it is suspicious; None if unknown."""
        return self.quantum_value

    @cached_property
    def visibility_threshold(self) -> float | None:
        """The visibility from which on the declared quantum strategy passes every plan; None where it never does."""
        return quantum.visibility_for(self, float(self.classical_value))

    @cached_property
    def themes(self) -> "Mapping[str, Theme]":
        """The themes of this game by key; the first is the default."""
        themes: Mapping[str, Theme] = self._words.THEMES
        return themes

    @property
    def default_theme(self) -> str:
        return next(iter(self.themes))

    def theme_or_default(self, wanted: str) -> str:
        """Return the theme if this game has it, else the default theme."""
        return wanted if wanted in self.themes else self.default_theme

    @property
    def label(self) -> "Text":
        label: Text = self._words.LABEL
        return label

    @property
    def explain(self) -> "tuple[Explanation, ...]":
        """The explanations after the game: why plans are limited, and what quantum devices do."""
        explain: tuple[Explanation, ...] = getattr(self._words, "EXPLAIN", ())
        return explain

    @property
    def presets(self) -> "Mapping[str, Preset]":
        """Lessons for this game to choose from when a game is created."""
        presets: Mapping[str, Preset] = getattr(self._words, "PRESETS", {})
        return presets

    @cached_property
    def _words(self) -> Any:
        # Words need Django, which the numbers of a game must not load.
        return import_module(f"game.games.{self.key}.themes")

    def with_limit(self, limit: Fraction) -> "Definition":
        """Return this game as if the best plan reached another share of good rounds; a game with a score is refused."""
        if self.score_scale is not None or not 0 < limit < 1:
            raise ValueError(f"limit={limit}: use a share between 0 and 1, in a game without a score")
        other = replace(self, null=limit)
        # The cached property: no plan is asked.
        vars(other)["classical_value"] = limit
        return other

    def to_dict(self) -> dict[str, Any]:
        """Return the game as `manage.py games --json` prints it."""
        return {
            "key": self.key,
            "seats": [{"questions": list(seat.questions), "answers": list(seat.answers)} for seat in self.seats],
            "contexts": [{"questions": context.questions, "weight": context.weight} for context in self.contexts],
            "classical": float(self.classical_value),
            "quantum": self.quantum_value,
            "no_message": float(self.no_message),
        }
