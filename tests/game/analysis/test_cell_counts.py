"""Counts by pair and answers, in the layouts of papers and laboratories, give the numbers of the rounds."""

import io
import json

import numpy as np
import pytest

from game.analysis import rounds_file
from game.analysis.bad_lines import BadLines
from game.games import game_of

DELFT = {"AX": (23, 3, 4, 23), "AY": (33, 11, 5, 30), "BX": (22, 10, 6, 24), "BY": (4, 20, 21, 6)}
WAYS = ("TT", "TF", "FT", "FF")
IN_ORDER = "".join(f"{pair},{','.join(map(str, row))}\n" for pair, row in DELFT.items())
BITS = {"AX": "x0y0", "AY": "x0y1", "BX": "x1y0", "BY": "x1y1"}


def named(header, labels=None, extra=lambda row: ""):
    rows = (
        f"{labels[pair] if labels else pair},{','.join(map(str, row))}{extra(row)}\n" for pair, row in DELFT.items()
    )
    return header + "\n" + "".join(rows)


def on_its_side(names):
    rows = (f"{name},{','.join(str(row[i]) for row in DELFT.values())}\n" for i, name in enumerate(names))
    return f"outcome,{','.join(BITS.values())}\n{''.join(rows)}"


LAYOUTS = {
    "in order": IN_ORDER,
    "semicolons": IN_ORDER.replace(",", ";"),
    "blanks": IN_ORDER.replace(",", " "),
    "one line": "; ".join(IN_ORDER.replace(",", " ", 1).splitlines()),
    "colons": IN_ORDER.replace(",", ": ", 1),
    "letters apart": "".join(f"{line[0]},{line[1:]}\n" for line in IN_ORDER.splitlines()),
    "named": named("pair,TT,TF,FT,FF"),
    "named with totals": named("setting;++;+-;-+;--;total", extra=lambda row: f",{sum(row)}").replace(",", ";"),
    "named N": named("settings,N(++),N(+-),N(-+),N(--)", BITS),
    "named by bits": named("x,y,11,10,01,00", {pair: f"{label[1]},{label[3]}" for pair, label in BITS.items()}),
    "a line a cell": "settings,outcome,count\n" + "".join(
        f"{BITS[pair]},{way},{n}\n" for pair, row in DELFT.items() for way, n in zip(WAYS, row, strict=True)),
    "laboratory": on_its_side(["a1b1", "a1b0", "a0b1", "a0b0"]),
    "laboratory in signs": on_its_side(["++", "+-", "-+", "--"]),
}  # fmt: skip
LAYOUTS["numbers of a spreadsheet"] = "pair;TT;TF;FT;FF\n" + "".join(
    f"{pair};{';'.join(f'{n},0' for n in row)}\n" for pair, row in DELFT.items()
)


def read(text, mode="simplified"):
    return rounds_file.read(io.BytesIO(text.encode()), game_of(mode))


def counted(found):
    counts = np.bincount(found.codes, minlength=len(found.game.cells))
    return {pair: tuple(int(counts[found.game.code(pair, way)]) for way in WAYS) for pair in DELFT}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_delfts_counts(layout):
    found = read(LAYOUTS[layout])
    assert counted(found) == DELFT
    assert len(found.codes) == 245


def test_counts_give_the_published_numbers(analyse):
    report = json.loads(analyse(*IN_ORDER.splitlines(), json=True)[0])
    assert report["chsh"]["s"] == pytest.approx(2.4224999, abs=1e-7)
    assert report["p_local"] == pytest.approx(0.0390777, abs=1e-7)
    assert any("order TT, TF, FT, FF" in note for note in report["notes"])


def test_the_anytime_p_of_counts_is_never_flattered(analyse):
    """Counts have no order; with wins first the highest evidence would be that of their number alone."""
    report = json.loads(analyse("AX 50 0 0 50", "AY 0 50 50 0", "BX 50 0 0 50", "BY 50 0 0 50", json=True)[0])
    assert (report["wins"], report["scored"], report["p_anytime"]) == (200, 400, 1)


def test_what_bits_stand_for_is_said():
    assert any("x0 is A, x1 B, y0 X, y1 Y" in note for note in read(LAYOUTS["laboratory"]).notes)
    assert not any("x0 is" in note for note in read(IN_ORDER).notes)


def test_a_pair_without_counts_is_said():
    assert any("no round of AY, BX, BY" in note for note in read("AX 1 2 3 4\n").notes)


def test_unanswered_rounds_may_be_counted():
    found = read("pair,TT,TF,FT,FF,unanswered\nAX,1,0,0,0,2\n")
    assert [tuple(found.game.cells[code]) for code in found.codes] == [("AX", "--"), ("AX", "--"), ("AX", "TT")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("AX 1 2 3\n", "line 1: pair='AX': 3 counts, use 4"),
        ("AX 1 2 3 4\nAQ 1 2 3 4\n", "line 2: pair='AQ': use one of AX, AY, BX, BY"),
        ("AX 1 2 3 4\nAX 1 2 3 4\n", "line 2: pair='AX' TT stands already in line 1"),
        ("AX 1 2 -3 4\n", "line 1: count of AX FT='-3': use a whole number"),
        ("AX 1 2 3.5 4\n", "line 1: count of AX FT='3.5': use a whole number"),
        ("pair,TT,TF,FT,FF,total\nAX,1,2,3,4,11\n", "line 2: total='11': the counts of this line add up to 10"),
        ("pair,TT,TF,FT,FF\nAX,1,2,3\n", "line 2: 4 fields: the header has 5"),
        ("pair,TT,TF,FT,FF\nAX,0,0,0,0\n", "line 1: 0 rounds of simplified"),
        ("o,x0y0,x0y1,x1y0,x1y1\na2b1,1,1,1,1\n", "line 2: answers='a2b1': use TT, TF, FT, FF"),
        ("AX 20000000 1 0 0\n", "line 1: 20000001 rounds in all"),
    ],
)
def test_a_line_that_is_no_counts_is_named(text, said):
    with pytest.raises(BadLines, match=said):
        read(text)


def test_counts_of_games_with_more_seats_or_answers_are_read():
    found = read("XXX 1 2 3 4 5 6 7 8\n", "ghz")
    assert np.bincount(found.codes)[found.game.code("XXX", "FFF")] == 8
    assert len(read("TL " + " ".join(["1"] * 16), "magic_square").codes) == 16
