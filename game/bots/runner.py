"""
The process that plays all bots of all games and answers as people do.

It reads the open rounds of bots from rows, so it may die and restart at any time.  An outcome of a device is a row too,
and a device returns the same outcome again.
"""

import contextlib
import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

import structlog
from django.conf import settings
from django.core.cache import cache
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone
from redis.exceptions import RedisError

from game.bots import strategies
from game.bots.situation import PastRound, Situation, shared_randomness
from game.games import game_of
from game.games.definition import UNANSWERED
from game.games.draws import deck_size
from game.lobby.bots import BOT_PARAMETERS
from game.lobby.loopholes import pass_round
from game.lobby.refusal import Refusal
from game.models import DeviceOutcome, Round
from game.physics.designs import DECK, PASS
from game.realtime.answers import commit_each, publish_changes
from game.realtime.visibility import told_questions
from game.rounds.rows import Answered

log = structlog.get_logger(__name__)

TICK_SECONDS = 0.1
THINK_SECONDS = 2.0
# A whisper takes this part of the thinking time.
HEARING = 0.4
ALIVE_SECONDS = 10
PAST_ROUNDS = 100
BATCH = 500
REMEMBERING = ("rotating_loser", "card_counter", "deck_counter", "learner")


class Turn(NamedTuple):
    """A bot's seat in an open round that it has not answered."""

    round: int
    game: int
    team: int
    run: int
    number: int
    mode: str
    questions: str
    asked_at: Any
    player: int
    seat: int
    kind: str
    parameters: dict[str, Any]
    beside_person: bool
    heard_at: Any
    design: str

    @property
    def due_at(self) -> Any:
        """
        Return when this bot answers: after half to one and a half times its usual thinking time.

        One that waits for a whisper thinks from the answer of the seat before it on.
        """
        chance = hashlib.sha256(f"{self.round}:{self.seat}".encode()).digest()[0] / 255
        begins_at, usual = self.asked_at, self.parameters.get("think_seconds", THINK_SECONDS)
        if self.kind == strategies.WHISPER and self.seat > 1:
            begins_at, usual = self.heard_at, usual * HEARING
        return begins_at + timedelta(seconds=usual * (0.5 + chance))

    @property
    def waits(self) -> bool:
        """Whether the seat before has not whispered yet."""
        return self.kind == strategies.WHISPER and self.seat > 1 and self.heard_at is None

    @property
    def shared(self) -> int:
        """Return the randomness that the bots of a team share in this round; a bot beside a person shares none."""
        if self.beside_person:
            return 0
        return shared_randomness(f"{settings.SECRET_KEY}:{self.team}:{self.run}", self.number)

    @property
    def strategy(self) -> Any:
        own = {key: value for key, value in self.parameters.items() if key not in BOT_PARAMETERS}
        return strategies.strategy(self.kind, **own)


def turns() -> list[Turn]:
    """Return the seats of bots that have not answered, in games that take answers."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT r.id, r.game_id, r.team_id, r.run, r.number, r.mode, r.questions, r.asked_at,
                   p.id, p.seat, p.kind, p.parameters,
                   EXISTS (SELECT FROM game_player q WHERE q.team_id = p.team_id AND q.kind = 'person'),
                   r.answered_at[p.seat - 1], r.design
            FROM game_player p JOIN game_round r ON r.team_id = p.team_id AND r.closed_at IS NULL
            JOIN game_game g ON g.id = r.game_id AND g.state IN ('running', 'finished')
            WHERE p.kind <> 'person' AND substr(r.answers, p.seat, 1) = '-'
            """
        )
        columns = [Turn(*row) for row in cursor.fetchall()]
    # A raw cursor returns JSON as text.
    return [turn._replace(parameters=_loaded(turn.parameters)) for turn in columns]


def _loaded(parameters: Any) -> dict[str, Any]:
    return dict(json.loads(parameters)) if isinstance(parameters, str) else dict(parameters)


def answer_due() -> int:
    """Answer for the bots whose thinking time is over; return the number of answers."""
    now = timezone.now()
    due = [turn for turn in turns() if not turn.waits and turn.due_at <= now][:BATCH]
    answers = _answers(due)
    answered = [Answered(turn.game, turn.player, turn.round, one) for turn, one in answers if one != UNANSWERED]
    if answered:
        for done in commit_each(answered):
            publish_changes(done)
    for turn, one in answers:
        if one == UNANSWERED and turn.design == PASS:
            # The game may have been paused meanwhile.
            with contextlib.suppress(Refusal):
                pass_round(turn.game, turn.player, turn.round)
    return len(answered)


def _answers(due: list[Turn]) -> list[tuple[Turn, str]]:
    past = _past([turn for turn in due if turn.kind in REMEMBERING])
    device = _measured([turn for turn in due if turn.strategy.needs == "pair"])
    answers: list[tuple[Turn, str]] = []
    for turn in due:
        if (turn.round, turn.seat) in device:
            answers.append((turn, device[turn.round, turn.seat]))
        else:
            question = turn.questions[turn.seat - 1]
            told = told_questions(turn.design, turn.questions) or ""
            situation = Situation(
                turn.mode, turn.seat, question, past.get(turn.team, ()), turn.shared, turn.design, told
            )
            answers.append((turn, turn.strategy.answer(situation)))
    return answers


def _measured(pairs: list[Turn]) -> dict[tuple[int, int], str]:
    """Draw the outcomes of each round jointly, store them as rows, and return the stored outcomes."""
    if not pairs:
        return {}
    drawn = []
    for turn in {turn.round: turn for turn in pairs}.values():
        outcomes = turn.strategy.answers(turn.mode, turn.questions)
        drawn += [
            DeviceOutcome(round_id=turn.round, seat=seat, question=question, outcome=outcome)
            for seat, (question, outcome) in enumerate(zip(turn.questions, outcomes, strict=True), start=1)
        ]
    # One statement: all seats of a round are stored together or not at all.
    DeviceOutcome.objects.bulk_create(drawn, ignore_conflicts=True)
    standing = DeviceOutcome.objects.filter(round__in={turn.round for turn in pairs})
    return {(row.round_id, row.seat): row.outcome for row in standing}


def _past(remembering: list[Turn]) -> dict[int, list[PastRound]]:
    """Return the last closed rounds of the teams whose strategy uses them, oldest first."""
    past: dict[int, list[PastRound]] = defaultdict(list)
    for turn in {turn.team: turn for turn in remembering}.values():
        closed = Round.objects.filter(team=turn.team, run=turn.run, mode=turn.mode, closed_at__isnull=False)
        read = PAST_ROUNDS
        if turn.design == DECK:
            # The cards of the present deck.
            closed = closed.filter(design=DECK)
            read = closed.count() % deck_size(game_of(turn.mode))
        rows = closed.order_by("-number").values_list("questions", "answers")[:read]
        past[turn.team] = [PastRound(*row) for row in reversed(rows)]
    return past


def serve(goes_on: Callable[[], bool] = lambda: True) -> None:
    """Play until stopped; wait while the database is away."""
    stamped_at = 0.0
    while goes_on():
        try:
            answer_due()
        except (OperationalError, InterfaceError) as error:
            log.warning("bots_wait_for_database", error=repr(error))
            connection.close()
            time.sleep(1)
        if time.monotonic() - stamped_at > ALIVE_SECONDS / 2:
            _stamp()
            stamped_at = time.monotonic()
        time.sleep(TICK_SECONDS)


def _stamp() -> None:
    try:
        cache.set("alive:bots", True, timeout=ALIVE_SECONDS)
    except RedisError as error:
        log.warning("stamp_failed", component="bots", error=repr(error))


def served_elsewhere() -> bool:
    try:
        return bool(cache.get("alive:bots"))
    except RedisError:
        return False
