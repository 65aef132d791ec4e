"""Prove that tallies agree with rounds (--check), or rebuild tallies and statistics from the rounds."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from dashboard.keys import StatisticsKey
from dashboard.statistics.recompute import recompute
from game.models import Game, RoomStatistics, Round, TeamStatistics
from game.realtime.server import current_server
from game.rounds import tallies


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; exit status 1 where they differ")
        parser.add_argument("--game", metavar="CODE", help="this game alone")

    def handle(self, *args: Any, **options: Any) -> None:
        games = Game.objects.order_by("pk")
        if options["game"]:
            games = games.filter(code=options["game"].upper())
            if not games:
                raise CommandError(f"--game={options['game']!r}: no game has this code.")
        wrong, failed = 0, 0
        for game in games:
            differences = tallies.differences(game)
            wrong += len(differences)
            for difference in differences:
                self.stderr.write(f"{game.code}: {difference}")
            if not options["check"]:
                failed += self._rebuild(game)
        current_server().close()
        if options["check"] and wrong:
            raise CommandError(f"{wrong} cells differ from the rounds: run manage.py rebuild_statistics.")
        if failed:
            raise CommandError(f"{failed} games have right tallies but no new statistics: the log says why.")
        done = "tallies equal rounds" if options["check"] else f"rebuilt; {wrong} cells differed from the rounds"
        self.stdout.write(f"{len(games)} games: {done}.")

    def _rebuild(self, game: Game) -> int:
        """Return 1 if the statistics could not be computed, else 0."""
        tallies.rebuild(game)
        rooms = RoomStatistics.objects.filter(game=game)
        rounds = Round.objects.filter(game=game, **{name: OuterRef(name) for name in StatisticsKey._fields})
        with transaction.atomic():
            TeamStatistics.objects.filter(team__game=game).delete()
            rooms.exclude(Exists(rounds)).delete()
            # The row stays: its highest evidence cannot be computed again.  The new time makes workers forget the room.
            rooms.update(updated_at=timezone.now(), seconds=0)
        return len(recompute([game.pk]))
