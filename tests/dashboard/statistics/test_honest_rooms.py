"""
False alarms of rooms that do not cheat, each at its stated level or below: evidence, bars and alarms.

Rooms are watched all along and stopped when they look best.  Of many rooms as many may exceed a level by chance as the
quantile 1 - 1e-6 of the binomial distribution of that level.
"""

import math
from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
import pytest
from scipy import stats

from game.physics.estimators import wilson
from game.physics.report_types import Report
from tests.support.honest_rooms import (
    Habit,
    Moment,
    all_true,
    counted_by_close,
    dawdler,
    losers_get_bots,
    play,
    quantum,
    shared_coins,
    shown,
)

pytestmark = [pytest.mark.physics, pytest.mark.timeout(900)]

SECONDS = 100.0
WATCHED = np.arange(16.0, SECONDS, 5.0)
BOTS_AFTER = 35.0
# The number of rooms of each size.
ROOMS = {1: 150, 5: 60, 30: 25, 500: 3}
LOCAL = (all_true, shared_coins, dawdler)


class Claims(NamedTuple):
    """What a room ever claimed, and the chance that its last bar is above what a plan can win."""

    evidence: bool
    rate_above_plans: bool
    declared_teams: bool
    signalling_room: bool
    signalling_alarm: bool
    suspicion_alarm: bool
    bar_above_plans: bool
    chance_of_bar: float


def rooms_of(size: int, habits: Iterable[Habit], seed: int, with_bots: bool = False) -> Iterable[list[Moment]]:
    """
    Yield what rooms of this size show: each team has one of the habits, and losers may get bots.

    In every second room all teams have the first habit, so that rooms at the limit are among them.
    """
    rng, every = np.random.default_rng([seed, size]), list(habits)
    for n in range(ROOMS[size]):
        of_teams = every[:1] if n % 2 else every
        teams = [play(of_teams[rng.integers(len(of_teams))], rng, SECONDS) for _ in range(size)]
        yield shown(losers_get_bots(teams, BOTS_AFTER) if with_bots else teams, WATCHED, end=SECONDS)


def claims_of(moments: list[Moment]) -> Claims:
    """Read what a room of persons claimed; while only bots have played it shows bots and says so."""
    rooms = [moment.room for moment in moments if not moment.room.bots_only]
    reports = [room.report for room in rooms]
    kinds = {alarm["kind"] for room in rooms for alarm in room.alarms}
    tests = len(reports[-1].tests or [])
    rate = reports[-1].estimate("win_rate")
    return Claims(
        highest(reports, lambda report: report.evidence.log10_e) >= math.log10(20),
        highest(reports, lambda report: report.evidence.win_rate_lower) > 0.75,
        highest(reports, lambda report: report.room and report.room.declared_teams) > 0,
        highest(reports, lambda report: report.evidence.log10_e_no_signalling) >= math.log10(20 * tests),
        "signalling" in kinds,
        "suspicion" in kinds,
        rate.low is not None and rate.low > 0.75,
        chance_of_bar_above(0.75, rate.rounds),
    )


def highest(reports: list[Report], read: Callable[[Report], float | None]) -> float:
    return max((value for report in reports if (value := read(report)) is not None), default=0.0)


def chance_of_bar_above(rate: float, rounds: int) -> float:
    """Return the exact probability that Wilson's 95 % interval of a binomial share is above its rate."""
    wins = np.arange(rounds + 1)
    low, _ = wilson(wins, np.full(rounds + 1, rounds))
    return float(stats.binom.pmf(wins, rounds, rate)[low > rate].sum())


def at_most(claimed: Iterable[bool], level: float) -> None:
    """Refuse more claims than chance gives at this level."""
    claims = list(claimed)
    assert sum(claims) <= stats.binom.ppf(1 - 1e-6, len(claims), level), (sum(claims), len(claims), level)


@pytest.mark.parametrize("with_bots", [False, True])
@pytest.mark.parametrize("size", ROOMS)
def test_rooms_of_plans_claim_nothing_above_the_stated_levels(size: int, with_bots: bool) -> None:
    rooms = [claims_of(moments) for moments in rooms_of(size, LOCAL, 1, with_bots)]
    at_most((room.evidence for room in rooms), 1 / 20)
    at_most((room.rate_above_plans for room in rooms), 1 / 20)
    at_most((room.declared_teams for room in rooms), 1 / 20)
    at_most((room.signalling_room for room in rooms), 1 / 20)
    at_most((room.signalling_alarm for room in rooms), 1 / 20)
    at_most((room.bar_above_plans for room in rooms), float(np.mean([room.chance_of_bar for room in rooms])))
    if not with_bots:
        # The bots here win every round, and a team of bots alone is judged by them.
        at_most((room.suspicion_alarm for room in rooms), 1 / 1000)


@pytest.mark.parametrize("size", ROOMS)
def test_quantum_rooms_raise_no_alarm_above_the_stated_levels(size: int) -> None:
    rooms = [claims_of(moments) for moments in rooms_of(size, (quantum,), 2)]
    at_most((room.signalling_room for room in rooms), 1 / 20)
    at_most((room.signalling_alarm for room in rooms), 1 / 20)
    at_most((room.suspicion_alarm for room in rooms), 1 / 1000)
    # They are not silent: a room that plays better than every plan says so.
    assert size < 500 or all(room.evidence for room in rooms)


def test_the_same_room_would_accuse_itself_if_rounds_counted_when_they_close() -> None:
    """The control: what the tests above would see without the delay."""
    rng = np.random.default_rng(3)
    teams = [play(all_true, rng, SECONDS) for _ in range(500)]
    honest, early = (claims_of(shown(rooms, WATCHED)) for rooms in (teams, list(map(counted_by_close, teams))))
    assert not (honest.evidence or honest.signalling_room or honest.rate_above_plans)
    assert early.evidence and early.signalling_room and early.rate_above_plans
