"""Record a batch of answers in one transaction with one statement."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from game.games import game_of
from game.games.definition import UNANSWERED
from game.rounds import statement
from game.rounds.ask import ask_waiting
from game.rounds.rows import Answered, NotRecorded, Recorded, RoundChanges, RoundRow


def commit_answers(batch: Sequence[Answered]) -> RoundChanges:
    """
    Record a batch of answers, close the complete rounds and ask the next ones, in one transaction.

    Repeating a batch changes nothing and returns the answers that stand.  An answer is refused with a reason when
    its round is unknown, closed or another player's, when the game has no such answer, or while the game is paused.
    Questions that depend on the past are asked in a second transaction; if this process dies before it, a sweep asks.
    """
    if connection.in_atomic_block:
        raise RuntimeError("answers are committed in a transaction of their own")
    with connection.wrap_database_errors:
        connection.ensure_connection()
        rows = statement.run(connection.connection, first_of_each_seat(batch))
    done, waiting = read_answers(batch, rows)
    if waiting:
        done.opened.extend(ask_waiting(waiting).opened)
    return done


def first_of_each_seat(batch: Sequence[Answered]) -> list[Answered]:
    """Return the first answer of each player and round, because the statement takes one of each."""
    return list(_first_of_each_seat(batch).values())


def _first_of_each_seat(batch: Sequence[Answered]) -> dict[tuple[int, int, int], Answered]:
    return {item[:3]: item for item in reversed(batch)}


def read_answers(batch: Sequence[Answered], rows: Iterable[tuple[Any, ...]]) -> tuple[RoundChanges, list[int]]:
    """Read the statement's rows; return the changes and the teams whose next round is still to be asked."""
    named: dict[int, RoundRow] = {}
    closed, opened, shown, waiting = [], [], set(), []
    for *columns, told, is_shown, waits in rows:
        trial = RoundRow(*columns)
        if told == "asked":
            opened.append(trial)
            continue
        named[trial.id] = trial
        if told == "recorded" and trial.closed_by is not None:
            closed.append(trial)
            shown |= {trial.game} if is_shown else set()
            waiting += [trial.team] if waits else []
    concerned = tuple((trial.game, player) for trial in named.values() for player in _concerned(trial))
    # Of a seat's answers in one batch the first was tried, and the others hear what became of it.
    tried = _first_of_each_seat(batch)
    verdicts = [_verdict(tried[item[:3]], named) for item in batch]
    return RoundChanges(verdicts, closed, opened, frozenset(shown), concerned), waiting


def _concerned(trial: RoundRow) -> list[int]:
    """Return the players who may notice that a round was answered: while it is open those who have answered."""
    seats = enumerate(trial.players, start=1)
    return [player for seat, player in seats if trial.closed_by is not None or trial.has_answered(seat)]


def _verdict(item: Answered, named: dict[int, RoundRow]) -> Recorded | NotRecorded:
    """Return the verdict on an answer, from its round as stored."""
    trial = named.get(item.round)
    if trial is None or trial.game != item.game or item.player not in trial.players:
        return NotRecorded(item.round, "not_yours")
    seat = trial.players.index(item.player)
    if (standing := trial.answers[seat]) != UNANSWERED:
        return Recorded(item.round, standing)
    if str(seat + 1) in trial.left_seats:
        return NotRecorded(item.round, "not_yours")
    if item.answer not in game_of(trial.mode).seats[seat].answers:
        return NotRecorded(item.round, "no_answer")
    return NotRecorded(item.round, "paused" if trial.closed_by is None else "closed")
