"""How many teams still play, for a player whose team has played all rounds."""

from django.utils.translation import gettext as _

from game.lobby.refusal import Refusal
from game.models import Game, Player, Round
from game.realtime.messages.player import Progress


def of_player(game_id: int, player_id: int) -> Progress:
    """Return how many other teams still play; refused while the own team plays, because news must not reach a round."""
    game = Game.objects.get(pk=game_id)
    team = Player.objects.values_list("team", flat=True).get(pk=player_id)
    done = set(_done(game))
    if team not in done:
        raise Refusal("not_done", _("Your team has not played all rounds yet."))
    complete = game.teams.filter(active=True, ghost=False, taken=game.declared.seat_count)
    return Progress(complete.exclude(pk__in=done).count())


def _done(game: Game) -> list[int]:
    """Return the teams that have closed the last round of this run."""
    if game.round_limit is None:
        return []
    last = Round.objects.filter(team__game=game, run=game.run, number=game.round_limit, closed_at__isnull=False)
    return list(last.values_list("team", flat=True))
