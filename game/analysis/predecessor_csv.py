"""Answer lists of the predecessor: a row for each answer, two rows for each round of a CHSH or Hardy game."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from game.analysis.bad_lines import BadLines
from game.games.definition import Definition

if TYPE_CHECKING:
    from _csv import Reader

NOTE = (
    "these answers do not say how the questions were drawn: the predecessor used quotas, and then p and evidence "
    "mean nothing (--design quota leaves them out)"
)
_OLD_ITEMS = {"C": "X", "D": "Y"}
_ANSWERS = {"true": "T", "1": "T", "false": "F", "0": "F"}
_TIME = re.compile(r"\s*\d{1,2}:\d\d")


class Found(NamedTuple):
    """Rounds (questions, answers) with their teams, in the order of closing."""

    rounds: list[tuple[str, str]]
    teams: list[str]
    with_one_answer: int
    notes: list[str]


def is_header(header: list[str]) -> bool:
    return "round id" in header and "player id" in header


@dataclass(frozen=True)
class _Row:
    line: int
    team: str
    team_id: str
    player: str
    round_id: str
    item: str
    answer: str


def read(reader: "Reader", game: Definition) -> Found:
    """
    Read the rows after the header.  Fields are counted from the right, because the date may hold an unquoted comma.

    A round has the position of its last answer, when it closed.  Rounds with only one answer are left out.
    """
    if len(game.seats) != 2 or set(game.letters) - set("ABXY"):
        raise BadLines([(1, f"game={game.key!r}: the predecessor had two seats and the questions A, B, X, Y")])
    rows, faults = _rows(reader)
    found, seats = Found([], [], 0, [NOTE]), dict[tuple[str, str], int]()
    for answers in _by_round(rows):
        try:
            if len(answers) == 1:
                found.notes.append(f"round {answers[0].round_id} of team {answers[0].team}: one answer only, left out")
                continue
            first, second = _seated(answers, seats, game)
            if first.item + second.item not in game.questions:
                raise ValueError(f"pair={first.item + second.item!r}: this mode cannot ask it")
            found.rounds.append((first.item + second.item, first.answer + second.answer))
            found.teams.append(first.team)
        except ValueError as error:
            faults.append((answers[-1].line, str(error)))
    if faults:
        raise BadLines(sorted(faults))
    return found._replace(with_one_answer=len(found.notes) - 1)


def _rows(reader: "Reader") -> tuple[list[_Row], list[tuple[int, str]]]:
    rows, faults = list[_Row](), list[tuple[int, str]]()
    for fields in reader:
        try:
            if fields:
                rows.append(_answer_row(reader.line_num, fields))
        except ValueError as error:
            faults.append((reader.line_num, str(error)))
    return rows, faults


def _by_round(rows: list[_Row]) -> list[list[_Row]]:
    by_round: dict[tuple[str, str], list[_Row]] = {}
    for row in rows:
        key = row.team_id, row.round_id
        by_round[key] = [*by_round.pop(key, []), row]
    return list(by_round.values())


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
    if answer.lower() not in _ANSWERS:
        raise ValueError(f"answer={answer!r}: use true or false")
    return _Row(line, ",".join(names).strip(), team_id, player, round_id, item, _ANSWERS[answer.lower()])


def _seated(answers: list[_Row], seats: dict[tuple[str, str], int], game: Definition) -> tuple[_Row, _Row]:
    """Return the answers of seat 1 and seat 2; a newcomer takes the seat that the partner does not hold."""
    if len(answers) != 2 or answers[0].player == answers[1].player:
        raise ValueError(f"round={answers[0].round_id!r}: {len(answers)} answers, use one of each of two players")
    one, two = answers
    if not set(game.seats[0].questions) & set(game.seats[1].questions):
        return (one, two) if one.item in game.seats[0].questions else (two, one)
    first, second = (seats.get((row.team_id, row.player)) for row in answers)
    swapped = first == 2 or (first is None and second == 1)
    if swapped:
        one, two = two, one
    seats.setdefault((one.team_id, one.player), 1)
    seats.setdefault((two.team_id, two.player), 2)
    return one, two
