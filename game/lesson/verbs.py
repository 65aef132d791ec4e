"""What hosts and players do in a lesson; each raises Refusal with a sentence, and players' plans commit in batches."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from game.games.definition import Definition
from game.lesson.steps import LAST, PLAYING
from game.lesson.words import QUESTIONS
from game.lobby import runs
from game.lobby.refusal import Refusal
from game.lobby.seating.batch import Act, carry_out_alone
from game.lobby.seating.room import Room
from game.lobby.transactions import after_commit, locked_game, save_fields
from game.models import Game, Player
from game.realtime import announce


def go_to_step(game_id: int, step: int) -> None:
    """
    Bring a lesson to a step, forward or back; the run follows.

    Steps in which rounds are played start or resume the run, all others pause it, and the last one finishes it.
    Refused without a lesson, for a step that it does not have, and after the finish.
    """
    with locked_game(game_id) as game:
        if step >= len(game.lesson):
            raise Refusal("no_step", _("This lesson has no step %d.") % (step + 1))
        if not game.is_open:
            raise Refusal("finished", _("This game is over."))
        if step == game.step:
            return
        hid_numbers, design = game.numbers_hidden, game.question_design
        save_fields(game, **runs.step_fields(game, step))
        _follow(game)
        # A finish gives every page a snapshot by itself.
        if game.is_open and (game.numbers_hidden, game.question_design) != (hid_numbers, design):
            after_commit(announce.refresh, game)


def _follow(game: Game) -> None:
    """Bring the run of a lesson to where its step wants it."""
    if game.step_key in PLAYING:
        runs.begin(game) if game.state == Game.State.LOBBY else runs.go_on(game)
    elif game.step_key == LAST and game.is_played:
        runs.end(game)
    elif game.state == Game.State.RUNNING:
        runs.halt(game)


def show_guesses(game_id: int) -> None:
    """Show on the projector what the class guessed.  Repeated, it does nothing; refused without a lesson."""
    with locked_game(game_id) as game:
        if not game.lesson:
            raise Refusal("no_step", _("This game has no lesson."))
        save_fields(game, guesses_shown=True)


@dataclass(frozen=True)
class TickPlan(Act):
    """
    Store the answers that a player has agreed to give; none takes the plan back.

    Refused without a seat, for letters that the seat does not have, while a round of the team is open, and once the
    game is over: a plan that changes during a round would be a message to the partner.
    """

    answers: str

    def carry_out(self, room: Room, player: Player, names: Sequence[str]) -> None:
        seated = room.at.get(player.pk)
        if seated is None or player.seat is None:
            raise Refusal("no_seat", _("You have no seat yet."))
        if not room.game.is_open:
            raise Refusal("finished", _("This game is over."))
        if seated.open is not None:
            raise Refusal("round_open", _("Your round is still open: answer it first."))
        _check_plan(room.game.declared, player.seat, self.answers)
        player.plan = self.answers
        room.say(player, to_partners=True)


def tick_plan(game_id: int, player_id: int, answers: str) -> None:
    carry_out_alone(game_id, player_id, TickPlan(answers))


def _check_plan(played: Definition, seat: int, answers: str) -> None:
    declared = played.seats[seat - 1]
    if answers and (len(answers) != len(declared.questions) or not set(answers) <= set(declared.answers)):
        text = _("“%(plan)s” is no plan for %(questions)s: choose from %(answers)s for each.")
        values = {"plan": answers, "questions": ", ".join(declared.questions), "answers": ", ".join(declared.answers)}
        raise Refusal("bad_plan", text % values)


def explain(game_id: int, player_id: int, what: str, message: str) -> str:
    """Store a player's answers to the closing questions and return them; refused for letters that they do not have."""
    for name, letter in (("what", what), ("message", message)):
        choices = QUESTIONS[name][1]
        if letter not in choices:
            raise Refusal("bad_choice", _("“%(letter)s”: choose from %(choices)s.") % {
                "letter": letter, "choices": ", ".join(choices),
            })  # fmt: skip
    Player.objects.filter(pk=player_id, game=game_id).update(explained=what + message)
    return what + message
