"""Rounds in CSV files: our own form, the exports, and the predecessor's answer lists."""

import csv
import math
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from game.physics.report import Report, reports
from game.physics.rules import DESIGNS, MODES, Answer, Pair, evidence_reason, pairs
from game.physics.running_evidence import Path, advance_codes, least_propensity
from game.physics.tally import CODES, SHAPE, Floats, Ints, code_of

COLUMNS = ("question_1", "question_2", "answer_1", "answer_2")
_OPTIONAL_COLUMNS = ("team", "run", "mode", "design", "propensity", "bots")
_ANSWERS: dict[str, Answer] = {"true": True, "1": True, "false": False, "0": False, "": None}
_OLD_ITEMS = {"C": "X", "D": "Y"}
_NAMED_AT_MOST = 20
_TIME = re.compile(r"\s*\d{1,2}:\d\d")
PREDECESSOR_NOTE = (
    "these answers do not say how the questions were drawn: the predecessor used quotas, and then p and evidence "
    "mean nothing (--design quota leaves them out)"
)


class BadLines(ValueError):
    """What is wrong with which lines; nothing of the file is used."""

    def __init__(self, faults: Sequence[tuple[int, str]]) -> None:
        named = [f"line {number}: {fault}" for number, fault in faults[:_NAMED_AT_MOST]]
        if len(faults) > _NAMED_AT_MOST:
            named.append(f"and {len(faults) - _NAMED_AT_MOST} more")
        super().__init__("\n".join(named))
        self.numbers = [number for number, _ in faults]


class Group(NamedTuple):
    """What rounds have in common: their team, whether bots play in it, run and question design."""

    team: str
    run: str
    design: str
    bots: bool = False


@dataclass
class Records:
    """The rounds of one mode in file order; group[i] is the position of round i's group.

    Where the file says no propensity it is nan.
    """

    mode: str
    codes: Ints
    group: Ints
    groups: list[Group]
    propensities: Floats
    left_out: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    @property
    def design(self) -> str:
        """The weakest design present: one quota round spoils the evidence, one adaptive needs propensities."""
        present = {self.groups[i].design for i in np.unique(self.group)}
        return next((design for design in ("quota", "adaptive") if design in present), "uniform")

    @property
    def chances(self) -> Floats:
        """The probability of each round's pair: nan where the questions were adaptive and the file says none."""
        alike = np.array([group.design != "adaptive" or self.mode == "aqmjoe" for group in self.groups], dtype=bool)
        unknown = np.isnan(self.propensities) & alike[self.group]
        return np.where(unknown, 1 / len(pairs(self.mode)), self.propensities)

    @property
    def teams(self) -> list[str]:
        return list(dict.fromkeys(group.team for group in self.groups))

    def drawn_by(self, design: str) -> "Records":
        """Return the same rounds with their question design set."""
        evidence_reason(design)
        return replace(self, groups=[group._replace(design=design) for group in self.groups])

    def only(self, team: str | None = None, run: str | None = None) -> "Records":
        return self._where([team in (None, group.team) and run in (None, group.run) for group in self.groups])

    def without_bots(self) -> "Records":
        """Leave out and count what teams with bots played, as the room's numbers do; where only bots play they stay."""
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
    return _report(records, np.zeros(len(records.codes), dtype=np.int64), 1)[0]


def reports_by_team(records: Records) -> dict[str, Report]:
    """Report on every team by itself, in the order of first appearance."""
    teams = records.teams
    team_of_group = np.array([teams.index(group.team) for group in records.groups], dtype=np.int64)
    return dict(zip(teams, _report(records, team_of_group[records.group], len(teams)), strict=True))


def _report(records: Records, team: Ints, teams: int) -> list[Report]:
    tables = np.bincount(team * CODES + records.codes, minlength=teams * CODES).reshape(-1, *SHAPE)
    return reports(records.mode, records.design, tables, _paths(records, team, teams))


def _paths(records: Records, team: Ints, teams: int) -> list[Path] | None:
    """Return the path of every team, or None where its bets would need a probability that nobody knows."""
    chances = records.chances
    if np.isnan(chances).any():
        return None
    order, lengths = np.argsort(team, kind="stable"), np.bincount(team, minlength=teams)
    start = [Path()] * teams
    return advance_codes(start, records.mode, records.design, records.codes[order], lengths, chances[order])


def read(lines: Iterable[str], mode: str) -> Records:
    """
    Read a CSV with a header, in our own form or the predecessor's.

    Raises
    ------
    BadLines
        Naming every line that is no round of the mode; rounds that say they are of another mode
        are counted in `left_out` instead.
    """
    possible = pairs(mode)
    reader = csv.reader(lines)
    header = [name.strip().lower() for name in next(reader, [])]
    if all(name in header for name in COLUMNS):
        return _read_rounds(reader, header, mode)
    if "round id" in header and "player id" in header:
        return _read_answers(reader, mode, possible)
    raise BadLines([(1, f"header={','.join(header)!r}: use {','.join(COLUMNS)}")])


class _Kinds(dict[tuple[str, ...], int]):
    """Numbers of the different spellings of a row; each spelling is understood once.

    codes, groups and chances hold by that number what the row means; group -1 is another mode.
    """

    def __init__(self, mode: str, columns: Sequence[str]) -> None:
        super().__init__()
        self.mode, self.columns, self.possible = mode, columns, pairs(mode)
        self.known: dict[Group, int] = {}
        self.codes, self.groups, self.chances = list[int](), list[int](), list[float]()

    def __missing__(self, texts: tuple[str, ...]) -> int:
        row = dict(zip(self.columns, texts, strict=True))
        mode = _one_of("mode", row.get("mode", ""), MODES) or self.mode
        design = _one_of("design", row.get("design", ""), DESIGNS) or "uniform"
        code, group, chance = 0, -1, 0.0
        if mode == self.mode:
            code = self._code(row)
            chance = _propensity(row.get("propensity", ""), least_propensity(mode))
            bots = row.get("bots", "").strip().lower() == "true"
            label = Group(row.get("team", ""), row.get("run", "").strip(), design, bots)
            group = self.known.setdefault(label, len(self.known))
        self.codes.append(code)
        self.groups.append(group)
        self.chances.append(chance)
        self[texts] = len(self.codes) - 1
        return self[texts]

    def _code(self, row: dict[str, str]) -> int:
        q1, q2 = row["question_1"].strip().upper(), row["question_2"].strip().upper()
        if (q1, q2) not in self.possible:
            raise ValueError(f"pair={q1 + q2!r}: {self.mode} cannot ask it")
        return code_of(q1, q2, _answer(row["answer_1"]), _answer(row["answer_2"]))


def _one_of(name: str, text: str, allowed: Sequence[str]) -> str:
    value = text.strip().lower()
    if value and value not in allowed:
        raise ValueError(f"{name}={text!r}: use one of {', '.join(allowed)}")
    return value


def _answer(text: str) -> Answer:
    if text.strip().lower() not in _ANSWERS:
        raise ValueError(f"answer={text!r}: use true, false, or nothing for unanswered")
    return _ANSWERS[text.strip().lower()]


def _read_rounds(reader: Iterator[list[str]], header: list[str], mode: str) -> Records:
    columns = [name for name in (*COLUMNS, *_OPTIONAL_COLUMNS) if name in header]
    kind_of, width = _Kinds(mode, columns), len(header)
    pick = itemgetter(*(header.index(name) for name in columns))
    kinds, faults = array("l"), list[tuple[int, str]]()
    for row in reader:
        try:
            if len(row) == width:
                kinds.append(kind_of[pick(row)])
            elif row:
                raise ValueError(f"{len(row)} fields: the header has {width}")
        except ValueError as error:
            faults.append((_line(reader), str(error)))
    if faults:
        raise BadLines(faults)
    return _meaning(kind_of, np.array(kinds, dtype=np.int64))


def _meaning(kind_of: _Kinds, kinds: Ints) -> Records:
    group = np.array(kind_of.groups, dtype=np.int64)[kinds]
    ours = kinds[group >= 0]
    others = kinds.size - ours.size
    return Records(
        mode=kind_of.mode,
        codes=np.array(kind_of.codes, dtype=np.int64)[ours],
        group=group[group >= 0],
        groups=list(kind_of.known),
        propensities=np.array(kind_of.chances, dtype=float)[ours],
        left_out=Counter({"of another mode": others} if others else {}),
    )


def _line(reader: Iterator[list[str]]) -> int:
    number: int = reader.line_num  # type: ignore[attr-defined]
    return number


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


@dataclass(frozen=True)
class _Row:
    line: int
    team: str
    team_id: str
    player: str
    round_id: str
    item: str
    answer: Answer


def _read_answers(reader: Iterator[list[str]], mode: str, possible: Sequence[Pair]) -> Records:
    """Read one row an answer.  Fields are taken from the right: the date may hold an unquoted comma."""
    rows, faults = list[_Row](), list[tuple[int, str]]()
    for fields in reader:
        try:
            if fields:
                rows.append(_answer_row(_line(reader), fields))
        except ValueError as error:
            faults.append((_line(reader), str(error)))
    codes, groups, notes = list[int](), list[Group](), list[str]()
    seats: dict[tuple[str, str], int] = {}
    # A round takes the place of its last answer, which is when it closed.
    by_round: dict[tuple[str, str], list[_Row]] = {}
    for row in rows:
        key = row.team_id, row.round_id
        by_round[key] = [*by_round.pop(key, []), row]
    for answers in by_round.values():
        try:
            if len(answers) == 1:
                notes.append(f"round {answers[0].round_id} of team {answers[0].team}: one answer only, left out")
                continue
            first, second = _seated(answers, seats, mode)
            if (first.item, second.item) not in possible:
                raise ValueError(f"pair={first.item + second.item!r}: this mode cannot ask it")
            codes.append(code_of(first.item, second.item, first.answer, second.answer))
            groups.append(Group(first.team, "", "uniform"))
        except ValueError as error:
            faults.append((answers[-1].line, str(error)))
    if faults:
        raise BadLines(sorted(faults))
    notes.insert(0, PREDECESSOR_NOTE)
    known = {group: i for i, group in enumerate(dict.fromkeys(groups))}
    group = np.array([known[g] for g in groups], dtype=np.int64)
    left_out = Counter({"with one answer only": len(notes) - 1} if len(notes) > 1 else {})
    unknown = np.full(len(codes), math.nan)
    return Records(mode, np.array(codes, dtype=np.int64), group, list(known), unknown, left_out, notes)


def _answer_row(line: int, fields: list[str]) -> _Row:
    if len(fields) < 7:
        raise ValueError(f"{len(fields)} fields: the predecessor's answers have 7 or 8")
    team_id, player, round_id, item, answer = (text.strip() for text in fields[-5:])
    names = fields[1:-5]
    if len(names) > 1 and _TIME.match(names[0]):
        names = names[1:]
    item = _OLD_ITEMS.get(item.upper(), item.upper())
    if item not in ("A", "B", "X", "Y"):
        raise ValueError(f"item={item!r}: use A, B, X, Y or the old C, D")
    value = _answer(answer)
    if value is None:
        raise ValueError(f"answer={answer!r}: use true or false")
    return _Row(line, ",".join(names).strip(), team_id, player, round_id, item, value)


def _seated(answers: list[_Row], seats: dict[tuple[str, str], int], mode: str) -> tuple[_Row, _Row]:
    """Return the answers of seat 1 and seat 2; a newcomer takes the seat that the partner does not hold."""
    if len(answers) != 2 or answers[0].player == answers[1].player:
        raise ValueError(f"round={answers[0].round_id!r}: {len(answers)} answers, use one of each of two players")
    one, two = answers
    if mode == "simplified":
        return (one, two) if one.item in "AB" else (two, one)
    first, second = (seats.get((row.team_id, row.player)) for row in answers)
    swapped = first == 2 or (first is None and second == 1)
    if swapped:
        one, two = two, one
    seats.setdefault((one.team_id, one.player), 1)
    seats.setdefault((two.team_id, two.player), 2)
    return one, two
