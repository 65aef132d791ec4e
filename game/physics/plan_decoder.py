"""Decode which plan a team followed from the counts of its rounds."""

import math
from functools import lru_cache
from itertools import product
from typing import NamedTuple

import numpy as np

from game.physics.counts import Floats, Ints, answered_cells, total
from game.physics.report_types import PlanResult
from game.physics.theory import plans
from game.physics.theory.declared import CountedGame
from game.physics.theory.plans import Plan

# With more plans than this each seat is decoded by its most frequent answers.
MOST_PLANS = 1024
# Pairs of plans are searched where the matrix of cells and plans has at most so many entries.
MOST_ENTRIES = 2**20


class Thresholds(NamedTuple):
    """Thresholds for naming a plan: answered rounds and the share that agrees, also with its mirror image."""

    rounds: int
    fit: float
    mirrored_rounds: int = 30
    mirrored_fit: float = 1.0
    # The next plan must agree with fewer rounds by this share.
    lead: float = 0.1


@lru_cache
def thresholds(game: CountedGame) -> Thresholds:
    """
    Return the thresholds of a game.

    The best of many plans may fit by luck.  In simulations of any length at most about one in 50 teams
    without a plan (quantum, no-signalling box, coins) gets one.
    A box with shared coins follows the best plan or its mirror image as often as that plan wins.
    """
    rounds = plans.least_rounds(game)
    if "hardy" in game.estimates:
        return Thresholds(rounds, 0.9)
    questions = [len(seat.questions) for seat in game.seats]
    # The next plan differs in one question, which is a small share of the rounds where there are many questions.
    lead = min(0.1, 0.22 / max(questions))
    if "chsh" in game.estimates:
        return Thresholds(rounds, 0.8, lead=lead)
    return Thresholds(rounds, 0.8, _mirrored_rounds(game), lead=lead)


def _mirrored_rounds(game: CountedGame) -> int:
    value = float(plans.classical_value(game)) if _has_mirrors(game) else 0.0
    if not 0 < value < 1:
        return 30
    return max(30, math.ceil(math.log(50 * len(plans.best_plans(game)) / 2) / -math.log(value)))


@lru_cache
def _merged(game: CountedGame) -> tuple[str, ...]:
    """Return the questions of each seat that a plan answers; in Hardy's game A stands for colour, X for food."""
    return tuple("AX" if "hardy" in game.estimates else seat.questions for seat in game.seats)


def _asked(game: CountedGame, question: str) -> str:
    return question.translate(str.maketrans("BY", "AX")) if "hardy" in game.estimates else question


@lru_cache
def plan_count(game: CountedGame) -> int:
    """Return how many plans `enumerated_plans` lists."""
    return math.prod(len(s.answers) ** len(q) for s, q in zip(game.seats, _merged(game), strict=True))


def _is_enumerated(game: CountedGame) -> bool:
    return plan_count(game) <= MOST_PLANS


@lru_cache
def _has_mirrors(game: CountedGame) -> bool:
    return all(len(seat.answers) == 2 for seat in game.seats)


# Of few games: a matrix takes up to 8 MB, where those who call stop at MOST_PLANS or MOST_ENTRIES.
@lru_cache(maxsize=16)
def enumerated_plans(game: CountedGame) -> tuple[list[Plan], Floats]:
    """Return every plan and the matrix (cells, plans) of the rounds that follow it."""
    letters = _merged(game)
    every = [
        tuple(map("".join, plan))
        for plan in product(*(product(s.answers, repeat=len(q)) for s, q in zip(game.seats, letters, strict=True)))
    ]
    given = np.array([list("".join(plan)) for plan in every])
    columns = [(seat, letter) for seat, asked in enumerate(letters) for letter in asked]
    place = {column: position for position, column in enumerate(columns)}
    follows = np.array(
        [
            np.all(
                [
                    given[:, place[seat, _asked(game, question)]] == answer
                    for seat, (question, answer) in enumerate(zip(questions, answers, strict=True))
                ],
                axis=0,
            )
            for questions, answers in game.cells
        ],
        dtype=float,
    )
    return every, follows


def decode(game: CountedGame, counts: Ints) -> list[PlanResult]:
    """
    Return the plan of every team that most of its answered rounds agree with.

    A plan is named when enough rounds are answered, enough of them agree with it and clearly fewer with
    the next plan.  A shared coin is named after more rounds, all of which agree with a plan or its mirror
    image.  In a game with too many plans each seat is decoded alone.
    """
    rounds = total(counts, answered_cells(game)).tolist()
    if not _is_enumerated(game):
        return [_majority(game, *one) for one in zip(*_by_seat(game, counts), rounds, strict=True)]
    every, follows = enumerated_plans(game)
    single = counts.astype(float) @ follows
    alone = _best_two(single)
    if not _has_mirrors(game):
        return [_judge(game, every, first, None, n) for first, n in zip(alone, rounds, strict=True)]
    # product() lists the opposite of plan i at position -1 - i.
    half = len(every) // 2
    either = _best_two(single[:, :half] + single[:, ::-1][:, :half])
    return [_judge(game, every, *one) for one in zip(alone, either, rounds, strict=True)]


Two = tuple[int, float, float]


def _best_two(matches: Floats) -> list[Two]:
    best = matches.argmax(axis=-1)
    ordered = np.partition(matches, -2, axis=-1)
    return list(zip(best.tolist(), ordered[:, -1].tolist(), ordered[:, -2].tolist(), strict=True))


def _judge(game: CountedGame, every: list[Plan], alone: Two, both: Two | None, rounds: int) -> PlanResult:
    limits = thresholds(game)
    ways = [(False, alone, limits.rounds, limits.fit)]
    if both is not None:
        ways.append((True, both, limits.mirrored_rounds, limits.mirrored_fit))
    for mirrored, (row, first, second), least, fit in ways:
        if rounds >= least and first >= fit * rounds and first - second >= limits.lead * rounds:
            return named(game, every[row], mirrored, first / rounds, rounds)
    return PlanResult(fit=alone[1] / rounds if rounds else None, rounds=rounds)


def named(game: CountedGame, plan: Plan, mirrored: bool, fit: float | None, rounds: int) -> PlanResult:
    """Return the result of a plan: a text for each seat with an answer to each question."""
    answers = plan_answers(game, plan)
    won, scored = plans.contexts_won(game, answers)
    return PlanResult(answers, mirrored, fit, rounds, won, scored)


def plan_answers(game: CountedGame, plan: Plan) -> list[dict[str, str]]:
    """Return each seat's answer to each question that a plan answers."""
    return [dict(zip(q, text, strict=True)) for q, text in zip(_merged(game), plan, strict=True)]


@lru_cache
def _own_answers(game: CountedGame, seat: int) -> Floats:
    """Mark the cells by a seat's question and answer, where all answered: (cells, questions, answers)."""
    one = game.seats[seat]
    cells = [
        [[questions[seat] == q and answers[seat] == a for a in one.answers] for q in one.questions]
        for questions, answers in game.cells
    ]
    return np.array(cells, dtype=float) * answered_cells(game)[:, None, None]


def _by_seat(game: CountedGame, counts: Ints) -> tuple[list[Plan], list[float], list[float]]:
    """Return each team's plan of the most frequent answers, the rounds that follow it, and its smallest lead."""
    teams, flat = np.arange(len(counts)), counts.astype(float)
    follows = np.broadcast_to(answered_cells(game), counts.shape)
    lead = np.full(len(counts), np.inf)
    texts = []
    for seat, declared in enumerate(game.seats):
        given = np.tensordot(flat, _own_answers(game, seat), axes=1)
        best, ordered = given.argmax(axis=-1), np.sort(given, axis=-1)
        lead = np.minimum(lead, (ordered[..., -1] - ordered[..., -2]).min(axis=-1))
        texts.append(["".join(declared.answers[i] for i in row) for row in best.tolist()])
        question, answer = _places(game, seat)
        follows = follows & (best[teams[:, None], question[None, :]] == answer[None, :])
    fits = (flat * follows).sum(axis=1)
    return list(zip(*texts, strict=True)), fits.tolist(), lead.tolist()


@lru_cache
def _places(game: CountedGame, seat: int) -> tuple[Ints, Ints]:
    """Return the positions of a seat's question and answer in every cell."""
    declared = game.seats[seat]
    question = [declared.questions.index(questions[seat]) for questions, _ in game.cells]
    return np.array(question), np.array([declared.answers.find(answers[seat]) for _, answers in game.cells])


def _majority(game: CountedGame, plan: Plan, fits: float, lead: float, rounds: int) -> PlanResult:
    limits = thresholds(game)
    if rounds >= limits.rounds and fits >= limits.fit * rounds and lead >= limits.lead * rounds:
        return named(game, plan, False, fits / rounds, rounds)
    return PlanResult(fit=fits / rounds if rounds else None, rounds=rounds)
