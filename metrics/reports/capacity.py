"""The monthly capacity review: peaks, head-room, and the processes needed for multiples of the peak."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from game.models import Round
from metrics.health import database_facts
from metrics.health.database_checks import allowed_connections
from metrics.history import trends
from metrics.history.capacity import HeadRoom, head_room
from metrics.history.trends import Point
from metrics.models import Report
from metrics.reports import formats
from metrics.reports.document import NOTHING, Document, Section
from metrics.reports.figures import curves
from metrics.reports.formats import UNKNOWN


# Stored reports are English.
@translation.override("en")
def review_capacity(days: float = 30) -> Report:
    until = timezone.now()
    since = until - timedelta(days=days)
    points = trends.series(since, until)
    room = head_room(points)
    document = Document(
        f"Capacity review, {since:%Y-%m-%d} to {until:%Y-%m-%d}",
        _finding(room) if points else NOTHING,
        [_peaks(points), _instances(room), _growth(since), *curves(points)],
    )
    return document.store(Report.Kind.CAPACITY, since, until, {"points": len(points), **_figures(room)})


def _figures(room: HeadRoom | None) -> dict[str, Any]:
    if room is None:
        return {"head_room": None}
    return {
        "head_room": room.share,
        "peak_answers_per_second": room.peak.answers_per_second,
        "process_bears_answers_per_second": room.bears.answers_per_second,
        "source": room.bears.source,
        "instances": {str(times): room.instances(times) for times in (1, 2, 10)},
    }


def _finding(room: HeadRoom | None) -> str:
    if room is None:
        return "The head-room is not known: nobody played, or nothing says yet what a process bears."
    if room.share < 0:
        return f"The busiest time was {-room.share:.0%} above what the processes bear by measurement."
    return f"At the busiest time {room.share:.0%} of the capacity was left."


def _peaks(points: Sequence[Point]) -> Section:
    def peak(word: str, name: str, write: Callable[[float], str]) -> list[str]:
        known = [point for point in points if getattr(point, name) is not None]
        if not known:
            return [word, UNKNOWN, UNKNOWN]
        best = max(known, key=lambda point: getattr(point, name))
        return [word, write(getattr(best, name)), f"{best.at:%Y-%m-%d %H:%M}"]

    rows = [
        peak("Answers", "answers_per_second", formats.rate),
        peak("Connections", "connections", formats.count),
        peak("Busiest web process", "cpu_share", formats.percent),
        peak("Memory of a web process", "memory_bytes", formats.megabytes),
        peak("Tasks waiting", "queue", formats.count),
    ]
    return Section("Peaks", [], ["quantity", "peak", "when, UTC"], rows)


def _instances(room: HeadRoom | None) -> Section:
    title = "Web processes needed"
    if room is None:
        how = "Run make bench: it ends with the command that stores what it measured."
        return Section(title, [f"Not known. {how}"])
    most = allowed_connections()
    pool = settings.DATABASES["default"]["OPTIONS"]["pool"]["max_size"]
    rows = []
    for times in (1, 2, 10):
        needed = room.instances(times)
        wanted = (needed + settings.OTHER_PROCESSES) * pool
        fits = "fits" if wanted < most else "too many: raise max_connections or lower DATABASE_POOL_MAX"
        answers = formats.rate(times * room.peak.answers_per_second)
        rows.append([f"{times} x the peak", answers, str(needed), f"{wanted} of {most}, {fits}"])
    sentences = [f"One process bears {formats.rate(room.bears.answers_per_second)}, {room.bears.source}."]
    return Section(title, sentences, ["load", "answers", "processes", "database connections at most"], rows)


def _growth(since: datetime) -> Section:
    rounds = Round.objects.filter(closed_at__gte=since).count()
    size = formats.megabytes(database_facts.size()["database_bytes"])
    return Section("Growth", [f"{rounds:,} rounds were closed in this time; the database holds {size}."])
