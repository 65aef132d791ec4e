"""Draw every question of an exported game again, from the seeds that its runs were committed to."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from game.games.drawn_again import Checked, draw_again

# More differences than this say nothing more.
MOST_SHOWN = 20


class Command(BaseCommand):
    help = "Draw every question of a game's rounds.json again; exit status 1 when one differs."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="a rounds.json, or - for standard input")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of sentences")

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        try:
            found = draw_again(sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise CommandError(f"{file}: {error}", returncode=2) from error
        self.stdout.write(json.dumps(found._asdict()) if options["json"] else "\n".join(_sentences(found)))
        if found.differences:
            raise CommandError(f"{len(found.differences)} differ from the seeds.")


def _sentences(found: Checked) -> list[str]:
    lines = [f"{found.same} questions come out of the committed seeds as they were asked."]
    if found.early:
        lines.append(f"{found.early} rounds were asked before their run was committed to a seed: not checked.")
    if found.sealed:
        lines.append(f"Run {_listed(found.sealed)}: the seed is published a minute after the finish.")
    if found.unsealed:
        lines.append(f"Run {_listed(found.unsealed)}: no seed, the rounds were imported or are of an earlier version.")
    lines += found.differences[:MOST_SHOWN]
    if more := len(found.differences) - MOST_SHOWN:
        lines += [f"{more} more."] if more > 0 else []
    return lines


def _listed(runs: list[int]) -> str:
    return ", ".join(map(str, runs))
