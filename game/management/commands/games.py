"""Print the declared games: seats, contexts, values of plans, quantum theory and no-signalling; or check a file."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from game.games import GAMES, game_of
from game.models import OwnGame
from game.own_games.files import FileError, game_in


class Command(BaseCommand):
    help = "List the declared games with their seats, contexts and values."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON list instead of the table")

        parser.add_argument(
            "--own", action="store_true", help="the games that instructors declared; needs the database"
        )
        parser.add_argument(
            "--check", metavar="FILE", help="check a declaration in TOML (docs/games.md), and print its game"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            self._check(options["check"], options["json"])
            return
        found = [game_of(row.key) for row in OwnGame.objects.all()] if options["own"] else list(GAMES.values())
        games = [game.to_dict() for game in found]
        self.stdout.write(json.dumps(games) if options["json"] else "\n".join(map(_line, games)))

    def _check(self, file: str, as_json: bool) -> None:
        try:
            found = game_in(file)
        except FileError as error:
            raise CommandError(str(error), returncode=2) from error
        summary = found.to_dict()
        self.stdout.write(json.dumps(summary) if as_json else f"{_line(summary)}\n{found.about()}")


def _line(game: dict[str, Any]) -> str:
    asked, seats = len(game["contexts"]), len(game["seats"])
    values = ", ".join(f"{name} {game[name]:.4f}" for name in ("classical", "quantum", "no_message"))
    return f"{game['key']:<14} {seats} seats, {asked:>2} contexts: {values}"
