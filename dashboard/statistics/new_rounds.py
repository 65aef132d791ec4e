"""The rounds of a team since its last statistics, and which of them are old enough to count."""

import math
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from dashboard.statistics.counted import TimedRound, Unread
from dashboard.statistics.find import StaleTeam
from dashboard.statistics.memory import TeamState
from game.rounds.ask import evidence_delay

# Evidence advances in this many steps per delay.
EVIDENCE_STEPS = 3


class NewRounds(NamedTuple):
    """The rounds of a stale team that its last statistics do not have; waiting are closed and too young to count."""

    team: int
    version: int
    before: TeamState | None
    rounds: Unread
    waiting: list[TimedRound]
    read_number: int
    # When the next round becomes evidence.
    due_at: datetime | None
    # When the oldest round was closed that the last statistics did not count.
    closed_at: float | None
    # Closed rounds are shown and no round is taken in as evidence yet: the team stays due.
    is_held: bool = False


def new_rounds(
    team: StaleTeam,
    before: TeamState | None,
    rounds: list[TimedRound],
    until: float,
    read_number: int,
    is_held: bool = False,
) -> NewRounds:
    """Add the rounds since the last statistics to those that were waiting then; asked until then they count."""
    if before is not None:
        rounds = [timed for timed in rounds if timed.round.number > before.read_number]
    closed = [timed for timed in rounds if timed.closed_at is not None]
    still_open = [timed for timed in rounds if timed.closed_at is None]
    unread = before.waiting + closed if before is not None else closed
    if before is not None and is_held:
        oldest_closed_at = _oldest_closed_at(unread, before)
        return NewRounds(
            team.id, team.version, before, Unread([], [], closed), unread, read_number, before.updated_at,
            oldest_closed_at, is_held=True,
        )  # fmt: skip
    ready = next((n for n, timed in enumerate(unread) if timed.asked_at > until), len(unread))
    # Rounds come in the order in which they were asked: the first that is too young is the next to become evidence.
    next_asked_at = next((timed.asked_at for timed in (*unread[ready:], *still_open) if timed.asked_at > until), None)
    return NewRounds(
        team.id,
        team.version,
        before,
        Unread(unread[:ready], [timed for timed in still_open if timed.asked_at <= until], closed),
        unread[ready:],
        read_number,
        None if next_asked_at is None else _evidence_at(next_asked_at),
        _oldest_closed_at(unread, before),
    )


def _oldest_closed_at(unread: list[TimedRound], before: TeamState | None) -> float | None:
    """Return when the oldest round was closed that the last statistics did not know, else the newest of all."""
    counted_until = before.updated_at.timestamp() if before is not None else 0.0
    oldest = None
    for timed in reversed(unread):
        if oldest is not None and (timed.closed_at or 0.0) <= counted_until:
            break
        oldest = timed.closed_at
    return oldest


def evidence_until(at: datetime) -> datetime:
    """
    Return until when a round must have been asked to be evidence at a moment.

    It moves in steps, the same for all teams: whether a round counts in the room depends only on when it was asked.
    Otherwise teams could bring the rounds that they won before those that they keep open.
    """
    step = evidence_delay().total_seconds() / EVIDENCE_STEPS
    until = at - evidence_delay()
    return datetime.fromtimestamp(math.floor(until.timestamp() / step) * step, tz=UTC) if step else until


def _evidence_at(asked_at: float) -> datetime:
    """Return when a round becomes evidence."""
    delay = evidence_delay()
    step = delay.total_seconds() / EVIDENCE_STEPS
    return _moment(math.ceil(asked_at / step), step, delay) if step else datetime.fromtimestamp(asked_at, UTC)


@lru_cache(maxsize=64)
def _moment(steps: int, step: float, delay: timedelta) -> datetime:
    """All rounds of some seconds become evidence together."""
    return datetime.fromtimestamp(steps * step, tz=UTC) + delay
