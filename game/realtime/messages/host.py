"""The messages of a host's dashboard."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from game.realtime.messages.parts import (
    ClientMessage,
    GameKey,
    GameView,
    Heartbeat,
    Id,
    Seat,
    ServerMessage,
    TypedName,
)
from game.realtime.messages.watch import Alarm, Counts, OrderedBy, Room, ShowClass, TeamRow

BotPartner = Literal["best_classical", "noisy_human", "random"]
# Every strategy of a whole team, those of the classroom first.
GhostStrategy = Literal[
    "quantum", "best_classical", "noisy_human", "random", "table", "always_true", "shared_coin", "rotating_loser",
    "card_counter", "pr_box", "signalling_cheater", "whisper",
    # Each uses a loophole while it is open.
    "caller", "passer", "deck_counter", "learner",
]  # fmt: skip


class Start(ClientMessage):
    pass


class Pause(ClientMessage):
    pass


class Resume(ClientMessage):
    pass


class Finish(ClientMessage):
    pass


class Continue(ClientMessage):
    """Take the finish back, within a minute of it."""


class Reset(ClientMessage):
    pass


class SetMode(ClientMessage):
    mode: GameKey


class SetTheme(ClientMessage):
    theme: Annotated[str, Meta(max_length=20)]


class SetOptions(ClientMessage):
    """Only what is named changes; a round limit of null lifts the limit."""

    title: TypedName | UnsetType = UNSET
    round_limit: Annotated[int, Meta(ge=1, le=100_000)] | UnsetType | None = UNSET
    answer_seconds: Annotated[int, Meta(ge=5, le=3600)] | UnsetType = UNSET
    plan_seconds: Annotated[int, Meta(ge=10, le=3600)] | UnsetType = UNSET
    show_last_round: bool | UnsetType = UNSET
    show_own_score: bool | UnsetType = UNSET
    public_scoreboard: bool | UnsetType = UNSET
    locked: bool | UnsetType = UNSET
    max_teams: Annotated[int, Meta(ge=1, le=5000)] | UnsetType = UNSET


class LendQubits(ClientMessage):
    """Lend the class qubits from the next round on, whose pairs have this visibility, or take them back."""

    on: bool
    visibility: Annotated[float, Meta(ge=0, le=1)] = 1.0


class OpenLoophole(ClientMessage):
    """Open a loophole from the next round on, or close the one that is open (null)."""

    loophole: Literal["telephone", "pass", "deck", "memory"] | None


class GoToStep(ClientMessage):
    """Bring the lesson to the step of this index, forward or back."""

    step: Annotated[int, Meta(ge=0, le=20)]


class ShowGuesses(ClientMessage):
    """Show on the projector what the class guessed."""


class ShowPodium(ClientMessage):
    """Show on the projector from 1 the third place, 2 the second, 3 the first, 4 prizes; 0 takes all back."""

    shown: Annotated[int, Meta(ge=0, le=4)]


class ShowReplay(ClientMessage):
    """
    Replay a finished game on projector and dashboard from this second on, so many times as fast; speed 0 is a pause.

    without leaves a team out, and limit takes the best plan to win another share of the rounds, as if.
    """

    position: Annotated[float, Meta(ge=0, le=10_000_000)]
    speed: Annotated[int, Meta(ge=0, le=50)]
    without: Id | None = None
    limit: Annotated[float, Meta(ge=0.5, le=0.99)] | None = None


class EndReplay(ClientMessage):
    """Show the end of the game again."""


class SkipRound(ClientMessage):
    """Close the open round of a team; it counts like one whose time is up."""

    team: Id


class Kick(ClientMessage):
    """Free the seat and send its player away, who may join again."""

    team: Id
    seat: Seat


class Ban(ClientMessage):
    """Free the seat; the player's identity may not come back until allowed."""

    team: Id
    seat: Seat


class AllowBack(ClientMessage):
    """End a ban."""

    player: Id


class RenameTeam(ClientMessage):
    team: Id
    name: TypedName


class GiveBot(ClientMessage):
    """Seat a bot beside a player who waits for a partner."""

    team: Id
    strategy: BotPartner


class AddTeam(ClientMessage):
    """Add a team of bots that plays fast beside the class and is none of it; visibility is that of quantum teams."""

    strategy: GhostStrategy
    visibility: Annotated[float, Meta(ge=0, le=1)] = 1.0


class RemoveTeam(ClientMessage):
    """Take out a team that was added."""

    team: Id


class LeaveOut(ClientMessage):
    """Leave a team out of the class from its next round on, or take it in again."""

    team: Id
    left_out: bool


class RemoveEmptyTeams(ClientMessage):
    """Remove every team in which nobody is, except those that have answered."""


class PairUp(ClientMessage):
    """Seat the player who is alone in this team with another one who waits."""

    team: Id


class SamePupil(ClientMessage):
    """Give a seat to a present player without one, who is the same pupil in another browser."""

    team: Id
    seat: Seat
    player: Id


class AllowName(ClientMessage):
    """Let teams have a name that was refused for a word in it."""

    refused: Id


class ShowRows(ClientMessage):
    """
    Name the rows that the page shows, null for all of them, and the order that it wants to know, null for none.

    Answered by a Delta with the rows that it did not show before, and with the order if that is another one.
    """

    rows: Annotated[list[Id], Meta(max_length=200)] | None
    order: OrderedBy | None = None


class ShowRadar(ClientMessage):
    """Ask what needs the host now.  Answered by Radar."""


HostMessage = (
    Start
    | Pause
    | Resume
    | Finish
    | Continue
    | Reset
    | SetMode
    | SetTheme
    | SetOptions
    | LendQubits
    | OpenLoophole
    | GoToStep
    | ShowGuesses
    | ShowPodium
    | ShowReplay
    | EndReplay
    | ShowClass
    | ShowRows
    | SkipRound
    | Kick
    | Ban
    | AllowBack
    | RenameTeam
    | GiveBot
    | AddTeam
    | RemoveTeam
    | LeaveOut
    | RemoveEmptyTeams
    | PairUp
    | SamePupil
    | AllowName
    | ShowRadar
    | Heartbeat
)


decode_host = msgspec.json.Decoder(HostMessage).decode


class Banned(Struct, frozen=True):
    """A player who may not come back, by the team that the seat was in."""

    player: int
    team: str
    at: datetime | None


class DashboardSnapshot(ServerMessage):
    game: GameView
    teams: list[TeamRow]
    counts: Counts
    room: Room
    alarms: list[Alarm]
    banned: list[Banned]
    now: datetime
    # Of the class's own rounds, while it plays those that the host has switched on.
    before: Room | None = None


class BannedChanged(ServerMessage):
    """To dashboards only: who may not come back now."""

    banned: list[Banned]


class Newcomer(Struct, frozen=True):
    """A present player without a seat; first_name may be empty."""

    player: int
    first_name: str
    since: datetime


class RadarThing(Struct, frozen=True):
    """
    One thing that needs the host: "alone" (a player without a partner), "timeouts" (so many rounds in a row ended
    without an answer of this seat), "silent" (the seat lets its team wait; seconds since its last answer),
    "taken_over" (a phone that was not connected lost this seat to another one, which has its card), "came_back" (the
    phone of this seat shows another page or none, and newcomers came after it, one of whom may be its pupil),
    "one_device" (all seats seem to be windows of one browser) or an alarm, see Alarm.  An alarm is a reason to look,
    never a verdict; teams is how many were looked at.
    """

    kind: Literal[
        "alone", "timeouts", "silent", "taken_over", "came_back", "one_device", "suspicion", "signalling",
        "answer_times", "pace",
    ]  # fmt: skip
    team: int
    seat: Seat | None = None
    rounds: int | None = None
    seconds: int | None = None
    questions: str | None = None
    teams: int | None = None
    newcomers: list[Newcomer] = []


class WaitingName(Struct, frozen=True):
    """A name that was refused for a word in it, and that a host may allow."""

    id: int
    name: str


class Radar(ServerMessage):
    """The most urgent things now; only to the dashboard that asked."""

    things: list[RadarThing]
    names: list[WaitingName] = []


class Done(ServerMessage):
    """A host's command was carried out."""

    of: str
