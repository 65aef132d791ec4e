"""The operations page and the stored reports."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from game import tunables
from game.realtime import emergency
from metrics.cache import care
from metrics.health import doctor
from metrics.history import bottleneck
from metrics.models import OptimizationRun, Report
from metrics.reports import tiles

RUNS_SHOWN = 8
REPORTS_SHOWN = 6


def _for_staff(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    @require_safe
    @never_cache
    @login_required
    def guarded(request: HttpRequest, **named: Any) -> HttpResponseBase:
        if not request.user.is_staff:
            raise PermissionDenied
        return view(request, **named)

    return guarded


@_for_staff
def operations(request: HttpRequest) -> HttpResponseBase:
    tunables.read()
    components = bottleneck.components()
    until = emergency.until()
    context = {
        "findings": doctor.examine(),
        "tiles": tiles.tiles(),
        "components": components,
        "limiting": components[0] if components[0].limits else None,
        "measured": bottleneck.measured(components),
        "domains": _domains(),
        "runs": OptimizationRun.objects.all()[:RUNS_SHOWN],
        "reports": Report.objects.defer("html", "markdown", "figures")[:REPORTS_SHOWN],
        "emergency_until": datetime.fromtimestamp(until, UTC) if until else None,
    }
    return render(request, "metrics/operations.html", context)


def _domains() -> list[care.DomainStatistics]:
    try:
        return care.statistics()
    except RedisError:
        # The findings name Valkey.
        return []


@_for_staff
def report(request: HttpRequest, pk: int) -> HttpResponseBase:
    return render(request, "metrics/report.html", {"report": get_object_or_404(Report, pk=pk)})


@_for_staff
def report_markdown(request: HttpRequest, pk: int) -> HttpResponseBase:
    found = get_object_or_404(Report, pk=pk)
    headers = {"Content-Disposition": f'attachment; filename="{found.kind}-{found.until:%Y-%m-%d}.md"'}
    return HttpResponse(found.markdown, content_type="text/markdown; charset=utf-8", headers=headers)


@_for_staff
def api_root(request: HttpRequest) -> HttpResponseBase:
    return redirect("operations")
