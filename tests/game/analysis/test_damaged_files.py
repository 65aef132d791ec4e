"""Whatever happens to a file, it is read or refused with lines: no other error comes out."""

import io
import random
import re

import pytest

from game.analysis import rounds_file
from game.analysis.bad_lines import BadLines
from game.games import GAMES

EXPORT = (
    "team,team_id,bots,run,round,mode,theme,design,propensity,question_1,question_2,answer_1,answer_2,outcome,closed_by\n"
    '"Red, one",1,false,1,1,simplified,food,uniform,0.25,A,Y,true,true,won,answers\n'
    "Blau,2,true,1,1,simplified,food,adaptive,0.3,B,Y,true,,lost,timer\n"
    "Blau,2,true,1,2,classic,food,uniform,0.0625,A,A,true,false,disagreed,answers\n"
)
WORDS = "question_1;question_2;answer_1;answer_2;count\nBrot;Salat;WAHR;FAUX;3\nB;Y;-1;None;2,0\n"
ANSWERS = (
    "Timestamp,Team Name,Team ID,Participant ID,Round ID,Assigned Item,Response\n"
    "3/6/2025, 9:00:25 am,Tango,4,p-one,1,C,true\n3/6/2025, 9:00:04 am,Tango,4,p-two,1,B,true\n"
    "3/6/2025, 9:01:58 am,Tango,4,p-one,2,D,false\n"
)
COUNTS = "pair,TT,TF,FT,FF,total\nAX,23,3,4,23,53\nAY,33,11,5,30,79\nBX,22,10,6,24,62\nBY,4,20,21,6,51\n"
ON_ITS_SIDE = ",x0y0,x0y1,x1y0,x1y1\na0b0,23,33,22,4\na0b1,3,11,10,20\na1b0,4,5,6,21\na1b1,23,30,24,6\n"
IN_ORDER = "AX 23 3 4 23\nAY 33 11 5 30; BX 22 10 6 24\n"
TRIALS = "1 0 0 12.5 0\n0 1 1 0 0\n1 1 1 3 12\n"
FILES = (EXPORT, WORDS, ANSWERS, COUNTS, ON_ITS_SIDE, IN_ORDER)
SCRAPS = (
    '"', ",", ";", "\t", "\n", "\r", "\r\n", "\0", "é", "\ufeff", "sep=;\n", ",,,", "''", "=1+1", "1e999", "nan",
    "-1", "²", "٣", "9" * 30, "TT", "x0y0", "mode", "\ud7ff", "|", "Q",
)  # fmt: skip
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "utf-32")


def damaged(text, rng):
    for _ in range(rng.randint(1, 4)):
        at, length = rng.randrange(len(text) + 1), rng.choice((0, 0, 1, 3, 40))
        lines = text.splitlines(keepends=True)
        text = rng.choice((
            text[:at] + rng.choice(SCRAPS) + text[at + length :],
            text + text[at:],
            "".join(rng.sample(lines, len(lines))),
            "".join(line for line in lines if rng.random() < 0.8),
        ))  # fmt: skip
    data = text.encode(rng.choice(ENCODINGS), errors="replace")
    if rng.random() < 0.3:
        at = rng.randrange(len(data) + 1)
        data = data[:at] + rng.randbytes(rng.randint(0, 3)) + data[at + rng.randint(0, 2) :]
    return data


@pytest.mark.parametrize("seed", range(8))
def test_a_damaged_file_is_read_or_refused_with_lines(seed):
    rng, read = random.Random(seed), 0
    for _ in range(250):
        data, game = damaged(rng.choice(FILES), rng), rng.choice([*GAMES.values()])
        game = GAMES["simplified"] if rng.random() < 0.6 else game
        try:
            found = rounds_file.read(io.BytesIO(data), game)
        except BadLines as error:
            assert re.match(r"line \d+: .", str(error)), data
            assert error.numbers
        else:
            read += 1
            assert 0 < len(found.codes) == len(found.group) == len(found.propensities)
            rounds_file.report_of(found)
    assert read > 5


@pytest.mark.parametrize("seed", range(3))
def test_a_damaged_file_of_trials_or_map_is_read_or_refused(seed):
    rng, read = random.Random(seed), 0
    whole = "question_1=1,question_2=2,answer_1=4[10:20],answer_2=5[10:20]"
    for _ in range(150):
        columns = whole if rng.random() < 0.7 else damaged(whole, rng).decode("latin-1")
        try:
            read += len(rounds_file.read(io.BytesIO(damaged(TRIALS, rng)), GAMES["simplified"], columns).codes) > 0
        except BadLines as error:
            assert re.match(r"line \d+: .", str(error))
    assert read > 10
