"""
The rounds of a team that count, and how they advance, all teams of a room at once.

A team has two of them: all its rounds, which its own row shows, and its rounds without a bot, which the room pools
whatever the team is later.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace

from game.games.definition import UNANSWERED, Definition
from game.physics.counts import Ints, bad_cells, counts_of, good_cells, silent_cells
from game.physics.evidence_state import PlayedRound, RunningEvidence, lost_for_now, update
from game.physics.report_types import Played, Report


class TimedRound(NamedTuple):
    """A round, when it was asked and closed in seconds since 1970, and whether a bot held a seat in it."""

    round: PlayedRound
    asked_at: float
    closed_at: float | None
    had_bot: bool = False


class Unread(NamedTuple):
    """
    Rounds that the last statistics do not have.

    counted and open are old enough to count, closed and still open; closed are those closed since then, of any age.
    """

    counted: list[TimedRound]
    open: list[TimedRound]
    closed: list[TimedRound]

    def of_persons(self) -> "Unread":
        """Return those without a bot in a seat."""
        return Unread(*([timed for timed in part if not timed.had_bot] for part in self))

    @property
    def had_bot(self) -> bool:
        return any(timed.had_bot for part in self for timed in part)


class Counted(NamedTuple):
    """
    Rounds that were asked long enough ago to count.

    counts (one number for each cell of the game) and running hold the closed ones; provisional counts an open one as
    lost too.  played has all closed rounds, the youngest too.
    """

    counts: Ints
    running: RunningEvidence
    provisional: RunningEvidence
    played: Played

    @property
    def open_rounds(self) -> int:
        return self.provisional.bad - self.running.bad

    @property
    def issued(self) -> int:
        return int(self.counts.sum()) + self.open_rounds

    @property
    def waiting(self) -> int:
        """The number of closed rounds that are too young to count."""
        return self.played.rounds - int(self.counts.sum())


def no_rounds(game: Definition) -> Ints:
    return np.zeros(len(game.cells), dtype=np.int64)


def nothing_counted(game: Definition) -> Counted:
    return Counted(no_rounds(game), RunningEvidence(), RunningEvidence(), Played())


def counts_in_room(game: Definition, counted: Counted, waiting: Sequence[TimedRound]) -> bool:
    """
    Whether the rounds of a team count in its room: not while nobody has answered and no open round counts as lost.

    An open round counts whoever is silent, since else a slow answer would choose when its round begins to count.  A
    closed one was silent at every seat, which no seat can choose for the others.
    """
    has_answered = bool(counted.counts[~silent_cells(game)].any()) or any(
        timed.round.answers.strip(UNANSWERED) and not timed.had_bot for timed in waiting
    )
    return has_answered or counted.open_rounds > 0


def columns(counted: Sequence[Counted]) -> tuple[list[Ints], list[RunningEvidence], list[int]]:
    """Return counts, states and open rounds, as reports take them."""
    return (
        [one.counts for one in counted],
        [one.provisional for one in counted],
        [one.open_rounds for one in counted],
    )


def advanced(game: Definition, design: str, before: Sequence[Counted], new: Sequence[Unread]) -> list[Counted]:
    """Return what counts after the new rounds of every team."""
    counted = [[timed.round for timed in one.counted] for one in new]
    running = update([one.running for one in before], game, design, counted)
    lost = [[lost_for_now(game, timed.round.number) for timed in one.open] for one in new]
    provisional = update(running, game, design, lost)
    counts = [_counts(game, one.counts, unread.counted) for one, unread in zip(before, new, strict=True)]
    played = [_played(game, one.played, unread.closed) for one, unread in zip(before, new, strict=True)]
    return list(map(Counted, counts, running, provisional, played))


def _counts(game: Definition, counts: Ints, counted: list[TimedRound]) -> Ints:
    # A new array: the one before may still be kept by this worker.
    return counts + cells_of(game, counted) if counted else counts


def _played(game: Definition, before: Played, closed: list[TimedRound]) -> Played:
    return add(before, played_of(game, cells_of(game, closed))) if closed else before


def cells_of(game: Definition, rounds: Sequence[TimedRound]) -> Ints:
    """Return the number of rounds in each cell."""
    return counts_of(game, [timed.round[1:3] for timed in rounds])


def played_of(game: Definition, cells: Ints) -> Played:
    """Return how many rounds are closed, given the number of closed ones in each cell."""
    return Played(int(cells.sum()), int(cells[good_cells(game)].sum()), int(cells[bad_cells(game)].sum()))


def add(one: Played, other: Played) -> Played:
    return Played(one.rounds + other.rounds, one.good + other.good, one.bad + other.bad)


def with_played(report: Report, total: Counted, persons: Counted) -> Report:
    """Return a team's report with its closed rounds, and how many rounds do not count yet and how many had a bot."""
    return replace(
        report,
        played=total.played,
        waiting=total.waiting,
        bot_rounds=total.issued - persons.issued if persons is not total else 0,
    )
