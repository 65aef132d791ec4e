"""The replay of a finished game, which its host starts, moves and ends on projector and dashboard."""

import msgspec
from django.utils import timezone
from django.utils.translation import gettext as _

from game.lobby.refusal import Refusal
from game.lobby.transactions import locked_game, save_fields
from game.models import Game, RoomStatistics
from game.realtime.messages.parts import ReplayView


def show_replay(
    game_id: int, position: float, speed: int, without: int | None = None, limit: float | None = None
) -> None:
    """
    Replay a finished game from a second on, at a speed; 0 is a pause.

    Refused before the end, where nobody has played, for a team of another game, and for a limit in a game with a score.
    """
    with locked_game(game_id) as game:
        if game.is_open:
            raise Refusal("not_finished", _("The replay comes when the game is over."))
        if not RoomStatistics.objects.filter(game=game).exists():
            raise Refusal("nothing_played", _("Nobody has played: there is nothing to replay."))
        _check_what_if(game, without, limit)
        view = ReplayView(timezone.now(), position, speed, without, limit)
        save_fields(game, replay=msgspec.to_builtins(view))


def _check_what_if(game: Game, without: int | None, limit: float | None) -> None:
    if without is not None and not game.teams.filter(pk=without).exists():
        raise Refusal("no_team", _("Team %d is not in this game.") % without)
    if limit is not None and game.declared.score_scale is not None:
        raise Refusal("no_limit", _("This game counts points: it has no other limit."))


def end_replay(game_id: int) -> None:
    """Show the end of the game again.  Repeated, it does nothing."""
    with locked_game(game_id) as game:
        if game.replay is not None:
            save_fields(game, replay=None)
