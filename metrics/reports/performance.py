"""The weekly performance report: every quantity against its target and the week before."""

from datetime import datetime, timedelta

from django.utils import timezone, translation

from metrics.history import trends
from metrics.models import OptimizationRun, Report
from metrics.reports.document import NOTHING, Document, Section
from metrics.reports.figures import QUANTITIES, curves, figures
from metrics.reports.formats import UNKNOWN


# Stored reports are English.
@translation.override("en")
def report_performance(days: float = 7) -> Report:
    until = timezone.now()
    since = until - timedelta(days=days)
    now, before = figures(since, until), figures(since - timedelta(days=days), since)
    missed = [quantity.word for quantity in QUANTITIES if quantity.missed(now[quantity.name])]
    known = any(value is not None for value in now.values())
    finding = f"Beyond its target: {', '.join(missed)}." if missed else "Everything that was measured met its target."
    document = Document(
        f"Performance report, {since:%Y-%m-%d} to {until:%Y-%m-%d}",
        finding if known else NOTHING,
        [_table(now, before), *curves(trends.series(since, until)), _optimisations(since)],
    )
    return document.store(Report.Kind.PERFORMANCE, since, until, {"now": now, "before": before, "missed": missed})


def _table(now: dict[str, float | None], before: dict[str, float | None]) -> Section:
    words = {None: UNKNOWN, True: "missed", False: "met"}
    rows = [
        [
            quantity.word,
            quantity.written(now[quantity.name]),
            quantity.written(before[quantity.name]),
            quantity.written_target() or UNKNOWN,
            words[quantity.missed(now[quantity.name])],
        ]
        for quantity in QUANTITIES
    ]
    return Section("Against the targets", [], ["quantity", "this time", "the time before", "target", "result"], rows)


def _optimisations(since: datetime) -> Section:
    runs = OptimizationRun.objects.filter(started_at__gte=since, dry_run=False)
    rows = []
    for kind, label in OptimizationRun.Kind.choices:
        these = [run for run in runs if run.kind == kind]
        if these:
            changed, failed = sum(bool(run.changes) for run in these), sum(bool(run.error) for run in these)
            rows.append([label, str(len(these)), str(changed), str(failed)])
    sentences = [] if rows else ["No optimiser ran."]
    header = ["run", "runs", "changed something", "failed"]
    return Section("What the product did about it", sentences, header, rows)
