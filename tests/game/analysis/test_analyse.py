import csv
import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from game.analysis import rounds_file
from game.analysis.bad_lines import BadLines
from game.analysis.report_keys import KEYS, to_keys
from game.games import game_of
from game.physics.evidence_state import least_propensity
from tests.support import tables as rules
from tests.support.tables import reports, table_of

DATA = Path(__file__).parents[2] / "data"
HEADER = "question_1,question_2,answer_1,answer_2"


def read(*lines, mode="simplified"):
    return rounds_file.read(lines, game_of(mode))


def counted(records):
    return np.bincount(records.codes, minlength=len(records.game.cells))


def report_of(records):
    return to_keys(rounds_file.report_of(records), records.game)


def test_json_is_one_object_with_exactly_the_promised_keys(analyse):
    out, _ = analyse(HEADER, "A,X,true,false", "B,Y,1,0", "A,Y,,1", json=True)
    report = json.loads(out)
    added = ["chsh_answered", "rounds_unanswered", "design", "questions_even", "notes"]
    assert list(report) == [*KEYS, *added]
    assert list(report["questions_even"]) == ["p", "e"]
    assert (report["rounds_unanswered"], report["design"], report["notes"]) == (1, "uniform", [])
    assert (report["issued"], report["answered"], report["scored"], report["wins"]) == (3, 2, 3, 1)


def test_delft_from_the_command_line(analyse):
    out, _ = analyse(*(DATA / "delft_2015.csv").read_text().splitlines(), json=True)
    report = json.loads(out)
    assert report["chsh"]["s"] == pytest.approx(2.4224999, abs=1e-7)
    assert report["p_local"] == pytest.approx(0.0390777, abs=1e-7)


@pytest.mark.parametrize("mode", rules.MODES)
def test_table_has_words(analyse, mode):
    out, _ = analyse(HEADER, "A,X,true,false", mode=mode)
    assert "against every local explanation" in out


def test_columns_may_come_in_any_order_with_others_between(analyse):
    out, _ = analyse("answer_2,extra,question_2,question_1,answer_1", "1,x,X,A,TRUE", json=True)
    assert json.loads(out)["wins"] == 1


def test_unanswered_rounds_are_named_beside_s(analyse):
    out, _ = analyse(HEADER, "A,X,1,1", "A,Y,1,1", "B,X,1,1", "B,Y,1,0", "B,Y,1,")
    [s] = [line for line in out.splitlines() if line.startswith("S  ")]
    assert "3.000" in s and "unanswered rounds count as the losing outcome" in s
    assert "1 without all answers" in out


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("A,A,1,1", "pair='AA'"),
        ("A,Q,1,1", "pair='AQ'"),
        ("A,X,2,1", "answer='2'"),
        ("A,X,1", "3 fields"),
        ("A,X,1,1,1", "5 fields"),
    ],
)
def test_bad_line_is_named_and_nothing_is_printed(analyse, capsys, bad, said):
    with pytest.raises(CommandError, match="line 3: .*" + said) as stopped:
        analyse(HEADER, "A,X,1,1", bad, "A,X,1,1", json=True)
    assert stopped.value.returncode == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("text", ["0", "0.05", "-1", "1.5", "nan", "often"])
def test_a_propensity_that_no_design_gives_is_refused_with_its_line(analyse, text):
    with pytest.raises(CommandError, match=f"line 3: propensity='{text}': use a probability from 0.125") as stopped:
        analyse(f"design,propensity,{HEADER}", "adaptive,,A,X,1,1", f"adaptive,{text},A,X,1,1")
    assert stopped.value.returncode == 2


def test_every_bad_line_is_named():
    with pytest.raises(BadLines) as stopped:
        read(HEADER, "A,A,1,1", "A,X,1,1", "B,Y,perhaps,1")
    assert stopped.value.numbers == [2, 4]


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("", "line 2: header='a,x,1,1'"),
        ("a,b,c", "line 1: header='a,b,c'"),
        ("question_1,question_2,answer_1", "line 1"),
    ],
)
def test_file_without_the_header_is_refused(header, said):
    with pytest.raises(BadLines, match=said):
        read(header, "A,X,1,1")


def test_missing_file_is_exit_status_two():
    with pytest.raises(CommandError, match="no-such-file") as stopped:
        call_command("analyse", "no-such-file.csv")
    assert stopped.value.returncode == 2


def test_rounds_of_another_mode_are_counted_and_left_out(analyse):
    out, err = analyse(f"mode,{HEADER}", "simplified,A,X,1,1", "classic,A,A,1,1", json=True)
    assert json.loads(out)["issued"] == 1
    assert "1 rounds of another mode left out" in err


LABELLED = (f"team,run,{HEADER}", "red,1,A,X,1,1", "blue,1,A,X,1,0", "red,2,A,X,1,1", "red,1,B,Y,1,1")


@pytest.mark.parametrize(
    ("options", "issued", "wins"),
    [
        ({}, 4, 2),
        ({"team": "red"}, 3, 2),
        ({"run": "1"}, 3, 1),
        ({"team": "red", "run": "1"}, 2, 1),
    ],
)
def test_team_and_run_choose_rounds(analyse, options, issued, wins):
    report = json.loads(analyse(*LABELLED, json=True, **options)[0])
    assert (report["issued"], report["wins"]) == (issued, wins)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"team": "green"}, "--team='green': 0 rounds, use one of 'red', 'blue'"),
        ({"run": "3"}, "--run='3': 0 rounds, use one of '1', '2'"),
        ({"team": "blue", "run": "2"}, "--team='blue' --run='2': 0 rounds"),
    ],
)
def test_no_round_of_a_team_or_run_is_an_error(analyse, options, said):
    with pytest.raises(CommandError, match=said) as stopped:
        analyse(*LABELLED, json=True, **options)
    assert stopped.value.returncode == 2


WITH_BOTS = (f"team,bots,{HEADER}", "red,false,A,X,1,1", "robots,TRUE,A,X,1,0", "robots,true,B,Y,1,0")


@pytest.mark.parametrize(
    ("options", "issued", "said"),
    [
        ({}, 1, "2 rounds of teams with bots left out"),
        ({"team": "red"}, 1, ""),
        ({"team": "robots"}, 2, "only teams with bots are here"),
        ({"bots": True}, 3, ""),
    ],
)
def test_teams_with_bots_are_left_out_unless_asked_for_or_alone(analyse, options, issued, said):
    out, err = analyse(*WITH_BOTS, json=True, **options)
    assert json.loads(out)["issued"] == issued
    assert said in err and bool(said) == bool(err)
    by_team = json.loads(analyse(*WITH_BOTS, json=True, by="team", **options)[0])
    assert sum(report["issued"] for report in by_team.values()) == issued


def test_by_team_reports_every_team_as_alone(analyse):
    by_team = json.loads(analyse(*LABELLED, json=True, by="team")[0])
    assert list(by_team) == ["red", "blue"]
    assert by_team["red"] == json.loads(analyse(*LABELLED, json=True, team="red")[0])


def drawn(answers, rounds):
    """Return lines of even questions in an order that cannot be foreseen; B and Y get different answers if won."""
    pairs = np.random.default_rng(8).permutation([(one, two) for one in "AB" for two in "XY"] * (rounds // 4))
    return [f"{one},{two},1,{int((one + two == 'BY') != (answers == 'won'))}" for one, two in pairs.tolist()]


def test_anytime_p_follows_the_order_of_the_file(analyse):
    won, lost = drawn("won", 40), drawn("lost", 40)
    first = json.loads(analyse(HEADER, *won, *lost, json=True)[0])
    last = json.loads(analyse(HEADER, *lost, *won, json=True)[0])
    assert first["evidence"] == last["evidence"]
    assert first["p_anytime"] < last["p_anytime"] == 1


@pytest.mark.parametrize(
    ("wins", "printed"), [(40, "p, watched all along +0.0001031 "), (30_000, "p, watched all along +below 1e-300 ")]
)
def test_anytime_p_is_small_and_never_zero(analyse, wins, printed):
    lines = HEADER, *drawn("won", wins)
    assert json.loads(analyse(*lines, json=True)[0])["p_anytime"] > 0
    assert re.search(printed, analyse(*lines)[0])


def test_quota_rounds_leave_evidence_null_with_a_reason(analyse):
    lines = f"design,{HEADER}", "uniform,A,X,1,1", "quota,A,X,1,1"
    report = json.loads(analyse(*lines, json=True)[0])
    assert (report["wins"], report["evidence"], report["p_local"], report["no_signalling"]) == (2, None, None, None)
    assert "predictable" in analyse(*lines)[0]


def test_adaptive_rounds_use_their_propensities():
    found = read(f"design,propensity,{HEADER}", "adaptive,0.125,A,X,1,1", "adaptive,0.5,A,Y,1,0")
    # Losing a pair that was likely costs less than losing a rare one.
    rare = read(f"design,propensity,{HEADER}", "adaptive,0.5,A,X,1,1", "adaptive,0.125,A,Y,1,0")
    assert report_of(found)["evidence"] > report_of(rare)["evidence"]


@pytest.mark.parametrize(
    ("lines", "options"),
    [
        ([f"design,{HEADER}", "adaptive,A,X,1,1"], {}),
        ([f"propensity,design,{HEADER}", "0.25,adaptive,A,X,1,1", ",adaptive,A,X,1,1"], {}),
        ([HEADER, "A,X,1,1"], {"design": "adaptive"}),
    ],
)
def test_adaptive_rounds_without_every_propensity_have_no_evidence_and_say_why(analyse, lines, options):
    report = json.loads(analyse(*lines, json=True, **options)[0])
    assert (report["win_rate"], report["evidence"], report["log10_evidence"], report["p_anytime"]) == (1, *[None] * 3)
    assert "needs the rounds in order with their probabilities" in analyse(*lines, **options)[0]


@pytest.mark.parametrize(("line", "evidence"), [(",A,X,1,1", 1), ("0.0625,A,X,1,1", 1), ("0.25,A,X,1,1", None)])
def test_a_score_keeps_its_evidence_under_the_adaptive_design_unless_propensities_are_unfair(analyse, line, evidence):
    out, _ = analyse(f"propensity,{HEADER}", line, design="adaptive", mode="aqmjoe", json=True)
    assert json.loads(out)["hardy"]["evidence"] == evidence


@pytest.mark.parametrize("mode", ["simplified", "classic"])
def test_the_least_propensity_of_the_adaptive_design_keeps_every_stake(mode):
    """A pair asked often makes the others of its block as rare as they get; both losses leave something."""
    chances = rules.propensities(mode, "adaptive", {("A", "X"): 10**6})
    least = min(chances.values())
    assert least == least_propensity(game_of(mode)) == chances["A", "X"]
    found = read(f"design,propensity,{HEADER}", *[f"adaptive,{least!r},A,X,1,0"] * 2, mode=mode)
    assert -2 < report_of(found)["log10_evidence"] < 0


def test_spellings_of_a_spreadsheet_are_understood():
    out = io.StringIO(newline="")
    writer = csv.writer(out, dialect="excel", quoting=csv.QUOTE_ALL)
    writer.writerows([HEADER.split(","), ["a", " x ", "TRUE", "False"], []])
    found = rounds_file.read(io.StringIO(out.getvalue(), newline=""), game_of("simplified"))
    assert report_of(found)["issued"] == 1


def test_report_of_a_file_equals_the_report_from_counts():
    rng = np.random.default_rng(3)
    rows = [
        ("ABXY"[a], "ABXY"[b], bool(c), None if d == 2 else bool(d))
        for a, b, c, d in rng.integers([4, 4, 2, 3], size=(500, 4))
    ]
    lines = [",".join("" if v is None else str(v) for v in row) for row in rows]
    expected = reports("classic", "uniform", [table_of(rows)])[0]
    found = report_of(read(HEADER, *lines, mode="classic"))
    for key in set(KEYS) - {"p_anytime"}:
        assert found[key] == expected[key]
