"""The tiles of the operations page: a word, a value, its target and its last hour; the worst first."""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from metrics.history import bottleneck, trends
from metrics.history.trends import Point
from metrics.reports import formats
from metrics.reports.charts import sparkline
from metrics.reports.figures import Quantity

HOUR = timedelta(hours=1)


class Tile(NamedTuple):
    """`use` is the used share of the target, 1 at the target; None is unknown."""

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
    made = [_tile(points, newest, quantity) for quantity in _quantities(newest)]
    return sorted(made, key=lambda tile: -1.0 if tile.use is None else tile.use, reverse=True)


def _quantities(newest: Point | None) -> list[Quantity]:
    sockets = float(settings.SOCKET_CONNECTIONS * max(newest.processes if newest else 1, 1))
    return [
        Quantity(_("Answers"), "answers_per_second", formats.rate),
        Quantity(_("Committing answers, p95"), "answer_p95", formats.milliseconds, bottleneck.ANSWER_P95),
        Quantity(_("Pages, p95"), "http_p95", formats.milliseconds, bottleneck.HTTP_P95),
        Quantity(_("Queries, p95"), "query_p95", formats.milliseconds, bottleneck.QUERY_P95),
        Quantity(_("Connections"), "connections", formats.count, sockets),
        Quantity(_("Busiest web process"), "cpu_share", formats.percent, 1.0),
        Quantity(_("Memory of a web process"), "memory_bytes", formats.megabytes, float(bottleneck.MEMORY_BYTES)),
        Quantity(_("Cache hits"), "cache_hit_rate", formats.percent, bottleneck.HIT_RATE, at_least=True),
        Quantity(_("Errors"), "error_rate", formats.percent, bottleneck.ERROR_RATE),
        Quantity(_("Tasks waiting"), "queue", formats.count, float(bottleneck.QUEUE)),
    ]


def _tile(points: Sequence[Point], newest: Point | None, quantity: Quantity) -> Tile:
    value = getattr(newest, quantity.name) if newest else None
    return Tile(
        word=quantity.word,
        value=quantity.written(value),
        target=quantity.written_target(),
        use=_use(quantity, value),
        curve=sparkline([getattr(point, quantity.name) for point in points]),
    )


def _use(quantity: Quantity, value: float | None) -> float | None:
    if value is None or quantity.target is None:
        return None if value is None else 0.0
    if quantity.at_least:
        # Used share: misses divided by the misses that the target allows.
        return (1 - value) / (1 - quantity.target)
    return value / quantity.target
