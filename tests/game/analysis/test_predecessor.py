"""Answer lists of the predecessor, and our export in its form."""

import json
from pathlib import Path

import numpy as np
import pytest
from django.core.management.base import CommandError

from game.analysis import rounds_file
from game.analysis.bad_lines import BadLines
from game.games import game_of
from tests.support.tables import counts_of, table_of

DATA = Path(__file__).parents[2] / "data"


def read(*lines, mode="simplified"):
    return rounds_file.read(lines, game_of(mode))


def counted(records):
    return np.bincount(records.codes, minlength=len(records.game.cells))


@pytest.mark.parametrize("name", ["predecessor_browser", "predecessor_server"])
@pytest.mark.parametrize("mode", ["simplified", "classic"])
def test_both_forms_of_the_predecessor_read_alike(name, mode):
    with open(DATA / f"{name}.csv", "rb") as lines:
        found = rounds_file.read(lines, game_of(mode))
    expected = [("A", "X", True, False), ("B", "Y", False, True)]
    is_lost = mode == "simplified"
    expected += [("B", "X", False, None)] if is_lost else []
    assert np.array_equal(counted(found), counts_of(found.game.key, [table_of(expected)])[0])
    assert found.left_out == ({} if is_lost else {"with one answer only": 1})
    assert (found.teams, found.design) == (["Team, one"], "quota")
    assert any("round 13" in note and "line 6" in note for note in found.notes)


PREDECESSOR = "Timestamp,Team Name,Team ID,Player ID,Round ID,Question Item (A/B/X/Y),Answer (True/False)"


def test_predecessor_seats_follow_first_appearance_in_classic():
    """p1 is seat 1 of the team for good, also in a round that p2 answers first; a newcomer takes the free seat."""
    found = read(
        PREDECESSOR,
        "d,T,7,p1,1,X,True", "d,T,7,p2,1,A,False",
        "d,T,7,p2,2,B,True", "d,T,7,p1,2,Y,True",
        "d,T,7,p3,3,A,True", "d,T,7,p2,3,X,False",
        mode="classic",
    )  # fmt: skip
    expected = [("X", "A", True, False), ("Y", "B", True, True), ("A", "X", True, False)]
    assert np.array_equal(counted(found), counts_of(found.game.key, [table_of(expected)])[0])


@pytest.mark.parametrize(
    "line", ["d,T,7,p1,1,Q,True", "d,T,7,p1,1,A,perhaps", "T,7,p1,1,A,True", "d,T,7,p9,2,A,True\nd,T,7,p9,2,X,True"]
)
def test_bad_line_of_the_predecessor_is_named(line):
    with pytest.raises(BadLines, match="line"):
        read(PREDECESSOR, *line.split("\n"))


SKIPPER = [
    *("d,Skip,1,p2,1,Y,true", "d,Skip,1,p1,2,B,true", "d,Skip,1,p2,2,X,true", "d,Skip,1,p2,3,Y,false"),
    *("d,Skip,1,p2,4,Y,true", "d,Skip,1,p1,5,A,false"),
]


def test_rounds_with_one_answer_are_lost_and_dealt_to_the_pairs_in_turn(analyse):
    """Who answers only the questions that suit a plan wins all the rounds with two answers, and no others."""
    report = json.loads(analyse(PREDECESSOR, *SKIPPER, json=True)[0])
    assert (report["issued"], report["answered"], report["scored"], report["wins"]) == (5, 1, 5, 1)
    assert report["rounds_unanswered"] == 4
    assert any("4 rounds have one answer only" in note and "round 1 of team Skip in line 2" in note
               for note in report["notes"])  # fmt: skip
    cells = [tuple(read(PREDECESSOR, *SKIPPER).game.cells[code]) for code in read(PREDECESSOR, *SKIPPER).codes]
    assert cells == [("AY", "-T"), ("BX", "TT"), ("BY", "-F"), ("AY", "-T"), ("AX", "F-")]


def test_a_round_with_one_answer_costs_a_point_in_hardys_game(analyse):
    report = json.loads(analyse(PREDECESSOR, "d,T,7,p1,1,X,True", json=True, mode="aqmjoe")[0])
    assert (report["issued"], report["hardy"]["minus"]) == (1, 1)


def test_the_design_is_quota_unless_the_user_says_otherwise(analyse):
    lines = PREDECESSOR, "d,T,7,p1,1,A,True", "d,T,7,p2,1,X,True"
    report = json.loads(analyse(*lines, json=True)[0])
    assert (report["design"], report["evidence"], report["p_local"]) == ("quota", None, None)
    assert any("--design uniform" in note for note in report["notes"])
    assert json.loads(analyse(*lines, json=True, design="uniform")[0])["design"] == "uniform"


PARTICIPANTS = "Timestamp,Team Name,Team ID,Participant ID,Round ID,Assigned Item,Response"
DAYS_FIRST = [
    *("13/6/2025, 9:00:25 am,Tango,4,p-one,1,C,true", "13/6/2025, 9:00:04 am,Tango,4,p-two,1,B,True"),
    *("13/6/2025, 9:01:58 am,Tango,4,p-one,2,D,FALSE", "13/6/2025, 9:01:02 am,Tango,4,p-two,2,A,0"),
]


def test_participants_days_first_and_old_items_are_read():
    found = read(PARTICIPANTS, *DAYS_FIRST, mode="classic")
    expected = [("X", "B", True, True), ("Y", "A", False, False)]
    assert np.array_equal(counted(found), counts_of("classic", [table_of(expected)])[0])
    assert found.teams == ["Tango"]
    same = read(f"{PARTICIPANTS},,", *(f"{line},," for line in DAYS_FIRST), mode="classic")
    assert same.codes.tolist() == found.codes.tolist()


def test_a_pair_of_another_mode_names_the_modes_that_ask_it(analyse):
    both_d = "d,Tango,4,p-one,3,D,true", "d,Tango,4,p-two,3,D,true"
    with pytest.raises(CommandError, match="line 7: pair='YY': simplified cannot ask it, use --mode classic or"):
        analyse(PARTICIPANTS, *DAYS_FIRST, *both_d)
    report = json.loads(analyse(PARTICIPANTS, *DAYS_FIRST, *both_d, json=True, mode="classic")[0])
    assert report["issued"] == 3


def test_an_answer_list_that_was_pasted_twice_is_refused():
    lines = PREDECESSOR, "d,T,7,p1,1,A,True", "d,T,7,p2,1,X,True"
    with pytest.raises(BadLines, match=r"line 6: round='1' of team 'T' has 4 answers \(lines 2, 3, 5, 6\)"):
        read(*lines, *lines)


def test_answers_without_a_player_keep_the_order_of_seats():
    found = read(PREDECESSOR, "d,T,7,,1,Y,True", "d,T,7,,1,A,False", mode="classic")
    assert found.game.cells[found.codes[0]] == ("YA", "TF")
