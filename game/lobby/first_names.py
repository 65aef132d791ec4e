"""First names of players, which are optional: their own team and the hosts of the game see them, and nobody else."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from game.lobby.names import clean_text
from game.lobby.refusal import Refusal
from game.lobby.seating.batch import Act, carry_out_alone
from game.lobby.seating.room import Room
from game.models import Player
from game.names.word_filter import blocked_word

MOST_GRAPHEMES = 20


def clean_first_name(typed: str) -> str:
    """Return a first name, cleaned, or "" where nothing was typed; refused as names of teams are."""
    if not typed.strip():
        return ""
    name = clean_text(typed, MOST_GRAPHEMES, "bad_first_name")
    if blocked_word(name):
        raise Refusal("blocked_first_name", _("This name is not allowed here. Choose another."))
    return name


@dataclass(frozen=True)
class Introduce(Act):
    """
    Store a cleaned first name of a player; an empty one takes it back.  Repeated, it does nothing.

    Refused once the game is over, and while a round of the player or of the team is open, also while the game is paused
    and after the seat was left: a name that changes during a round would be a message to a partner.
    """

    first_name: str
    asks_rounds: ClassVar[bool] = True

    def carry_out(self, room: Room, player: Player, names: Sequence[str]) -> None:
        if player.first_name == self.first_name:
            return
        if not room.game.is_open:
            raise Refusal("finished", _("This game is over."))
        seated = room.at.get(player.pk)
        if player.pk in room.in_round or (seated is not None and seated.open is not None):
            raise Refusal("round_open", _("Your round is still open. Try again when it has closed."))
        player.first_name = self.first_name
        room.say(player, to_partners=True)


def introduce(game_id: int, player_id: int, typed: str) -> str:
    """Clean and store the first name of a player; return it."""
    name = clean_first_name(typed)
    carry_out_alone(game_id, player_id, Introduce(name))
    return name
