"""Hardy's paradox, the aqmjoe mode: colour questions (A, B; True is Green), food questions (X, Y; True is Peas)."""

from typing import NamedTuple

import numpy as np

from game.physics.estimators import Z95, price_bonett, ratio, wilson
from game.physics.tally import CODES, Floats, Ints, hardy_codes

_H_SIGNS = np.array([1.0, -1.0, -1.0, -1.0])


class Hardy(NamedTuple):
    """Per team; nan where a kind of round has no answered one yet."""

    h: Floats
    low: Floats
    high: Floats
    plus: Ints
    minus: Ints
    rule_keeping: Floats
    rule_keeping_low: Floats
    rule_keeping_high: Floats
    miracles: Floats
    miracles_low: Floats
    miracles_high: Floats


def hardy(tables: Ints) -> Hardy:
    """
    Estimate H = P(GG|cc) - P(G,C|cf) - P(C,G|fc) - P(PP|ff), at most 0 for local realism.

    Parameters
    ----------
    tables : array of int, shape (teams, 4, 4, 3, 3)
        plus and minus take every round, an unanswered one as -1; the other numbers only
        rounds with both answers.

    Returns
    -------
    Hardy
        H with its Price-Bonett interval; miracles of colour-colour rounds and rules kept of
        the others with Wilson's.

    References
    ----------
    .. [1] Hardy, Phys. Rev. Lett. 71, 1665 (1993).
    .. [2] Mermin, Am. J. Phys. 62, 880 (1994).
    """
    kinds = tables.reshape(-1, 2, 2, 2, 2, 3, 3).sum(axis=(2, 4))[..., :2, :2]
    events = np.stack([kinds[:, 0, 0, 0, 0], kinds[:, 0, 1, 0, 1], kinds[:, 1, 0, 1, 0], kinds[:, 1, 1, 0, 0]], axis=-1)
    rounds = kinds.sum(axis=(-2, -1)).reshape(-1, 4)
    complete = (rounds > 0).all(axis=-1)
    centre, error = price_bonett(events, rounds, _H_SIGNS)
    broken, others = events[:, 1:].sum(axis=-1), rounds[:, 1:].sum(axis=-1)
    flat = tables.reshape(-1, CODES)
    kept, miracles = wilson(others - broken, others), wilson(events[:, 0], rounds[:, 0])
    return Hardy(
        h=(_H_SIGNS * ratio(events, rounds)).sum(axis=-1),
        low=np.where(complete, np.clip(centre - Z95 * error, -3, 1), np.nan),
        high=np.where(complete, np.clip(centre + Z95 * error, -3, 1), np.nan),
        plus=flat[:, hardy_codes() > 0].sum(axis=-1),
        minus=flat[:, hardy_codes() < 0].sum(axis=-1),
        rule_keeping=1 - ratio(broken, others),
        rule_keeping_low=kept[0],
        rule_keeping_high=kept[1],
        miracles=ratio(events[:, 0], rounds[:, 0]),
        miracles_low=miracles[0],
        miracles_high=miracles[1],
    )
