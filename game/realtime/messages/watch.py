"""The messages of the projector, and the numbers that a dashboard shows too."""

from datetime import UTC, datetime
from typing import Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType

from game.physics.report_types import Report, RowReport, Verdict
from game.realtime.messages.parts import ClientMessage, GameView, Heartbeat, Presence, Seat, ServerMessage


class ShowClass(ClientMessage):
    """What the class guessed, planned and answered up to now: answered by ClassView."""


WatcherMessage = Heartbeat | ShowClass


decode_watcher = msgspec.json.Decoder(WatcherMessage).decode


# By which number the rows of a dashboard are ordered.
OrderedBy = Literal["evidence", "first", "rounds"]


class SeatView(Struct, frozen=True):
    """A taken seat as hosts see it."""

    presence: Presence
    kind: str


class TeamRow(Struct, frozen=True, omit_defaults=True):
    """A row of the dashboard.  In a delta only id and what changed are there."""

    id: int
    name: str | UnsetType = UNSET
    active: bool | UnsetType = UNSET
    # Whether lists keep this team apart: a bot sits or sat here, and no round of persons alone has closed.
    bots: bool | UnsetType = UNSET
    # Whether the host added it to show what a strategy reaches: it is none of the class.
    ghost: bool | UnsetType = UNSET
    # Whether a host leaves it out: no list, picture or podium has it, and its next rounds are not the room's.
    left_out: bool | UnsetType = UNSET
    seats: list[SeatView | None] | UnsetType = UNSET
    # The first names of those who have told one, by seat, else "".  To dashboards only.
    names: list[str] | UnsetType = UNSET
    # Of the present run and game; null before the first closed round.
    report: RowReport | UnsetType | None = UNSET


class Counts(Struct, frozen=True):
    """Of a game now: active teams, teams with all seats taken, seated players, players connected or idle."""

    teams: int
    paired: int
    players: int
    present: int


class Room(Struct, frozen=True):
    """
    The pooled report of the room (rounds of persons, or of bots if there are no others) and its pace.

    rounds and rounds_per_second are of closed rounds, which the report counts later: see Report.
    verdict is what to say of it.  team_steps are the steps of the evidence for one of the listed teams.
    """

    report: Report | None
    rounds: int
    rounds_per_second: float | None
    bots_only: bool
    verdict: Verdict | None
    team_steps: list[float]


class Alarm(Struct, frozen=True):
    """
    Something for the host to check: "suspicion" (better than quantum theory allows), "signalling" (the answers of
    the player in this seat to these questions depend on another player's question), "answer_times" (this seat is slow
    in the rounds in which another seat is) or "pace" (the team plays so much faster than the others that its further
    rounds are not in the room).
    """

    team: int
    kind: Literal["suspicion", "signalling", "answer_times", "pace"]
    seat: Seat | None = None
    questions: str | None = None


class Prizes(Struct, frozen=True):
    """Names of teams: those that ticked a best plan, and those whose mean guess is nearest to the limit of plans."""

    best_plan: list[str]
    closest_guess: list[str]


class ClassView(ServerMessage):
    """
    What a class did in the steps of its lesson.  Persons with a seat count.

    guesses has 20 bins of 5 per cent each, 100 in the last; null until the host shows them, except to hosts.
    chosen counts the answers to the closing questions by letter, and gain is the normalised gain with its interval;
    to hosts only.
    prizes are there once the host shows them.
    """

    players: int
    guessed: int
    teams: int
    planned: int
    explained: int
    guesses: list[int] | None = None
    chosen: dict[str, dict[str, int]] | None = None
    gain: float | None = None
    gain_low: float | None = None
    gain_high: float | None = None
    prizes: Prizes | None = None


class WatchSnapshot(ServerMessage):
    """
    Teams are empty where the host hides the scoreboard; seats and counts are shown in the lobby only.

    seal is the SHA-256 of the seed from which the questions of this run are drawn; empty where there is none.
    """

    game: GameView
    teams: list[TeamRow]
    counts: Counts | None
    room: Room
    seal: str
    now: datetime
    # Of the class's own rounds, while it plays those that a host has switched on.
    before: Room | None = None
    # Of the rounds with borrowed qubits, after the end of a run that had some.
    qubits: Room | None = None


class Slowed(ServerMessage):
    """The server is busy: until then updates come every 2 s only.  Null: as usual again."""

    until: datetime | None


def slowed(until: float) -> Slowed:
    return Slowed(datetime.fromtimestamp(until, UTC) if until else None)


class Awards(Struct, frozen=True):
    """The teams with the most evidence and with the highest lower end of the first estimate's interval."""

    evidence: int | None
    consistency: int | None


class Delta(ServerMessage, omit_defaults=True):
    """
    What changed since the snapshot or the last delta; of several rows of a team each says something else.

    Numbers are of a run: a page drops a delta that names another one than the game's.  A dashboard that names the rows
    that it shows gets the numbers and seats of these rows only, and once a second the order of all rows and the awards.
    """

    run: int | None = None
    teams: list[TeamRow] = []
    gone: list[int] = []
    counts: Counts | None = None
    room: Room | None = None
    # Null: as before.  To dashboards only.
    alarms: list[Alarm] | None = None
    # Null: as before.  Teams with the same number stand in one group; teams without a row have no place.
    order: list[list[int]] | None = None
    awards: Awards | None = None
    # Null: as before.  Of the class's own rounds, while it plays others.
    before: Room | None = None
