"""
Rounds of any declared game in files, and the reports of them.

A file has question_1, answer_1 and so on for every seat.  Answers are true or false in two-answer
games, letters in others, and empty when unanswered.  Other forms are in `game.analysis.forms`.
"""

import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import BinaryIO

import numpy as np
from msgspec.structs import replace as replace_struct

from game.analysis.bad_lines import BadLines
from game.analysis.forms import cell_counts, predecessor, rounds, trials
from game.analysis.forms.rounds import columns
from game.analysis.found import Found, Group
from game.analysis.spreadsheet import Sheet
from game.games.definition import Definition
from game.physics.counts import Floats, Ints
from game.physics.designs import DESIGNS, WEAKEST_FIRST, known_design
from game.physics.evidence_state import RunningEvidence, update_codes, valid_design
from game.physics.report_types import Report
from game.physics.reports import reports

__all__ = ["BadLines", "Group", "Records", "columns", "read", "read_path", "report_of", "reports_by_team"]

# The first form that matches reads a file.
FORMS = (rounds, predecessor, cell_counts)


@dataclass
class Records(Found):
    """The rounds of a file, chosen by team and run, and reported on."""

    @property
    def design(self) -> str:
        """The weakest design present: a quota round makes the evidence invalid, an adaptive one needs propensities."""
        present = {self.groups[i].design for i in np.unique(self.group)}
        return next((design for design in WEAKEST_FIRST if design in present), "uniform")

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

    def in_room(self) -> "Records":
        """Leave out and count the rounds that were asked outside the room: of a team left out or of too many rounds."""
        found = self._where([group.in_room for group in self.groups])
        outside = len(self.codes) - len(found.codes)
        return replace(found, left_out=self.left_out + Counter({"outside the room": outside}))

    def of_the_class(self) -> "Records":
        """Return the rounds without those that a host had switched on, where the file has others too."""
        own = [not DESIGNS[group.design].is_switched for group in self.groups]
        if all(own) or not any(own):
            return self
        rounds = np.bincount(self.group, minlength=len(self.groups))
        apart: Counter[str] = Counter()
        for group, number, is_own in zip(self.groups, rounds, own, strict=True):
            if not is_own:
                apart[f"that the host had switched on ({group.design})"] += int(number)
        return replace(self._where(own), left_out=self.left_out + apart)

    def _where(self, wanted: list[bool]) -> "Records":
        if all(wanted):
            # Most files: a million rounds are not copied.
            return self
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


def read(source: BinaryIO | Iterable[str], game: Definition, columns: str = "") -> Records:
    """
    Read a file of any known form (`game.analysis.forms`), as bytes or as lines of text.

    Parameters
    ----------
    source : BinaryIO or iterable of str
        The file.  Its encoding and delimiter are found out, and `notes` say what was guessed.
    game : Definition
        Rounds marked as another game's are counted in `left_out`.
    columns : str
        Where the questions and answers of a file of trials stand, such as
        "question_1=6,question_2=7,answer_1=8,answer_2=9" (`game.analysis.forms.trials`).

    Raises
    ------
    BadLines
        Naming every line that is not a round of the game, or the header of an unknown form; also for no round at all.
    """
    sheet = Sheet(source)
    if columns:
        found = trials.read(sheet, game, columns)
    else:
        form = next((one for one in FORMS if one.matches(sheet, game)), None)
        if form is None:
            wanted = ",".join(rounds.columns(game))
            raise BadLines([(sheet.header_line, f"header={','.join(sheet.header)[:200]!r}: use {wanted}")])
        found = form.read(sheet, game)
    if not len(found.codes):
        raise BadLines([(sheet.header_line, f"0 rounds of {game.key} follow the header {sheet.first[:80]!r}")])
    return Records(**vars(found))


def read_path(path: str, game: Definition, columns: str = "") -> Records:
    """Read a file by its path, or standard input for "-"."""
    with open(sys.stdin.fileno() if path == "-" else path, "rb", closefd=path != "-") as source:
        return read(source, game, columns)
