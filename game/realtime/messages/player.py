"""The messages of a player's page."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from game.physics.report_types import Report, RowReport, Verdict
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
)


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
    answer: bool | Letter


class Prediction(ClientMessage):
    """The best possible win rate as the player predicts it before playing; a later prediction replaces it."""

    percent: Annotated[int, Meta(ge=0, le=100)]


class ShowResults(ClientMessage):
    """After the game: answered by Results."""


PlayerMessage = CreateTeam | JoinTeam | LeaveTeam | FindPartner | Answer | Prediction | ShowResults | Heartbeat


decode_player = msgspec.json.Decoder(PlayerMessage).decode


class LobbyTeam(Struct, frozen=True):
    """A team as the lobby lists it; an inactive one may be taken up again."""

    id: int
    name: str
    free: int
    active: bool


class Partner(Struct, frozen=True):
    """Another seat of the own team; presence is null while it is empty."""

    seat: Seat
    presence: Presence | None
    is_bot: bool


class Me(Struct, frozen=True):
    """The player's own seat, and the other seats of the team in their order."""

    team: int
    team_name: str
    seat: Seat
    partners: list[Partner]


class OpenQuestion(Struct, frozen=True):
    """The player's own question of the open round, and the own answer if it was given before."""

    round: int
    number: int
    mode: GameKey
    theme: str
    question: Letter
    deadline: datetime
    answer: Letter | None = None


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


class ContextHits(Struct, frozen=True):
    """
    How often a team was asked these questions, and did what is wanted there; null where nothing is wanted.

    Contexts that ask the same are one.  An unanswered round counts only where it is a loss.
    """

    questions: str
    rounds: int
    hits: int | None


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


class PlayerSnapshot(ServerMessage):
    """All that a player's page shows; sent on connect and whenever the page may have missed something."""

    game: GameView
    me: Me | None
    question: OpenQuestion | None
    last_round: ClosedRound | None
    score: RowReport | None
    lobby: list[LobbyTeam]
    now: datetime
    prediction: int | None = None


class QuestionAsked(ServerMessage):
    question: OpenQuestion


class AnswerRecorded(ServerMessage):
    """The answer that stands, which is the first one."""

    round: int
    answer: Letter


class RoundClosed(ServerMessage):
    last_round: ClosedRound


class ScoreChanged(ServerMessage):
    """A page drops the score of a run that is not the game's."""

    run: int
    score: RowReport


class PredictionRecorded(ServerMessage):
    """The prediction that stands, in per cent."""

    percent: int


class Results(ServerMessage):
    """
    After the game: the player's prediction, the own team's numbers and its latest closed rounds, newest first.

    own is null without a closed round and where the host hides the own score; rounds are empty where the host does not
    show the last round.  played counts the team's closed rounds of this run.
    """

    prediction: int | None
    own: OwnResult | None
    rounds: list[ClosedRound]
    played: int


class PartnersChanged(ServerMessage):
    partners: list[Partner]


class LobbyChanged(ServerMessage):
    """To players without a seat: the teams that changed, and ids of those that are gone."""

    teams: list[LobbyTeam]
    gone: list[int] = []
