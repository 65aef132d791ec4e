"""Reports that the first edition wrote are read without a loss, and written by this one with the same numbers."""

import json
from pathlib import Path

import pytest
from msgspec import json as typed

from game.analysis.report_keys import ADDED_KEYS, KEYS, added_keys, from_keys, to_keys
from game.games import GAMES
from game.physics import counts, reports
from game.physics.evidence_state import PlayedRound, RunningEvidence, update
from game.physics.report_types import Report

STORED = json.loads((Path(__file__).parents[2] / "data" / "first_edition_reports.json").read_text())
NAMES = [f"{stored['mode']}-{stored['design']}-{stored['report']['issued']}" for stored in STORED]
REPLAYED = [stored for stored in STORED if stored["report"]["issued"] < 1000]


@pytest.fixture(params=STORED, ids=NAMES)
def stored(request):
    return request.param


def text(value):
    return json.dumps(value, sort_keys=True)


@pytest.mark.parametrize("part", ["report", "headline", "room"])
def test_a_stored_report_is_read_and_written_unchanged(stored, part):
    game = GAMES[stored["mode"]]
    assert text(to_keys(from_keys(stored[part], game), game)) == text(stored[part])


@pytest.mark.parametrize("part", ["report", "headline", "room"])
def test_a_stored_report_survives_the_typed_form(stored, part):
    report = from_keys(stored[part], GAMES[stored["mode"]])
    assert typed.decode(typed.encode(report), type=Report) == report


def test_a_headline_is_live_and_a_report_is_not(stored):
    game = GAMES[stored["mode"]]
    live, whole = from_keys(stored["headline"], game), from_keys(stored["report"], game)
    assert (live.is_live, live.matrix, live.tests, live.balance) == (True, None, None, None)
    assert not whole.is_live
    assert live.estimates == whole.estimates


@pytest.mark.parametrize("stored", REPLAYED, ids=NAMES[: len(REPLAYED)])
def test_the_same_rounds_give_the_same_numbers_today(stored):
    game, design = GAMES[stored["mode"]], stored["design"]
    chance = 1 / len(game.questions)
    rounds = [PlayedRound(i, one[:2], one[2:], chance) for i, one in enumerate(stored["rounds"].split(), 1)]
    states = update([RunningEvidence()], game, design, [rounds])
    assert states == [RunningEvidence.from_path(stored["path"])]
    table = [counts.counts_of(game, [r[1:3] for r in rounds])]
    [whole] = reports.reports(game, design, table, states)
    [(live, inputs)] = reports.live_reports(game, design, table, states)
    assert text(to_keys(whole, game)) == text(stored["report"])
    assert text(to_keys(live, game)) == text(stored["headline"])
    assert text(to_keys(reports.pool(game, design, table, states)[0], game)) == text(stored["room"])
    signs = stored["signs"]
    assert (inputs.tests, inputs.seat, inputs.questions) == (signs["tests"], signs["player"], signs["question"])


@pytest.mark.parametrize("key", list(GAMES))
def test_every_game_has_every_key(key):
    game = GAMES[key]
    [report] = reports.reports(game, "uniform", [counts.counts_of(game, game.cells)])
    keys = to_keys(report, game)
    assert list(keys) == [*KEYS, "extra"]
    json.dumps(keys, allow_nan=False)
    assert added_keys(report).keys() == set(ADDED_KEYS)
    assert added_keys(report)["rounds_unanswered"] == sum("-" in answers for _, answers in game.cells)
    assert from_keys(keys, game).tests == report.tests
    assert from_keys(keys, game).plan == report.plan
    assert from_keys(keys, game).balance == report.balance
