"""Files of rounds and the commands for every declared game."""

import io
import json

import numpy as np
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from game.analysis import rounds_file
from game.analysis.bad_lines import BadLines
from game.analysis.report_keys import ADDED_KEYS, KEYS
from game.games import GAMES
from game.own_games.files import examples
from game.physics import counts
from game.physics.theory import plans
from tests.support.laws import plan_law, quantum_law

WORDS = {"T": "true", "F": "false", "-": ""}


@pytest.fixture(params=GAMES.values(), ids=list(GAMES))
def game(request):
    return request.param


def written(game, rounds):
    """Return the lines of a file of rounds."""
    said = [
        [*context, *(WORDS.get(a, a) if "T" in game.seats[0].answers else a.strip("-") for a in answers)]
        for context, answers in rounds
    ]
    return [",".join(rounds_file.columns(game)), *(",".join(line) for line in said)]


def test_every_cell_of_a_game_is_read_back(game):
    found = rounds_file.read(written(game, game.cells), game)
    assert found.codes.tolist() == list(range(len(game.cells)))
    assert found.chances == pytest.approx([float(game.probabilities[context]) for context, _ in game.cells])


def test_the_columns_of_a_game_name_its_seats():
    assert rounds_file.columns(GAMES["simplified"]) == ("question_1", "question_2", "answer_1", "answer_2")
    assert rounds_file.columns(GAMES["ghz"])[2::3] == ("question_3", "answer_3")


def test_analyse_reports_every_game(game, analyse):
    law = quantum_law(game)
    codes = np.random.default_rng(1).choice(len(law), p=law, size=300)
    lines = written(game, [game.cells[code] for code in codes])
    report = json.loads(analyse(*lines, mode=game.key, json=True)[0])
    assert list(report) == [*KEYS, *ADDED_KEYS]
    assert (report["mode"], report["issued"], report["rounds_unanswered"]) == (game.key, 300, 0)
    source = report["hardy"] or report
    assert source["log10_evidence"] > 0
    printed, said = analyse(*lines, mode=game.key)
    assert "against every local explanation" in printed and not said


@pytest.mark.parametrize(
    ("line", "said"),
    [("", "quantum 0.867 or more"), ("quantum = 0.95\n", "quantum 0.867, at most 0.950 by the game's file")],
)
def test_the_table_names_a_limit_of_a_file_as_the_files_own(analyse, tmp_path, line, said):
    # A process keeps the first game of a name.
    file = tmp_path / ("lamps_with_a_limit.toml" if line else "lamps_without.toml")
    file.write_text(line + examples()["two_lamps"].source, encoding="utf-8")
    rounds = ["question_1,question_2,answer_1,answer_2", "A,X,R,R", "B,Y,R,G"]
    assert said in analyse(*rounds, declaration=str(file))[0]


def test_the_table_says_the_limits_of_its_game(analyse):
    game = GAMES["mermin"]
    law = plan_law(game, plans.best_plan(game))
    codes = np.random.default_rng(2).choice(len(law), p=law, size=60)
    printed, _ = analyse(*written(game, [game.cells[code] for code in codes]), mode="mermin")
    assert "classical at most 0.778, quantum 0.833" in printed
    assert "played " in printed and "p, better than quantum" in printed
    assert "p, better than quantum" not in analyse(*written(GAMES["ghz"], [("XXX", "TTT")]), mode="ghz")[0]


@pytest.mark.parametrize(
    ("key", "line", "said"),
    [
        ("ghz", "X,X,Y,1,1,1", "pair='XXY': ghz cannot ask it"),
        ("ghz", "X,X,X,1,1,a", "answer='a': use true, false, or nothing"),
        ("magic_square", "T,L,a,e", "answer='e': use one of a, b, c, d, or nothing"),
        ("mermin", "A,B,1", "3 fields: the header has 4"),
    ],
)
def test_a_line_that_is_no_round_of_the_game_is_named(key, line, said):
    with pytest.raises(BadLines, match=f"line 2: {said}"):
        rounds_file.read([",".join(rounds_file.columns(GAMES[key])), line], GAMES[key])


def test_a_file_without_the_third_seat_is_refused(analyse):
    with pytest.raises(CommandError, match="use question_1,question_2,question_3,answer_1,answer_2,answer_3"):
        analyse("question_1,question_2,answer_1,answer_2", "X,X,1,1", mode="ghz")


def test_rounds_of_another_game_are_counted_and_left_out(analyse):
    lines = ["mode,question_1,question_2,answer_1,answer_2", "mermin,A,B,1,0", "odd_cycle,A,B,1,0"]
    out, err = analyse(*lines, mode="mermin", json=True)
    report = json.loads(out)
    assert (report["issued"], report["notes"]) == (1, ["1 rounds of another mode left out"])
    assert "1 rounds of another mode left out" in err


def test_the_predecessor_had_no_such_game():
    with pytest.raises(BadLines, match="game='magic_square': the predecessor had two seats"):
        rounds_file.read(["Round ID,Player ID"], GAMES["magic_square"])


def test_uneven_weights_are_the_probabilities_of_rounds_that_name_none():
    game = GAMES["odd_cycle"]
    found = rounds_file.read(written(game, [("AB", "TF")]), game)
    assert found.chances.tolist() == [0.1]
    assert counts.count(game, found.codes).sum() == 1


def test_games_are_listed_as_json_and_as_a_table():
    out, table = io.StringIO(), io.StringIO()
    call_command("games", json=True, stdout=out)
    call_command("games", stdout=table)
    listed = json.loads(out.getvalue())
    assert [one["key"] for one in listed] == list(GAMES)
    for one in listed:
        assert set(one) == {"key", "seats", "contexts", "classical", "quantum", "no_message"}
        assert one["key"] in table.getvalue()
    ghz = next(one for one in listed if one["key"] == "ghz")
    assert ghz["seats"] == [{"questions": ["X", "Y"], "answers": ["T", "F"]}] * 3
    assert [context["questions"] for context in ghz["contexts"]] == ["XXX", "XYY", "YXY", "YYX"]
    assert (ghz["classical"], ghz["quantum"], ghz["no_message"]) == (0.75, 1.0, 1.0)
