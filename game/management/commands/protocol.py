"""Write the description of the sockets to docs/protocol/asyncapi.json, or check that it is in step."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from game.protocol import asyncapi


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; fail when the file is out of step")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / "docs" / "protocol" / "asyncapi.json"
        text = json.dumps(asyncapi(), indent=2, sort_keys=True) + "\n"
        if options["check"]:
            if not path.is_file() or path.read_text() != text:
                raise CommandError(f"{path} is out of step with game/messages.py: run manage.py protocol.")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
