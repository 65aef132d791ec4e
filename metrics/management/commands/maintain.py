"""Run the nightly maintenance now: vacuum, thin measurements, retention where it is switched on."""

from argparse import ArgumentParser
from typing import Any

from metrics.management.commands import optimize


class Command(optimize.Command):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        self.add_options(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, kind="maintenance", **options)
