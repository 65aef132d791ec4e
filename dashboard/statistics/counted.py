"""
The rounds of a team that count, and how they advance, all teams of a room at once.

A team has two of them: all its rounds, which its own row shows, and its rounds in the room, which the room pools
whatever the team is later.  A round is outside the room when a bot held a seat, when a host had left the team out, or
when the team had its share of rounds already.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace

from game.games.definition import UNANSWERED, Definition
from game.physics.counts import Ints, bad_cells, codes, counts_of, good_cells, silent_cells
from game.physics.evidence_state import PlayedRound, RunningEvidence, lost_for_now, update
from game.physics.report_types import Played, Report


class TimedRound(NamedTuple):
    """A round, when it was asked and closed in seconds since 1970, and whether it is outside the room."""

    round: PlayedRound
    asked_at: float
    closed_at: float | None
    is_outside: bool = False


class Unread(NamedTuple):
    """
    Rounds that the last statistics do not have.

    counted and open are old enough to count, closed and still open; closed are those closed since then, of any age.
    """

    counted: list[TimedRound]
    open: list[TimedRound]
    closed: list[TimedRound]

    def in_room(self) -> "Unread":
        """Return those in the room."""
        return Unread(*([timed for timed in part if not timed.is_outside] for part in self))

    @property
    def has_outside(self) -> bool:
        return any(timed.is_outside for part in self for timed in part)


class Counted(NamedTuple):
    """
    Rounds that were asked long enough ago to count.

    counts (one number for each cell of the game) and running hold the closed ones; provisional counts an open one as
    lost too.  played has all closed rounds, the youngest too; closed is how many of them count.
    """

    counts: Ints
    running: RunningEvidence
    provisional: RunningEvidence
    played: Played
    closed: int

    @property
    def open_rounds(self) -> int:
        return self.provisional.bad - self.running.bad

    @property
    def issued(self) -> int:
        return self.closed + self.open_rounds

    @property
    def waiting(self) -> int:
        """The number of closed rounds that are too young to count."""
        return self.played.rounds - self.closed


def no_rounds(game: Definition) -> Ints:
    return np.zeros(len(game.cells), dtype=np.int64)


def nothing_counted(game: Definition) -> Counted:
    return Counted(no_rounds(game), RunningEvidence(), RunningEvidence(), Played(), 0)


def counts_in_room(game: Definition, counted: Counted, waiting: Sequence[TimedRound]) -> bool:
    """
    Whether the rounds of a team count in its room: not while nobody has answered and no open round counts as lost.

    An open round counts whoever is silent, since else a slow answer would choose when its round begins to count.  A
    closed one was silent at every seat, which no seat can choose for the others.
    """
    # Good rounds have answers, and most teams have good rounds.
    has_answered = (
        counted.played.good > 0
        or bool(counted.counts[~silent_cells(game)].any())
        or any(timed.round.answers.strip(UNANSWERED) and not timed.is_outside for timed in waiting)
    )
    return has_answered or counted.open_rounds > 0


def columns(counted: Sequence[Counted]) -> tuple[Ints, list[RunningEvidence], list[int]]:
    """Return counts, states and open rounds, as reports take them."""
    return (
        np.array([one.counts for one in counted]),
        [one.provisional for one in counted],
        [one.open_rounds for one in counted],
    )


def advanced(game: Definition, design: str, before: Sequence[Counted], new: Sequence[Unread]) -> list[Counted]:
    """Return what counts after the new rounds of every team."""
    counted = [[timed.round for timed in one.counted] for one in new]
    running = update([one.running for one in before], game, design, counted)
    lost = [[lost_for_now(game, timed.round.number) for timed in one.open] for one in new]
    provisional = update(running, game, design, lost)
    counts = np.array([one.counts for one in before]) + _cells(game, counted)
    played = [with_closed(game, one.played, unread.closed) for one, unread in zip(before, new, strict=True)]
    # A row of its own for each team: a view would keep the counts of all of them in memory.
    return list(map(Counted, [row.copy() for row in counts], running, provisional, played, counts.sum(axis=1).tolist()))


def _cells(game: Definition, rounds: Sequence[Sequence[PlayedRound]]) -> Ints:
    """Return the number of rounds in each cell, a row a team."""
    teams, cells = len(rounds), len(game.cells)
    team = np.repeat(np.arange(teams), [len(one) for one in rounds])
    code = codes(game, (one[1:3] for one in chain.from_iterable(rounds)))
    return np.bincount(team * cells + code, minlength=teams * cells).reshape(teams, cells)


@lru_cache
def _outcomes(game: Definition) -> dict[tuple[str, str], tuple[bool, bool]]:
    """Return whether a round is good and whether it is bad, by questions and answers."""
    return dict(zip(game.cells, zip(good_cells(game).tolist(), bad_cells(game).tolist(), strict=True), strict=True))


def with_closed(game: Definition, before: Played, closed: Iterable[TimedRound]) -> Played:
    """Add closed rounds, without an array: a team has closed one of them since the last time, or none."""
    rounds, good, bad = before.rounds, before.good, before.bad
    outcomes = _outcomes(game)
    for timed in closed:
        is_good, is_bad = outcomes[timed.round[1:3]]
        rounds, good, bad = rounds + 1, good + is_good, bad + is_bad
    return Played(rounds, good, bad)


def cells_of(game: Definition, rounds: Sequence[TimedRound]) -> Ints:
    """Return the number of rounds in each cell."""
    return counts_of(game, [timed.round[1:3] for timed in rounds])


def played_of(game: Definition, cells: Ints) -> Played:
    """Return how many rounds are closed, given the number of closed ones in each cell."""
    return Played(int(cells.sum()), int(cells[good_cells(game)].sum()), int(cells[bad_cells(game)].sum()))


def with_played(report: Report, total: Counted, in_room: Counted) -> Report:
    """Return a team's report with its closed rounds, those that do not count yet and those outside the room."""
    return replace(
        report,
        played=total.played,
        waiting=total.waiting,
        outside_rounds=total.issued - in_room.issued if in_room is not total else 0,
    )
