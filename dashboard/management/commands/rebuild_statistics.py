"""Prove that tallies agree with rounds (--check), or make tallies and statistics anew from the rounds."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dashboard.recompute import recompute
from game import tallies
from game.hub import hub
from game.models import Game, RoomStatistics, TeamStatistics


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
        wrong = 0
        for game in games:
            differ = tallies.differences(game)
            wrong += len(differ)
            for difference in differ:
                self.stderr.write(f"{game.code}: {difference}")
            if not options["check"]:
                self._rebuild(game)
        hub.close()
        if options["check"] and wrong:
            raise CommandError(f"{wrong} cells differ from the rounds: run manage.py rebuild_statistics.")
        self.stdout.write(f"{len(games)} games: {'rebuilt' if not options['check'] else 'tallies equal rounds'}.")

    def _rebuild(self, game: Game) -> None:
        tallies.rebuild(game)
        TeamStatistics.objects.filter(team__game=game).delete()
        RoomStatistics.objects.filter(game=game).delete()
        recompute([game.pk])
