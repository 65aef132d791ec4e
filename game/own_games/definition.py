"""The declared game that follows from a file, as the rest of the product reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import SimpleNamespace
from typing import Any

from game.games.definition import UNANSWERED, Context, Definition, Seat, Strategy
from game.own_games import themes
from game.own_games.bounds import Bounds
from game.own_games.declaration import Declaration
from game.physics.theory.operators import Matrix, Measurement, identity

_NEVER: Matrix = ((0j,),)


@dataclass(frozen=True, eq=False)
class OwnDefinition(Definition):
    """A game whose words and values come from a file instead of a folder."""

    declared: Declaration | None = None
    bounds: Bounds | None = None

    @cached_property
    def quantum_value(self) -> float:
        """What the file gives, else what the see-saw reached, else what plans reach: a lower bound."""
        assert self.declared is not None and self.bounds is not None
        return self.declared.quantum or self.bounds.quantum or float(self.bounds.classical)

    def about(self) -> str:
        """Return in a few lines what the values are worth."""
        assert self.declared is not None and self.bounds is not None
        classical, box = self.bounds.classical, self.bounds.has_box
        lines = [
            f"best plan {classical} (exact, {self.declared.plans} plans), for example {'/'.join(self.bounds.plan)}"
        ]
        if self.bounds.quantum is None:
            lines.append("quantum: not computed, because a seat has more than two answers; bots play the best plan")
        else:
            lines.append(f"quantum: at least {self.bounds.quantum:.6f} (a see-saw with a qubit a seat)")
        if self.declared.quantum is not None:
            lines.append(f"quantum: {self.declared.quantum:.6f} is what the file gives")
        told = "1 (a box that always wins tells no seat anything)" if box else "at most 1 (not computed)"
        return "\n".join([*lines, f"no message: {told}"])

    @cached_property
    def _words(self) -> Any:
        assert self.declared is not None and self.bounds is not None
        label, theme = themes.words_of(self.declared, self.bounds.classical)
        return SimpleNamespace(LABEL=label, THEMES={"letters": theme})


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
        quantum=_strategy(declared, bounds),
        # Nothing wins more than always; whether messages are needed for it only a box without them can tell.
        no_message=type(bounds.classical)(1),
        outcome=lambda context, answers: "won" if counts(context, answers) else "lost",
        box=counts if bounds.has_box else _follows(declared, bounds),
        estimates=("win_rate",),
        figure="words",
        wanted=wanted.__getitem__,
        quantum_is_limit=declared.quantum is not None,
        declared=declared,
        bounds=bounds,
    )


def _strategy(declared: Declaration, bounds: Bounds) -> Strategy:
    """Return the strategy of the see-saw, with the letters of the game; else the best plan as a strategy."""
    if bounds.strategy is None:
        planned = zip(declared.seats, bounds.plan, strict=True)
        return Strategy(
            state=(1 + 0j,),
            observables=[
                {q: _certain(seat.answers, a) for q, a in zip(seat.questions, text, strict=True)}
                for seat, text in planned
            ],
        )
    found = zip(declared.seats, bounds.strategy.observables, strict=True)
    return Strategy(
        state=bounds.strategy.state,
        observables=[
            {q: {seat.answers[0]: one["T"], seat.answers[1]: one["F"]} for q, one in measured.items()}
            for seat, measured in found
        ],
    )


def _certain(answers: str, planned: str) -> Measurement:
    return {answer: identity(1) if answer == planned else _NEVER for answer in answers}


def _follows(declared: Declaration, bounds: Bounds) -> Any:
    """Return whether answers are those of the best plan: no box with messages left out is known."""
    says: list[Mapping[str, str]] = [
        dict(zip(seat.questions, text, strict=True)) for seat, text in zip(declared.seats, bounds.plan, strict=True)
    ]

    def follows(context: str, answers: str) -> bool:
        planned = "".join(own[question] for own, question in zip(says, context, strict=True))
        return UNANSWERED not in answers and answers == planned

    return follows
