"""Seat teams of bots in a game, or play all bots of all games."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from game.bots import runner
from game.bots.strategies import STRATEGIES
from game.lobby import bots
from game.lobby.refusal import Refusal
from game.models import Game
from game.realtime.server import current_server


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--serve", action="store_true", help="play all bots of all games until stopped")
        parser.add_argument("--game", metavar="CODE", help="the game to seat bots in")
        parser.add_argument("--teams", type=int, default=1, help="how many whole teams (default 1)")
        parser.add_argument("--strategy", choices=sorted(STRATEGIES), default="quantum")
        parser.add_argument("--visibility", type=float, help="of the quantum pair, 0 to 1")
        parser.add_argument("--win-rate", type=float, help="of the PR box, 0 to 1")
        parser.add_argument("--told", type=float, help="how often the signalling cheater hears the question, 0 to 1")
        parser.add_argument("--table", help="answers of the table strategy: TTTF to A, B, X, Y, or TT/TF by seat")
        parser.add_argument("--think-seconds", type=float, default=runner.THINK_SECONDS, help="time to an answer")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["serve"]:
            runner.serve()
            return
        if not options["game"]:
            raise CommandError("Name a game with --game CODE, or play all bots with --serve.")
        game = Game.objects.filter(code=options["game"].upper()).first()
        if game is None:
            raise CommandError(f"--game={options['game']!r}: no game has this code.")
        self._seat(game, options)
        self.stdout.write(f"{options['teams']} teams play {options['strategy']} in {game}.")
        current_server().close()
        if not runner.served_elsewhere():
            self.stdout.write("No other process plays bots: playing here until the game ends. Ctrl-C stops.")
            runner.serve(lambda: _plays(game))
            current_server().close()

    def _seat(self, game: Game, options: dict[str, Any]) -> None:
        named = ("visibility", "win_rate", "told", "table")
        parameters = {name: options[name] for name in named if options[name] is not None}
        parameters["think_seconds"] = options["think_seconds"]
        try:
            bots.seat_bots(game.pk, options["teams"], options["strategy"], parameters)
        except (ValueError, Refusal) as error:
            raise CommandError(str(error)) from error


def _plays(game: Game) -> bool:
    """Whether bots of this game may still be asked a round."""
    game.refresh_from_db(fields=["state"])
    return game.is_open or game.rounds.filter(closed_at=None).exists()
