"""The socket of a player's page."""

import time
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from game.lesson import verbs
from game.lobby import cards, first_names, loopholes, moves, qubits
from game.lobby.refusal import Refusal
from game.models import Game, Player
from game.realtime.lobby.open_teams import search
from game.realtime.messages.parts import Heartbeat, encode_text
from game.realtime.messages.player import (
    Answer,
    AnswerRecorded,
    CreateTeam,
    Explain,
    Explained,
    FindPartner,
    FindTeams,
    Introduce,
    Introduced,
    JoinTeam,
    LeaveTeam,
    LobbyTeam,
    Measure,
    Measured,
    Pass,
    PlanRecorded,
    Prediction,
    PredictionRecorded,
    ShowProgress,
    ShowResults,
    TakeCardSeat,
    TeamsFound,
    TickPlan,
    decode_player,
)
from game.realtime.snapshots import Arrival
from game.realtime.sockets import close_codes, handshake, limits
from game.realtime.sockets.consumer import GameConsumer, messages_in_total
from game.realtime.sockets.held_back import HeldBack
from game.realtime.web_server import WebServer
from game.rounds.rows import Answered
from game.web import identity, progress, results

# How an answer begins on the wire.
ANSWER = b'{"type":"answer",'
decode_answer = msgspec.json.Decoder(Answer).decode
answers_in = messages_in_total.labels("play", "answer")


def letter(answer: bool | str) -> str:
    """Return the letter of an answer; clients of the first edition send true and false."""
    return answer if isinstance(answer, str) else "T" if answer else "F"


class PlayerConsumer(GameConsumer):
    """
    One browser tab of one player.

    Receives: CreateTeam, JoinTeam, TakeCardSeat, LeaveTeam, FindPartner, FindTeams, Answer, Measure, Pass, Prediction,
    TickPlan, Introduce, Explain, ShowResults, ShowProgress, Heartbeat.
    Sends: PlayerSnapshot on connect and whenever something may have been missed, then QuestionAsked, AnswerRecorded,
    Measured, RoundClosed, ScoreChanged, PredictionRecorded, PlanRecorded, Introduced, Explained, Results,
    Progress, PartnersChanged, LobbyChanged, TeamsFound, GameChanged, Refused.
    Until the player has answered the open question, PartnersChanged waits and a snapshot shows the partners as the
    round found them.
    Closes 4401 without a valid cookie, 4403 when banned, 4409 when a newer tab took over, 4410 when removed.
    """

    page = "play"
    decode = staticmethod(decode_player)
    rejection = close_codes.NO_COOKIE, "no_cookie"

    def __init__(self, server: WebServer) -> None:
        super().__init__(server)
        self.held_back = HeldBack(self.post)
        self.is_greeted = False
        self._moves = limits.TokenBucket(limits.moves)
        # A round has one measurement, and as many rounds may come as answers.
        self._measurements = limits.TokenBucket(limits.moves)

    async def allowed(self, game: Game) -> bool:
        self.owner_key = self.secret
        self.identity = identity.hashed(self.owner_key) if self.owner_key else ""
        self.device = handshake.device(self.scope, game.pk, self._address())
        return bool(self.owner_key)

    # -- arriving -----------------------------------------------------------------------------------------------------
    def refresh(self) -> None:
        if not self._open:
            return
        self.await_snapshot()
        self.held_back.await_snapshot()
        readers = self.server.snapshots if self.is_greeted else self.server.arrivals
        if not readers.submit(self):
            self.close_with(close_codes.TRY_AGAIN)

    def welcome(self, arrival: Arrival | None) -> None:
        """Take the result of a request: the player first, and then the player's snapshot."""
        if not self._open:
            return
        if arrival is None:
            self.close_with(close_codes.NO_GAME)
        elif arrival.banned:
            self.close_with(close_codes.NOT_ALLOWED)
        elif arrival.text:
            self.seated, self.is_greeted = arrival.seated, True
            self.post_snapshot(arrival.text)
            if not self.is_reading:
                self.held_back.take_snapshot(arrival.unanswered, arrival.news)
        else:
            self._identify(arrival)

    def _identify(self, arrival: Arrival) -> None:
        """Join the hub as this player, take over from an older tab, and ask for the snapshot."""
        self.give_up_snapshot()
        if not self.player:
            self.player, self.tab, self.seated = arrival.player, arrival.tab, arrival.seated
            self.server.presence.report(self.player, "connected")
            self._hub.seat(self)
            if self._wire is not None:
                self._wire.take = self._take
        self.refresh()

    # -- being told ---------------------------------------------------------------------------------------------------
    def tell(self, kind: str, round_id: int, text: str) -> None:
        if kind == "partners":
            # The message that asked this round may have been lost.
            self.held_back.ask(round_id)
            self.held_back.partners(text)
            return
        self.post(text)
        if kind == "asked":
            self.held_back.ask(round_id)
        else:
            self.held_back.end(round_id)

    def acknowledge(self, round_id: int, answer: str) -> None:
        self.post(encode_text(AnswerRecorded(round_id, answer)))
        self.held_back.end(round_id)

    # -- playing ------------------------------------------------------------------------------------------------------
    def _take(self, payload: bytes) -> bool:
        """Queue an answer as soon as it arrives, without a task; every other message is left to `_receive`."""
        if not (self._open and payload.startswith(ANSWER)):
            return False
        try:
            answer = decode_answer(payload)
        except (msgspec.ValidationError, msgspec.DecodeError, UnicodeError):
            return False
        if not self._bucket.take():
            return False
        answers_in.inc()
        self._answer(answer)
        return True

    def _answer(self, answer: Answer) -> None:
        answered = Answered(self.game, self.player, answer.round, letter(answer.answer))
        self.server.answers.take(self, answered, time.perf_counter())

    async def on_message(self, message: Any) -> None:
        if not self.player:
            if not isinstance(message, Heartbeat):
                self.refuse("too_early", message.__struct_config__.tag)
            return
        if isinstance(message, Answer):
            self._answer(message)
        elif isinstance(message, Heartbeat):
            self.server.presence.report(self.player, "connected" if message.visible else "idle")
        elif not (self._measurements if isinstance(message, Measure) else self._moves).take():
            self.refuse_above("too_fast", message.__struct_config__.tag)
        # What is left in the queue of a socket that has closed is nobody's wish any more.
        elif not self.is_gone:
            await self._carry_out_verb(message)

    async def _carry_out_verb(self, message: Any) -> None:
        """Carry out what a player wants; the next message of the socket is read when it is done."""
        run = self.server.players.run_in_thread
        match message:
            case CreateTeam(name):
                await self.server.moves.make(self, moves.Create(name))
            case JoinTeam(team):
                await self.server.moves.make(self, moves.Join(team))
            case TakeCardSeat(card):
                await self.server.moves.make(self, cards.TakeCardSeat(card))
            case LeaveTeam():
                await self.server.moves.make(self, moves.Leave())
            case FindPartner():
                await self.server.moves.make(self, moves.Find())
            case FindTeams(text):
                self.post(encode_text(TeamsFound(text, await run(self._search, text))))
            case Measure(trial):
                self.post(encode_text(Measured(trial, await run(qubits.measure, self.game, self.player, trial))))
            case Prediction(percent):
                await self.server.moves.make(self, moves.Predict(percent))
                self.post(encode_text(PredictionRecorded(percent)))
            case Pass(round_id):
                await run(loopholes.pass_round, self.game, self.player, round_id)
            case TickPlan(answers):
                await self.server.moves.make(self, verbs.TickPlan(answers))
                self.post(encode_text(PlanRecorded(answers)))
            case Introduce(typed):
                name = await run(first_names.clean_first_name, typed)
                await self.server.moves.make(self, first_names.Introduce(name))
                self.post(encode_text(Introduced(name)))
            case Explain(what, about):
                explained = await run(verbs.explain, self.game, self.player, what, about)
                self.post(encode_text(Explained(explained)))
            case ShowResults():
                self.post(encode_text(await run(results.of_player, self.game, self.player)))
            case ShowProgress():
                self.post(encode_text(await run(progress.of_player, self.game, self.player)))

    def _search(self, text: str) -> list[LobbyTeam]:
        # A partner who has left an open round could send word by the name of another team.
        if Player.objects.filter(pk=self.player, team__isnull=False).exists():
            raise Refusal("has_seat", _("You have a seat. Leave it to look for another team."))
        return search(Game.objects.get(pk=self.game), text)

    # -- leaving ------------------------------------------------------------------------------------------------------
    def taken_over(self) -> None:
        if not self._hub.sits_here(self.player):
            self.server.presence.forget(self.player)
        super().taken_over()

    def on_disconnect(self) -> None:
        if self._hub.remove(self):
            self.server.presence.report(self.player, "away")
