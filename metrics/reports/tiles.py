"""The tiles of the operations page: a word, a value with its unit, its target and its last hour; the worst first."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from metrics.history import bottleneck, trends
from metrics.history.trends import Point

HOUR = timedelta(hours=1)
UNKNOWN = "–"
WIDTH, HEIGHT, SPARE = 96.0, 24.0, 2.0


class Tile(NamedTuple):
    """`use` is the share of the target that is used up, 1 at the target; None: nothing is known."""

    word: str
    value: str
    target: str
    use: float | None
    curve: str

    @property
    def state(self) -> str:
        if self.use is None:
            return "unknown"
        return "beyond" if self.use > 1 else "near" if self.use >= bottleneck.FELT else "good"

    @property
    def state_word(self) -> str:
        words = {"unknown": _("not measured"), "beyond": _("beyond the target"), "near": _("near the target")}
        return words.get(self.state, _("good"))


def tiles() -> list[Tile]:
    points = trends.series(timezone.now() - HOUR, timezone.now())
    newest = trends.now()
    made = [_tile(points, newest, *row) for row in _rows(newest)]
    return sorted(made, key=lambda tile: -1.0 if tile.use is None else tile.use, reverse=True)


def _ms(seconds: float) -> str:
    return f"{number_format(seconds * 1000, 1)} ms"


def _percent(share: float) -> str:
    return f"{number_format(share * 100, 1)} %"


def _mb(size: float) -> str:
    return f"{number_format(size / 2**20, 0)} MB"


def _count(number: float) -> str:
    return number_format(number, 0, force_grouping=True)


def _rate(number: float) -> str:
    return _("%(number)s a second") % {"number": number_format(number, 1)}


Row = tuple[str, str, Callable[[float], str], float | None]


def _rows(newest: Point | None) -> list[Row]:
    """Word, field, how it is written, target; hits are good when high and are turned round in _use."""
    most = float(settings.SOCKET_CONNECTIONS * max(newest.processes if newest else 1, 1))
    return [
        (_("Answers"), "answers_per_second", _rate, None),
        (_("Committing answers, p95"), "answer_p95", _ms, bottleneck.ANSWER_P95),
        (_("Pages, p95"), "http_p95", _ms, bottleneck.HTTP_P95),
        (_("Queries, p95"), "query_p95", _ms, bottleneck.QUERY_P95),
        (_("Connections"), "connections", _count, most),
        (_("Busiest web process"), "cpu_share", _percent, 1.0),
        (_("Memory of a web process"), "memory_bytes", _mb, float(bottleneck.MEMORY_BYTES)),
        (_("Cache hits"), "cache_hit_rate", _percent, bottleneck.HIT_RATE),
        (_("Errors"), "error_rate", _percent, bottleneck.ERROR_RATE),
        (_("Tasks waiting"), "queue", _count, float(bottleneck.QUEUE)),
    ]


def _tile(
    points: Sequence[Point],
    newest: Point | None,
    word: str,
    field: str,
    write: Callable[[float], str],
    target: float | None,
) -> Tile:
    value = getattr(newest, field) if newest else None
    values = [getattr(point, field) for point in points]
    limit = _("at least %s") if field == "cache_hit_rate" else _("at most %s")
    return Tile(
        word=word,
        value=UNKNOWN if value is None else write(value),
        target="" if target is None else limit % write(target),
        use=_use(field, value, target),
        curve=curve(values),
    )


def _use(field: str, value: float | None, target: float | None) -> float | None:
    if value is None or target is None:
        return None if value is None else 0.0
    if field == "cache_hit_rate":
        # Misses use up what the target allows.
        return (1 - value) / (1 - target)
    return value / target


def curve(values: Sequence[Any]) -> str:
    """Return an SVG path over the values, the highest at the top; an unknown value lifts the pen."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return ""
    top = max(known) or 1
    path, drawing = "", False
    for n, value in enumerate(values):
        if value is not None:
            x = SPARE + n * (WIDTH - 2 * SPARE) / (len(values) - 1)
            y = HEIGHT - SPARE - value / top * (HEIGHT - 2 * SPARE)
            path += f"{'L' if drawing else 'M'}{x:.1f},{y:.1f}"
        drawing = value is not None
    return path
