"""Record answers: one transaction, one statement for a batch."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from game.rounds import statement
from game.rounds.ask import ask_waiting
from game.rounds.rows import Answered, NotRecorded, Recorded, RoundChanges, RoundRow


def commit_answers(batch: Sequence[Answered]) -> RoundChanges:
    """
    Record a batch of answers, close_where the rounds that are complete and ask_teams the next ones, in one transaction.

    Repeating a batch changes nothing and returns the answers that stand.  An answer is not recorded when its round is
    unknown, closed or somebody else's, or while the game is paused; the reason stands in its place.  Questions that
    depend on the past are asked in a transaction of their own: should this process die before it, the clock asks.
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
    """Leave out what a player says again of the same round: the statement takes one answer of each."""
    return list({item[:3]: item for item in reversed(batch)}.values())


def read_answers(batch: Sequence[Answered], rows: Iterable[tuple[Any, ...]]) -> tuple[RoundChanges, list[int]]:
    """Read what the statement of answers returned; beside it the teams whose next round is still to be asked."""
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
    concerned = tuple((trial.game, player) for trial in named.values() for player in trial.players)
    return RoundChanges([_verdict(item, named) for item in batch], closed, opened, frozenset(shown), concerned), waiting


def _verdict(item: Answered, named: dict[int, RoundRow]) -> Recorded | NotRecorded:
    """Say what became of an answer, from its round as it stands."""
    trial = named.get(item.round)
    if trial is None or trial.game != item.game or item.player not in trial.players:
        return NotRecorded(item.round, "not_yours")
    standing = trial.answer_1 if item.player == trial.player_1 else trial.answer_2
    if standing is not None:
        return Recorded(item.round, standing)
    return NotRecorded(item.round, "paused" if trial.closed_by is None else "closed")
