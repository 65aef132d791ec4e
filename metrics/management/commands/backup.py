"""Write everything that counts into one file: docs/operations.md, Backup and restore."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from metrics.backup import dump, folder
from metrics.backup.programs import BackupError


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="FILE", help="a new file, or with --keep a folder")
        parser.add_argument("--with-secret-key", action="store_true", help="store SECRET_KEY too: guard the file well")
        parser.add_argument(
            "--keep",
            action="store_true",
            help=f"FILE is a folder: keep {folder.DAILY} daily, {folder.WEEKLY} weekly and {folder.MONTHLY} monthly",
        )
        parser.add_argument("--serve", action="store_true", help="as --keep, every day, until stopped")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"]
        try:
            if options["serve"]:
                folder.serve(path, self.stdout.write)
            elif options["keep"]:
                folder.add(path, self.stdout.write)
            else:
                written = dump.write(path, options["with_secret_key"])
                self.stdout.write(f"{path}: {path.stat().st_size} bytes, {written.summary}")
        except (BackupError, DatabaseError, OSError) as error:
            raise CommandError(str(error).strip()) from error
