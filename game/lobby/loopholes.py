"""
The loophole lab: a way past the limit of plans that a host opens for the next rounds, and closes again.

The rounds carry the loophole as their design, so that they have rooms of their own and are never evidence.
"""

from django.utils.translation import gettext as _

from game.lobby.refusal import Refusal
from game.lobby.transactions import ask_teams, change_next_rounds, close_rounds, locked_game
from game.models import Game, Round
from game.physics.designs import PASS


def open_loophole(game_id: int, loophole: str | None) -> None:
    """
    Open a loophole from the next round on, in place of the one that is open, or close it.

    Refused after the end, and before the limit of plans is revealed in a lesson.  Repeated, it changes nothing.
    """
    with locked_game(game_id) as game:
        if not game.is_open:
            raise Refusal("finished", _("This game is over."))
        if loophole is not None and game.numbers_hidden:
            raise Refusal("wrong_step", _("Loopholes are for after the reveal: the class must know the limit first."))
        fields = game.switched_off if loophole is None else game.switched_on(loophole)
        if fields:
            change_next_rounds(game, **fields)


def pass_round(game_id: int, player_id: int, round_id: int) -> None:
    """
    Leave the open round out: it closes at once, and the team is asked the next one.

    Refused for rounds in which the loophole is closed, and during a pause; a round that has closed meanwhile, or whose
    seat the player has left, stays as it is.
    """
    with locked_game(game_id) as game:
        trial = game.rounds.filter(pk=round_id, players__contains=[player_id], closed_at=None).first()
        if trial is None or str(trial.players.index(player_id) + 1) in trial.left_seats:
            return
        if trial.design != PASS:
            raise Refusal("no_pass", _("This round cannot be passed: answer it."))
        if game.state == Game.State.PAUSED:
            raise Refusal("paused", _("The game is paused."))
        close_rounds(game, "id = %s", [round_id], Round.ClosedBy.SKIP)
        ask_teams(game, [trial.team_id])
