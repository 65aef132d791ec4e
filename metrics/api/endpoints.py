"""
The operators' API: JSON in and out, safe from other sites' pages, and every act is kept.

Staff may look; whoever acts needs the right to add an OperatorAct, which superusers have and hosts have not.

Each endpoint is declared once in ENDPOINTS; addresses and docs/protocol/openapi.json are made of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar, cast

import msgspec
import structlog
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.views.csrf import csrf_failure as page_of_csrf_failure
from django.views.decorators.cache import never_cache
from redis.exceptions import RedisError

from game.models import Game
from game.realtime import emergency
from metrics.api import messages as said
from metrics.cache import care
from metrics.cache.domains import DOMAINS
from metrics.health import database_facts
from metrics.history import bottleneck
from metrics.models import OperatorAct, OptimizationRun
from metrics.tuning.optimise import AlreadyRunning, optimise

log = structlog.get_logger(__name__)

MAY_ACT = "metrics.add_operatoract"

Item = TypeVar("Item")


class Asked(NamedTuple):
    """Who asks, and for what."""

    username: str
    parameters: Any


# -- Cache ------------------------------------------------------------------------------------------------------------
def cache_stats(asked: Asked) -> said.CacheStatistics:
    rows = [said.DomainView(**found._asdict(), hit_rate=found.hit_rate) for found in care.statistics()]
    return said.CacheStatistics(**_page(rows, asked.parameters), evicted_by_valkey=care.evicted_by_valkey())


def cache_clear(asked: Asked) -> said.Done:
    care.clear(asked.parameters.domains or DOMAINS)
    return said.Done("Everything cached has a new version." if not asked.parameters.domains else "Cleared.")


def cache_warm(asked: Asked) -> said.Done:
    codes = [code.upper() for code in asked.parameters.games]
    games = dict(Game.objects.filter(code__in=codes).values_list("code", "pk"))
    if missing := sorted(set(codes) - games.keys()):
        raise ValueError(f"games={missing!r}: no game has this code")
    return said.Done(f"{care.warm(games.values() if codes else None)} games are warm.")


def cache_rebuild(asked: Asked) -> said.Done:
    return said.Done(f"Made anew: {care.rebuild(asked.parameters.domains or DOMAINS)} games are warm.")


def emergency_mode(asked: Asked) -> said.EmergencyView:
    wish = asked.parameters
    reason = wish.reason or f"Asked for by {asked.username}."
    if not wish.on:
        emergency.end(reason)
        return said.EmergencyView(None)
    return said.EmergencyView(datetime.fromtimestamp(emergency.begin(wish.seconds, reason), UTC))


# -- Database ---------------------------------------------------------------------------------------------------------
def database_stats(asked: Asked) -> said.DatabaseStatistics:
    facts = database_facts.facts()
    rows = [said.TableView(**row) for row in facts.pop("tables")]
    return said.DatabaseStatistics(**_page(rows, asked.parameters), **facts)


def slow_queries(asked: Asked) -> said.SlowQueries:
    found = database_facts.slow_queries()
    rows = [said.SlowQuery(**row) for row in found or []]
    return said.SlowQueries(**_page(rows, asked.parameters), counted=found is not None)


# -- Optimisation -----------------------------------------------------------------------------------------------------
def _optimise(kind: str) -> Callable[[Asked], said.RunView]:
    def act(asked: Asked) -> said.RunView:
        return view(optimise(kind, asked.username, asked.parameters.dry_run))

    return act


def view(run: OptimizationRun) -> said.RunView:
    changes = [said.Change(*(change[name] for name in said.Change.__struct_fields__)) for change in run.changes]
    fields = ("kind", "dry_run", "outcome", "seconds", "saw", "before", "after", "error")
    return said.RunView(id=run.pk, changes=changes, **{name: getattr(run, name) for name in fields})


def bottlenecks(asked: Asked) -> said.Bottlenecks:
    found = bottleneck.components()
    worst = found[0]
    evidence = worst.evidence if bottleneck.measured(found) else "Nothing was measured in the last 10 minutes."
    rows = [said.ComponentView(one.name, one.use, one.limits, one.evidence) for one in found]
    return said.Bottlenecks(worst.name if worst.limits else None, evidence, rows)


# -- The list ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Endpoint:
    method: str
    path: str
    summary: str
    act: Callable[[Asked], msgspec.Struct]
    takes: type[msgspec.Struct]
    says: type[msgspec.Struct]


ENDPOINTS = [
    Endpoint("GET", "cache/stats", "How each domain of the cache does", cache_stats, said.PageOf, said.CacheStatistics),
    Endpoint("POST", "cache/clear", "Forget domains of the cache", cache_clear, said.Domains, said.Done),
    Endpoint("POST", "cache/warm", "Make what pages of games will ask for", cache_warm, said.Games, said.Done),
    Endpoint("POST", "cache/rebuild", "Clear, then warm running games", cache_rebuild, said.Domains, said.Done),
    Endpoint(
        "POST",
        "cache/emergency-mode",
        "Lighten the load for a while",
        emergency_mode,
        said.Emergency,
        said.EmergencyView,
    ),
    Endpoint("GET", "database/stats", "Tables and connections", database_stats, said.PageOf, said.DatabaseStatistics),
    Endpoint("GET", "database/slow-queries", "The slowest queries", slow_queries, said.PageOf, said.SlowQueries),
    *(
        Endpoint("POST", f"optimize/{kind}", f"Run the optimiser: {kind}", _optimise(kind), said.Optimise, said.RunView)
        for kind in ("cache", "websocket", "database", "full")
    ),
    Endpoint("GET", "performance/bottlenecks", "What limits now", bottlenecks, said.Nothing, said.Bottlenecks),
]


def _page(rows: Sequence[Any], wanted: said.PageOf) -> dict[str, Any]:
    first = (wanted.page - 1) * wanted.page_size
    items = list(rows[first : first + wanted.page_size])
    return {"items": items, "page": wanted.page, "page_size": wanted.page_size, "total": len(rows)}


# -- HTTP -------------------------------------------------------------------------------------------------------------
def _wrong(status: int, text: str) -> JsonResponse:
    return JsonResponse({"error": text}, status=status)


def _serve(endpoint: Endpoint) -> Callable[[HttpRequest], HttpResponse]:
    @never_cache
    def serve(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return _wrong(401, "Log in first.")
        if not request.user.is_staff:
            return _wrong(403, "Only for staff.")
        if endpoint.method == "POST" and not request.user.has_perm(MAY_ACT):
            return _wrong(403, f"Only for operators: this account lacks the permission {MAY_ACT}.")
        if request.method != endpoint.method:
            refusal = _wrong(405, f"method={request.method!r}: use {endpoint.method}")
            refusal["Allow"] = endpoint.method
            return refusal
        try:
            parameters = _parameters(request, endpoint)
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            return _wrong(400, str(error))
        response = _carry_out(endpoint, Asked(request.user.get_username(), parameters))
        _keep(request, endpoint, parameters, response)
        return response

    return serve


def _parameters(request: HttpRequest, endpoint: Endpoint) -> Any:
    if endpoint.method == "GET":
        return msgspec.convert(request.GET.dict(), endpoint.takes, strict=False)
    return msgspec.json.decode(request.body or b"{}", type=endpoint.takes)


def _carry_out(endpoint: Endpoint, asked: Asked) -> HttpResponse:
    try:
        answer = endpoint.act(asked)
    except ValueError as error:
        return _wrong(400, str(error))
    except AlreadyRunning as error:
        return _wrong(409, str(error))
    except RedisError as error:
        return _wrong(503, f"Valkey does not answer ({type(error).__name__}).")
    return HttpResponse(msgspec.json.encode(answer), content_type="application/json")


def _keep(request: HttpRequest, endpoint: Endpoint, parameters: Any, response: HttpResponse) -> None:
    """Keep who did what: acts as rows, all of it in the log."""
    act = f"{endpoint.method} {request.path}"
    log.info("operator_asked", act=act, user=request.user.pk, status=response.status_code)
    if endpoint.method == "POST":
        OperatorAct.objects.create(
            user=cast(User, request.user),
            username=request.user.get_username(),
            act=act,
            parameters=msgspec.to_builtins(parameters),
            outcome=f"{response.status_code} {response.content[:200].decode(errors='replace')}",
        )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuse in the form that is spoken at the address."""
    if request.path.startswith("/api/"):
        return _wrong(403, "The CSRF token is missing or wrong: send it as the header X-CSRFToken.")
    return page_of_csrf_failure(request, reason)


URLS: list[URLPattern] = [path(f"api/admin/{endpoint.path}", _serve(endpoint)) for endpoint in ENDPOINTS]
