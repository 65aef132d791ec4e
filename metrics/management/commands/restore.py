"""Read a backup into the database: docs/operations.md, Backup and restore."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from metrics.backup import restore
from metrics.backup.programs import BackupError


class Command(BaseCommand):
    help = __doc__
    # A new database has no tables to check.
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--replace", action="store_true", help="delete all that the database has")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = restore.read(options["file"], options["replace"], self.stdout.write)
        except (BackupError, DatabaseError, OSError) as error:
            raise CommandError(str(error).strip()) from error
        self.stdout.write(f"Restored: {found.summary}, as they were at {found.made_at}.")
