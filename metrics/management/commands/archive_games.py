"""Take finished games out of the lists; every row stays.  Name games, or the days since they finished."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from game.lobby import retention
from game.models import Game
from metrics.management.games import game_of


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("codes", nargs="*", metavar="CODE")
        parser.add_argument("--older-than", type=float, metavar="DAYS", help="all games that finished before")
        parser.add_argument("--dry-run", action="store_true", help="change nothing; list what would be archived")

    def handle(self, *args: Any, **options: Any) -> None:
        games = self._chosen(options["codes"], options["older_than"])
        for game in games:
            self.stdout.write(f"{game}, finished {game.finished_at:%Y-%m-%d}")
        if options["dry_run"]:
            self.stdout.write(f"{len(games)} games would be archived.")
        else:
            self.stdout.write(f"{retention.archive(games)} games archived.")

    def _chosen(self, codes: list[str], days: float | None) -> Any:
        if bool(codes) == (days is not None):
            raise CommandError("Name games by their codes, or use --older-than DAYS; one of the two.")
        if days is not None:
            return retention.finished_before(days)
        for game in map(game_of, codes):
            if game.is_open:
                raise CommandError(f"{game} is {game.state}: only a finished game can be archived.")
        return Game.objects.filter(code__in=[code.upper() for code in codes], archived_at=None)
