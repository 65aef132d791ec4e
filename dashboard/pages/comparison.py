"""Runs of a game, and of another game of the same host, side by side: before and after a plan, two classes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dashboard.keys import StatisticsKey
from dashboard.pages.access import for_hosts, hosted_game
from dashboard.pages.report import mode_name
from game.database.replica import reading
from game.games import game_of
from game.games.axes import axes, share_axis
from game.games.verdicts import VERDICTS, verdict
from game.games.words import Text
from game.lobby import ownership
from game.lobby.refusal import Refusal
from game.models import Game, RoomStatistics, RunLabel
from game.physics.report_types import Axis, Estimate, Report, difference, watched
from game.web.words import NUMBERS

# Other games offered for a comparison, the newest first.
OFFERED = 30


class RunResult(NamedTuple):
    """What was played in one run and mode, as the room's stored report has it."""

    game: Game
    key: StatisticsKey
    label: str
    report: Report
    bots_only: bool
    verdict: Text | None
    first: Estimate
    # The name and the text of each estimate.
    rows: list[tuple[Text, str]]
    teams: int
    at: datetime

    @property
    def name(self) -> str:
        """Return what the host calls the run, else its number, and the game where it is another one."""
        return self.label or _("Run %(run)s") % {"run": self.key.run}

    @property
    def mode_name(self) -> str:
        return mode_name(self.key)

    @property
    def scored(self) -> int:
        return self.report.good + self.report.bad

    @property
    def comparable(self) -> tuple[str, str]:
        return self.key.mode, self.key.design


class Comparison(NamedTuple):
    """A sentence about two runs, and whether they differ by more than luck easily makes."""

    kind: str
    text: str


@require_http_methods(["GET", "HEAD", "POST"])
@for_hosts
def runs(request: HttpRequest, game: Game) -> HttpResponseBase:
    """Show all runs side by side; a POST names one."""
    if request.method == "POST":
        return _name_run(request, game)
    with reading():
        other = _other(request, game)
        results = [*_results(game), *(_results(other) if other is not None else [])]
        context = {
            "game": game,
            "other": other,
            "offered": _offered(request, game),
            "results": results,
            "comparisons": comparisons(results, game),
        }
        return render(request, "dashboard/comparison.html", context)


def _name_run(request: HttpRequest, game: Game) -> HttpResponseBase:
    run = request.POST.get("run", "")
    try:
        ownership.label_run(game.pk, int(run) if run.isdecimal() else 0, request.POST.get("label", ""))
    except Refusal as refusal:
        messages.error(request, refusal.text)
    return redirect("compare_runs", game.code)


def _other(request: HttpRequest, game: Game) -> Game | None:
    """Return the game that the address names beside this one, if the user hosts it too."""
    code = request.GET.get("with", "")
    if not code or code.upper() == game.code:
        return None
    other = hosted_game(request, code)
    if not RoomStatistics.objects.filter(game=other).exists():
        raise Http404(f"with={code!r}: nothing was played in this game")
    return other


def _offered(request: HttpRequest, game: Game) -> QuerySet[Game]:
    """Return other games of this host in which the same was played."""
    modes = RoomStatistics.objects.filter(game=game).exclude(report=None).values("mode")
    played = RoomStatistics.objects.filter(mode__in=modes).exclude(report=None).values("game")
    return Game.objects.hosted_by(request.user).filter(pk__in=played).exclude(pk=game.pk)[:OFFERED]


def _results(game: Game) -> list[RunResult]:
    """Return what was played in a game, the first run first."""
    labels = dict(RunLabel.objects.filter(game=game).values_list("run", "text"))
    rows = RoomStatistics.objects.filter(game=game).exclude(report=None).order_by("run", "mode", "design")
    return [_result(game, row, labels.get(row.run, "")) for row in rows if row.report.issued]


def _result(game: Game, row: RoomStatistics, label: str) -> RunResult:
    report: Report = watched(row.report)
    declared = game_of(row.mode)
    said = verdict(report, declared)
    first = share_axis(declared)
    shown = [first, *(axis for axis in axes(declared) if axis.key != first.key)]
    names: Any = NUMBERS["estimates"]
    return RunResult(
        game=game,
        key=StatisticsKey(row.run, row.mode, row.design),
        label=label,
        report=report,
        bots_only=row.bots_only,
        verdict=None if said is None else VERDICTS[said],
        first=_estimate(report, first),
        rows=[(names[axis.key], _text(axis, _estimate(report, axis))) for axis in shown],
        teams=report.room.teams if report.room is not None else 0,
        at=row.updated_at,
    )


def _estimate(report: Report, axis: Axis) -> Estimate:
    return report.estimate(axis.key) or Estimate(axis.key)


def comparisons(results: Sequence[RunResult], game: Game) -> list[Comparison]:
    """
    Compare each run with the one before it that asked the same in the same game, and another game with the last run.

    The first estimate decides: it is the share that everything else follows.
    """
    found = []
    for place, later in enumerate(results):
        before = [
            one
            for one in results[:place]
            if one.comparable == later.comparable and (one.game == later.game or one.game == game)
        ]
        own = [one for one in before if one.game == later.game]
        if before:
            found.append(compare((own or before)[-1], later))
    return [one for one in found if one is not None]


def compare(earlier: RunResult, later: RunResult) -> Comparison | None:
    """Say which of two runs has the larger share, if luck alone hardly explains it; None where a share is unknown."""
    apart = difference(later.first, earlier.first)
    if apart.value is None or apart.low is None or apart.high is None:
        return None
    kind = "more" if apart.low > 0 else "less" if apart.high < 0 else "same"
    texts = {
        "more": _("%(later)s won more often than %(earlier)s: %(points)s points more, with an interval of %(range)s."),
        "less": _("%(later)s won less often than %(earlier)s: %(points)s points less, with an interval of %(range)s."),
        "same": _(
            "%(later)s and %(earlier)s do not differ clearly: the difference is %(points)s points, with an interval of "
            "%(range)s. Luck alone can do that."
        ),
    }
    sign = -1 if kind == "less" else 1
    low, high = sorted((sign * apart.low, sign * apart.high))
    spread = _("%(low)s to %(high)s") % {"low": _points(low), "high": _points(high)}
    named = {"later": _full_name(later, earlier), "earlier": _full_name(earlier, later)}
    return Comparison(kind, texts[kind] % {**named, "points": _points(sign * apart.value), "range": spread})


def _full_name(one: RunResult, beside: RunResult) -> str:
    return one.name if one.game == beside.game else f"{one.game.title}, {one.name}"


def _text(axis: Axis, estimate: Estimate) -> str:
    """Write an estimate with its interval, as the dashboard does; a dash where it is unknown."""
    if estimate.value is None:
        return "–"
    scale, places, unit = (100, 0, " %") if axis.unit == "share" else (1, 2, "")

    def write(value: float) -> str:
        return number_format(round(scale * value, places), places).replace("-", "−")

    text = f"{write(estimate.value)}{unit}"
    if estimate.low is None or estimate.high is None:
        return text
    return _("%(value)s (%(low)s to %(high)s)") % {
        "value": text,
        "low": write(estimate.low),
        "high": write(estimate.high),
    }


def _points(share: float) -> str:
    return number_format(round(100 * share, 0), 0).replace("-", "−")
