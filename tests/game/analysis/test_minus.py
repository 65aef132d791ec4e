"""Other sign conventions of S: the pair of questions that should have different answers."""

import json

import numpy as np
import pytest
from django.core.management.base import CommandError

from game.games import GAMES
from tests.support.laws import quantum_law

HEADER = "question_1,question_2,answer_1,answer_2"
PAIRS = ("AX", "AY", "BX", "BY")


def lines_with(minus, rounds=20, flip=False):
    """Return rounds in which equal answers were given everywhere but at one pair."""
    return [
        HEADER,
        *(f"{one},{two},1,{int((one + two == minus) == flip)}" for one, two in drawn(rounds)),
    ]


def drawn(rounds=20):
    """Return every pair this often, in an order that cannot be predicted."""
    return np.random.default_rng(6).permutation([(one, two) for one in "AB" for two in "XY"] * rounds).tolist()


def report_of(analyse, *lines, **options):
    return json.loads(analyse(*lines, json=True, **options)[0])


@pytest.mark.parametrize("minus", PAIRS)
def test_s_and_wins_count_the_pair_as_the_one_that_differs(analyse, minus):
    report = report_of(analyse, *lines_with(minus), minus=minus)
    assert (report["chsh"]["s"], report["win_rate"]) == (4, 1)
    correlators = {pair: one["value"] for pair, one in report["correlators"].items()}
    assert correlators == {pair: -1 if pair == minus else 1 for pair in PAIRS}
    assert list(report["correlators"]) == list(PAIRS)


@pytest.mark.parametrize("minus", PAIRS)
@pytest.mark.parametrize("mode", ["simplified", "classic"])
def test_everything_but_the_wins_keeps_the_names_of_the_file(analyse, mode, minus):
    game = GAMES[mode]
    codes = np.random.default_rng(3).choice(len(game.cells), p=quantum_law(game), size=800)
    words = {"T": "true", "F": "false"}
    lines = [HEADER, *(",".join([*game.cells[i][0], *(words[a] for a in game.cells[i][1])]) for i in codes)]
    declared, other = report_of(analyse, *lines, mode=mode), report_of(analyse, *lines, mode=mode, minus=minus)
    for key in ("correlators", "balance", "trace", "questions_even"):
        assert other[key] == declared[key]
        assert not isinstance(other[key], dict) or list(other[key]) == list(declared[key])
    e = {pair: one["value"] for pair, one in other["correlators"].items()}
    expected = sum(e[pair] for pair in PAIRS) - 2 * e[minus]
    assert other["chsh"]["s1" if mode == "classic" else "s"] == pytest.approx(expected)
    for test in other["no_signalling"]:
        same = [
            one for one in declared["no_signalling"]
            if (one["player"], one["question"]) == (test["player"], test["question"])
            and {*one["split"].split("|")} == {"".join(sorted(side)) for side in test["split"].split("|")}
        ]  # fmt: skip
        assert [one["p"] for one in same] == [pytest.approx(test["p"])]


def test_the_strategy_keeps_the_questions_of_the_file(analyse):
    lines = [HEADER, *(f"{one},{two},{int(one == 'A')},1" for one, two in drawn())]
    printed = analyse(*lines, minus="BX")[0]
    assert "played T,F,T,T in 100 %" in printed
    assert "played T,F,T,T in 100 %" in analyse(*lines)[0]


@pytest.mark.parametrize("minus", PAIRS[:3])
def test_a_note_says_where_else_s_would_be_above_two_and_claims_nothing(analyse, minus):
    report = report_of(analyse, *lines_with(minus))
    assert report["chsh"]["s"] == 0
    assert f"with the minus on {minus}, S would be 4.0" in report["notes"]
    assert report["log10_evidence"] < 0
    assert f"note: with the minus on {minus}, S would be 4.0" in analyse(*lines_with(minus))[0]


def test_exchanged_answers_of_one_player_are_noted(analyse):
    [note] = report_of(analyse, *lines_with("BY", flip=True))["notes"]
    assert note == "with True and False of one player exchanged, S would be 4.0"
    [note] = report_of(analyse, *lines_with("AY", flip=True))["notes"]
    assert note == "with True and False of one player exchanged and the minus on AY, S would be 4.0"


def test_unanswered_rounds_suggest_no_other_convention(analyse):
    """However often nobody answers, exchanging the answers that are missing changes nothing."""
    silent = [HEADER, *(f"{one},{two},,1" for one, two in drawn())]
    assert report_of(analyse, *silent)["notes"] == []


def test_no_note_where_s_is_above_two_or_nowhere(analyse):
    assert report_of(analyse, *lines_with("BY"))["notes"] == []
    always_true = [HEADER, *(f"{one},{two},1,1" for one, two in drawn())]
    assert report_of(analyse, *always_true)["notes"] == []


def test_evidence_under_another_convention_has_to_be_fixed_before(analyse):
    report = report_of(analyse, *lines_with("AX"), minus="ax")
    assert report["evidence"] == report_of(analyse, *lines_with("BY"))["evidence"] > 100
    [note] = report["notes"]
    assert note.startswith("the minus is on AX") and "fixed before" in note


@pytest.mark.parametrize(
    ("mode", "minus", "said"),
    [
        ("simplified", "XA", "minus='XA': use one of AX, AY, BX, BY"),
        ("classic", "AA", "minus='AA': use one of AX, AY, BX, BY"),
        ("aqmjoe", "AX", "minus='AX': aqmjoe has no S"),
        ("ghz", "BY", "minus='BY': ghz has no S"),
    ],
)
def test_a_pair_that_cannot_have_the_minus_is_named(analyse, mode, minus, said):
    with pytest.raises(CommandError, match=said) as stopped:
        analyse(HEADER, "A,X,1,1", mode=mode, minus=minus)
    assert stopped.value.returncode == 2
