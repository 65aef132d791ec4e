"""The monthly capacity review: peaks, the head-room of the scarcest part, and what multiples of the peak need."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from metrics.health import database_facts
from metrics.health.database_checks import allowed_connections
from metrics.history import trends
from metrics.history.capacity import HeadRoom, head_room
from metrics.history.trends import Point
from metrics.models import Report
from metrics.reports import formats
from metrics.reports.document import NOTHING, Document, Section
from metrics.reports.figures import curves, played
from metrics.reports.formats import UNKNOWN

TIMES = (1, 2, 10)


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
        [_peaks(points), _parts(room), _instances(room), _growth(since, until), *curves(points)],
    )
    return document.store(Report.Kind.CAPACITY, since, until, {"points": len(points), **_figures(room)})


def _figures(room: HeadRoom | None) -> dict[str, Any]:
    if room is None:
        return {"head_room": None}
    return {
        "head_room": room.share,
        "scarcest": room.scarcest.name,
        "use": {part.name: part.use for part in room.parts},
        "peak_answers_per_second": room.peak.answers_per_second,
        "process_bears_answers_per_second": room.bears and room.bears.answers_per_second,
        "source": room.bears and room.bears.source,
        "instances": {str(times): room.instances(times) for times in TIMES},
    }


def _finding(room: HeadRoom | None) -> str:
    if room is None:
        return "The head-room is not known: nobody played, or nothing says yet what a process bears."
    scarcest = f"The scarcest part: {room.scarcest.name}."
    if room.share < 0:
        return f"The busiest time was {-room.share:.0%} above what the processes bear by measurement. {scarcest}"
    return f"At the busiest time {room.share:.0%} of the capacity was left. {scarcest}"


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
        peak("Busiest worker", "worker_share", formats.percent),
        peak("Processors of the busiest machine", "machine_share", formats.percent),
        peak("Log of PostgreSQL, time", "log_share", formats.percent),
    ]
    return Section("Peaks", [], ["quantity", "peak", "when, UTC"], rows)


def _parts(room: HeadRoom | None) -> Section:
    """Return the use of each part in the busiest time and in multiples of it, the scarcest first."""
    title = "Parts in the busiest time"
    if room is None:
        return Section(title, ["Not known."])
    rows = [
        [part.name, *(UNKNOWN if part.use is None else formats.percent(times * part.use) for times in TIMES), part.what]
        for part in room.parts
    ]
    sentences = [
        f"The busiest time was {room.peak.at:%Y-%m-%d %H:%M}, with {formats.rate(room.peak.answers_per_second)}."
        " Above 100 % a part is too small: web processes and workers must be more, the others larger.",
        "Free space on disks is known to Prometheus only (alert DiskFills).",
    ]
    return Section(title, sentences, ["part", *(f"{times} x" for times in TIMES), "which is"], rows)


def _instances(room: HeadRoom | None) -> Section:
    title = "Web processes needed"
    if room is None or room.bears is None:
        how = "Run make bench: it ends with the command that stores what it measured."
        return Section(title, [f"Not known. {how}"])
    most = allowed_connections()
    pool = settings.DATABASES["default"]["OPTIONS"]["pool"]["max_size"]
    rows = []
    for times in TIMES:
        needed = room.instances(times) or 1
        wanted = (needed + settings.OTHER_PROCESSES) * pool
        fits = "fits" if wanted < most else "too many: raise max_connections or lower DATABASE_POOL_MAX"
        answers = formats.rate(times * room.peak.answers_per_second)
        rows.append([f"{times} x the peak", answers, str(needed), f"{wanted} of {most}, {fits}"])
    sentences = [f"One process bears {formats.rate(room.bears.answers_per_second)}, {room.bears.source}."]
    return Section(title, sentences, ["load", "answers", "processes", "database connections at most"], rows)


def _growth(since: datetime, until: datetime) -> Section:
    size = formats.megabytes(database_facts.size()["database_bytes"])
    return Section("Growth", [played(since, until), f"The database holds {size}."])
