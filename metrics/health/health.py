"""/health: the process answers.  /ready: what the game needs and what it lacks."""

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from game.database.full_disk import FULL_DISK
from metrics.monitoring import liveness


@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "alive", "version": settings.VERSION})


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """
    Return 503 with names when the database or a migration is missing; 200 "degraded" with names when Valkey, the worker
    or beat is away, because the game goes on without them, or when the database's disk is full, because pages go on;
    otherwise 200 "ready".
    """
    if missing := missing_essentials():
        return JsonResponse({"status": "not ready", "missing": missing}, status=503)
    if away := missing_comforts():
        return JsonResponse({"status": "degraded", "degraded": away})
    return JsonResponse({"status": "ready"})


def missing_essentials() -> list[str]:
    """Return what no game works without."""
    try:
        executor = MigrationExecutor(connection)
        behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return ["database"]
    return [f"migration {migration.app_label}.{migration.name}" for migration, _ in behind]


def missing_comforts() -> list[str]:
    """Return what live numbers need and do not have."""
    try:
        no_room = cache.get(FULL_DISK)
    except RedisError:
        # The signs of life of the others are stored there.
        return ["valkey"]
    away = [component for component in ("worker", "beat") if not liveness.is_alive(component)]
    return ["room in the database", *away] if no_room else away
