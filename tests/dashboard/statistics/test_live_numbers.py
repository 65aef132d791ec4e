"""All live numbers are over the rounds that count; these tests reach no database."""

import math

import numpy as np
import pytest
from msgspec.structs import replace

from dashboard.statistics.counted import TimedRound, with_played
from game.games import GAMES, game_of
from game.physics.counts import bad_cells, spread
from game.physics.evidence_state import PlayedRound, RunningEvidence
from game.physics.reports import live_reports, reports
from tests.support.honest_rooms import KEY, START, all_true, play, shown

GAME = game_of(KEY.mode)


def test_live_numbers_over_counted_rounds() -> None:
    """500 honest teams that think 8 s about B and Y and 3 s about A and X: their short rounds close first."""
    rng = np.random.default_rng(1)
    teams = [play(all_true, rng, 60) for _ in range(500)]
    for seconds, room in shown(teams, [7, *range(10, 61, 10)]):
        report = room.report
        assert report.played.rounds == room.rounds > 0
        assert report.issued + report.waiting >= room.rounds
        if seconds < 20:
            assert (report.issued, report.estimate("win_rate").value) == (0, None)
            # Up to now rounds without B and Y alone are closed, and those are won.
            assert seconds > 7 or report.played.good == report.played.rounds
            continue
        rate = report.estimate("win_rate")
        assert report.issued >= 500 and rate.low < 0.75 < rate.high
        assert report.evidence.log10_e_no_signalling < math.log10(20)
        assert report.evidence.log10_e < math.log10(20)


def test_at_the_end_every_issued_round_counts_at_once() -> None:
    rng = np.random.default_rng(2)
    teams = [play(all_true, rng, 40) for _ in range(6)]
    room = shown(teams, [18, 33], end=40)[-1].room
    again = shown(teams, [], end=40)[-1].room
    assert room.report.waiting == 0
    assert (room.report.issued, room.rounds) == (sum(map(len, teams)),) * 2
    # What is best of all moments at which the room was computed depends on the moments.
    kept, fresh = (
        replace(report, evidence=replace(report.evidence, p_anytime=None, win_rate_lower=None))
        for report in (room.report, again.report)
    )
    assert kept == fresh
    assert [one.state.live_report for one in room.teams] == [one.state.live_report for one in again.teams]


def test_waiting_and_played_of_a_team() -> None:
    at = START.timestamp()
    asked = [TimedRound(PlayedRound(n, "AX", "TT", 0.25), at + 8 * n, at + 8 * n + 4) for n in range(5)]
    asked = [one._replace(round=one.round._replace(number=n + 1)) for n, one in enumerate(asked)]
    (moment,) = shown([asked], [38])
    (team,) = moment.room.teams
    report = team.state.live_report
    # Asked at 0, 8, 16 and 24 s; those asked by 20 s count.
    assert (report.issued, report.waiting, report.played.rounds, report.played.good) == (3, 2, 5, 5)
    assert (team.state.total.waiting, len(team.state.waiting)) == (2, 2)


@pytest.mark.parametrize("key", GAMES)
def test_an_open_round_is_not_won_in_any_number(key: str) -> None:
    game = game_of(key)
    none = np.zeros((1, len(game.cells)), dtype=int)
    [report] = reports(game, "uniform", none, [RunningEvidence()], [1])
    assert (report.issued, report.answered, report.good, report.bad) == (1, 0, 0, 1)


@pytest.mark.parametrize("key", GAMES)
def test_open_rounds_are_spread_over_contexts_as_often_as_they_are_asked(key: str) -> None:
    game = game_of(key)
    table = spread(game, [0, 1, 7, 1000 * game.total_weight])
    assert table.sum(axis=1).tolist() == [0, 1, 7, 1000 * game.total_weight]
    by_context = table.reshape(4, len(game.questions), -1).sum(axis=2)
    assert by_context[3].tolist() == [1000 * context.weight for context in game.contexts]
    assert by_context[2].max() - by_context[2].min() <= max(2, 7 * max(game.probabilities.values()) + 1)
    assert table[1, bad_cells(game)].sum() == 1


def test_an_open_rounds_questions_are_in_no_number() -> None:
    """Byte for byte the same team and room for all questions of the open round, whatever the partner answered."""
    at = START.timestamp()
    closed = [TimedRound(PlayedRound(n, "ABAB"[n % 4] + "XXYY"[n % 4], "TF", 0.25), at, at + 1) for n in range(1, 9)]
    rooms = []
    for questions in GAME.questions:
        still_open = TimedRound(PlayedRound(9, questions, "T-", 0.25), at, at + 1000)
        (moment,) = shown([[*closed, still_open], closed], [100])
        rooms.append((moment.room.report, [(new.report, new.state.live_report) for new in moment.room.teams]))
    assert moment.room.report.issued == 17
    assert all(room == rooms[0] for room in rooms)


def test_an_open_round_is_on_the_side_of_chance_in_tests_of_no_signalling() -> None:
    """Seat 1 always answers like the side of its partner's question; one round waits for the partner."""
    table = np.zeros((1, len(GAME.cells)), dtype=int)
    for questions, answers in (("AX", "TT"), ("AY", "FT")):
        table[0, GAME.code(questions, answers)] = 6
    [(_, alone)] = live_reports(GAME, "uniform", table, [RunningEvidence()])
    [(_, opened)] = live_reports(GAME, "uniform", table, [RunningEvidence()], [1])
    table[0, GAME.code("AX", "FT")] = 1
    [(_, against)] = live_reports(GAME, "uniform", table, [RunningEvidence()])
    assert against.log10_e_no_signalling == opened.log10_e_no_signalling < alone.log10_e_no_signalling


def test_a_report_of_rounds_without_bots_says_nothing_of_bots() -> None:
    (moment,) = shown([play(all_true, np.random.default_rng(3), 30)], [30])
    (team,) = moment.room.teams
    assert team.state.in_room is team.state.total
    assert with_played(team.report, team.state.total, team.state.total).outside_rounds == 0
