"""Write the capacity review of the last days, as the schedule does every month, and store it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from metrics.management.commands import performance_report
from metrics.models import Capacity, Report
from metrics.reports.capacity import review_capacity


class Command(performance_report.Command):
    help = __doc__
    days = 30.0

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--measured", type=float, help="store what a process bore: answers a second")
        parser.add_argument("--machine", default="", help="where that was measured, and how")

    def make(self, options: dict[str, Any]) -> Report:
        if options["measured"] is not None:
            if options["measured"] <= 0 or not options["machine"]:
                raise CommandError("--measured needs a number above 0 and --machine, which says where it was measured.")
            Capacity.objects.create(answers_per_second=options["measured"], machine=options["machine"])
        return review_capacity(options["days"])
