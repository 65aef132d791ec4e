"""
Borrowed qubits: for the next rounds each player may measure one half of a pair before answering.

The server stands in for nature and knows every question; the players do not.  The law of a seat's outcome takes no
question of a seat that has not measured, so no outcome tells anything of one.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from game.games import game_of
from game.games.definition import UNANSWERED
from game.lobby.refusal import Refusal
from game.lobby.transactions import change_next_rounds, locked_game, save_fields
from game.models import DeviceOutcome, Game, Round
from game.physics.designs import QUBITS
from game.physics.theory import quantum

# The step of a lesson in which they are lent.
STEP = "quantum"


def lend(game_id: int, on: bool, visibility: float = 1.0) -> None:
    """
    Lend the class qubits from the next round on, or take them back; pairs that nobody measured get the visibility.

    Refused after the end and, in a lesson, outside its step.  Repeated, it changes nothing.
    """
    with locked_game(game_id) as game:
        if not game.is_open:
            raise Refusal("finished", _("This game is over."))
        if on and game.lesson and game.step_key != STEP:
            raise Refusal("wrong_step", _("Qubits are lent in the step Quantum."))
        fields = game.switched_on(QUBITS) if on else game.switched_off
        given = {"visibility": visibility} if on else {}
        if fields:
            change_next_rounds(game, **fields, **given)
        elif given:
            save_fields(game, **given)


def measure(game_id: int, player_id: int, round_id: int) -> str:
    """
    Return what the player's half of the pair gives in the open round; repeated, it returns the same.

    The first seat to measure fixes the visibility of its pair.  Refused for a round without qubits, after the own
    answer, during a pause, and once the round is closed.
    """
    # The lock makes one of two seats the first.
    with transaction.atomic(durable=True):
        rounds = Round.objects.select_for_update(no_key=True, of=("self",)).select_related("game")
        trial = rounds.filter(pk=round_id, game=game_id, closed_at=None, players__contains=[player_id]).first()
        seat = 0 if trial is None else trial.players.index(player_id) + 1
        if trial is None or str(seat) in trial.left_seats:
            raise Refusal("round_closed", _("This round is closed."))
        if trial.design != QUBITS:
            raise Refusal("no_qubits", _("This round is played without qubits."))
        rows = {row.seat: row for row in trial.outcomes.all()}
        if seat not in rows:
            _refuse_late(trial, seat)
            rows[seat] = _measured(trial, seat, rows)
        return rows[seat].outcome


def _refuse_late(trial: Round, seat: int) -> None:
    if trial.game.state == Game.State.PAUSED:
        raise Refusal("paused", _("The game is paused."))
    if trial.answers[seat - 1] != UNANSWERED:
        raise Refusal("answered", _("You have answered already."))


def _measured(trial: Round, seat: int, rows: dict[int, DeviceOutcome]) -> DeviceOutcome:
    """Draw and store the outcome of one seat, given those of the seats that measured before."""
    seats = range(1, len(trial.questions) + 1)
    measured = "".join(rows[one].question if one in rows else UNANSWERED for one in seats)
    outcomes = "".join(rows[one].outcome if one in rows else UNANSWERED for one in seats)
    visibility = next((row.visibility for row in rows.values()), trial.game.visibility)
    if visibility is None:
        visibility = 1.0
    question = trial.questions[seat - 1]
    outcome = quantum.measure(game_of(trial.mode).quantum, seat, question, measured, outcomes, visibility)
    return trial.outcomes.create(seat=seat, question=question, outcome=outcome, visibility=visibility)
