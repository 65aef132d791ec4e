"""Ghost teams: bots that a host adds to a game to show what a strategy reaches, fast and beside the class."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from game.bots.strategies import WHISPER
from game.games.words import Text
from game.lobby.bots import new_bot
from game.lobby.names import likenesses
from game.lobby.refusal import Refusal
from game.lobby.transactions import after_commit, ask_teams, close_rounds, locked_game
from game.models import Game, Round, Team
from game.names.text import likeness
from game.realtime import announce

MOST_GHOSTS = 6
# People need about six seconds a round: ghosts are twenty times as fast, at about three rounds a second.
THINK_SECONDS = 0.2
# One who waits for a whisper shows in the times of answers: there is something to see after two minutes.
WHISPER_THINK_SECONDS = 0.8

# What a ghost's team is called, by its strategy.
NAMES: Mapping[str, Text] = {
    "quantum": gettext_lazy("Quantum team"),
    "best_classical": gettext_lazy("Best plan"),
    "table": gettext_lazy("One fixed plan"),
    "always_true": gettext_lazy("Always the first answer"),
    "shared_coin": gettext_lazy("Shared coin"),
    "random": gettext_lazy("At random"),
    "rotating_loser": gettext_lazy("Changing plans"),
    "card_counter": gettext_lazy("Card counters"),
    "noisy_human": gettext_lazy("A plan with slips"),
    "pr_box": gettext_lazy("Better than quantum"),
    "signalling_cheater": gettext_lazy("Cheaters with a telephone"),
    "caller": gettext_lazy("Callers"),
    "passer": gettext_lazy("Passers"),
    "deck_counter": gettext_lazy("Counters of the deck"),
    "learner": gettext_lazy("Learners"),
    "whisper": gettext_lazy("Whisperers, who cheat"),
}


def add_ghost(game_id: int, strategy: str, visibility: float = 1.0) -> int:
    """
    Seat a whole team of bots that plays a strategy fast, and ask it; return its id.

    Visibility is that of the quantum strategy's state.  Refused after the end, and where as many ghosts play already.
    """
    with locked_game(game_id) as game:
        if not game.is_open:
            raise Refusal("finished", _("This game is over."))
        if game.teams.filter(ghost=True, active=True).count() >= MOST_GHOSTS:
            raise Refusal("ghosts_full", _("%d added teams are enough: remove one first.") % MOST_GHOSTS)
        team = game.teams.create(name=_name(game, strategy, visibility), ghost=True, bots=True)
        parameters = {"visibility": visibility} if strategy == "quantum" else {}
        think_seconds = WHISPER_THINK_SECONDS if strategy == WHISPER else THINK_SECONDS
        for seat in range(1, game.declared.seat_count + 1):
            new_bot(game.pk, strategy, parameters | {"think_seconds": think_seconds}, team=team, seat=seat)
        ask_teams(game, [team.pk])
        after_commit(announce.seats_moved, game.pk, [team.pk])
        return int(team.pk)


def _name(game: Game, strategy: str, visibility: float) -> str:
    """Return the name of the strategy in the host's language, numbered where the game has it already."""
    name = str(NAMES[strategy])
    if strategy == "quantum" and visibility < 1:
        name = f"{name} {round(100 * visibility)} %"
    taken = likenesses(game)
    names = [name, *(f"{name} ({number})" for number in range(2, len(taken) + 3))]
    return next(one for one in names if likeness(one) not in taken)


def remove_ghost(game_id: int, team_id: int) -> None:
    """Take an added team out of the game; its closed rounds stay.  Refused for teams that nobody added."""
    with locked_game(game_id) as game:
        team = game.teams.filter(pk=team_id, ghost=True).first()
        if team is None:
            raise Refusal("no_team", _("This team is not there any more."))
        vacate(game, team)


def vacate(game: Game, team: Team) -> None:
    """Take a ghost out of a locked game: inactive from now on, or deleted where it never played."""
    close_rounds(game, "team_id = %s", [team.pk], Round.ClosedBy.KICK)
    team.players.all().delete()
    if team.rounds.exists():
        team.active = False
        team.save(update_fields=["active"])
        after_commit(announce.seats_moved, game.pk, [team.pk])
    else:
        after_commit(announce.seats_moved, game.pk, [], [team.pk])
        team.delete()
