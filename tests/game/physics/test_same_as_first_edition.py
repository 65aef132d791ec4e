"""The declared reports beside those of the first edition: every number of the three old games is the same."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game.analysis.report_keys import KEYS, to_keys
from game.analysis.stored_reports import from_keys
from game.games import GAMES
from game.physics import counts, evidence_state, report, reports, rules, running_evidence, tally
from game.physics.alarms import Signs, raised, raised_by
from game.physics.evidence_state import PlayedRound, RunningEvidence
from game.physics.running_evidence import Path, PathRound

ANSWERS = (True, False, None)
LETTER = {True: "T", False: "F", None: "-"}
designs = st.sampled_from(rules.DESIGNS)
modes = st.sampled_from(rules.MODES)


@st.composite
def teams(draw, mode, design="uniform"):
    """Rounds of up to three teams; some follow a plan, so that evidence and plans come up."""
    fair = 1 / len(rules.pairs(mode))
    chances = st.just(fair) if design != "adaptive" else st.sampled_from([fair / 2, fair, 2 * fair])
    found = []
    for _ in range(draw(st.integers(1, 3))):
        planned = draw(st.booleans())
        one = st.just(True) if planned else st.sampled_from(ANSWERS)
        rounds = draw(st.lists(st.tuples(st.sampled_from(rules.pairs(mode)), one, one, chances), max_size=70))
        found.append([PathRound(i, *pair, a, b, p) for i, (pair, a, b, p) in enumerate(rounds, 1)])
    return found


def declared(rounds):
    return [
        PlayedRound(r.number, r.question_1 + r.question_2, LETTER[r.answer_1] + LETTER[r.answer_2], r.propensity)
        for r in rounds
    ]


def both(mode, design, played):
    """Return tables and paths of the first edition, and counts and states of the same rounds."""
    game = GAMES[mode]
    tables = np.array([tally.table_of(r[1:5] for r in team) for team in played])
    paths = running_evidence.advance_many([Path()] * len(played), mode, design, played)
    new = [declared(team) for team in played]
    counted = np.array([counts.counts_of(game, [r[1:3] for r in team]) for team in new])
    states = evidence_state.update([RunningEvidence()] * len(played), game, design, new)
    return tables, paths, counted, states


def exact(value):
    """Text of every digit, so that 1 and 1.0 differ."""
    return json.dumps(value, sort_keys=True, allow_nan=False)


@settings(max_examples=150, deadline=None)
@given(st.data(), modes, designs)
def test_states_are_those_of_the_paths(data, mode, design):
    played = data.draw(teams(mode, design))
    _, paths, _, states = both(mode, design, played)
    for path, state in zip(paths, states, strict=True):
        assert RunningEvidence.from_path(json.loads(json.dumps(path.to_json()))) == state


@settings(max_examples=60, deadline=None)
@given(st.data(), modes, designs, st.integers(0, 70))
def test_states_go_on_as_the_paths_do(data, mode, design, cut):
    played = data.draw(teams(mode, design))
    first, then = [team[:cut] for team in played], [team[cut:] for team in played]
    paths = running_evidence.advance_many([Path()] * len(played), mode, design, first)
    states = [RunningEvidence.from_path(path.to_json()) for path in paths]
    paths = running_evidence.advance_many(paths, mode, design, then)
    states = evidence_state.update(states, GAMES[mode], design, [declared(team) for team in then])
    assert [RunningEvidence.from_path(path.to_json()) for path in paths] == states


def test_a_path_before_the_first_round_is_the_state_before_it():
    assert RunningEvidence.from_path({}) == RunningEvidence.from_path(Path().to_json()) == RunningEvidence()


@settings(max_examples=150, deadline=None)
@given(st.data(), modes, designs, st.booleans())
def test_reports_have_every_key_and_number(data, mode, design, with_states):
    tables, paths, counted, states = both(mode, design, data.draw(teams(mode, design)))
    old = report.reports(mode, design, tables, paths if with_states else None)
    new = reports.reports(GAMES[mode], design, counted, states if with_states else None)
    for before, after in zip(old, new, strict=True):
        found = to_keys(after, GAMES[mode])
        assert list(found) == list(before) == [*KEYS, "extra"]
        assert exact(found) == exact(before)


@settings(max_examples=100, deadline=None)
@given(st.data(), modes, designs)
def test_live_reports_are_the_headlines_and_alarm_inputs_the_signs(data, mode, design):
    tables, paths, counted, states = both(mode, design, data.draw(teams(mode, design)))
    old = report.headlines(mode, design, tables, paths)
    new = reports.live_reports(GAMES[mode], design, counted, states)
    for (headline, signs), (live, inputs) in zip(old, new, strict=True):
        assert exact(to_keys(live, GAMES[mode])) == exact(headline)
        fields = (inputs.tests, inputs.log10_e_superquantum, inputs.log10_e_no_signalling)
        assert Signs(*fields, inputs.seat, inputs.questions) == signs
    assert raised_by([inputs for _, inputs in new]) == raised([signs for _, signs in old])


@settings(max_examples=60, deadline=None)
@given(st.data(), modes, designs, st.booleans(), st.booleans())
def test_rooms_pool_alike(data, mode, design, with_states, again):
    tables, paths, counted, states = both(mode, design, data.draw(teams(mode, design)))
    before = Path(log_evidence_max=2.5, win_rate_lower=0.3) if again else None
    after = RunningEvidence(log_evidence_max=2.5, rate_lower=0.3) if again else None
    old, path = report.pool(mode, design, tables, paths if with_states else None, before)
    new, state = reports.pool(GAMES[mode], design, counted, states if with_states else None, after)
    assert exact(to_keys(new, GAMES[mode])) == exact(old)
    assert (path is None) == (state is None)
    if path is not None:
        assert RunningEvidence.from_path(path.to_json()) == state


@settings(max_examples=100, deadline=None)
@given(st.data(), modes, designs)
def test_what_was_stored_is_read_and_written_unchanged(data, mode, design):
    tables, paths, *_ = both(mode, design, data.draw(teams(mode, design)))
    game = GAMES[mode]
    stored = [*report.reports(mode, design, tables, paths), report.pool(mode, design, tables, paths)[0]]
    stored += [headline for headline, _ in report.headlines(mode, design, tables, paths)]
    for one in json.loads(json.dumps(stored)):
        assert exact(to_keys(from_keys(one, game), game)) == exact(one)


@settings(max_examples=50, deadline=None)
@given(st.data(), modes, designs)
def test_what_was_stored_says_what_the_new_report_says(data, mode, design):
    tables, paths, counted, states = both(mode, design, data.draw(teams(mode, design)))
    game = GAMES[mode]
    for old, new in zip(
        report.reports(mode, design, tables, paths), reports.reports(game, design, counted, states), strict=True
    ):
        read = from_keys(old, game)
        for name in ("game", "issued", "answered", "good", "bad", "evidence", "tests", "plan", "balance"):
            assert getattr(read, name) == getattr(new, name), name
        for ours, theirs in zip(read.estimates + read.details, new.estimates + new.details, strict=True):
            assert (ours.key, ours.value) == (theirs.key, theirs.value)
            assert (ours.low, ours.high) == (theirs.low, theirs.high)


@pytest.mark.parametrize("mode", rules.MODES)
def test_tables_and_counts_are_the_same_rounds(mode):
    rng = np.random.default_rng(3)
    pairs, answers = rules.pairs(mode), rng.integers(3, size=(50, 2))
    played = [(*pairs[i % len(pairs)], ANSWERS[a], ANSWERS[b]) for i, (a, b) in enumerate(answers)]
    table = tally.table_of(played)[None]
    counted = counts.from_pair_tables(GAMES[mode], table)
    assert counted[0].sum() == 50
    assert np.array_equal(counts.pair_tables(GAMES[mode], counted), table)
