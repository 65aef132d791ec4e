"""What counts of every team after each moment, advanced by the functions of the live statistics."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np

from dashboard.replay.columns import Columns
from dashboard.statistics.counted import Counted, nothing_counted
from dashboard.statistics.memory import TeamState
from game.games.definition import Definition
from game.physics.counts import Ints, bad_cells, good_cells
from game.physics.evidence_state import update_codes
from game.physics.report_types import AlarmInputs, Evidence, Played, Report

# Of a run that is over every round counts, and nothing is late.
_WHENEVER = datetime.fromtimestamp(0, UTC)

Both = tuple[Counted, Counted]


def advanced_by_moment(game: Definition, design: str, rounds: Columns, ends: Ints) -> Iterator[dict[int, Both]]:
    """
    Yield after each moment the teams that have played since the one before.

    Each has what counts of all its rounds and of those in the room: the same object where all are.
    """
    total: dict[int, Counted] = {}
    in_room: dict[int, Counted] = {}
    mixed = set(np.unique(rounds.team[rounds.is_outside]).tolist())
    for start, end in pairwise([0, *ends.tolist()]):
        part = rounds.part(start, end)
        changed = _advance(game, design, total, part)
        if mixed:
            _advance(game, design, in_room, part.only(~part.is_outside))
        nothing = nothing_counted(game)
        yield {team: (total[team], in_room.get(team, nothing) if team in mixed else total[team]) for team in changed}


def _advance(game: Definition, design: str, known: dict[int, Counted], part: Columns) -> list[int]:
    """Add rounds, which come team by team, to what is known; return the teams."""
    ids, lengths = np.unique(part.team, return_counts=True)
    teams: list[int] = ids.tolist()
    if not teams:
        return []
    before = [known.get(team) or nothing_counted(game) for team in teams]
    running = update_codes([one.running for one in before], game, design, part.codes, lengths, part.propensity)
    counts = np.array([one.counts for one in before]) + _cells(game, part.codes, lengths)
    played = map(
        Played,
        counts.sum(axis=1).tolist(),
        counts[:, good_cells(game)].sum(axis=1).tolist(),
        counts[:, bad_cells(game)].sum(axis=1).tolist(),
    )
    for team, row, state, closed in zip(teams, counts, running, played, strict=True):
        known[team] = Counted(row.copy(), state, state, closed, closed.rounds)
    return teams


def _cells(game: Definition, codes: Ints, lengths: Ints) -> Ints:
    """Return the number of rounds in each cell, a row a team."""
    teams, cells = len(lengths), len(game.cells)
    place = np.repeat(np.arange(teams), lengths) * cells + codes
    return np.bincount(place, minlength=teams * cells).reshape(teams, cells)


def team_state(game: Definition, both: Both) -> TeamState:
    """Return the state that a room pools, without the numbers that a room does not read."""
    total, in_room = both
    report = Report(game.key, None, total.closed, 0, 0, 0, [], [], Evidence())
    return TeamState(0, total, in_room, report, AlarmInputs(), None, _WHENEVER, [], 0, 0)
