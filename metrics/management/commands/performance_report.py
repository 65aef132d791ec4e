"""Write the performance report of the last days, as the schedule does every week, and store it."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from metrics.models import Report
from metrics.reports.performance import report_performance


class Command(BaseCommand):
    help = __doc__
    days = 7.0

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=float, default=self.days, help="how far back")
        parser.add_argument("--html", type=Path, metavar="FILE", help="write it as HTML, too")
        parser.add_argument("--markdown", type=Path, metavar="FILE", help="write it as Markdown, too")
        parser.add_argument("--json", action="store_true", help="its figures as one JSON object, instead of its text")

    def handle(self, *args: Any, **options: Any) -> None:
        report = self.make(options)
        if options["html"]:
            options["html"].write_text(f"<!DOCTYPE html>\n<meta charset=utf-8>\n{report.html}")
        if options["markdown"]:
            options["markdown"].write_text(report.markdown)
        figures = {"id": report.pk, **report.figures}
        self.stdout.write(json.dumps(figures) if options["json"] else report.markdown)

    def make(self, options: dict[str, Any]) -> Report:
        return report_performance(options["days"])
