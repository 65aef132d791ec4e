"""The distinct rows of a file of rounds, each parsed once."""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from game.analysis import words
from game.analysis.bad_lines import Faults
from game.analysis.forms.edges import Small
from game.analysis.forms.lines import Piece, Rows
from game.analysis.found import Group
from game.games import GAMES
from game.games.definition import Definition
from game.games.registry import OWN
from game.physics.counts import Ints
from game.physics.designs import DESIGNS, evidence_reason
from game.physics.evidence_state import least_propensity

# Groups of rows that are no rounds of the game.
OTHER_GAME, EMPTY, HEADER = -1, -2, -3
ROUNDS_AT_MOST = 20_000_000


class Kinds:
    """The distinct rows of a file; `kind` is that of each row.

    codes, groups, chances, times and labels are indexed by kind.  A label is a team's run.
    """

    def __init__(self, game: Definition, names: Sequence[str], header: Sequence[str], pieces: list[Piece]) -> None:
        reached = [i for piece in pieces for i in range(piece.first, piece.last + 1)]
        self.game, self.words, self._least = game, words.Words(game), least_propensity(game)
        self._names, self._header = [names[i] for i in reached], tuple(header[i] for i in reached)
        self._seats = range(1, len(game.seats) + 1)
        self.known: dict[Group, int] = {}
        self.teams: dict[tuple[str, ...], int] = {}
        self.modes = Counter[str]()

    def parse(self, rows: Rows, pieces: list[Piece], faults: Faults) -> None:
        """Parse the distinct rows; a faulty one is a fault of every line that has it."""
        self.kind, texts = _distinct(rows.pieces, pieces)
        size = len(texts)
        self.codes, self.labels, self.times = (np.zeros(size, dtype=np.int64) for _ in range(3))
        self.groups, self.chances = np.full(size, EMPTY, dtype=np.int64), np.full(size, math.nan)
        often = np.bincount(self.kind, minlength=size)
        for kind, cells in enumerate(texts):
            try:
                self._parse(kind, cells, int(often[kind]))
            except ValueError as error:
                for line in rows.lines[self.kind == kind].tolist():
                    faults.add(line, error)

    def _parse(self, kind: int, cells: tuple[str, ...], often: int) -> None:
        row = dict(zip(self._names, cells, strict=True))
        if tuple(map(str.lower, cells)) == self._header:
            self.groups[kind] = HEADER
        elif any(cells):
            key = self._key(row.get("mode", ""))
            design = _one_of("design", row.get("design", ""), tuple(DESIGNS)) or "uniform"
            self.groups[kind] = OTHER_GAME
            if key == self.game.key:
                self._parse_round(kind, row, design)
            else:
                self.modes[key] += often

    def _key(self, text: str) -> str:
        """Return the game of a row; with the declaration of an own game its rows are of this game by any own key."""
        if self.game.key not in tuple(GAMES) and text.strip().lower().startswith(OWN):
            return self.game.key
        return _one_of("mode", text, tuple(GAMES)) or self.game.key

    def _parse_round(self, kind: int, row: dict[str, str], design: str) -> None:
        self.codes[kind] = self._code(row)
        self.chances[kind] = _propensity(row.get("propensity", ""), self._least_of(design))
        self.times[kind] = whole("count", row["count"]) if "count" in row else 1
        bots = words.is_yes("bots", row.get("bots", ""))
        in_room = not row.get("in_room", "").strip() or words.is_yes("in_room", row["in_room"])
        group = Group(row.get("team", ""), row.get("run", ""), design, bots, in_room)
        self.groups[kind] = self.known.setdefault(group, len(self.known))
        label = group.team, row.get("team_id", ""), group.run
        self.labels[kind] = self.teams.setdefault(label, len(self.teams))

    def _least_of(self, design: str) -> float:
        # No bet is made on designs that are no evidence: the last card of a deck is certain.
        return self._least if evidence_reason(design) is None else 0.0

    def _code(self, row: dict[str, str]) -> int:
        context = self.words.context(row[f"question_{seat}"] for seat in self._seats)
        answers = (self.words.answer(seat, context[seat - 1], row[f"answer_{seat}"]) for seat in self._seats)
        return self.game.code(context, "".join(answers))


def _distinct(numbers: list[Small], pieces: list[Piece]) -> tuple[Ints, list[tuple[str, ...]]]:
    """Return the kind of every row, and the cells of every kind, in the order of their first rows."""
    joined = numbers[0].astype(np.int64)
    for more, piece in zip(numbers[1:], pieces[1:], strict=True):
        joined = joined * max(len(piece.cells), 1) + more
    _, first, kind = np.unique(joined, return_index=True, return_inverse=True)
    order = np.argsort(first)
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    cells, rows = [piece.cells for piece in pieces], [column[first[order]].tolist() for column in numbers]
    return place[kind], [sum((of[i] for of, i in zip(cells, row, strict=True)), ()) for row in zip(*rows, strict=True)]


def _one_of(name: str, text: str, allowed: Sequence[str]) -> str:
    value = text.strip().lower()
    if value and value not in allowed:
        raise ValueError(f"{name}={text!r}: use one of {', '.join(allowed)}")
    return value


def _propensity(text: str, least: float) -> float:
    if not text.strip():
        return math.nan
    value = words.decimal(text)
    if not (0 < value <= 1 and least <= value):
        lowest = f"from {least}" if least else "above 0"
        raise ValueError(f"propensity={text!r}: use a probability {lowest} to 1, or nothing")
    return value


def whole(name: str, text: str) -> int:
    """Return a number of rounds, also one that a spreadsheet wrote as 23.0."""
    value = words.decimal(text)
    if not (0 <= value <= ROUNDS_AT_MOST and value == int(value)):
        raise ValueError(f"{name}={text!r}: use a whole number of rounds up to {ROUNDS_AT_MOST}")
    return int(value)
