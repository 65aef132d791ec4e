"""Run an optimiser now, or show its plan.  Exit status 1 when the run failed."""

import json
from argparse import ArgumentParser
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError

from game.realtime.server import current_server
from metrics.api.endpoints import run_view
from metrics.api.messages import KINDS
from metrics.models import OptimizationRun
from metrics.tuning.optimise import AlreadyRunning, optimise


class Command(BaseCommand):
    help = __doc__
    kinds = KINDS

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=self.kinds)
        self.add_options(parser)

    def add_options(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="change nothing; show what would be changed")
        parser.add_argument("--json", action="store_true", help="the run as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            run = optimise(options["kind"], asked_by="command", dry_run=options["dry_run"])
        except AlreadyRunning as error:
            raise CommandError(str(error)) from error
        finally:
            current_server().close()
        self.stdout.write(json.dumps(msgspec.to_builtins(run_view(run))) if options["json"] else as_text(run))
        if run.error:
            raise CommandError(f"{run} failed: {run.error}")


def as_text(run: OptimizationRun) -> str:
    lines = [f"{run.get_kind_display()}: {run.outcome} ({run.seconds or 0:.2f} s)"]
    lines += [f"  observed: {sentence}" for sentence in run.observations]
    verb = "would change" if run.dry_run else "changed"
    for change in run.changes:
        lines.append(f"  {verb}: {change['what']} from {change['before']} to {change['after']}. {change['why']}")
    moved = {name: (value, run.after.get(name)) for name, value in run.before.items() if run.after.get(name) != value}
    lines += [f"  {name}: {before} before, {after} after" for name, (before, after) in moved.items() if run.after]
    return "\n".join(lines)
