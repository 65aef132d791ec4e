"""Reports on the teams and runs of a file, and words about them that are corrected for their number."""

import math
from dataclasses import replace
from operator import itemgetter
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace as replace_struct

from game.analysis import minus as signs
from game.analysis.count_tests import fisher_p
from game.analysis.evenness import UNEVEN_P, Evenness, evenness, is_dealt, log_e_values, with_propensities
from game.analysis.order import ORDER_NOTE, without_order
from game.analysis.rounds_file import Group, Records, report_of, reports_by_team
from game.games.definition import Definition
from game.physics.counts import Ints, own_cells
from game.physics.designs import WEAKEST_FIRST
from game.physics.multiple_testing import holm
from game.physics.report_types import Evidence, Report, SignTestResult

UNEVEN_REASON = "The questions were not drawn as the evidence needs: see the note."
PROPENSITY_NOTE = "the propensities of the file are used: by them the questions were not drawn evenly"
# Both tests of a dependence, corrected for all tests of all teams, have to be below.
_ACCUSED_P = 0.01


class Choice(NamedTuple):
    """The rounds to report on: one team or run, with bots or without, a report a team; and where S has the minus."""

    team: str | None = None
    run: str | None = None
    bots: bool = False
    by_team: bool = False
    minus: str = signs.DECLARED

    def part(self, group: Group) -> str:
        """Return the name of the part of the file that this choice compares with others."""
        team = group.team if self.by_team or self.team is not None else ""
        return f"{team}\n{group.run if self.run is not None else ''}"

    @property
    def parts(self) -> str:
        named = ("teams" * (self.by_team or self.team is not None), "runs" * (self.run is not None))
        return " and ".join(name for name in named if name)


class Words(NamedTuple):
    """What may be said of a report that is one of `among`: p-values corrected for all of them, and an accusation."""

    among: int = 1
    parts: str = ""
    p_suspicion: float | None = None
    p_signalling: float | None = None
    accused: SignTestResult | None = None


class Finding(NamedTuple):
    """A report with all its notes, its words, and its notes that are not of the whole file."""

    report: Report
    words: Words
    own_notes: list[str]


class Findings(NamedTuple):
    """Findings by name of the team, or under "" of all chosen rounds; said is what the reading of the file said."""

    by_team: dict[str, Finding]
    even: Evenness
    said: list[str]
    notes: list[str]


def findings(records: Records, choice: Choice) -> Findings:
    given, records = records.of_the_class(), with_propensities(records.of_the_class())
    even = evenness(records)
    chosen, compared = _chosen(records, choice, choice.team, choice.run), _chosen(records, choice)
    notes = [PROPENSITY_NOTE] if records.groups != given.groups else []
    notes += _notes(records, chosen, even, choice)
    judged = _judged(_in_parts(compared, choice), even, choice)
    wanted = {choice.part(group): group.team if choice.by_team else "" for group in chosen.groups}
    if not wanted.keys() <= judged.keys():
        # Only teams with bots are chosen, or no rounds at all; they are compared with no others.
        judged = _judged(_in_parts(chosen, choice), even, choice)
    if not wanted:
        wanted, judged = {"": ""}, {"": Finding(report_of(chosen), Words(), [])}
    elif len(judged) > 1:
        notes.append(f"{len(judged)} {choice.parts} in this file: words about one are corrected for their number")
    by_team = {team: _noted(judged[part], [*chosen.said, *notes]) for part, team in wanted.items()}
    return Findings(by_team, even, chosen.said, notes)


def _chosen(records: Records, choice: Choice, team: str | None = None, run: str | None = None) -> Records:
    found = records.only(team, run)
    if choice.team is None and not choice.by_team:
        found = found.in_room()
    return found if choice.bots else found.without_bots()


def _in_parts(records: Records, choice: Choice) -> Records:
    """Return the rounds with their part of the file as team and the weakest design of the part as run."""
    parts = [choice.part(group) for group in records.groups]
    designs: dict[str, set[str]] = {}
    for part, group in zip(parts, records.groups, strict=True):
        designs.setdefault(part, set()).add(group.design)
    weakest = {part: next(one for one in WEAKEST_FIRST if one in found) for part, found in designs.items()}
    groups = [group._replace(team=part, run=weakest[part]) for part, group in zip(parts, records.groups, strict=True)]
    return replace(records, groups=groups)


def _judged(records: Records, even: Evenness, choice: Choice) -> dict[str, Finding]:
    """Return the finding of every part, with its own notes only."""
    parts = records.teams
    unit = np.array([parts.index(group.team) for group in records.groups], dtype=np.int64)[records.group]
    cells = len(records.game.cells)
    table = np.bincount(unit * cells + records.codes, minlength=len(parts) * cells).reshape(-1, cells)
    found = _reports(records, choice.minus)
    if even.is_ordered:
        found = {part: without_order(report) for part, report in found.items()}
    faults = _own_faults(records, unit, choice) if even.fault is None else [None] * len(parts)
    reports = [
        _withheld(found[part]) if even.fault or fault else found[part]
        for part, fault in zip(parts, faults, strict=True)
    ]
    words = _words(records, table, reports, choice)
    luckiest = _luckiest(reports)
    own = [
        [*filter(None, (fault, _luck(len(parts), choice) if i == luckiest else None))] for i, fault in enumerate(faults)
    ]
    return dict(zip(parts, map(Finding, reports, words, own), strict=True))


def _reports(records: Records, minus: str) -> dict[str, Report]:
    renamed = signs.renamed(records, minus) if minus != signs.DECLARED else records
    found: dict[str, Report] = {}
    for design in dict.fromkeys(group.run for group in records.groups):
        found |= reports_by_team(renamed.only(run=design))
    if minus == signs.DECLARED:
        return found
    return {part: signs.named_back(report, minus) for part, report in found.items()}


def _own_faults(records: Records, unit: Ints, choice: Choice) -> list[str | None]:
    """Return why a part has no evidence although the whole file is even; there is none if it is the whole file."""
    parts = records.teams
    if len(parts) < 2:
        return [None] * len(parts)
    needed = math.log(len(parts) / UNEVEN_P)
    is_by_construction = {group.team: is_dealt(group.run) for group in records.groups}
    return [
        f"the questions of this part alone are not even, even as one of {len(parts)} {choice.parts}; "
        "evidence, p and no-signalling are left out"
        if log_e >= needed and not is_by_construction[part]
        else None
        for part, log_e in zip(parts, log_e_values(records, unit, len(parts)).tolist(), strict=True)
    ]


def _withheld(report: Report) -> Report:
    """Return a report that accuses nobody and claims nothing that needs evenly drawn questions."""
    return replace_struct(report, evidence=Evidence(reason=UNEVEN_REASON, p_reason=UNEVEN_REASON), tests=None)


def _words(records: Records, table: Ints, reports: list[Report], choice: Choice) -> list[Words]:
    suspicion = [report.evidence.p_superquantum for report in reports]
    corrected = holm([1.0 if p is None else p for p in suspicion])
    result = [
        Words(len(reports), choice.parts, None if p is None else of_all)
        for p, of_all in zip(suspicion, corrected, strict=True)
    ]
    tests = [(part, test) for part, report in enumerate(reports) for test in report.tests or ()]
    p_tests = holm([1.0 if test.p is None else test.p for _, test in tests])
    for p, (part, test) in sorted(zip(p_tests, tests, strict=True), key=itemgetter(0), reverse=True):
        is_accused = _depends(records.game, table[part], test, p, len(tests))
        result[part] = result[part]._replace(p_signalling=p, accused=test if is_accused else None)
    return result


def _depends(game: Definition, counts: Ints, test: SignTestResult, p: float, tests: int) -> bool:
    """
    Whether a corrected p-value of a no-signalling test may be put in words.

    The sign test also fails where questions are uneven and nobody signals.  Fisher's test does not,
    because it takes as given how often each question was asked, so both have to agree.
    """
    return p < _ACCUSED_P and fisher_p(_answers_by_side(game, counts, test)) * tests < _ACCUSED_P


def _answers_by_side(game: Definition, counts: Ints, test: SignTestResult) -> Ints:
    """Return the rounds of a test, shape (2, 2): the tested answer or another, by the side of the other's question."""
    letters = game.seats[test.seat - 1].answers
    first_side = test.split.split("|")[0]
    side = np.array([context[test.other - 1] in first_side for context, _ in game.cells])
    tested = test.answer or letters[0]
    own = [_given(game, counts, test, [tested]), _given(game, counts, test, [one for one in letters if one != tested])]
    return np.array([[cells[side].sum(), cells[~side].sum()] for cells in own], dtype=np.int64)


def _given(game: Definition, counts: Ints, test: SignTestResult, letters: list[str]) -> Ints:
    """Return the counts of the cells in which the seat of a test gave one of these answers to its questions."""
    marks = [own_cells(game, test.seat - 1, question, letter) for question in test.questions for letter in letters]
    return counts * np.any(marks, axis=0)


def _luckiest(reports: list[Report]) -> int | None:
    evidence = {i: one.evidence.log10_e for i, one in enumerate(reports) if one.evidence.log10_e is not None}
    return max(evidence, key=evidence.__getitem__) if len(evidence) > 1 else None


def _luck(parts: int, choice: Choice) -> str:
    return f"this is the luckiest of {parts} {choice.parts}: it has the highest evidence of them"


def _noted(found: Finding, shared: list[str]) -> Finding:
    return found._replace(report=replace_struct(found.report, notes=[*shared, *found.own_notes]))


def _notes(records: Records, chosen: Records, even: Evenness, choice: Choice) -> list[str]:
    """Return what the reader of any number of this file has to know."""
    teams, runs = len(chosen.teams), len({group.run for group in chosen.groups})
    notes = [
        f"{teams} teams are taken together as if they were one (--by team reports each)"
        if teams > 1 and not choice.by_team
        else None,
        f"{runs} runs are taken together: p of a fixed length holds only if their number was fixed beforehand"
        if runs > 1
        else None,
        f"questions drawn by {records.design} are even by construction: they are not tested"
        if is_dealt(records.design)
        else None,
        even.fault,
        ORDER_NOTE if even.is_ordered and not even.fault else None,
    ]
    if "chsh" in records.game.estimates:
        notes.append(signs.elsewhere(chosen, choice.minus))
        notes.append(signs.fixed_before(choice.minus) if choice.minus != signs.DECLARED else None)
    return [note for note in notes if note]
