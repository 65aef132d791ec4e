"""The messages of a player's page."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from game.physics.report_types import Played, Report, RowReport, Verdict
from game.realtime.messages.parts import (
    ClientMessage,
    GameKey,
    GameView,
    Heartbeat,
    Id,
    Letter,
    Presence,
    Seat,
    ServerMessage,
    TypedName,
)


class CreateTeam(ClientMessage):
    name: TypedName


class JoinTeam(ClientMessage):
    team: Id


class TakeCardSeat(ClientMessage):
    """The text of a printed card's link, which names a seat of a team."""

    card: Annotated[str, Meta(max_length=60)]


class LeaveTeam(ClientMessage):
    pass


class FindPartner(ClientMessage):
    pass


class FindTeams(ClientMessage):
    """For a player without a seat: teams with a free one by a part of their name or their number, as TeamsFound."""

    text: Annotated[str, Meta(max_length=50)]


class Answer(ClientMessage):
    round: Id
    answer: bool | Letter


class Measure(ClientMessage):
    """Measure the own half of the pair of borrowed qubits in this round: answered by Measured."""

    round: Id


class Pass(ClientMessage):
    """Leave the open round out, where the loophole "pass" is open: it closes at once."""

    round: Id


class Prediction(ClientMessage):
    """The best possible win rate as the player predicts it before playing; a later prediction replaces it."""

    percent: Annotated[int, Meta(ge=0, le=100)]


class TickPlan(ClientMessage):
    """The answers that the player has agreed to give, one letter for each question of the seat; empty: none."""

    answers: Annotated[str, Meta(max_length=8)]


class Introduce(ClientMessage):
    """The player's first name, for the own team and the hosts; empty: none.  Refused while the own round is open."""

    first_name: TypedName


class Explain(ClientMessage):
    """The answers to the two closing questions of a lesson; a later one replaces it."""

    what: Letter
    message: Letter


class ShowResults(ClientMessage):
    """After the game: answered by Results."""


class ShowProgress(ClientMessage):
    """After the team's last round: answered by Progress."""


PlayerMessage = (
    CreateTeam
    | JoinTeam
    | TakeCardSeat
    | LeaveTeam
    | FindPartner
    | FindTeams
    | Answer
    | Measure
    | Pass
    | Prediction
    | TickPlan
    | Introduce
    | Explain
    | ShowResults
    | ShowProgress
    | Heartbeat
)


decode_player = msgspec.json.Decoder(PlayerMessage).decode


class LobbyTeam(Struct, frozen=True):
    """A team with a free seat; an inactive one is taken up again only by those who sat there."""

    id: int
    name: str
    free: int
    active: bool


class Partner(Struct, frozen=True, omit_defaults=True):
    """
    Another seat of the own team; presence is null while it is empty.

    plan has the answers that it ticked, and name the first name; there is none while a round of the team is open.
    """

    seat: Seat
    presence: Presence | None
    is_bot: bool
    plan: str = ""
    name: str = ""


class Me(Struct, frozen=True):
    """The player's own seat, and the other seats of the team in their order."""

    team: int
    team_name: str
    seat: Seat
    partners: list[Partner]


class OpenQuestion(Struct, frozen=True):
    """
    The player's own question of the open round, and the own answer if it was given before.

    outcome is there in a round with borrowed qubits only: what the own half gave, null until it is measured.
    told has the questions of all seats, in a round with the telephone of the loophole lab only.  may_pass: the round
    may be left out by Pass.
    """

    round: int
    number: int
    mode: GameKey
    theme: str
    question: Letter
    deadline: datetime
    answer: Letter | None = None
    outcome: Letter | UnsetType | None = UNSET
    told: str | UnsetType = UNSET
    may_pass: bool | UnsetType = UNSET


class ClosedRound(Struct, frozen=True):
    """
    A closed round.  Words are looked up by "outcome_how", else by outcome.

    questions and answers have a letter for each seat, "-" where it did not answer; null where the game hides them.
    """

    round: int
    number: int
    mode: GameKey
    theme: str
    closed_by: str
    outcome: str
    how: str = ""
    questions: str | None = None
    answers: str | None = None


class RecentRound(Struct, frozen=True):
    """One of the team's latest closed rounds, as a dot shows it."""

    round: int
    mode: GameKey
    closed_by: str
    outcome: str


class ContextHits(Struct, frozen=True):
    """
    How often a team was asked these questions, and did what is wanted there; null where nothing is wanted.

    Contexts that ask the same are one.  An unanswered round counts only where it is a loss.
    """

    questions: str
    rounds: int
    hits: int | None


class TickedPlan(Struct, frozen=True):
    """The plan that all seats ticked before playing, by seat, and in how many contexts it does what is wanted."""

    answers: list[str]
    won: int
    contexts: int


class OwnResult(Struct, frozen=True):
    """
    What a team did in this run, in the present game or, where it played none of that, in the one it played most.

    verdict is what to say of it as one of the teams of its room, and steps are the steps of its evidence.
    """

    mode: GameKey
    theme: str
    report: Report
    contexts: list[ContextHits]
    verdict: Verdict | None
    steps: list[float]
    # Null where not all seats ticked one.
    ticked: TickedPlan | None = None
    # Whether the plan that the answers show wins as often as the best plan.
    is_best_plan: bool = False


class Ranking(Struct, frozen=True):
    """The team's place among teams of persons by what it surely reached; teams that are equal share a place."""

    place: int
    teams: int


class PlayerSnapshot(ServerMessage):
    """
    All that a player's page shows; sent on connect and whenever the page may have missed something.

    While the open question has no answer, the partners are shown as the round found them.
    """

    game: GameView
    me: Me | None
    question: OpenQuestion | None
    last_round: ClosedRound | None
    score: RowReport | None
    # For a player without a seat: the first open teams, whether there are more, and whether no team can be added.
    lobby: list[LobbyTeam]
    lobby_more: bool
    lobby_full: bool
    now: datetime
    prediction: int | None = None
    # The answers that the player ticked; "" before.
    plan: str = ""
    # The own answers to the closing questions, a letter each; "" before.
    explained: str = ""
    # The oldest first; empty where the game hides outcomes.
    recent: list[RecentRound] = []
    # The own first name; "" without one.
    first_name: str = ""


class QuestionAsked(ServerMessage):
    question: OpenQuestion


class AnswerRecorded(ServerMessage):
    """The answer that stands, which is the first one."""

    round: int
    answer: Letter


class Measured(ServerMessage):
    """What the own half of the pair gave in this round; it stays."""

    round: int
    outcome: Letter


class RoundClosed(ServerMessage):
    last_round: ClosedRound


class ScoreChanged(ServerMessage):
    """A page drops the score of a run that is not the game's."""

    run: int
    score: RowReport


class PredictionRecorded(ServerMessage):
    """The prediction that stands, in per cent."""

    percent: int


class PlanRecorded(ServerMessage):
    """The plan that stands."""

    answers: str


class Introduced(ServerMessage):
    """The first name that stands; "" without one."""

    first_name: str


class Explained(ServerMessage):
    """The answers to the closing questions that stand."""

    explained: str


class Results(ServerMessage):
    """
    After the game: the player's prediction, the own team's numbers and its latest closed rounds, newest first.

    own is null without a closed round and where the host hides the own score; rounds are empty where the host does not
    show the last round.  played counts the team's closed rounds of this run that are its own, and qubits those with
    borrowed qubits, apart from them.
    """

    prediction: int | None
    own: OwnResult | None
    rounds: list[ClosedRound]
    played: int
    ranking: Ranking | None = None
    qubits: Played | None = None


class Progress(ServerMessage):
    """How many other teams have not yet played all rounds."""

    playing: int


class PartnersChanged(ServerMessage):
    """Who sits in the other seats and is there; held back while the player's open question has no answer."""

    partners: list[Partner]


class LobbyChanged(ServerMessage):
    """To players without a seat: what has changed in their list of open teams, and ids of those that left the list."""

    teams: list[LobbyTeam]
    gone: list[int]
    more: bool
    full: bool


class TeamsFound(ServerMessage):
    """The open teams with this text in their name, or with this number."""

    text: str
    teams: list[LobbyTeam]
