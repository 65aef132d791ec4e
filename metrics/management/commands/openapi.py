"""Write the description of the operators' API to docs/protocol/openapi.json, or check that it is in step."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from metrics.openapi import openapi


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; fail when the file is out of step")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / "docs" / "protocol" / "openapi.json"
        text = json.dumps(openapi(), indent=2, sort_keys=True) + "\n"
        if not options["check"]:
            path.write_text(text)
        elif not path.is_file() or path.read_text() != text:
            raise CommandError(f"{path} is out of step with metrics/api.py: run manage.py openapi.")
