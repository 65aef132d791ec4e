"""The weekly performance report: every quantity against its target and the week before."""

from datetime import datetime, timedelta

from django.utils import timezone, translation

from metrics.history import trends
from metrics.models import OptimizationRun, Report
from metrics.reports.document import NOTHING, Document, Section
from metrics.reports.figures import QUANTITIES, curves, figures, played
from metrics.reports.formats import UNKNOWN
from metrics.tuning import cache

OF_WEB = "Answers above are those of persons: bots answer in a process of their own, which is not measured."


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
        [
            _table(now, before),
            Section("What was played", [played(since, until), OF_WEB]),
            *curves(trends.series(since, until)),
            _optimisations(since),
        ],
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
    runs = list(OptimizationRun.objects.filter(started_at__gte=since, dry_run=False))
    rows = []
    for kind, label in OptimizationRun.Kind.choices:
        these = [run for run in runs if run.kind == kind]
        if these:
            changed, failed = sum(bool(run.changes) for run in these), sum(bool(run.error) for run in these)
            cost = [
                f"{sum(run.work_seconds or 0 for run in these):.1f} s",
                str(sum(run.statements or 0 for run in these)),
            ]
            rows.append([label, str(len(these)), str(changed), str(failed), *cost])
    saved = cache.saved_by([run.after for run in reversed(runs) if run.kind in cache.KINDS])
    sentences = [f"Reads of the cache saved {saved:,} queries."] if rows else ["No optimiser ran."]
    header = ["run", "runs", "changed something", "failed", "work", "statements"]
    return Section("What the product did about it", sentences, header, rows)
