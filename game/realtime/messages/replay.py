"""A replay as projector and dashboard load it: fetched by HTTP once, then played by the browser alone."""

from datetime import datetime

from msgspec import Struct

from game.physics.report_types import Axis
from game.realtime.messages.watch import Room, TeamRow

# A team after a frame: id, issued, unanswered, good and bad rounds, log10 of its evidence, the values of the estimates.
ReplayRow = tuple[int, int, int, int, int, float | None, list[float | None]]


class ReplayFrame(Struct, frozen=True):
    """The room at a moment, in seconds since the first one, and the rows of the teams that have played since."""

    seconds: float
    room: Room
    rows: list[ReplayRow]


class Replay(Struct, frozen=True):
    """
    A run from its first closed round to its last, in a bounded number of frames.

    estimates are the keys of the values in rows.  axes are those of the game, with the limit of plans that the host
    asks for.  teams have their final rows; they and the rows of the frames are left out where the projector does not
    list teams.  at is when the first and the last round closed.
    """

    run: int
    mode: str
    design: str
    without: int | None
    limit: float | None
    at: tuple[datetime, datetime]
    estimates: list[str]
    axes: list[Axis]
    frames: list[ReplayFrame]
    teams: list[TeamRow]
