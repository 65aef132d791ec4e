"""Write the closed rounds and the teams of a game into files, as the dashboard's exports do."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from asgiref.sync import async_to_sync
from django.core.management.base import BaseCommand, CommandError

from dashboard.pages.exports.rounds import ALL_RUNS
from dashboard.pages.exports.views import EXPORTS
from game.models import Game
from metrics.management.games import game_of


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", metavar="CODE")
        parser.add_argument("--run", default="", help="a number, or all; without it the present run")
        parser.add_argument("--only", choices=EXPORTS, help="this file alone")
        parser.add_argument("--output", type=Path, default=Path(), metavar="FOLDER", help="where; - is standard output")
        parser.add_argument("--json", action="store_true", help="the names of the files as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        game = game_of(options["code"])
        run = options["run"] or str(game.run)
        if run != ALL_RUNS and not run.isdecimal():
            raise CommandError(f"--run={run!r}: use a number or {ALL_RUNS}.")
        names = [options["only"]] if options["only"] else list(EXPORTS)
        if str(options["output"]) == "-":
            async_to_sync(self._write)(game, run, names[0], self.stdout)
            return
        options["output"].mkdir(parents=True, exist_ok=True)
        written = {}
        for name in names:
            path = options["output"] / f"{game.code}-{name}"
            with path.open("w", newline="") as file:
                async_to_sync(self._write)(game, run, name, file)
            written[name] = str(path)
            if not options["json"]:
                self.stdout.write(f"{path}: {path.stat().st_size} bytes")
        if options["json"]:
            self.stdout.write(json.dumps(written))

    async def _write(self, game: Game, run: str, name: str, file: Any) -> None:
        async for piece in EXPORTS[name](game, run):
            file.write(piece)
