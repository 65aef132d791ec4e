"""
Every message of the three sockets, declared once.

A client's message is an imperative, a server's event a past participle or a noun.  Text frames of JSON, with the kind
in "type".  Unknown kinds and fields are refused, unknown numbers are null.  Times are ISO 8601 in UTC.

No message says anything of a round to anybody but the player whose question it is, until that round has closed.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

Id = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Seat = Literal[1, 2]
Presence = Literal["connected", "idle", "away"]
Question = Literal["A", "B", "X", "Y"]
Mode = Literal["simplified", "classic", "aqmjoe"]
Theme = Literal["classic", "food", "aqmjoe"]
Design = Literal["uniform", "quota", "adaptive"]
# What a bot can play beside a person, who can learn it: not what two bots agree on out of sight.
BotPartner = Literal["best_classical", "noisy_human", "random"]


def _snake(name: str) -> str:
    return "".join("_" + letter.lower() if letter.isupper() else letter for letter in name).lstrip("_")


class ClientMessage(Struct, tag_field="type", tag=_snake, forbid_unknown_fields=True):
    """What a browser sends."""


class ServerMessage(Struct, tag_field="type", tag=_snake):
    """What the server sends."""


# -- From a player -------------------------------------------------------------------------------------------------
class CreateTeam(ClientMessage):
    name: Annotated[str, Meta(max_length=200)]


class JoinTeam(ClientMessage):
    team: Id


class LeaveTeam(ClientMessage):
    pass


class FindPartner(ClientMessage):
    pass


class Answer(ClientMessage):
    round: Id
    answer: bool | Annotated[str, Meta(min_length=1, max_length=1)]


class Heartbeat(ClientMessage):
    """Every 10 s, and when the page is hidden or shown.  Answered by Alive."""

    visible: bool = True


class Guess(ClientMessage):
    """What the player takes for the best possible win rate, before playing; a later guess replaces it."""

    percent: Annotated[int, Meta(ge=0, le=100)]


class ShowResults(ClientMessage):
    """After the game: answered by Results."""


PlayerMessage = CreateTeam | JoinTeam | LeaveTeam | FindPartner | Answer | Guess | ShowResults | Heartbeat


# -- From a host ---------------------------------------------------------------------------------------------------
class Start(ClientMessage):
    pass


class Pause(ClientMessage):
    pass


class Resume(ClientMessage):
    pass


class Finish(ClientMessage):
    pass


class Reset(ClientMessage):
    pass


class SetMode(ClientMessage):
    mode: Mode


class SetTheme(ClientMessage):
    theme: Theme


class SetOptions(ClientMessage):
    """Only what is named changes; a round limit of null lifts the limit."""

    title: Annotated[str, Meta(max_length=200)] | UnsetType = UNSET
    round_limit: Annotated[int, Meta(ge=1, le=100_000)] | UnsetType | None = UNSET
    answer_seconds: Annotated[int, Meta(ge=5, le=3600)] | UnsetType = UNSET
    show_last_round: bool | UnsetType = UNSET
    show_own_score: bool | UnsetType = UNSET
    public_scoreboard: bool | UnsetType = UNSET
    locked: bool | UnsetType = UNSET
    max_teams: Annotated[int, Meta(ge=1, le=5000)] | UnsetType = UNSET


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
    name: Annotated[str, Meta(max_length=200)]


class GiveBot(ClientMessage):
    """Seat a bot beside a player who waits for a partner."""

    team: Id
    strategy: BotPartner


HostMessage = (
    Start
    | Pause
    | Resume
    | Finish
    | Reset
    | SetMode
    | SetTheme
    | SetOptions
    | SkipRound
    | Kick
    | Ban
    | AllowBack
    | RenameTeam
    | GiveBot
    | Heartbeat
)
WatcherMessage = Heartbeat


# -- Parts of what the server sends --------------------------------------------------------------------------------
class GameView(Struct, frozen=True):
    """What everybody may know of a game."""

    code: str
    title: str
    state: Literal["lobby", "running", "paused", "finished"]
    run: int
    mode: Mode
    theme: Theme
    design: Design
    round_limit: int | None
    answer_seconds: int
    show_last_round: bool
    show_own_score: bool
    public_scoreboard: bool
    locked: bool
    max_teams: int
    grace_ends_at: datetime | None


class LobbyTeam(Struct, frozen=True):
    """A team as the lobby lists it; an inactive one may be taken up again."""

    id: int
    name: str
    free: Literal[0, 1, 2]
    active: bool


class Me(Struct, frozen=True):
    """The player's own seat; partner is null while the other seat is empty."""

    team: int
    team_name: str
    seat: Seat
    partner: Presence | None
    partner_is_bot: bool


class OpenQuestion(Struct, frozen=True):
    """The player's own question of the open round, and the own answer if it was given before."""

    round: int
    number: int
    mode: Mode
    theme: Theme
    question: Question
    deadline: datetime
    answer: bool | None = None


class ClosedRound(Struct, frozen=True):
    """A closed round; questions and answers are null where the game does not show them."""

    round: int
    number: int
    mode: Mode
    theme: Theme
    closed_by: str
    outcome: str
    question_1: Question | None = None
    question_2: Question | None = None
    answer_1: bool | None = None
    answer_2: bool | None = None


class Score(Struct, frozen=True):
    """
    A team's own closed rounds: wins of scored, with the Wilson interval of the win rate.

    In aqmjoe the share of miracles among colour-colour rounds and of rules kept among the others instead, each with
    its Wilson interval.
    """

    wins: int | None
    scored: int | None
    win_rate: float | None
    interval: tuple[float, float] | None
    rounds: int
    miracles: float | None
    rule_keeping: float | None
    miracles_interval: tuple[float, float] | None = None
    rule_keeping_interval: tuple[float, float] | None = None


class PairResult(Struct, frozen=True):
    """
    How often a team was asked a pair of questions, and did what the pair wants.

    hits are won rounds, in classic agreements on the same question, in aqmjoe miracles where both were asked the
    colour, else rules kept, among answered rounds (A stands for colour, X for food); null where the pair is not scored.
    """

    question_1: Question
    question_2: Question
    rounds: int
    hits: int | None


class Plan(Struct, frozen=True):
    """
    The plan that a team seems to have followed: an answer for each seat and question ("1A"), null while none is clear.

    mirrored: this plan or its opposite, both often.  Of its scored pairs of questions the plan wins some.
    """

    answers: dict[str, bool] | None
    mirrored: bool
    fits: int
    rounds: int
    pairs_won: int | None
    pairs: int | None


class OwnResult(Struct, frozen=True):
    """What a team did in this run, in the mode of the game or, where it played none of that, of most of its rounds."""

    mode: Mode
    theme: Theme
    # Of the report of game.physics.report, what is shown to players.
    report: dict[str, Any]
    plan: Plan
    pairs: list[PairResult]


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
    seats: tuple[SeatView | None, SeatView | None] | UnsetType = UNSET
    # Of the report of game.physics.report for the present run and mode what a row shows; null before the first
    # closed round.
    report: dict[str, Any] | UnsetType | None = UNSET


class Counts(Struct, frozen=True):
    """Of a game now: active teams, teams with two seats taken, seated players, players connected or idle."""

    teams: int
    paired: int
    players: int
    present: int


class Room(Struct, frozen=True):
    """The pooled report of the room (teams of persons, or of bots if there are only bots) and its pace."""

    report: dict[str, Any] | None
    rounds: int
    rounds_per_second: float | None
    bots_only: bool


class Alarm(Struct, frozen=True):
    """
    Something for the host to check: "suspicion" (better than quantum theory allows) or "signalling" (the answers of
    the player in this seat to this question depend on the partner's question; in aqmjoe to questions of this kind).
    """

    team: int
    kind: Literal["suspicion", "signalling"]
    seat: Seat | None = None
    question: Literal["A", "B", "X", "Y", "AB", "XY"] | None = None


class Banned(Struct, frozen=True):
    """A player who may not come back, by the team that the seat was in."""

    player: int
    team: str
    at: datetime | None


# -- To players ----------------------------------------------------------------------------------------------------
class PlayerSnapshot(ServerMessage):
    """All that a player's page shows; sent on connect and whenever the page may have missed something."""

    game: GameView
    me: Me | None
    question: OpenQuestion | None
    last_round: ClosedRound | None
    score: Score | None
    lobby: list[LobbyTeam]
    now: datetime
    guess: int | None = None


class QuestionAsked(ServerMessage):
    question: OpenQuestion


class AnswerRecorded(ServerMessage):
    """The answer that stands, which is the first one."""

    round: int
    answer: bool


class RoundClosed(ServerMessage):
    last_round: ClosedRound


class ScoreChanged(ServerMessage):
    """A page drops the score of a run that is not the game's."""

    run: int
    score: Score


class GuessRecorded(ServerMessage):
    """The guess that stands, in per cent."""

    percent: int


class Results(ServerMessage):
    """
    After the game: the player's guess, the own team's numbers and its latest closed rounds, newest first.

    own is null without a closed round and where the host hides the own score; rounds are empty where the host does not
    show the last round.  played counts the team's closed rounds of this run.
    """

    guess: int | None
    own: OwnResult | None
    rounds: list[ClosedRound]
    played: int


class PartnerChanged(ServerMessage):
    partner: Presence | None
    partner_is_bot: bool


class LobbyChanged(ServerMessage):
    """To players without a seat: the teams that changed, and ids of those that are gone."""

    teams: list[LobbyTeam]
    gone: list[int] = []


# -- To everybody --------------------------------------------------------------------------------------------------
class GameChanged(ServerMessage):
    game: GameView


class Refused(ServerMessage):
    """A message was not carried out; the socket stays open.  `of` names the message's type where it is known."""

    reason: str
    text: str
    of: str | None = None
    round: int | None = None


class Alive(ServerMessage):
    """The answer to every Heartbeat: a browser that misses it has lost its connection."""


class Done(ServerMessage):
    """A host's command was carried out."""

    of: str


# -- To dashboards and the projector -------------------------------------------------------------------------------
class DashboardSnapshot(ServerMessage):
    game: GameView
    teams: list[TeamRow]
    counts: Counts
    room: Room
    alarms: list[Alarm]
    banned: list[Banned]
    now: datetime


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


class BannedChanged(ServerMessage):
    """To dashboards only: who may not come back now."""

    banned: list[Banned]


encode = msgspec.json.Encoder().encode


def encode_text(message: ServerMessage) -> str:
    return encode(message).decode()


def encode_part(part: Any) -> str:
    """Write a part of a message, or a list of parts, for a message that is put together elsewhere."""
    return encode(part).decode()


decode_player = msgspec.json.Decoder(PlayerMessage).decode
decode_host = msgspec.json.Decoder(HostMessage).decode
decode_watcher = msgspec.json.Decoder(WatcherMessage).decode
