"""Show what is wrong with the running product and what to do.  Exit status 1 when something is broken."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from metrics.health import doctor


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        found = doctor.examine()
        faults = [finding for finding in found if finding.fault]
        if options["json"]:
            report = {"healthy": not faults, "findings": [finding._asdict() for finding in found]}
            self.stdout.write(json.dumps(report))
        else:
            for finding in found:
                word = self.style.ERROR("wrong") if finding.fault else "note "
                self.stdout.write(f"{word}  {finding.part}: {finding.wrong}\n       {finding.do}")
            self.stdout.write(f"{len(faults)} faults." if faults else "Everything that was asked answers.")
        if faults:
            sys.exit(1)
