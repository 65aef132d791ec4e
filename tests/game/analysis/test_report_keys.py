"""Reports that the first edition wrote are read without a loss, and written by this one with the same numbers."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec import json as typed
from msgspec.structs import replace

from game.analysis.report_keys import ADDED_KEYS, KEYS, added_keys, to_keys
from game.analysis.stored_reports import from_keys
from game.games import GAMES
from game.physics import counts, reports
from game.physics.evidence_state import PlayedRound, RunningEvidence, update
from game.physics.report_types import Estimate, Evidence, Report
from tests.support.tables import state_of_path

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
    assert states == [state_of_path(stored["path"])]
    table = [counts.counts_of(game, [r[1:3] for r in rounds])]
    [whole] = reports.reports(game, design, table, states)
    [(live, inputs)] = reports.live_reports(game, design, table, states)
    room, _ = reports.pool(game, design, table, states)
    for report, before in ((whole, "report"), (live, "headline"), (room, "room")):
        assert text(as_before(to_keys(report, game), report)) == text(as_before(stored[before], report))
        assert_s_of_answered_rounds(report, stored[before]["chsh"])
    signs = stored["signs"]
    assert (inputs.tests, inputs.seat, inputs.questions) == (signs["tests"], signs["player"], signs["question"])


def as_before(keys, report):
    """Leave out the values of S where rounds were not answered: the first edition left these rounds out."""
    if report.answered < report.issued and keys["chsh"] is not None:
        keys = {**keys, "chsh": {"s_win": keys["chsh"]["s_win"]}}
    return rounded(keys)


def rounded(value):
    """Leave out the last digits, in which processors differ."""
    if isinstance(value, dict):
        return {key: rounded(part) for key, part in value.items()}
    if isinstance(value, list):
        return [rounded(part) for part in value]
    return float(f"{value:.12g}") if isinstance(value, float) else value


def assert_s_of_answered_rounds(report, stored):
    if stored is not None:
        found = report.estimate("chsh_answered")
        assert rounded([found.value, [found.low, found.high]]) == rounded([stored["s"], stored["interval"]])
        assert rounded([found.open_low, found.open_high]) == rounded(stored["identified"])


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


def test_s_of_answered_rounds_is_a_detail_with_its_own_key():
    s = Estimate("chsh_answered", 2.5, 2.0, 3.0, 40)
    report = Report("simplified", "uniform", 50, 40, 30, 20, [], [s], Evidence())
    assert added_keys(report)["chsh_answered"] == {"s": 2.5, "interval": [2.0, 3.0], "rounds": 40}
    assert added_keys(replace(report, details=[]))["chsh_answered"] is None


# What must be there; of anything else a row may hold a part.
COUNTS = {"mode", "issued", "answered", "scored", "wins", "plus", "minus", "hardy"}


def short(value, keep):
    """Leave out keys of a stored report by chance."""
    if not isinstance(value, dict):
        return value
    return {key: short(part, keep) for key, part in value.items() if key in COUNTS or keep()}


def holds(whole, part):
    if isinstance(part, dict):
        return all(holds(whole[key], value) for key, value in part.items())
    return whole == part


@pytest.mark.parametrize("seed", range(20))
def test_a_short_headline_is_read_and_loses_nothing(stored, seed):
    game, rng = GAMES[stored["mode"]], random.Random(seed)
    part = short(stored["headline"], lambda: rng.random() < 0.7)
    # Both orderings or none.
    if part.get("chsh"):
        part["chsh"] = {key: value for key, value in part["chsh"].items() if key[:2] not in ("s1", "s2")}
    assert holds(to_keys(from_keys(part, game), game), part)


def test_pages_read_reports_and_axes_without_numpy():
    code = (
        "import sys, game.analysis.stored_reports, game.games.axes\n"
        "from game.games import GAMES\n"
        "[game.games.axes.axes(one) for one in GAMES.values()]\n"
        "assert not {'numpy', 'scipy', 'django'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
