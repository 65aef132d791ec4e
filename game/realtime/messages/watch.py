"""The messages of the projector, and the numbers that a dashboard shows too."""

from datetime import UTC, datetime
from typing import Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType

from game.physics.report_types import Report, RowReport
from game.realtime.messages.parts import GameView, Heartbeat, Presence, Seat, ServerMessage

WatcherMessage = Heartbeat


decode_watcher = msgspec.json.Decoder(WatcherMessage).decode


class SeatView(Struct, frozen=True):
    """A taken seat as hosts see it."""

    presence: Presence
    kind: str


class TeamRow(Struct, frozen=True, omit_defaults=True):
    """A row of the dashboard.  In a delta only id and what changed are there."""

    id: int
    name: str | UnsetType = UNSET
    active: bool | UnsetType = UNSET
    # Whether a bot ever sat here: such a team is no part of the room's numbers.
    bots: bool | UnsetType = UNSET
    # Whether the host added it to show what a strategy reaches: it is none of the class.
    ghost: bool | UnsetType = UNSET
    seats: list[SeatView | None] | UnsetType = UNSET
    # Of the present run and game; null before the first closed round.
    report: RowReport | UnsetType | None = UNSET


class Counts(Struct, frozen=True):
    """Of a game now: active teams, teams with all seats taken, seated players, players connected or idle."""

    teams: int
    paired: int
    players: int
    present: int


class Room(Struct, frozen=True):
    """The pooled report of the room (teams of persons, or of bots if there are only bots) and its pace."""

    report: Report | None
    rounds: int
    rounds_per_second: float | None
    bots_only: bool


class Alarm(Struct, frozen=True):
    """
    Something for the host to check: "suspicion" (better than quantum theory allows) or "signalling" (the answers of
    the player in this seat to these questions depend on another player's question).
    """

    team: int
    kind: Literal["suspicion", "signalling"]
    seat: Seat | None = None
    questions: str | None = None


class WatchSnapshot(ServerMessage):
    """Teams are empty where the host hides the scoreboard."""

    game: GameView
    teams: list[TeamRow]
    counts: Counts
    room: Room
    now: datetime


class Slowed(ServerMessage):
    """The server is busy: until then updates come every 2 s only.  Null: as usual again."""

    until: datetime | None


def slowed(until: float) -> Slowed:
    return Slowed(datetime.fromtimestamp(until, UTC) if until else None)


class Delta(ServerMessage, omit_defaults=True):
    """
    What changed since the snapshot or the last delta; of several rows of a team each says something else.

    Numbers are of a run: a page drops a delta that names another one than the game's.
    """

    run: int | None = None
    teams: list[TeamRow] = []
    gone: list[int] = []
    counts: Counts | None = None
    room: Room | None = None
    # Null: as before.  To dashboards only.
    alarms: list[Alarm] | None = None
