"""The views of the operators' API and their addresses."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.csrf import csrf_failure as page_of_csrf_failure

from game.models import Game
from game.realtime import emergency
from metrics.api import messages
from metrics.api.operator_view import operator_view, wrong
from metrics.cache import care, warming
from metrics.cache.domains import DOMAINS
from metrics.health import database_facts
from metrics.history import bottleneck
from metrics.models import OptimizationRun
from metrics.tuning.optimise import optimise


def _page(rows: Sequence[Any], asked: messages.PageOf) -> dict[str, Any]:
    first = (asked.page - 1) * asked.page_size
    items = list(rows[first : first + asked.page_size])
    return {"items": items, "page": asked.page, "page_size": asked.page_size, "total": len(rows)}


# -- Cache ------------------------------------------------------------------------------------------------------------
@operator_view("GET")
def cache_stats(request: HttpRequest, asked: messages.PageOf) -> messages.CacheStatistics:
    """Statistics of each domain of the cache."""
    rows = [messages.DomainView(**found._asdict(), hit_rate=found.hit_rate) for found in care.statistics()]
    return messages.CacheStatistics(**_page(rows, asked), evicted_by_valkey=care.evicted_by_valkey())


@operator_view("POST")
def cache_clear(request: HttpRequest, asked: messages.Domains) -> messages.Done:
    """Clear domains of the cache."""
    care.clear(asked.domains or DOMAINS)
    return messages.Done("Cleared." if asked.domains else "Everything cached has a new version.")


@operator_view("POST")
def cache_warm(request: HttpRequest, asked: messages.Games) -> messages.Done:
    """Compute what pages of games will ask for."""
    codes = [code.upper() for code in asked.games]
    games = dict(Game.objects.filter(code__in=codes).values_list("code", "pk"))
    if missing := sorted(set(codes) - games.keys()):
        raise ValueError(f"games={missing!r}: no game has this code")
    return messages.Done(f"{warming.warm(games.values() if codes else None)} games are warm.")


@operator_view("POST")
def cache_rebuild(request: HttpRequest, asked: messages.Domains) -> messages.Done:
    """Clear domains, then warm running games."""
    return messages.Done(f"Made anew: {care.rebuild(asked.domains or DOMAINS)} games are warm.")


@operator_view("POST")
def emergency_mode(request: HttpRequest, asked: messages.Emergency) -> messages.EmergencyView:
    """Switch the emergency mode on for a while, or off."""
    reason = asked.reason or f"Asked for by {request.user.get_username()}."
    if not asked.on:
        emergency.end(reason)
        return messages.EmergencyView(None)
    return messages.EmergencyView(datetime.fromtimestamp(emergency.begin(asked.seconds, reason), UTC))


# -- Database ---------------------------------------------------------------------------------------------------------
@operator_view("GET")
def database_stats(request: HttpRequest, asked: messages.PageOf) -> messages.DatabaseStatistics:
    """Tables, the largest first, and connections."""
    rows = [messages.TableView(*table) for table in database_facts.tables()]
    used, most = database_facts.connections()
    return messages.DatabaseStatistics(
        **_page(rows, asked), **database_facts.size(), connections=used, max_connections=most
    )


@operator_view("GET")
def slow_queries(request: HttpRequest, asked: messages.PageOf) -> messages.SlowQueries:
    """Queries by their total time."""
    found = database_facts.slow_queries()
    rows = [messages.SlowQuery(**row) for row in found or []]
    return messages.SlowQueries(**_page(rows, asked), counted=found is not None)


# -- Optimisation -----------------------------------------------------------------------------------------------------
@operator_view("POST")
def optimize(request: HttpRequest, asked: messages.Optimise, kind: str) -> messages.RunView:
    """Run an optimiser, or show what it would do."""
    return run_view(optimise(kind, request.user.get_username(), asked.dry_run))


def run_view(run: OptimizationRun) -> messages.RunView:
    changes = [messages.Change(*(change[name] for name in messages.Change.__struct_fields__)) for change in run.changes]
    fields = ("kind", "dry_run", "outcome", "seconds", "observations", "before", "after", "error")
    return messages.RunView(id=run.pk, changes=changes, **{name: getattr(run, name) for name in fields})


@operator_view("GET")
def bottlenecks(request: HttpRequest, asked: messages.Nothing) -> messages.Bottlenecks:
    """The component that limits now, with its evidence."""
    found = bottleneck.components()
    worst = found[0]
    evidence = worst.evidence if bottleneck.measured(found) else "Nothing was measured in the last 10 minutes."
    rows = [messages.ComponentView(one.name, one.use, one.limits, one.evidence) for one in found]
    return messages.Bottlenecks(worst.name if worst.limits else None, evidence, rows)


URLS: list[URLPattern] = [
    path("api/admin/cache/stats", cache_stats),
    path("api/admin/cache/clear", cache_clear),
    path("api/admin/cache/warm", cache_warm),
    path("api/admin/cache/rebuild", cache_rebuild),
    path("api/admin/cache/emergency-mode", emergency_mode),
    path("api/admin/database/stats", database_stats),
    path("api/admin/database/slow-queries", slow_queries),
    *(path(f"api/admin/optimize/{kind}", optimize, {"kind": kind}) for kind in messages.KINDS),
    path("api/admin/performance/bottlenecks", bottlenecks),
]


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuse in JSON under /api/, elsewhere by Django's page."""
    if request.path.startswith("/api/"):
        return wrong(403, "The CSRF token is missing or wrong: send it as the header X-CSRFToken.")
    return page_of_csrf_failure(request, reason)
