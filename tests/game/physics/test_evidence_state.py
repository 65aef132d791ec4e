import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game.games import GAMES
from game.physics import evidence
from game.physics.evidence_state import (
    STAKES,
    PlayedRound,
    RunningEvidence,
    least_propensity,
    log_evidence,
    lost_for_now,
    stakes,
    update,
    update_codes,
)
from game.physics.theory import plans

EMPTY = RunningEvidence()


@st.composite
def games(draw, keys=tuple(GAMES)):
    game = GAMES[draw(st.sampled_from(keys))]
    played = draw(st.lists(st.sampled_from(game.cells), max_size=60))
    return game, [PlayedRound(i, *cell, float(game.probabilities[cell[0]])) for i, cell in enumerate(played, 1)]


@settings(max_examples=80, deadline=None)
@given(games(), st.integers(0, 60), st.sampled_from(["uniform", "quota", "adaptive"]))
def test_a_state_does_not_depend_on_how_rounds_are_batched(played, cut, design):
    game, rounds = played
    [whole] = update([EMPTY], game, design, [rounds])
    [parts] = update(update([EMPTY], game, design, [rounds[:cut]]), game, design, [rounds[cut:]])
    assert parts[:3] == whole[:3]
    assert parts[3:5] == pytest.approx(whole[3:5], abs=1e-9)
    assert parts.log_bets == pytest.approx(whole.log_bets, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(games())
def test_highest_evidence_and_lower_bound_are_maxima_over_all_rounds(played):
    game, rounds = played
    [state] = update([EMPTY], game, "uniform", [rounds])
    verdicts = [game.counts(r.questions, r.answers) for r in rounds]
    good, bad = (np.cumsum([verdict is wanted for verdict in verdicts]) for wanted in (True, False))
    log_e = evidence.log_mixture(good, good + bad, float(game.null))
    assert (state.good, state.bad) == (verdicts.count(True), verdicts.count(False))
    assert state.log_evidence_max == pytest.approx(max(0, *log_e, 0), abs=1e-9)
    lower = evidence.win_rate_lower(good, good + bad) if game.score_scale is None else np.zeros(1)
    assert state.rate_lower == pytest.approx(max(0, *lower, 0), abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(games())
def test_teams_are_updated_together_as_alone(played):
    game, rounds = played
    teams = [rounds, [], rounds[:7]]
    alone = [update([EMPTY], game, "uniform", [new])[0] for new in teams]
    same_states(update([EMPTY] * 3, game, "uniform", teams), alone)
    codes = np.array([game.code(r.questions, r.answers) for new in teams for r in new], dtype=np.int64)
    same_states(update_codes([EMPTY] * 3, game, "uniform", codes, np.array([len(new) for new in teams])), alone)


def same_states(together, alone):
    """The lower bounds of all teams are solved together, to 1e-12; everything else is equal."""
    assert [state._replace(rate_lower=0) for state in together] == [state._replace(rate_lower=0) for state in alone]
    assert [s.rate_lower for s in together] == pytest.approx([s.rate_lower for s in alone], rel=0, abs=1e-12)


@given(games(), st.sampled_from(["uniform", "adaptive"]))
def test_a_state_survives_json(played, design):
    [state] = update([EMPTY], played[0], design, [played[1]])
    assert RunningEvidence.from_json(json.loads(json.dumps(state.to_json()))) == state
    assert RunningEvidence.from_json({}) == EMPTY


@pytest.mark.parametrize(
    ("numbers", "said"), [((5,), "number=5"), ((6, 8, 7), "number=7: .* team 1 has read up to 8"), ((4,), "number=4")]
)
def test_rounds_out_of_order_are_refused(numbers, said):
    game = GAMES["ghz"]
    rounds = [PlayedRound(number, "XXX", "TTT", 0.25) for number in numbers]
    with pytest.raises(ValueError, match=said):
        update([EMPTY, RunningEvidence(through_number=5)], game, "uniform", [[], rounds])


def test_raw_tuples_and_gaps_in_numbers_will_do():
    [state] = update([EMPTY], GAMES["mermin"], "uniform", [[(3, "AA", "TT", 1 / 9), (9, "AB", "T-", 1 / 9)]])
    assert (state.through_number, state.good, state.bad) == (9, 1, 1)


def test_a_design_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="design='shuffled'"):
        update([EMPTY], GAMES["ghz"], "shuffled", [[]])


def test_evidence_is_good_against_bad_with_the_declared_null():
    for game in GAMES.values():
        log_e = log_evidence(game, "uniform", np.array([30]), np.array([2]), None)
        assert log_e is not None
        assert log_e[0] == evidence.log_mixture(30, 32, float(game.null))
        assert log_evidence(game, "quota", np.array([30]), np.array([2]), [EMPTY]) is None


RATED = [game for game in GAMES.values() if game.score_scale is None]


@pytest.mark.parametrize("game", RATED, ids=[game.key for game in RATED])
def test_bets_on_adaptive_questions_cannot_grow_on_average_whatever_the_plan(game):
    """Exact expectation of one step for the best plans; all contexts but one are half as likely as in fair rounds."""
    fair = {context: float(chance) for context, chance in game.probabilities.items()}
    scored = [q for q in game.questions if game.counts(q, "-" * len(q)) is not None]
    # One scored context takes from all the others; what is not scored stays as likely as it is.
    chances = {q: fair[q] / 2 if q in scored else fair[q] for q in game.questions}
    chances[scored[0]] += sum(fair[q] for q in scored) / 2
    best = plans.best_plans(game)
    for plan in best[:: max(1, len(best) // 10)]:
        mean = np.zeros(len(STAKES))
        for context, chance in chances.items():
            one = PlayedRound(1, context, plans.planned_answers(game, plan, context), chance)
            mean += chance * np.exp(update([EMPTY], game, "adaptive", [[one]])[0].log_bets)
        assert (mean <= 1 + 1e-12).all()


@pytest.mark.parametrize("game", RATED, ids=[game.key for game in RATED])
def test_the_least_propensity_leaves_every_stake_something(game):
    lost = next(cell for cell in game.cells if game.counts(*cell) is False)
    [state] = update([EMPTY], game, "adaptive", [[PlayedRound(1, *lost, least_propensity(game))]])
    assert all(math.isfinite(bet) and bet < 0 for bet in state.log_bets)


def test_the_stakes_of_the_chsh_games_are_as_they_were():
    assert stakes(GAMES["simplified"]).tolist() == stakes(GAMES["classic"]).tolist() == list(STAKES)


@pytest.mark.parametrize("game", GAMES.values(), ids=list(GAMES))
@pytest.mark.parametrize("design", ["uniform", "adaptive"])
def test_an_open_round_is_lost_for_now_as_dearly_as_any(game, design):
    before = update([EMPTY], game, design, [[]])
    [state] = update(before, game, design, [[lost_for_now(game, 4)]])
    assert (state.through_number, state.good, state.bad) == (4, 0, 1)
    for code in game.bad_codes:
        context, answers = game.cells[code]
        other = PlayedRound(4, context, answers, float(game.probabilities[context]) / 2)
        assert state.log_bets <= update(before, game, design, [[other]])[0].log_bets
    assert before == [EMPTY]
