"""Print the declared games: seats, contexts, and the values of plans, quantum theory and no-signalling."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from game.games import GAMES


class Command(BaseCommand):
    help = "List the declared games with their seats, contexts and values."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON list instead of the table")

    def handle(self, *args: Any, **options: Any) -> None:
        games = [game.to_dict() for game in GAMES.values()]
        self.stdout.write(json.dumps(games) if options["json"] else "\n".join(map(_line, games)))


def _line(game: dict[str, Any]) -> str:
    asked, seats = len(game["contexts"]), len(game["seats"])
    values = ", ".join(f"{name} {game[name]:.4f}" for name in ("classical", "quantum", "no_message"))
    return f"{game['key']:<14} {seats} seats, {asked:>2} contexts: {values}"
