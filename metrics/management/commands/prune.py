"""Archive and delete by the retention, where it is switched on (ARCHIVE_AFTER_DAYS, DELETE_AFTER_DAYS)."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from game.lobby import retention


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="change nothing; list what would go")

    def handle(self, *args: Any, **options: Any) -> None:
        archive, delete = retention.due_to_archive(), list(retention.due_to_delete())
        self._say("Archiving", "ARCHIVE_AFTER_DAYS", settings.ARCHIVE_AFTER_DAYS, list(archive))
        self._say("Deleting", "DELETE_AFTER_DAYS", settings.DELETE_AFTER_DAYS, delete)
        if options["dry_run"]:
            return
        retention.archive(archive)
        for game in delete:
            self.stdout.write(f"{game}: {retention.delete(game)} rounds deleted for good.")

    def _say(self, act: str, setting: str, days: int, games: list[Any]) -> None:
        if not days:
            self.stdout.write(f"{act} is switched off ({setting}=0).")
            return
        names = ", ".join(str(game) for game in games)
        self.stdout.write(f"{act} after {days} days: {names or 'no game is old enough'}.")
