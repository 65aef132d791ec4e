"""The estimates that a game may declare, each a function of its counts; `game.games.axes` has their axes."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np

from game.physics import estimators
from game.physics.bounds import Z95
from game.physics.counts import Floats, Ints, answered_cells, bad_cells, good_cells, pair_tables, total
from game.physics.estimators import price_bonett, ratio, wilson
from game.physics.report_types import Estimate
from game.physics.struct_columns import by_team, structs
from game.physics.theory.declared import CountedGame

_H_SIGNS = np.array([1.0, -1.0, -1.0, -1.0])


class Columns(NamedTuple):
    """An estimate of many teams: the fields of Estimate, one number a team."""

    key: str
    value: Floats
    low: Floats | None
    high: Floats | None
    rounds: Ints
    open_low: Floats | None = None
    open_high: Floats | None = None
    left_out: Ints | None = None


Estimates = list[Columns]


def win_rate(game: CountedGame, counts: Ints) -> Estimates:
    """Estimate the share of good rounds among the good and bad ones, with Wilson's interval."""
    good, counted = good_and_counted(game, counts)
    return [Columns("win_rate", ratio(good, counted), *wilson(good, counted), counted)]


def chsh(game: CountedGame, counts: Ints) -> Estimates:
    """
    Estimate the CHSH value S, an unanswered round as the losing outcome of its pair, and S from the win rate.

    If either seat may be asked A or B, S is the mean of both orderings; their values follow it.  The last
    one is S of answered rounds, which a plan can lift up to 4 by skipping.
    """
    tables = pair_tables(game, counts)
    asked, answered = estimators.same_and_asked(tables), estimators.same_and_answered(tables)
    good, counted = good_and_counted(game, counts)
    low, high = wilson(good, counted)
    from_wins = Columns("chsh_from_wins", 8 * ratio(good, counted) - 4, 8 * low - 4, 8 * high - 4, counted)
    orderings = (estimators.FIRST_ORDERING, estimators.SECOND_ORDERING)[: 1 + has_two_orderings(game)]
    s, of_answered = _s("chsh", asked, orderings), _s("chsh_answered", answered, orderings)
    parts = [_s(f"chsh_{i}", asked, (one,)) for i, one in enumerate(orderings, 1)] if len(orderings) > 1 else []
    return [s, from_wins, *parts, of_answered._replace(left_out=s.rounds - of_answered.rounds)]


def _s(key: str, counted: tuple[Ints, Ints], orderings: tuple[tuple[tuple[int, int], ...], ...]) -> Columns:
    s = estimators.chsh_value(counted, orderings)
    rounds = sum(estimators.cells(counted[1], ordering).sum(axis=-1) for ordering in orderings)
    return Columns(key, s.value, s.low, s.high, np.asarray(rounds), s.identified_low, s.identified_high)


def has_two_orderings(game: CountedGame) -> bool:
    return "XA" in game.questions


def trace(game: CountedGame, counts: Ints) -> Estimates:
    """Estimate the mean correlator of the contexts with the same question for both seats."""
    tables = pair_tables(game, counts)
    found = estimators.trace(tables)
    rounds = estimators.cells(estimators.same_and_answered(tables)[1], estimators.SAME_ITEM).sum(axis=-1)
    return [Columns("trace", found.value, found.low, found.high, rounds)]


def hardy(game: CountedGame, counts: Ints) -> Estimates:
    """
    Estimate H = P(GG|cc) - P(G,C|cf) - P(C,G|fc) - P(PP|ff) of answered rounds, at most 0 for local realism.

    The interval is Price and Bonett's.

    References
    ----------
    .. [1] Hardy, Phys. Rev. Lett. 71, 1665 (1993).
    .. [2] Mermin, Am. J. Phys. 62, 880 (1994).
    """
    events, rounds = _hardy_events(game, counts)
    complete = (rounds > 0).all(axis=-1)
    centre, error = price_bonett(events, rounds, _H_SIGNS)
    ends = [np.where(complete, np.clip(centre + side * Z95 * error, -3, 1), np.nan) for side in (-1, 1)]
    return [Columns("hardy", (_H_SIGNS * ratio(events, rounds)).sum(axis=-1), ends[0], ends[1], rounds.sum(axis=-1))]


def miracles(game: CountedGame, counts: Ints) -> Estimates:
    """Estimate how often both seats answer Green when both are asked the colour."""
    events, rounds = _hardy_events(game, counts)
    both, asked = events[:, 0], rounds[:, 0]
    return [Columns("miracles", ratio(both, asked), *wilson(both, asked), asked)]


def rule_keeping(game: CountedGame, counts: Ints) -> Estimates:
    """Estimate how often the other kinds of rounds obey their rules."""
    events, rounds = _hardy_events(game, counts)
    broken, others = events[:, 1:].sum(axis=-1), rounds[:, 1:].sum(axis=-1)
    return [Columns("rule_keeping", 1 - ratio(broken, others), *wilson(others - broken, others), others)]


def _hardy_events(game: CountedGame, counts: Ints) -> tuple[Ints, Ints]:
    """Return the events that H counts and the answered rounds, by kind of round: cc, cf, fc, ff."""
    kinds = pair_tables(game, counts).reshape(-1, 2, 2, 2, 2, 3, 3).sum(axis=(2, 4))[..., :2, :2]
    events = np.stack([kinds[:, 0, 0, 0, 0], kinds[:, 0, 1, 0, 1], kinds[:, 1, 0, 1, 0], kinds[:, 1, 1, 0, 0]], axis=-1)
    return events, kinds.sum(axis=(-2, -1)).reshape(-1, 4)


ESTIMATES: dict[str, Callable[[CountedGame, Ints], Estimates]] = {
    "win_rate": win_rate,
    "chsh": chsh,
    "trace": trace,
    "hardy": hardy,
    "miracles": miracles,
    "rule_keeping": rule_keeping,
}


def good_and_counted(game: CountedGame, counts: Ints) -> tuple[Ints, Ints]:
    """Return the number of good rounds, and of good and bad ones, of every team."""
    good = total(counts, good_cells(game))
    return good, good + total(counts, bad_cells(game))


def estimated(game: CountedGame, counts: Ints) -> tuple[Estimates, Estimates]:
    """Return the declared estimates (the first of each function) and further ones."""
    found = [ESTIMATES[name](game, counts) for name in game.estimates]
    return [first for first, *_ in found], [one for _, *rest in found for one in rest]


def exact_win_rate(game: CountedGame, counts: Ints) -> Columns:
    """Estimate the win rate with the interval of guaranteed coverage."""
    good, counted = good_and_counted(game, counts)
    ends = estimators.clopper_pearson(good, counted)
    return Columns("win_rate_exact", ratio(good, counted), *ends, counted)


def lists_by_team(columns: Iterable[Columns], teams: int) -> list[list[Estimate]]:
    """Return the estimates of every team."""
    return by_team([structs(Estimate, teams, one._asdict()) for one in columns], teams)


def answered(game: CountedGame, counts: Ints) -> Ints:
    return total(counts, answered_cells(game))
