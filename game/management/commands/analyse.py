"""Analyse a CSV of rounds: needs no database and no server."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError

from game.analysis import rounds_csv, text
from game.physics.report import KEYS, Report
from game.physics.rules import DESIGNS, MODES


class Command(BaseCommand):
    help = "Analyse rounds from a CSV file (or - for standard input): win rate, S, evidence, no-signalling."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="a CSV with question_1,question_2,answer_1,answer_2, an export, or -")
        parser.add_argument("--mode", choices=MODES, default="simplified")
        parser.add_argument("--design", choices=DESIGNS, help="how the questions were drawn, if the file does not say")
        parser.add_argument("--team", help="only this team")
        parser.add_argument("--run", help="only this run")
        parser.add_argument("--bots", action="store_true", help="teams with bots too, which are else left out")
        parser.add_argument("--by", choices=["team"], help="one report a team, by name")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of the table")

    def handle(self, *args: Any, file: str, mode: str, **options: Any) -> None:
        found = _read(file, mode)
        if options["design"]:
            found = found.drawn_by(options["design"])
        found = found.only(options["team"], options["run"])
        if not options["bots"]:
            found = found.without_bots()
        for note in found.notes:
            self.stderr.write(note)
        for reason, rounds in found.left_out.items():
            self.stderr.write(f"{rounds} rounds {reason} left out")
        if options["by"]:
            by_team = rounds_csv.reports_by_team(found)
            self.stdout.write(_json(by_team) if options["json"] else _titled(by_team))
            return
        report = rounds_csv.report_of(found)
        self.stdout.write(json.dumps(_printed(report)) if options["json"] else text.text(report))


def _read(file: str, mode: str) -> rounds_csv.Records:
    try:
        with _opened(file) as lines:
            return rounds_csv.read(lines, mode)
    except (rounds_csv.BadLines, OSError, UnicodeDecodeError) as error:
        raise CommandError(str(error), returncode=2) from error


@contextmanager
def _opened(file: str) -> Iterator[TextIO]:
    """Open the file or standard input as text; spreadsheets like to begin it with a byte order mark."""
    with open(
        sys.stdin.fileno() if file == "-" else file, encoding="utf-8-sig", newline="", closefd=file != "-"
    ) as lines:
        yield lines


def _printed(report: Report) -> Report:
    return {key: report[key] for key in KEYS}


def _json(by_team: dict[str, Report]) -> str:
    return json.dumps({team: _printed(report) for team, report in by_team.items()})


def _titled(by_team: dict[str, Report]) -> str:
    return "\n\n".join(f"{team or 'without a team'}\n{text.text(report)}" for team, report in by_team.items())
