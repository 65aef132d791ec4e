"""Answer lists of the predecessor: a line for each answer, two lines for each round of a CHSH or Hardy game."""

import math
import re
from collections import Counter
from dataclasses import dataclass

import numpy as np

from game.analysis.bad_lines import BadLines, CannotAsk, Faults
from game.analysis.found import Found, Group
from game.analysis.spreadsheet import Row, Sheet
from game.analysis.words import Words
from game.games.definition import UNANSWERED, Definition
from game.physics import counts

NOTE = (
    "these answers do not say how the questions were drawn: the predecessor used quotas, so p and evidence are left "
    "out (--design uniform if every question was drawn by chance)"
)
_OLD_ITEMS = {"C": "X", "D": "Y"}
_PLAYERS = ("player id", "participant id")
_TIME = re.compile(r"\s*\d{1,2}:\d\d")
# Columns after the name of the team: its id, player, round, item, answer.
_LAST = 5


@dataclass(frozen=True)
class _Answer:
    line: int
    team: str
    team_id: str
    player: str
    round_id: str
    item: str
    answer: str


def matches(sheet: Sheet, game: Definition) -> bool:
    return "round id" in sheet.header and any(name in sheet.header for name in _PLAYERS)


def read(sheet: Sheet, game: Definition) -> Found:
    """
    Read the lines after the header.  Cells are counted from the right, because the date may hold an unquoted comma.

    A round has the position of its last answer, when it closed.  A round with one answer is lost where
    the game counts it so whatever the other seat was asked, and is left out elsewhere.
    """
    if len(game.seats) != 2 or set(game.letters) - set("ABXY"):
        line = sheet.header_line
        raise BadLines([(line, f"game={game.key!r}: the predecessor had two seats and the questions A, B, X, Y")])
    faults, words = Faults(game), Words(game)
    answers = _answers(sheet, words, faults)
    reader = _Reader(game)
    for of_round in _by_round(answers):
        try:
            reader.add(of_round)
        except ValueError as error:
            faults.add(of_round[-1].line, error)
    faults.check()
    return reader.found([*sheet.notes, NOTE, *words.notes])


def _answers(sheet: Sheet, words: Words, faults: Faults) -> list[_Answer]:
    found, empty_at_end = list[_Answer](), 0
    while sheet.header and not sheet.header[-1]:
        sheet.header.pop()
        empty_at_end += 1
    for row in sheet.rows(faults):
        if [cell.strip().lower() for cell in row.cells[: len(sheet.header)]] == sheet.header:
            sheet.notes.append(f"line {row.line} repeats the header and is left out")
            continue
        try:
            found.append(_answer(row, words, empty_at_end))
        except ValueError as error:
            faults.add(row.line, error)
    return found


def _answer(row: Row, words: Words, empty_at_end: int) -> _Answer:
    cells = row.cells
    while empty_at_end and cells and not cells[-1].strip():
        cells, empty_at_end = cells[:-1], empty_at_end - 1
    if len(cells) < _LAST + 2:
        raise ValueError(f"{len(cells)} fields: the predecessor's answers have 7 or 8")
    team_id, player, round_id, item, answer = map(str.strip, cells[-_LAST:])
    names = cells[1:-_LAST]
    if len(names) > 1 and _TIME.match(names[0]):
        names = names[1:]
    item = _OLD_ITEMS.get(item.upper(), item.upper())
    if item not in ("A", "B", "X", "Y"):
        raise ValueError(f"item={item!r}: use A, B, X, Y or the old C, D")
    seat = next((i for i, one in enumerate(words.game.seats, start=1) if item in one.questions), 1)
    return _Answer(row.line, ",".join(names).strip(), team_id, player, round_id, item, words.answer(seat, item, answer))


def _by_round(answers: list[_Answer]) -> list[list[_Answer]]:
    """Return the answers of each round; its place is that of its last answer."""
    by_round: dict[tuple[str, str], list[_Answer]] = {}
    for answer in answers:
        key = answer.team_id, answer.round_id
        known = by_round.pop(key, [])
        known.append(answer)
        by_round[key] = known
    return list(by_round.values())


class _Reader:
    """Puts the answers of rounds into seats; a newcomer takes the seat that the partner does not hold."""

    def __init__(self, game: Definition) -> None:
        self.game, self.rounds = game, list[tuple[str, str]]()
        self.teams = list[str]()
        self._seats: dict[tuple[str, str], int] = {}
        self._lost, self._left_out = list[_Answer](), list[_Answer]()
        self._dealt = Counter[tuple[int, str]]()
        self._has_own_questions = not set(game.seats[0].questions) & set(game.seats[1].questions)

    def add(self, answers: list[_Answer]) -> None:
        if len(answers) == 1:
            self._add_single(answers[0])
            return
        first, second = self._seated(answers)
        context = first.item + second.item
        if context not in self.game.questions:
            raise CannotAsk(context)
        self.rounds.append((context, first.answer + second.answer))
        self.teams.append(first.team)

    def _seated(self, answers: list[_Answer]) -> tuple[_Answer, _Answer]:
        one, two = answers[0], answers[1]
        if len(answers) != 2 or (one.player and one.player == two.player):
            lines = ", ".join(str(answer.line) for answer in answers[:4])
            what = f"round={one.round_id!r} of team {one.team!r} has {len(answers)} answers (lines {lines})"
            raise ValueError(f"{what}: use one of each of two players, and look whether the file was pasted twice")
        if self._has_own_questions:
            return (one, two) if one.item in self.game.seats[0].questions else (two, one)
        first, second = (self._seats.get((row.team_id, row.player)) for row in (one, two))
        if first == 2 or (first is None and second == 1):
            one, two = two, one
        for seat, row in enumerate((one, two), start=1):
            # Rounds of people who have left name no player; our export has seat 1 first.
            if row.player:
                self._seats.setdefault((row.team_id, row.player), seat)
        return one, two

    def _add_single(self, answer: _Answer) -> None:
        """Add a round without the second answer as unanswered, dealing the unknown question in turn."""
        seat = self._seats.get((answer.team_id, answer.player), 1)
        if self._has_own_questions:
            seat = 1 if answer.item in self.game.seats[0].questions else 2
        given = answer.answer + UNANSWERED if seat == 1 else UNANSWERED + answer.answer
        possible = [context for context in self.game.questions if context[seat - 1] == answer.item]
        if not possible:
            raise CannotAsk(answer.item)
        if any(self.game.counts(context, given) is not False for context in possible):
            self._left_out.append(answer)
            return
        turn = self._dealt[seat, answer.item]
        self._dealt[seat, answer.item] += 1
        self.rounds.append((possible[turn % len(possible)], given))
        self.teams.append(answer.team)
        self._lost.append(answer)

    def found(self, notes: list[str]) -> Found:
        groups = [Group(team, "", "quota") for team in self.teams]
        known = {group: i for i, group in enumerate(dict.fromkeys(groups))}
        group = np.array([known[g] for g in groups], dtype=np.int64)
        left_out = Counter({"with one answer only": len(self._left_out)} if self._left_out else {})
        return Found(
            game=self.game,
            codes=counts.codes(self.game, self.rounds),
            group=group,
            groups=list(known),
            propensities=np.full(len(groups), math.nan),
            left_out=left_out,
            notes=[*notes, *self._notes()],
        )

    def _notes(self) -> list[str]:
        notes = []
        if self._lost:
            dealt = "the other question is not in the file, so S takes the possible ones in turn"
            notes.append(f"{len(self._lost)} rounds have one answer only and are lost ({_first(self._lost)}): {dealt}")
        if self._left_out:
            unknown = "it is unknown whether they would count"
            notes.append(f"{len(self._left_out)} rounds have one answer only ({_first(self._left_out)}): {unknown}")
        return notes


def _first(answers: list[_Answer]) -> str:
    one = answers[0]
    return f"the first is round {one.round_id} of team {one.team} in line {one.line}"
