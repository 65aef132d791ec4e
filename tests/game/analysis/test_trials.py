"""Trials in numbered columns are read by a map; the lines here have the form of Delft's file and are invented."""

import io
import json

import pytest

from game.analysis import rounds_file
from game.analysis.bad_lines import BadLines
from game.games import game_of

MAP = "question_1=6,question_2=7,answer_1=9[10:25],answer_2=12[10:25],only=3[1:2],only=17[0:0]"
# Of 17 columns: 3 is the kind of event, 6 and 7 random bits, 9 and 12 times of photons, 17 a mark of invalid ones.
LINES = [
    "101 5 1 0 0 0 0 1 12.5 0 1 11.0 0 0 3 3 0",
    "102 5 2 0 0 1 1 1 24.9 0 0 0.0 0 0 3 3 0",
    "103 5 1 0 0 0 1 0 0.0 0 1 30.5 0 0 3 3 0",
    "104 5 0 0 0 0 1 1 12.0 0 1 12.0 0 0 3 3 0",
    "105 5 1 0 0 1 0 1 12.0 0 1 12.0 0 0 3 3 1",
]


def read(lines, columns=MAP):
    return rounds_file.read(io.BytesIO("\n".join(lines).encode()), game_of("simplified"), columns)


def rounds_of(found):
    return [tuple(found.game.cells[code]) for code in found.codes]


@pytest.mark.parametrize("delimiter", [" ", ",", "\t", "   "])
def test_trials_that_are_event_ready_and_valid_are_rounds(delimiter):
    found = read([line.replace(" ", delimiter) for line in LINES])
    assert rounds_of(found) == [("AX", "TT"), ("BY", "TF"), ("AY", "FF")]
    assert any("2 trials are left out by the map's conditions" in note for note in found.notes)
    assert any("map question_1=6" in note for note in found.notes)


def test_comments_and_a_header_are_no_trials():
    names = " ".join(f"c{i}" for i in range(1, 18))
    by_name = MAP.replace("question_1=6", "question_1=c6")
    assert len(read([names, "# comment", *LINES], by_name).codes) == 3


def test_the_command_takes_a_map(analyse):
    report = json.loads(analyse(*LINES, json=True, columns=MAP)[0])
    assert (report["issued"], report["wins"]) == (3, 3)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ("question_1", "line 1: columns='question_1': use a map such as"),
        ("question_1=6,question_2=7,answer_1=9", "line 1: columns=.*: answer_2 is missing"),
        (
            "question_1=18,question_2=7,answer_1=9,answer_2=12",
            "line 1: .*18': the file has 17 columns",
        ),
        ("question_1=6,question_1=6", "line 1: columns='question_1=6': use a map"),
        ("question_1=1,question_2=7,answer_1=9,answer_2=12", "line 1: question_1='101': use one of A, B"),
    ],
)
def test_a_map_that_does_not_fit_is_named(columns, said):
    with pytest.raises(BadLines, match=said):
        read(LINES, columns)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("106 5 1 0 0 0", "line 6: 6 fields: only is column 17"),
        ("106 5 1 0 0 2 0 1 12.5 0 1 11.0 0 0 3 3 0", "line 6: question_1='2'"),
        ("106 5 1 0 0 0 0 1 noon 0 1 11.0 0 0 3 3 0", "line 6: answer_1='noon': use a number"),
    ],
)
def test_a_line_that_is_no_trial_is_named(line, said):
    with pytest.raises(BadLines, match=said):
        read([*LINES, line])
