"""Whether the questions of a file were drawn as its evidence assumes: evenly, or with the propensities of the file."""

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from game.analysis.count_tests import log_dirichlet, multinomial_p, rough_p
from game.analysis.order import is_ordered
from game.analysis.rounds_file import Records
from game.games.definition import Definition
from game.physics import evidence
from game.physics.counts import Floats, Ints
from game.physics.designs import DESIGNS
from game.physics.evidence_state import least_propensity, valid_design

UNEVEN_P = 0.001
# A file may round the probabilities that it gives.
_ROUNDING = 1e-3
_SUM_ROUNDING = 0.03


class Evenness(NamedTuple):
    """
    The p-value and the e-value against even questions, None where not tested.

    fault is why evidence is invalid; is_ordered is that the questions stand in an order.
    """

    p: float | None = None
    e: float | None = None
    fault: str | None = None
    is_ordered: bool = False


def with_propensities(records: Records) -> Records:
    """Mark as adaptive the groups of rounds whose propensities differ from those of a fair round."""
    unfair = ~np.isclose(records.chances, _fair(records), rtol=_ROUNDING, atol=0) & ~np.isnan(records.propensities)
    marked = {int(group) for group in np.unique(records.group[unfair])}
    groups = [
        group._replace(design="adaptive") if i in marked and group.design == "uniform" else group
        for i, group in enumerate(records.groups)
    ]
    return replace(records, groups=groups)


def evenness(records: Records) -> Evenness:
    """Test the questions of a file, without those drawn by quota or with unknown propensities."""
    records = _testable(records)
    if not len(records.codes):
        return Evenness()
    game, n = records.game, context_counts(records)[0]
    chances = _constant_chances(records)
    fault = _impossible(records, chances)
    if fault is not None:
        return Evenness(fault=fault)
    log_e = log_e_values(records)
    p, why = _tested(game, n, chances, float(log_e[0]))
    e = float(evidence.finite_exp(log_e)[0])
    return Evenness(p, None if math.isnan(e) else e, _uneven(p, why), is_ordered(records))


def _tested(game: Definition, n: Ints, chances: Floats | None, log_e: float) -> tuple[float, str]:
    """Return the p-value of the counts of contexts, and what is wrong if it is small."""
    if chances is None or np.isnan(chances).any():
        return min(1.0, math.exp(-log_e)), "they do not have the propensities of the file"
    p = multinomial_p(n, chances)
    if p >= UNEVEN_P and np.allclose(chances, _weights(game)):
        # What is rare given one seat's question hides among many question pairs.
        within, where = _within_questions(game, n)
        if within < UNEVEN_P:
            return within, where
    return p, _most_uneven(game.questions, n, chances)


def _testable(records: Records) -> Records:
    # Quotas and decks are even by construction.
    unknown = {int(group) for group in np.unique(records.group[np.isnan(records.chances)])}
    names = [str(not is_dealt(group.design) and i not in unknown) for i, group in enumerate(records.groups)]
    return replace(
        records, groups=[group._replace(run=name) for group, name in zip(records.groups, names, strict=True)]
    ).only(run=str(True))


def is_dealt(design: str) -> bool:
    """Whether questions are even by construction, because those asked before make them rarer."""
    return DESIGNS[design].draws in ("quota", "deck")


def log_e_values(records: Records, units: Ints | None = None, size: int = 1) -> Floats:
    """
    Return the log e-value of every unit against the chances of its rounds, shape (size,).

    The probability of the contexts when their chances have a Dirichlet law, as ratio to the chances
    given.  Where those are not fair, half of the capital bets that they are too large: the mean of
    the fair chance over the true one is 1.
    """
    unit = np.zeros(len(records.codes), dtype=np.int64) if units is None else units
    n, fair = context_counts(records, unit, size), _weights(records.game)
    chances = records.chances
    log_e = log_dirichlet(n, fair) - np.bincount(unit, np.log(chances), minlength=size)
    if _is_fair(records):
        return log_e
    least = least_propensity(records.game)
    stake = 0.5 / (fair.max() / least - 1)
    # Only the cards of a deck are rarer, and they are not tested.
    too_large = np.bincount(unit, np.log1p(stake * (1 - _fair(records) / np.maximum(chances, least))), minlength=size)
    return np.asarray(np.logaddexp(log_e, too_large) - math.log(2))


def context_counts(records: Records, units: Ints | None = None, size: int = 1) -> Ints:
    """Return the rounds of every unit by context, shape (size, contexts)."""
    contexts = len(records.game.questions)
    context = records.codes // (len(records.game.cells) // contexts)
    unit = 0 if units is None else units
    return np.bincount(unit * contexts + context, minlength=size * contexts).reshape(size, contexts)


def _weights(game: Definition) -> Floats:
    return np.array([float(game.probabilities[context]) for context in game.questions])


def _fair(records: Records) -> Floats:
    cells = np.array([float(records.game.probabilities[context]) for context, _ in records.game.cells])
    return np.asarray(cells[records.codes])


def _uneven(p: float, why: str) -> str | None:
    if p >= UNEVEN_P:
        return None
    return (
        f"the questions are not even (p = {p:.2g}): {why}; evidence, p and no-signalling need questions "
        "drawn by chance and are left out"
    )


def _is_fair(records: Records) -> bool:
    return np.allclose(records.chances, _fair(records), rtol=_ROUNDING, atol=0)


def _constant_chances(records: Records) -> Floats | None:
    """Return the chance of every context where it is the same in all rounds, nan where not asked; else None."""
    if _is_fair(records):
        return _weights(records.game)
    contexts = len(records.game.questions)
    context = records.codes // (len(records.game.cells) // contexts)
    low, high = np.full(contexts, np.inf), np.zeros(contexts)
    np.minimum.at(low, context, records.chances)
    np.maximum.at(high, context, records.chances)
    if (high > low * (1 + _ROUNDING))[high > 0].any():
        return None
    return np.where(high > 0, high, np.nan)


def _impossible(records: Records, chances: Floats | None) -> str | None:
    """Return why the propensities of a file cannot be probabilities that evidence can use."""
    game, least = records.game, least_propensity(records.game)
    highest = float(records.chances.max())
    if valid_design(game, "adaptive") != "adaptive" and not _is_fair(records):
        return _unusable("the propensities are not those of fair questions, which this game's evidence needs")
    if highest > 1 - (len(game.questions) - 1) * least + _ROUNDING:
        return _unusable(f"propensity={highest:g}: other questions would be rarer than {least:g}")
    if chances is not None:
        total, missing = float(np.nansum(chances)), int(np.isnan(chances).sum())
        if total + missing * least > 1 + _SUM_ROUNDING or (not missing and total < 1 - _SUM_ROUNDING):
            return _unusable(f"the propensities of {chances.size - missing} question pairs add up to {total:.4g}")
    return None


def _unusable(why: str) -> str:
    return f"{why}; evidence, p and no-signalling are left out"


def _most_uneven(names: tuple[str, ...], n: Ints, chances: Floats) -> str:
    expected = n.sum() * chances
    worst = int(np.argmax((n - expected) ** 2 / expected))
    return f"{names[worst]} was asked in {n[worst]} of {n.sum()} rounds, expected {expected[worst]:.0f}"


def _within_questions(game: Definition, n: Ints) -> tuple[float, str]:
    """Test the others' questions given one seat's question; return the lowest corrected p and where it is."""
    found, weights = list[tuple[float, str]](), _weights(game)
    for name, at in _by_question(game):
        total = weights[at].sum()
        if len(at) > 1 and n[at].any():
            names = tuple(game.questions[i] for i in at)
            found.append(
                (_screened_p(n[at], weights[at] / total), name + _most_uneven(names, n[at], weights[at] / total))
            )
    p, said = min(found, default=(1.0, ""))
    return min(1.0, p * len(found)), said


def _by_question(game: Definition) -> Iterator[tuple[str, list[int]]]:
    for seat, declared in enumerate(game.seats):
        for question in declared.questions:
            at = [i for i, context in enumerate(game.questions) if context[seat] == question]
            yield f"where player {seat + 1} was asked {question}, ", at


def _screened_p(n: Ints, chances: Floats) -> float:
    rough = rough_p(n, chances)
    return rough if rough > 0.05 else multinomial_p(n, chances)
