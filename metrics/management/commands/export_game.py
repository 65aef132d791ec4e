"""Write the closed rounds and the teams of a game into files, as the dashboard's exports do."""

import json
from argparse import ArgumentParser
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from asgiref.sync import async_to_sync
from django.core.management.base import BaseCommand, CommandError

from dashboard.pages.exports.dialects import DEFAULT, DIALECTS
from dashboard.pages.exports.views import NAMES, export, known_run
from metrics.management.games import game_of


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", metavar="CODE")
        parser.add_argument("--run", default="", help="a number, or all; without it the present run")
        parser.add_argument("--only", choices=NAMES, help="this file alone")
        parser.add_argument("--dialect", choices=DIALECTS, default=DEFAULT, help="how the CSV files are written")
        parser.add_argument("--output", type=Path, default=Path(), metavar="FOLDER", help="where; - is standard output")
        parser.add_argument("--json", action="store_true", help="the names of the files as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        game = game_of(options["code"])
        try:
            run = known_run(options["run"] or str(game.run))
        except ValueError as error:
            raise CommandError(f"--{error}.") from error
        names = [options["only"]] if options["only"] else list(NAMES)
        if str(options["output"]) == "-":
            self.stdout.ending = ""
            async_to_sync(self._write)(export(names[0], game, run, options["dialect"]), self.stdout)
            return
        options["output"].mkdir(parents=True, exist_ok=True)
        written = {}
        for name in names:
            path = options["output"] / f"{game.code}-{name}"
            with path.open("w", newline="", encoding="utf-8") as file:
                async_to_sync(self._write)(export(name, game, run, options["dialect"]), file)
            written[name] = str(path)
            if not options["json"]:
                self.stdout.write(f"{path}: {path.stat().st_size} bytes")
        if options["json"]:
            self.stdout.write(json.dumps(written))

    async def _write(self, text: AsyncIterator[str], file: Any) -> None:
        async for piece in text:
            file.write(piece)
