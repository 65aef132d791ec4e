"""The values of a file's game: the best plan by trying all, a quantum strategy by a see-saw, a box that always wins."""

from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import combinations, product

from msgspec import Struct

from game.games.definition import Strategy
from game.own_games.declaration import Declaration
from game.own_games.source import BadDeclaration
from game.physics.theory.operators import identity, scale
from game.physics.theory.plans import Plan
from game.physics.theory.see_saw import STEPS, WonGame, see_saw

# In many contexts or dimensions a step takes long, and fewer starts and steps have to do: about two seconds in all.
_MOST_STARTS, _LEAST_STARTS, _WORK = 12, 2, 2_400_000
_ROUNDING = 1e-9


class Bounds(Struct, frozen=True):
    """
    What strategies reach in a game.

    classical is exact, and plan a plan that reaches it.  quantum is reached by the strategy, whose parts of the state
    have this dimension, and may be below the best.  has_box: winning answers, drawn evenly in each context, tell no
    seat anything of the other questions, so that everything can be won without a message.
    """

    classical: Fraction
    plan: Plan
    has_box: bool
    dimension: int
    quantum: float
    strategy: Strategy


def bounds_of(declared: Declaration) -> Bounds:
    """Return the bounds of a game, and refuse a file that claims others."""
    classical, plan = best_plan(declared)
    dimension = declared.own_dimension
    steps = _WORK // (len(declared.contexts) * dimension ** (2 * len(declared.seats)))
    starts = max(_LEAST_STARTS, min(_MOST_STARTS, steps // STEPS))
    value, strategy = see_saw(_won_game(declared), dimension, starts, min(STEPS, steps // starts))
    if value < classical - _ROUNDING:
        # A plan is a quantum strategy too, where no start found a better one.
        value, strategy = float(classical), as_strategy(declared, plan)
    found = Bounds(classical, plan, has_box(declared), dimension, value, strategy)
    _check_claims(declared, found)
    return found


def _check_claims(declared: Declaration, found: Bounds) -> None:
    faults = []
    if declared.null is not None and Fraction(declared.null) != found.classical:
        faults.append(f"null={declared.null!r}: the best plan wins {found.classical}, as trying all of them shows")
    least = max(float(found.classical), found.quantum)
    if declared.quantum is not None and declared.quantum < least - _ROUNDING:
        faults.append(f"quantum={declared.quantum!r}: quantum devices reach {least:.6f} at least")
    if found.classical == 1:
        faults.append(f"contexts={len(declared.contexts)!r}: a plan wins all of them, so that nothing can pass it")
    if faults:
        raise BadDeclaration(faults)


def best_plan(declared: Declaration) -> tuple[Fraction, Plan]:
    """
    Return the win rate of the best plan, and the first plan that reaches it.

    All plans of all seats but the last are tried; the last seat then has a best answer to each of its questions alone.
    """
    last = declared.seats[-1]
    best = -1
    found: Plan = ()
    for others in _others(declared):
        worth = {question: Counter(dict.fromkeys(last.answers, 0)) for question in last.questions}
        for context in declared.contexts:
            said = "".join(
                text[seat.questions.index(q)]
                for text, seat, q in zip(others, declared.seats, context.questions, strict=False)
            )
            for answer in last.answers:
                if said + answer in context.wins:
                    worth[context.questions[-1]][answer] += context.weight
        won = sum(max(counts.values()) for counts in worth.values())
        if won > best:
            text = "".join(max(last.answers, key=worth[question].__getitem__) for question in last.questions)
            best, found = won, (*others, text)
    return Fraction(best, sum(context.weight for context in declared.contexts)), found


def _others(declared: Declaration) -> Iterator[Plan]:
    return product(*(map("".join, product(seat.answers, repeat=len(seat.questions))) for seat in declared.seats[:-1]))


def has_box(declared: Declaration) -> bool:
    """Whether the answers of any seats to their questions are equally likely whatever the other seats are asked."""
    for size in range(1, len(declared.seats)):
        for chosen in combinations(range(len(declared.seats)), size):
            laws: dict[str, Mapping[str, Fraction]] = {}
            for context in declared.contexts:
                asked = "".join(context.questions[seat] for seat in chosen)
                counts = Counter("".join(answers[seat] for seat in chosen) for answers in context.wins)
                law = {answers: Fraction(n, len(context.wins)) for answers, n in counts.items()}
                if laws.setdefault(asked, law) != law:
                    return False
    return True


def _won_game(declared: Declaration) -> WonGame:
    total = sum(context.weight for context in declared.contexts)
    return WonGame(
        [(seat.questions, seat.answers) for seat in declared.seats],
        {one.questions: (one.weight / total, one.wins) for one in declared.contexts},
    )


def as_strategy(declared: Declaration, plan: Plan) -> Strategy:
    """Return a plan as a strategy that measures nothing."""
    return Strategy(
        state=(1 + 0j,),
        observables=[
            {
                q: {a: scale(a == planned, identity(1)) for a in seat.answers}
                for q, planned in zip(seat.questions, text, strict=True)
            }
            for seat, text in zip(declared.seats, plan, strict=True)
        ],
    )
