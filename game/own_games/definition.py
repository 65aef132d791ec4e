"""The declared game that follows from a file, as the rest of the product reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import SimpleNamespace
from typing import Any

from game.games.definition import UNANSWERED, Context, Definition, Seat
from game.own_games import themes
from game.own_games.bounds import Bounds
from game.own_games.declaration import Declaration


@dataclass(frozen=True, eq=False)
class OwnDefinition(Definition):
    """A game whose words and values come from a file instead of a folder."""

    declared: Declaration | None = None
    bounds: Bounds | None = None

    @cached_property
    def quantum_value(self) -> float:
        """What the see-saw reached, and the devices of this game reach: a lower bound."""
        assert self.bounds is not None
        return self.bounds.quantum

    @property
    def quantum_limit(self) -> float | None:
        """What the file gives: nothing here proves it."""
        assert self.declared is not None
        return self.declared.quantum

    def about(self) -> str:
        """Return in a few lines what the values are worth."""
        assert self.declared is not None and self.bounds is not None
        classical, box = self.bounds.classical, self.bounds.has_box
        lines = [
            f"best plan {classical} (exact, {self.declared.plans} plans), for example {'/'.join(self.bounds.plan)}",
            f"quantum: at least {self.bounds.quantum:.6f} (a see-saw, dimension {self.bounds.dimension} a seat)",
        ]
        if self.declared.quantum is not None:
            lines.append(f"quantum: {self.declared.quantum:.6f} is the limit that the file gives (not proved here)")
        told = "1 (a box that always wins tells no seat anything)" if box else "at most 1 (not computed)"
        return "\n".join([*lines, f"no message: {told}"])

    @cached_property
    def _words(self) -> Any:
        assert self.declared is not None and self.bounds is not None
        label, of_game = themes.words_of(self.declared, self.bounds.classical)
        return SimpleNamespace(LABEL=label, THEMES=of_game)


def definition_of(key: str, declared: Declaration, bounds: Bounds) -> OwnDefinition:
    """Return the game of a checked file under a key."""
    wins = {one.questions: frozenset(one.wins) for one in declared.contexts}
    wanted = {one.questions: one.wanted or one.questions for one in declared.contexts}

    def counts(context: str, answers: str) -> bool:
        return answers in wins[context]

    return OwnDefinition(
        key=key,
        seats=tuple(Seat(seat.questions, seat.answers) for seat in declared.seats),
        contexts=tuple(Context(one.questions, one.weight) for one in declared.contexts),
        counts=counts,
        null=bounds.classical,
        quantum=bounds.strategy,
        # Nothing wins more than always; whether messages are needed for it only a box without them can tell.
        no_message=type(bounds.classical)(1),
        outcome=lambda context, answers: "won" if counts(context, answers) else "lost",
        box=counts if bounds.has_box else _follows(declared, bounds),
        estimates=("win_rate",),
        figure="words",
        wanted=wanted.__getitem__,
        declared=declared,
        bounds=bounds,
    )


def _follows(declared: Declaration, bounds: Bounds) -> Any:
    """Return whether answers are those of the best plan: no box with messages left out is known."""
    says: list[Mapping[str, str]] = [
        dict(zip(seat.questions, text, strict=True)) for seat, text in zip(declared.seats, bounds.plan, strict=True)
    ]

    def follows(context: str, answers: str) -> bool:
        planned = "".join(own[question] for own, question in zip(says, context, strict=True))
        return UNANSWERED not in answers and answers == planned

    return follows
