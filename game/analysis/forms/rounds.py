"""A round a line: question_1, answer_1 and so on for every seat, with further columns where a file has them."""

from collections import Counter
from itertools import pairwise

import numpy as np

from game.analysis.bad_lines import BadLines, Faults
from game.analysis.forms import duplicates
from game.analysis.forms.kinds import EMPTY, HEADER, OTHER_GAME, ROUNDS_AT_MOST, Kinds
from game.analysis.forms.lines import Cutter, Piece, Rows
from game.analysis.found import Found
from game.analysis.spreadsheet import Sheet
from game.games.definition import Definition

_OPTIONAL = ("team", "run", "mode", "design", "propensity", "bots", "count", "in_room")
# Columns that hardly change from line to line: a piece may reach across them.
_BRIDGES = ("team_id", "theme")
_NUMBER = "round"
_BITS = ("x", "y", "a", "b")


def columns(game: Definition) -> tuple[str, ...]:
    """Return the required columns of a file of this game."""
    seats = range(1, len(game.seats) + 1)
    return tuple(f"{what}_{seat}" for what in ("question", "answer") for seat in seats)


def matches(sheet: Sheet, game: Definition) -> bool:
    return {*columns(game)} <= {*_names(sheet, game)}


def read(sheet: Sheet, game: Definition) -> Found:
    names, faults = _names(sheet, game), Faults(game)
    used = _used(names, game, sheet.header_line)
    pieces = _pieces(names, used - {_NUMBER}, sheet.delimiter)
    rows = Cutter(sheet, pieces, names.index(_NUMBER) if _NUMBER in used else None, faults).rows()
    kinds = Kinds(game, names, sheet.header, pieces)
    kinds.parse(rows, pieces, faults)
    _refuse_repeats(kinds, rows, {"team", "run", _NUMBER} <= used, faults)
    faults.check()
    return _found(kinds, [*sheet.notes, *kinds.words.notes, *_notes(kinds, rows)])


def _names(sheet: Sheet, game: Definition) -> list[str]:
    """Return the header in our spelling; x, y, a, b together are the questions and answers of two seats."""
    names = [name.replace(" ", "_") for name in sheet.header]
    ours = {"counts": "count", "n": "count"}
    if len(game.seats) == 2 and {*_BITS} <= {*names}:
        ours |= dict(zip(_BITS, columns(game), strict=True))
    return [ours.get(name, name) for name in names]


def _used(names: list[str], game: Definition, line: int) -> set[str]:
    """Return the columns that are read, and refuse one that stands twice."""
    used = {*columns(game), *_OPTIONAL, *_BRIDGES, _NUMBER} & {*names}
    for name in names:
        if name in used and names.count(name) > 1:
            places = [str(i) for i, other in enumerate(names, start=1) if other == name]
            raise BadLines([(line, f"column={name!r} stands twice, as columns {' and '.join(places)}: keep one")])
    return used


def _pieces(names: list[str], used: set[str], delimiter: str) -> list[Piece]:
    """Return the runs of neighbouring columns that are read."""
    wanted = [i for i, name in enumerate(names) if name in used]
    breaks = [i for i, (left, right) in enumerate(pairwise(wanted), start=1) if right != left + 1]
    runs = [wanted[a:b] for a, b in pairwise([0, *breaks, len(wanted)])]
    return [Piece(run[0], run[-1], delimiter) for run in runs]


def _refuse_repeats(kinds: Kinds, rows: Rows, is_numbered: bool, faults: Faults) -> None:
    """Refuse a numbered round that stands twice, and a file that follows itself after a second header."""
    groups = kinds.groups[kinds.kind]
    if is_numbered:
        numbers = np.where(groups >= 0, rows.numbers, -1)
        teams = list(kinds.teams)
        for later, first in duplicates.first_repeats(kinds.labels[kinds.kind], numbers):
            team, _, run = teams[kinds.labels[kinds.kind[later]]]
            name = f"team={team!r}, run={run!r}, round={rows.numbers[later]}"
            faults.add(int(rows.lines[later]), ValueError(f"{name} stands already in line {rows.lines[first]}"))
    headers = np.flatnonzero(groups == HEADER)
    if len(headers) == 1 and duplicates.repeated_after(np.delete(kinds.kind, headers), int(headers[0])):
        lines = f"the lines after it repeat those from line {rows.lines[0]} on: the file was pasted twice"
        faults.add(int(rows.lines[headers[0]]), ValueError(f"the header stands again and {lines}"))


def _notes(kinds: Kinds, rows: Rows) -> list[str]:
    groups = kinds.groups[kinds.kind]
    notes = [f"line {line} repeats the header and is left out" for line in rows.lines[groups == HEADER].tolist()[:20]]
    if empty := int((groups == EMPTY).sum()):
        notes.append(f"{empty} lines without any question or answer are left out")
    if duplicates.halves_alike(kinds.kind):
        half = rows.lines[len(kinds.kind) // 2]
        notes.append(f"the rounds from line {half} on repeat all those before it: was the file pasted twice?")
    return notes


def _found(kinds: Kinds, notes: list[str]) -> Found:
    groups = kinds.groups[kinds.kind]
    others, ours = int((groups == OTHER_GAME).sum()), kinds.kind[groups >= 0]
    times = kinds.times[ours]
    if int(times.sum()) > ROUNDS_AT_MOST:
        raise BadLines([(1, f"count={times.sum()} rounds in all: use a file of at most {ROUNDS_AT_MOST}")])
    if int(times.max(initial=1)) > 1 or int(times.min(initial=1)) < 1:
        ours = np.repeat(ours, times)
        notes = [*notes, f"the column count gives {len(ours)} rounds: their order is that of the lines"]
    if not len(ours) and others:
        modes = " or ".join(f"--mode {key}" for key in kinds.modes)
        raise BadLines([(1, f"0 rounds of {kinds.game.key}: the file has {others} of another mode, use {modes}")])
    left_out = Counter({"of another mode": others} if others else {})
    known = list(kinds.known)
    return Found(kinds.game, kinds.codes[ours], kinds.groups[ours], known, kinds.chances[ours], left_out, notes)
