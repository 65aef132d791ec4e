"""What spreadsheets and people make of a file of rounds is read, or refused with its line."""

import io
import json
import sys

import pytest
from django.core.management.base import CommandError
from django.utils import translation

from game.analysis import rounds_file
from game.analysis.bad_lines import BadLines
from game.games import GAMES, game_of

HEADER = "question_1,question_2,answer_1,answer_2"
PLAIN = f"{HEADER}\nA,X,true,true\nB,Y,true,false\nA,Y,,false\n"
ROUNDS = [("AX", "TT"), ("BY", "TF"), ("AY", "-F")]


def read(text, mode="simplified", encoding="utf-8"):
    return rounds_file.read(io.BytesIO(text.encode(encoding)), game_of(mode))


def rounds_of(found):
    return [tuple(found.game.cells[code]) for code in found.codes]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_line_ends_and_delimiters_change_no_round(encoding, end, delimiter):
    text = PLAIN.replace(",", delimiter).replace("\n", end)
    assert rounds_of(read(text, encoding=encoding)) == ROUNDS
    assert rounds_of(read(f"sep={delimiter}{end}{text}", encoding=encoding)) == ROUNDS


def test_letters_of_windows_are_read_and_said():
    found = read(f"team,{HEADER}\nKünstler,A,X,true,true\n", encoding="cp1252")
    assert found.teams == ["Künstler"]
    assert any("Windows-1252" in note for note in found.notes)
    assert read(f"team,{HEADER}\nKünstler,A,X,true,true\n").notes == []


def test_an_encoding_that_shows_late_is_found():
    lines = "A,X,true,true,\n" * 100_000
    found = read(f"{HEADER},remark\n{lines}A,X,true,true,später\n", encoding="cp1252")
    assert (len(found.codes), len(found.notes)) == (100_001, 1)


@pytest.mark.parametrize(
    ("said", "letters"),
    [
        ("WAHR,FALSCH", "TF"), ("VRAI,FAUX", "TF"), ("True,fALSE", "TF"), ("t,F", "TF"), ("1,0", "TF"), ("+1,-1", "TF"),
        ("+1,−1", "TF"), ("1.0,0.0", "TF"), ("yes,no", "TF"), ("ja,nein", "TF"), ("oui,non", "TF"),
        ("Choose,Skip", "TF"), (" , None", "--"), ("NA,-", "--"), ("n/a,null", "--"),
    ],
)  # fmt: skip
def test_words_of_answers_are_read(said, letters):
    assert rounds_of(read(f"{HEADER}\nA,X,{said}\n")) == [("AX", letters)]


def test_words_that_were_guessed_are_said_and_promised_ones_are_not():
    found = read(f"{HEADER}\nA,X,WAHR,0\nA,X,wahr,None\n")
    assert found.notes == ["words were read as follows: WAHR, wahr as True; None as no answer"]
    assert read(f"{HEADER}\nA,X,true,0\nA,X,T,\n").notes == []


def test_zero_beside_minus_one_may_be_no_answer_and_is_refused():
    with pytest.raises(BadLines, match="line 3: answer='0': the file has 0 and -1"):
        read(f"{HEADER}\nA,X,1,-1\nA,X,1,0\n")


@pytest.mark.parametrize("game", GAMES.values(), ids=list(GAMES))
@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_theme_words_of_every_game_are_read(game, language):
    for theme in game.themes.values():
        context, letters = game.cells[0]
        with translation.override(language):
            said = [
                str(theme.answers[question][seat.answers.index(letter)].text)
                for seat, question, letter in zip(game.seats, context, letters, strict=True)
            ]
        text = f"{','.join(rounds_file.columns(game))}\n{','.join([*context, *said])}\n"
        assert rounds_of(read(text, game.key)) == [(context, letters)]


def test_questions_may_be_words_of_a_theme_or_bits():
    assert rounds_of(read(f"{HEADER}\nBrot,lettuce,1,1\nDumplings,Chocolat,1,0\n")) == [("AX", "TT"), ("BY", "TF")]
    found = read("x,y,a,b\n0,0,1,1\n1,1,1,0\n")
    assert rounds_of(found) == [("AX", "TT"), ("BY", "TF")]
    assert any("0 as question A" in note for note in found.notes)
    with pytest.raises(BadLines, match="line 2: question_1='Favourite colour\\?': it may be A or B"):
        read(f"{HEADER}\nFavourite colour?,X,1,1\n", "aqmjoe")


@pytest.mark.parametrize(
    ("word", "kept"), [("true", 1), ("1", 1), ("yes", 1), ("WAHR", 1), ("12", 1), ("no", 2), ("", 2)]
)
def test_bots_may_be_said_in_many_ways(word, kept):
    found = read(f"bots,{HEADER}\n{word},A,X,1,1\nfalse,A,X,1,1\n")
    assert len(found.without_bots().codes) == kept


def test_a_word_that_is_no_bots_is_named():
    with pytest.raises(BadLines, match="line 2: bots='perhaps': use true or false"):
        read(f"bots,{HEADER}\nperhaps,A,X,1,1\n")


def test_a_decimal_comma_is_a_point():
    text = f"design;propensity;{HEADER.replace(',', ';')}\nadaptive;0,25;A;X;1;1\n"
    assert read(text).propensities.tolist() == [0.25]


def test_commas_that_trail_are_no_rounds_and_no_columns():
    found = read(f"{HEADER},,\nA,X,true,true\nB,Y,1,0,,\nA,Y,,0,,,,\n,,,\n,,,,,\n\n")
    assert rounds_of(found) == ROUNDS


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('"red,A,X,true,true', "line 3: '\"red,A,X,true,true': a quote opens here and does not close in this line"),
        ('red,A,X,true,"true', "line 3: '\"true': a quote opens here"),
        ('"red"s,A,X,true,true', 'line 3: \'"red"s,A'),
    ],
)
def test_a_stray_quote_is_named_by_the_line_where_it_opens(line, said):
    with pytest.raises(BadLines, match=said) as stopped:
        read(f'team,{HEADER}\nblue,A,X,1,1\n{line}\nblue,A,X,1,1\n"late,A,X,1,1\n')
    assert stopped.value.numbers == [3, 5]


def test_quotes_around_cells_are_read():
    rows = '"Red, ""one""",A,X,1,1\n"blue","B","Y","true","false"\n5" pipe,A,X,1,1\n'
    found = read(f"team,{HEADER}\n{rows}")
    assert found.teams == ['Red, "one"', "blue", '5" pipe']


def test_a_column_that_stands_twice_is_named():
    with pytest.raises(BadLines, match="line 1: column='answer_1' stands twice, as columns 3 and 5: keep one"):
        read(f"{HEADER},answer_1\nA,X,1,1,0\n")


NUMBERED = "team,run,round,mode,question_1,question_2,answer_1,answer_2\n"


@pytest.mark.parametrize("header", [NUMBERED, ""])
def test_a_numbered_round_that_stands_twice_is_refused(header):
    rows = '"Red, one",1,1,simplified,A,X,1,1\n"Red, one",1,2,simplified,A,X,1,1\n"Red, one",2,1,simplified,A,X,1,1\n'
    assert len(read(NUMBERED + rows).codes) == 3
    first = 6 if header else 5
    with pytest.raises(BadLines, match="team='Red, one', run='1', round=1 stands already in line 2") as stopped:
        read(NUMBERED + rows + header + rows)
    assert stopped.value.numbers == [first, first + 1, first + 2]


def test_numbers_of_other_teams_or_other_games_repeat_freely():
    rows = "red,1,1,simplified,A,X,1,1\nblue,1,1,simplified,A,X,1,1\nred,1,1,classic,A,A,1,1\n"
    assert len(read(NUMBERED + rows).codes) == 2


def test_a_file_pasted_under_itself_is_refused_and_another_under_it_is_read():
    rows = "".join(f"{x},{y},{a},1\n" for x in "AB" for y in "XY" for a in (0, 1))
    with pytest.raises(BadLines, match=r"line 10: the header stands again and .* repeat those from line 2"):
        read(f"{HEADER}\n{rows}{HEADER}\n{rows}")
    found = read(f"{HEADER}\n{rows}{HEADER}\nA,X,1,1\n")
    assert (len(found.codes), found.notes) == (9, ["line 10 repeats the header and is left out"])


def test_halves_that_are_alike_are_said_of_varied_rounds_alone():
    rows = "".join(f"{x},{y},{a},{b}\n" for x in "AB" for y in "XY" for a in (0, 1) for b in (0, 1, ""))
    assert "line 26 on repeat" in read(f"{HEADER}\n{rows}{rows}").notes[0]
    assert read(f"{HEADER}\n{rows}").notes == []
    assert read(HEADER + "\nA,X,1,1" * 100 + "\n").notes == []


def test_a_nul_byte_is_named():
    with pytest.raises(BadLines, match=r"line 3: question_2='\\x00X': use one of X, Y"):
        read(f"{HEADER}\nA,X,true,true\nA,\0X,true,true\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: the file has no header and no rounds"),
        (f"{HEADER}\n", "line 1: 0 rounds of simplified"),
        (f"{HEADER}\n,,,\n", "line 1: 0 rounds of simplified"),
        (f"mode,{HEADER}\nclassic,A,A,1,1\n", "line 1: 0 rounds of simplified: the file has 1 of .*use --mode classic"),
    ],
)
def test_no_round_is_an_error(text, said):
    with pytest.raises(BadLines, match=said):
        read(text)


def test_a_pair_of_another_mode_names_the_mode_that_asks_it():
    with pytest.raises(BadLines, match="line 2: pair='AA': simplified cannot ask it, use --mode classic or"):
        read(f"{HEADER}\nA,A,1,1\n")
    with pytest.raises(BadLines, match=r"line 2: pair='QX': simplified cannot ask it$"):
        read(f"{HEADER}\nQ,X,1,1\n")


def test_a_column_of_counts_repeats_its_round():
    found = read(f"{HEADER},count\nA,X,1,1,3\nB,Y,1,0,2.0\nA,Y,1,1,0\n")
    assert rounds_of(found) == [("AX", "TT")] * 3 + [("BY", "TF")] * 2
    with pytest.raises(BadLines, match="line 2: count='2,5': use a whole number"):
        read(f'{HEADER},count\nA,X,1,1,"2,5"\n')


def test_lines_of_every_kind_keep_the_order_of_the_file_and_their_numbers():
    many = "red,A,X,1,1\n" * 3 + '"a, b",A,Y,1,1\n' + "blue,B,X,1,1,,\n" + "\n" + "red,B,Y,1,1\n"
    found = read(f"team,{HEADER}\n{many * 20_000}")
    assert rounds_of(found)[:6] == [("AX", "TT")] * 3 + [("AY", "TT"), ("BX", "TT"), ("BY", "TT")]
    assert rounds_of(found)[-6:] == rounds_of(found)[:6]
    assert found.teams == ["red", "a, b", "blue"]
    with pytest.raises(BadLines, match="line 140002: pair='AA'"):
        read(f"team,{HEADER}\n{many * 20_000}red,A,A,1,1\n")


def test_the_notes_stand_in_the_json(analyse):
    out, err = analyse(HEADER.replace(",", ";"), "A;X;WAHR;VRAI", json=True)
    notes = json.loads(out)["notes"]
    assert any("semicolons" in note for note in notes) and any("WAHR" in note for note in notes)
    assert "semicolons" in err


def test_standard_input_is_read_as_a_file(monkeypatch, tmp_path, analyse):
    file = tmp_path / "in.csv"
    file.write_bytes(PLAIN.replace(",", ";").encode("utf-16"))
    with file.open("rb") as given:
        monkeypatch.setattr(sys, "stdin", given)
        assert rounds_of(rounds_file.read_path("-", game_of("simplified"))) == ROUNDS


def test_a_missing_file_is_named(analyse):
    with pytest.raises(OSError, match="no-such-file"):
        rounds_file.read_path("no-such-file", game_of("simplified"))


def test_an_error_of_the_command_has_status_two(analyse):
    with pytest.raises(CommandError, match="line 2: ") as stopped:
        analyse(HEADER, "A,X,perhaps,1")
    assert stopped.value.returncode == 2
