"""
Rounds of any declared game in CSV files: our own form, exports, and answer lists of the predecessor.

A file has question_1, answer_1 and so on for every seat.  Answers are true or false in two-answer
games, letters in others, and empty when unanswered.
"""

import csv
import math
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from msgspec.structs import replace as replace_struct

from game.analysis import predecessor_csv
from game.analysis.bad_lines import BadLines
from game.games import GAMES
from game.games.definition import TWO_ANSWERS, UNANSWERED, Definition
from game.physics import counts
from game.physics.counts import Floats, Ints
from game.physics.designs import DESIGNS, known_design
from game.physics.evidence_state import RunningEvidence, least_propensity, update_codes, valid_design
from game.physics.report_types import Report
from game.physics.reports import reports

if TYPE_CHECKING:
    from _csv import Reader

_OPTIONAL_COLUMNS = ("team", "run", "mode", "design", "propensity", "bots")
_TRUE_FALSE = {"true": "T", "1": "T", "t": "T", "false": "F", "0": "F", "f": "F"}


class Group(NamedTuple):
    """The group of a round: its team, whether bots play in the team, run and question design."""

    team: str
    run: str
    design: str
    bots: bool = False


@dataclass
class Records:
    """The rounds of one game in file order; group[i] is the position of round i's group.

    A propensity that the file does not give is nan.
    """

    game: Definition
    codes: Ints
    group: Ints
    groups: list[Group]
    propensities: Floats
    left_out: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    @property
    def design(self) -> str:
        """The weakest design present: a quota round makes the evidence invalid, an adaptive one needs propensities."""
        present = {self.groups[i].design for i in np.unique(self.group)}
        return next((design for design in ("quota", "adaptive") if design in present), "uniform")

    @property
    def chances(self) -> Floats:
        """The probability of each round's context; nan for adaptive questions without a propensity in the file."""
        fair = np.array([valid_design(self.game, group.design) != "adaptive" for group in self.groups], dtype=bool)
        unknown = np.isnan(self.propensities) & fair[self.group]
        of_code = np.array([float(self.game.probabilities[context]) for context, _ in self.game.cells])
        return np.where(unknown, of_code[self.codes], self.propensities)

    @property
    def said(self) -> list[str]:
        """Notes on the file for its reader, and how many rounds were left out and why."""
        return [*self.notes, *(f"{rounds} rounds {reason} left out" for reason, rounds in self.left_out.items())]

    @property
    def teams(self) -> list[str]:
        return list(dict.fromkeys(group.team for group in self.groups))

    def drawn_by(self, design: str) -> "Records":
        """Return the same rounds with their question design set."""
        design = known_design(design)
        return replace(self, groups=[group._replace(design=design) for group in self.groups])

    def only(self, team: str | None = None, run: str | None = None) -> "Records":
        return self._where([team in (None, group.team) and run in (None, group.run) for group in self.groups])

    def without_bots(self) -> "Records":
        """Leave out and count the rounds of teams with bots, as the room does, unless all teams have bots."""
        persons = self._where([not group.bots for group in self.groups])
        bots = len(self.codes) - len(persons.codes)
        if bots and not len(persons.codes):
            return replace(self, notes=[*self.notes, "only teams with bots are here: they are counted"])
        return replace(persons, left_out=self.left_out + Counter({"of teams with bots": bots}))

    def _where(self, wanted: list[bool]) -> "Records":
        keep = np.array(wanted, dtype=bool)[self.group]
        return replace(
            self,
            codes=self.codes[keep],
            group=(np.cumsum(wanted, dtype=np.int64) - 1)[self.group[keep]],
            groups=[group for group, is_wanted in zip(self.groups, wanted, strict=True) if is_wanted],
            propensities=self.propensities[keep],
        )


def report_of(records: Records) -> Report:
    """Report on all rounds as one team, in file order."""
    return _reports(records, np.zeros(len(records.codes), dtype=np.int64), 1)[0]


def reports_by_team(records: Records) -> dict[str, Report]:
    """Report on each team, in the order of first appearance."""
    teams = records.teams
    team_of_group = np.array([teams.index(group.team) for group in records.groups], dtype=np.int64)
    return dict(zip(teams, _reports(records, team_of_group[records.group], len(teams)), strict=True))


def _reports(records: Records, team: Ints, teams: int) -> list[Report]:
    cells = len(records.game.cells)
    table = np.bincount(team * cells + records.codes, minlength=teams * cells).reshape(-1, cells)
    found = reports(records.game, records.design, table, _states(records, team, teams))
    return [replace_struct(report, notes=records.said) for report in found]


def _states(records: Records, team: Ints, teams: int) -> list[RunningEvidence] | None:
    """Return the state of every team, None where its bets need an unknown probability."""
    chances = records.chances
    if np.isnan(chances).any():
        return None
    order, lengths = np.argsort(team, kind="stable"), np.bincount(team, minlength=teams)
    start = [RunningEvidence()] * teams
    return update_codes(start, records.game, records.design, records.codes[order], lengths, chances[order])


def columns(game: Definition) -> tuple[str, ...]:
    """Return the required columns of a file of this game."""
    seats = range(1, len(game.seats) + 1)
    return tuple(f"{what}_{seat}" for what in ("question", "answer") for seat in seats)


def read(lines: Iterable[str], game: Definition) -> Records:
    """
    Read a CSV with a header, in our own form or the predecessor's.

    Raises
    ------
    BadLines
        Naming every line that is not a round of the game; rounds marked as another game's are
        counted in `left_out` instead.
    """
    reader = csv.reader(lines)
    header = [name.strip().lower() for name in next(reader, [])]
    if all(name in header for name in columns(game)):
        return _read_rounds(reader, header, game)
    if predecessor_csv.is_header(header):
        return _of_answers(predecessor_csv.read(reader, game), game)
    raise BadLines([(1, f"header={','.join(header)!r}: use {','.join(columns(game))}")])


def _of_answers(found: predecessor_csv.Found, game: Definition) -> Records:
    groups = [Group(team, "", "uniform") for team in found.teams]
    known = {group: i for i, group in enumerate(dict.fromkeys(groups))}
    group = np.array([known[g] for g in groups], dtype=np.int64)
    left_out = Counter({"with one answer only": found.with_one_answer} if found.with_one_answer else {})
    unknown = np.full(len(groups), math.nan)
    return Records(game, counts.codes(game, found.rounds), group, list(known), unknown, left_out, found.notes)


class _Kinds(dict[tuple[str, ...], int]):
    """Numbers of the distinct rows of a file; each distinct row is parsed once.

    codes, groups and chances are indexed by that number; group -1 is another game.
    """

    def __init__(self, game: Definition, columns: Sequence[str]) -> None:
        super().__init__()
        self.game, self.columns, self.least = game, columns, least_propensity(game)
        self.known: dict[Group, int] = {}
        self.codes, self.groups, self.chances = list[int](), list[int](), list[float]()

    def __missing__(self, texts: tuple[str, ...]) -> int:
        row = dict(zip(self.columns, texts, strict=True))
        key = _one_of("mode", row.get("mode", ""), tuple(GAMES)) or self.game.key
        design = _one_of("design", row.get("design", ""), DESIGNS) or "uniform"
        code, group, chance = 0, -1, 0.0
        if key == self.game.key:
            code = self._code(row)
            chance = _propensity(row.get("propensity", ""), self.least)
            bots = row.get("bots", "").strip().lower() == "true"
            label = Group(row.get("team", ""), row.get("run", "").strip(), design, bots)
            group = self.known.setdefault(label, len(self.known))
        self.codes.append(code)
        self.groups.append(group)
        self.chances.append(chance)
        self[texts] = len(self.codes) - 1
        return self[texts]

    def _code(self, row: dict[str, str]) -> int:
        seats = range(1, len(self.game.seats) + 1)
        context = "".join(row[f"question_{seat}"].strip().upper() for seat in seats)
        if context not in self.game.questions:
            raise ValueError(f"pair={context!r}: {self.game.key} cannot ask it")
        answers = (_answer(row[f"answer_{seat}"], self.game.seats[seat - 1].answers) for seat in seats)
        return self.game.code(context, "".join(answers))


def _one_of(name: str, text: str, allowed: Sequence[str]) -> str:
    value = text.strip().lower()
    if value and value not in allowed:
        raise ValueError(f"{name}={text!r}: use one of {', '.join(allowed)}")
    return value


def _answer(text: str, letters: str) -> str:
    """Return the letter of an answer, "-" for none."""
    said = text.strip().lower()
    if said in ("", UNANSWERED):
        return UNANSWERED
    found = _TRUE_FALSE if letters == TWO_ANSWERS else {letter.lower(): letter for letter in letters}
    if said not in found:
        words = "true, false" if letters == TWO_ANSWERS else f"one of {', '.join(letters)}"
        raise ValueError(f"answer={text!r}: use {words}, or nothing for unanswered")
    return found[said]


def _read_rounds(reader: "Reader", header: list[str], game: Definition) -> Records:
    used = [name for name in (*columns(game), *_OPTIONAL_COLUMNS) if name in header]
    kind_of, width = _Kinds(game, used), len(header)
    pick = itemgetter(*(header.index(name) for name in used))
    kinds, faults = array("l"), list[tuple[int, str]]()
    for row in reader:
        try:
            if len(row) == width:
                kinds.append(kind_of[pick(row)])
            elif row:
                raise ValueError(f"{len(row)} fields: the header has {width}")
        except ValueError as error:
            faults.append((reader.line_num, str(error)))
    if faults:
        raise BadLines(faults)
    return _meaning(kind_of, np.array(kinds, dtype=np.int64))


def _meaning(kind_of: _Kinds, kinds: Ints) -> Records:
    group = np.array(kind_of.groups, dtype=np.int64)[kinds]
    ours = kinds[group >= 0]
    others = kinds.size - ours.size
    return Records(
        game=kind_of.game,
        codes=np.array(kind_of.codes, dtype=np.int64)[ours],
        group=group[group >= 0],
        groups=list(kind_of.known),
        propensities=np.array(kind_of.chances, dtype=float)[ours],
        left_out=Counter({"of another mode": others} if others else {}),
    )


def _propensity(text: str, least: float) -> float:
    if not text.strip():
        return math.nan
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not least <= value <= 1:
        raise ValueError(f"propensity={text!r}: use a probability from {least} to 1, or nothing")
    return value
