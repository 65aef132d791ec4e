"""First names of players, which are optional: their own team and the hosts of the game see them, and nobody else."""

from functools import partial

from django.db.models import Q
from django.utils.translation import gettext as _

from game.lobby.names import clean_text
from game.lobby.refusal import Refusal
from game.lobby.transactions import after_commit, locked_game
from game.models import Game, Player
from game.names.word_filter import blocked_word
from game.realtime import announce

MOST_GRAPHEMES = 20


def clean_first_name(typed: str) -> str:
    """Return a first name, cleaned, or "" where nothing was typed; refused as names of teams are."""
    if not typed.strip():
        return ""
    name = clean_text(typed, MOST_GRAPHEMES, "bad_first_name")
    if blocked_word(name):
        raise Refusal("blocked_first_name", _("This name is not allowed here. Choose another."))
    return name


def introduce(game_id: int, player_id: int, typed: str) -> str:
    """
    Store the first name of a player and return it; an empty one takes it back.  Repeated, it does nothing.

    Refused for a bad name, once the game is over, and while a round of the player or of the team is open, also while
    the game is paused and after the seat was left: a name that changes during a round would be a message to a partner.
    """
    name = clean_first_name(typed)
    with locked_game(game_id) as game:
        player = game.players.select_related("team").get(pk=player_id)
        if player.first_name == name:
            return name
        if not game.is_open:
            raise Refusal("finished", _("This game is over."))
        if _has_open_round(game, player):
            raise Refusal("round_open", _("Your round is still open. Try again when it has closed."))
        player.first_name = name
        player.save(update_fields=["first_name"])
        if player.team is not None:
            after_commit(partial(announce.teams_changed, seats_moved=False), game.pk, [player.team])
    return name


def _has_open_round(game: Game, player: Player) -> bool:
    own = Q(players__contains=[player.pk])
    if player.team_id is not None:
        own |= Q(team=player.team_id)
    return game.rounds.filter(own, closed_at=None).exists()
