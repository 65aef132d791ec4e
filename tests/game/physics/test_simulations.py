"""Simulations of whole rooms with stated errors; seeds are fixed."""

import math

import numpy as np
import pytest

from game.physics import evidence
from game.physics.alarms import SIGNALLING_THRESHOLD, SUSPICION_THRESHOLD
from game.physics.bounds import QUANTUM_WIN_RATE
from game.physics.evidence_state import RunningEvidence
from tests.support.tables import CODE_OF, SHAPE, advance_many, alarms, played, pool, reports

TEAMS = 500
PAIRS = [("A", "X"), ("A", "Y"), ("B", "X"), ("B", "Y")]


def dawdling_room(rng, now, old_enough=15):
    """500 local teams answer True at once, but keep a B waiting for a minute; rounds asked by `now` seconds."""
    closed, counted = [], []
    for _ in range(TEAMS):
        asked_at, rounds, number = 0, [], 1
        while asked_at < now:
            q1, q2 = PAIRS[rng.integers(4)]
            open_at_the_end = q1 == "B" and asked_at + 60 > now
            answer = None if open_at_the_end else True
            rounds.append((asked_at, played(number, q1, q2, answer, answer, 0.25)))
            asked_at, number = asked_at + (60 if q1 == "B" else 1), number + 1
        closed.append([r for _, r in rounds if r.answers != "--"])
        counted.append([r for asked_at, r in rounds if asked_at <= now - old_enough])
    return closed, counted


def room_evidence(rounds):
    paths = advance_many([RunningEvidence()] * len(rounds), "simplified", "uniform", rounds)
    return pool("simplified", "uniform", np.zeros((len(rounds), *SHAPE)), paths)


def test_a_room_that_dawdles_on_b_looks_quantum_in_closed_rounds_and_not_in_evidence():
    """After 30 s: closed rounds alone give overwhelming evidence; rounds asked 15 s ago, open ones lost, none."""
    closed, counted = dawdling_room(np.random.default_rng(8), now=30)
    naive, _ = room_evidence(closed)
    fair, _ = room_evidence(counted)
    assert naive["log10_evidence"] > 3
    assert fair["log10_evidence"] < 0
    assert fair["p_local"] > 0.05


def test_a_dawdling_room_keeps_the_level_at_any_clock_time():
    """60 rooms at 6 clock times: pooled p below 5 % in at most 5 % + 3 standard errors (8.4 %) of 360 looks."""
    rng = np.random.default_rng(9)
    below = []
    for seconds in (16, 20, 30, 45, 80, 120):
        for _ in range(60):
            _, counted = dawdling_room(rng, seconds)
            flat = [r for rounds in counted for r in rounds]
            wins = sum(r.answers != "--" and r.questions != "BY" for r in flat)
            below.append(float(evidence.log_tail(wins, len(flat))) <= math.log(0.05))
    assert np.mean(below) < 0.05 + 3 * math.sqrt(0.05 * 0.95 / len(below))


def test_a_single_team_that_dawdles_and_stops_when_ahead_keeps_the_level():
    """20,000 teams of 200 rounds at 3/4, each stopped at its best moment: P(E >= 20) <= 5 %; error 0.15 %."""
    won = np.random.default_rng(10).random((20_000, 200)) < 0.75
    k, n = np.cumsum(won, axis=1), np.arange(1, 201)
    table = evidence.log_mixture(np.arange(201)[:, None], n[None, :].repeat(201, 0).clip(min=np.arange(201)[:, None]))
    best = table[k, n[None, :] - 1].max(axis=1)
    assert (best >= math.log(20)).mean() <= 0.05


def innocent_room(rng, rounds=200, rate=QUANTUM_WIN_RATE):
    """Quantum teams with fair marginals: codes of shape (TEAMS, rounds)."""
    pair, won = rng.integers(4, size=(TEAMS, rounds)), rng.random((TEAMS, rounds)) < rate
    first = rng.random((TEAMS, rounds)) < 0.5
    second = first ^ (won == (pair == 3))
    start = np.array([CODE_OF[*p, True, True] for p in PAIRS])
    return start[pair] + 3 * ~first + ~second, pair, won, first, second


def highest_evidence(successes, counted, log_e):
    """Highest log e over all moments, for every team; rounds that are not counted change nothing."""
    k, n = np.cumsum(successes & counted, axis=1), np.cumsum(counted, axis=1)
    return log_e(k, n).max(axis=1)


def test_an_innocent_room_watched_after_every_round_raises_no_alarm():
    """20 rooms of 500 quantum teams over 200 rounds.  The exact bound is 2.9 %, so 4 or more alarms have p < 0.3 %."""
    rng, alarmed = np.random.default_rng(11), 0
    suspicion, signalling = math.log(SUSPICION_THRESHOLD * TEAMS), math.log(SIGNALLING_THRESHOLD * 4 * TEAMS)
    heights = np.arange(201)
    quantum = evidence.log_mixture(np.minimum(heights[:, None], heights), heights, QUANTUM_WIN_RATE)
    coin = evidence.log_fair_coin(np.minimum(heights[:, None], heights), heights)
    for _ in range(20):
        _, pair, won, first, second = innocent_room(rng)
        p1_b, p2_y = pair >= 2, pair % 2 == 1
        best = [highest_evidence(won, np.ones_like(won), lambda k, n: quantum[k, n]) - suspicion]
        for own, answer, partner in ((p1_b, first, p2_y), (p2_y, second, p1_b)):
            for side in (True, False):
                agree = answer != partner
                best.append(highest_evidence(agree, own == side, lambda k, n: coin[k, n]) - signalling)
        alarmed += any((b >= 0).any() for b in best)
    assert alarmed < 4


def tables_of(codes):
    return np.stack([np.bincount(team, minlength=144).reshape(SHAPE) for team in codes])


def test_an_innocent_room_has_no_alarm_in_its_final_report():
    codes, *_ = innocent_room(np.random.default_rng(12))
    assert alarms("simplified", "uniform", tables_of(codes)) == []


@pytest.mark.parametrize(("rounds", "expected"), [(60, {"suspicion"}), (200, {"suspicion"})])
def test_a_pr_box_is_caught_alone_by_its_wins(rounds, expected):
    codes, *_ = innocent_room(np.random.default_rng(13), rounds, rate=1.0)
    assert {a.kind for a in alarms("simplified", "uniform", tables_of(codes[:1]))} == expected


def test_a_pr_box_in_a_room_of_500_is_caught_and_nobody_else():
    """Perfect play reaches e = 500,000 against the quantum limit after 102 rounds."""
    rng = np.random.default_rng(14)
    codes, *_ = innocent_room(rng)
    codes[17] = innocent_room(rng, rate=1.0)[0][17]
    assert [(a.team, a.kind) for a in alarms("simplified", "uniform", tables_of(codes))] == [(17, "suspicion")]


def cheater_codes(rng, rounds):
    """Seat 1 always True, seat 2 hears the question of seat 1 and answers to win."""
    pair = rng.integers(4, size=rounds)
    return np.array([CODE_OF[*PAIRS[i], True, i != 3] for i in pair])


def test_signalling_cheater_is_caught_after_40_rounds_by_the_sign_test():
    """Holm p < 0.01 in at least 85 of 100 games of 40 rounds; the test needs 10 rounds with the question Y."""
    rng = np.random.default_rng(15)
    found = reports("simplified", "uniform", tables_of([cheater_codes(rng, 40) for _ in range(100)]))
    assert all(r["wins"] == 40 for r in found)
    assert sum(min(t["p_holm"] for t in r["no_signalling"]) < 0.01 for r in found) >= 85


def test_signalling_cheater_in_a_room_of_500_raises_an_alarm_that_names_the_player():
    rng = np.random.default_rng(16)
    codes, *_ = innocent_room(rng)
    codes[3] = cheater_codes(rng, 200)
    raised = alarms("simplified", "uniform", tables_of(codes))
    assert {a.team for a in raised} == {3}
    assert ("signalling", 2, "Y") in [(a.kind, a.seat, a.questions) for a in raised]
