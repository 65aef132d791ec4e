"""Close the open rounds of games and take each back to its lobby with a new run; every row of the old run stays."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from game.lobby import host_commands
from game.realtime.server import current_server
from metrics.management.games import game_of


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("codes", nargs="+", metavar="CODE")

    def handle(self, *args: Any, **options: Any) -> None:
        # All games are found first: a wrong code changes nothing.
        for game in [game_of(code) for code in options["codes"]]:
            host_commands.reset(game.pk)
            game.refresh_from_db()
            self.stdout.write(f"{game}: in its lobby, run {game.run}.")
        current_server().close()
