"""Analyse a CSV of rounds without a database or a server."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from game.analysis import minus as signs
from game.analysis import report_keys, rounds_file, text
from game.analysis.bad_lines import BadLines
from game.analysis.several import Choice, Finding, Findings, findings
from game.games import GAMES, game_of
from game.games.definition import Definition
from game.own_games.files import FileError, game_in
from game.physics.designs import DESIGNS


class Command(BaseCommand):
    help = "Analyse rounds from a CSV file (or - for standard input): win rate, S, evidence, no-signalling."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="a CSV with question_1,question_2,answer_1,answer_2, an export, or -")
        parser.add_argument("--mode", choices=tuple(GAMES), default=next(iter(GAMES)))
        parser.add_argument("--declaration", metavar="FILE", help="rounds of the game that this TOML file declares")
        parser.add_argument("--columns", default="", help="where a round stands in a file of trials: docs/physics.md")
        parser.add_argument("--design", choices=DESIGNS, help="how the questions were drawn, if the file does not say")
        parser.add_argument("--team", help="only this team")
        parser.add_argument("--run", help="only this run")
        parser.add_argument("--bots", action="store_true", help="teams with bots too, which are else left out")
        parser.add_argument("--by", choices=["team"], help="one report a team, by name")
        parser.add_argument("--minus", metavar="PAIR", help="the pair of questions that should differ, if not BY")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of the table")

    def handle(self, *args: Any, file: str, mode: str, **options: Any) -> None:
        game = _declared(options["declaration"]) or game_of(mode)
        minus = _checked_minus(options["minus"], game)
        found = _read(file, game, options["columns"])
        _refuse_unknown(found, options["team"], options["run"])
        if options["design"]:
            found = found.drawn_by(options["design"])
        choice = Choice(options["team"], options["run"], options["bots"], bool(options["by"]), minus)
        self._print(findings(found, choice), game, options)

    def _print(self, found: Findings, game: Definition, options: dict[str, Any]) -> None:
        for note in found.said:
            self.stderr.write(note)
        if options["json"]:
            printed = {team: _printed(one, found, game) for team, one in found.by_team.items()}
            self.stdout.write(json.dumps(printed if options["by"] else printed[""]))
        else:
            self.stdout.write(_table(found, game, is_titled=bool(options["by"])))


def _declared(file: str | None) -> Definition | None:
    try:
        return game_in(file) if file else None
    except FileError as error:
        raise CommandError(str(error), returncode=2) from error


def _checked_minus(minus: str | None, game: Definition) -> str:
    try:
        return signs.DECLARED if minus is None else signs.checked(minus, game)
    except ValueError as error:
        raise CommandError(str(error), returncode=2) from error


def _read(file: str, game: Definition, columns: str) -> rounds_file.Records:
    try:
        return rounds_file.read_path(file, game, columns)
    except (BadLines, OSError) as error:
        raise CommandError(str(error), returncode=2) from error


def _refuse_unknown(found: rounds_file.Records, team: str | None, run: str | None) -> None:
    """Refuse a team or run that has no round in the file."""
    known = {"team": found.teams, "run": list(dict.fromkeys(group.run for group in found.groups))}
    for name, wanted in (("team", team), ("run", run)):
        if wanted is not None and wanted not in known[name]:
            names = ", ".join(map(repr, known[name][:20]))
            raise CommandError(f"--{name}={wanted!r}: 0 rounds, use one of {names}", returncode=2)
    if not len(found.only(team, run).codes):
        raise CommandError(f"--team={team!r} --run={run!r}: 0 rounds, because this team has no such run", returncode=2)


def _printed(one: Finding, found: Findings, game: Definition) -> dict[str, Any]:
    keys = report_keys.to_keys(one.report, game)
    return {key: keys[key] for key in report_keys.KEYS} | report_keys.added_keys(one.report, found.even.p, found.even.e)


def _table(found: Findings, game: Definition, is_titled: bool) -> str:
    """Return a table for every team, each with its own notes, and the notes of the whole file once."""
    tables = []
    for team, one in found.by_team.items():
        keys = report_keys.to_keys(one.report, game) | report_keys.added_keys(one.report, found.even.p, found.even.e)
        title = f"{team or 'without a team'}\n" if is_titled else ""
        tables.append(title + text.text(keys, one.words, one.own_notes))
    if found.notes:
        tables.append("\n".join(f"note: {note}" for note in found.notes))
    return "\n\n".join(tables)
