"""The commands that write a machine-readable description from the code, or prove that the written one is in step."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class SchemaCommand(BaseCommand):
    """A subclass names the command, the file in docs/protocol, where the description comes from, and makes it."""

    requires_system_checks = []
    command: str
    file: str
    source: str

    def describe(self) -> dict[str, Any]:
        raise NotImplementedError

    def texts(self) -> dict[str, str]:
        """Return the text of every written file by its path in the project."""
        return {f"docs/protocol/{self.file}": json.dumps(self.describe(), indent=2, sort_keys=True) + "\n"}

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; fail when a file is out of step")

    def handle(self, *args: Any, **options: Any) -> None:
        for name, text in self.texts().items():
            path = Path(settings.BASE_DIR) / name
            if not options["check"]:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            elif not path.is_file() or path.read_text() != text:
                raise CommandError(f"{path} is out of step with {self.source}: run manage.py {self.command}.")
