"""The messages of a player's page."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from game.realtime.messages.parts import (
    ClientMessage,
    GameView,
    Heartbeat,
    Id,
    Mode,
    Presence,
    Question,
    Seat,
    ServerMessage,
    Theme,
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
    answer: bool | Annotated[str, Meta(min_length=1, max_length=1)]


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


class PlayerSnapshot(ServerMessage):
    """All that a player's page shows; sent on connect and whenever the page may have missed something."""

    game: GameView
    me: Me | None
    question: OpenQuestion | None
    last_round: ClosedRound | None
    score: Score | None
    lobby: list[LobbyTeam]
    now: datetime
    prediction: int | None = None


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


class PartnerChanged(ServerMessage):
    partner: Presence | None
    partner_is_bot: bool


class LobbyChanged(ServerMessage):
    """To players without a seat: the teams that changed, and ids of those that are gone."""

    teams: list[LobbyTeam]
    gone: list[int] = []
