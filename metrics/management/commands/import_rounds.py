"""Make a finished game from the rounds in a CSV: our own form, an export, or the predecessor's answer lists."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from dashboard.statistics.recompute import recompute
from game.analysis.bad_lines import BadLines
from game.analysis.rounds_file import Records, read_path
from game.games import GAMES, game_of
from game.lobby.imports import import_rounds
from game.lobby.refusal import Refusal
from game.models import DEFAULT_GAME
from game.physics.designs import DESIGNS
from game.realtime.server import current_server
from metrics.tuning import database


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="a CSV, or - for standard input")
        parser.add_argument("--owner", required=True, metavar="USER", help="whose game it becomes")
        parser.add_argument("--title", default="", help="without it the file's name")
        parser.add_argument("--mode", choices=GAMES, default=DEFAULT_GAME, help="rounds of another mode are left out")
        parser.add_argument("--design", choices=DESIGNS, help="how the questions were drawn, where the file is silent")
        parser.add_argument("--json", action="store_true", help="the game's code and counts as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        owner = User.objects.filter(username=options["owner"]).first()
        if owner is None:
            raise CommandError(f"--owner={options['owner']!r}: no user has this name.")
        records = self._read(options["file"], options["mode"])
        if options["design"]:
            records = records.drawn_by(options["design"])
        if not len(records.codes):
            raise CommandError(f"{options['file']}: there is no round of the mode {options['mode']}.")
        title = options["title"] or Path(options["file"]).stem[:80]
        try:
            game = import_rounds(owner, title, records, self._progress)
        except Refusal as refusal:
            raise CommandError(refusal.text) from refusal
        # Before autovacuum runs, tallies take twice and the rounds of bots 46 times as long to read.
        database.analyze_churned()
        recompute([game.pk])
        current_server().close()
        left_out = sum(records.left_out.values())
        result = {"code": game.code, "teams": len(records.teams), "rounds": len(records.codes), "left_out": left_out}
        text = "{code}: {rounds} rounds of {teams} teams, {left_out} left out.".format(**result)
        self.stdout.write(json.dumps(result) if options["json"] else text)

    def _read(self, file: str, mode: str) -> Records:
        try:
            return read_path(file, game_of(mode))
        except (OSError, BadLines) as error:
            raise CommandError(str(error), returncode=2) from error

    def _progress(self, written: int) -> None:
        self.stderr.write(f"{written} rounds written")
