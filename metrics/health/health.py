"""/health: the process answers.  /ready: what the game needs and what it lacks."""

import os
import socket
import time
from datetime import timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_celery_beat.models import PeriodicTask
from prometheus_client import REGISTRY
from redis.exceptions import RedisError

from game.database.backend.base import DatabaseWrapper
from game.database.full_disk import FULL_DISK
from game.realtime.server import current_server
from game.realtime.visibility import PAGES
from metrics.api import tokens
from metrics.health.newer_data import newer_data
from metrics.monitoring import liveness

# Times of tasks that ran lie further ahead only where the clock was set back.
CLOCKS_DIFFER = timedelta(minutes=1)
DATABASE = "database"
BEGAN = time.monotonic()


class _Reached:
    """Whether this process has reached its database: until then its own settings may be wrong."""

    database = False


@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    return JsonResponse(_alive())


@require_safe
@never_cache
def health_for_staff(request: HttpRequest) -> JsonResponse:
    """
    Return what /health says, and to staff the age and the open sockets of the process that answers.

    A token that is refused and a database that is away are named, and are no failure: the process is alive.
    """
    try:
        if _is_staff(request):
            return JsonResponse(_alive() | _of_this_process())
    except tokens.BadToken as error:
        return JsonResponse(_alive() | {"refused": str(error)})
    except DatabaseError:
        return JsonResponse(_alive() | {"refused": "The database does not answer who asks."})
    return JsonResponse(_alive())


def _alive() -> dict[str, Any]:
    return {"status": "alive", "version": settings.VERSION}


def _of_this_process() -> dict[str, Any]:
    open_sockets = {page: REGISTRY.get_sample_value("websocket_connections", {"page": page}) or 0 for page in PAGES}
    return {
        "process": f"{socket.gethostname()}:{os.getpid()}",
        "uptime_seconds": round(time.monotonic() - BEGAN, 1),
        "connections": {page: int(number) for page, number in open_sockets.items()},
    }


def _is_staff(request: HttpRequest) -> bool:
    if (token := tokens.of_request(request)) is not None:
        return token.user.is_staff
    SessionMiddleware(lambda _: HttpResponse()).process_request(request)
    user = get_user(request)
    return user.is_active and bool(getattr(user, "is_staff", False))


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """
    Return 503 with names when the database was never reached, when its right to write or a migration is missing, or a
    newer release that the data is of.

    Return 200 "degraded" with names when the database is away, because all processes share it and a proxy would empty
    the whole service, when Valkey, the worker or beat is away, when what other processes tell does not
    arrive or the clock was set back, because the game goes on without them, or when the database's disk is full,
    because pages go on; otherwise 200 "ready".
    """
    missing = missing_essentials()
    if missing == [DATABASE] and _Reached.database:
        return JsonResponse({"status": "degraded", "degraded": missing})
    if missing:
        return JsonResponse({"status": "not ready", "missing": missing}, status=503)
    if away := missing_comforts():
        return JsonResponse({"status": "degraded", "degraded": away})
    return JsonResponse({"status": "ready"})


def missing_essentials() -> list[str]:
    """Return what no game works without."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('transaction_read_only')")
            (read_only,) = cursor.fetchone()
        _Reached.database = True
        if read_only == "on":
            # After a failover the connection may lead to the server that is a replica now: the next one is another.
            cast(DatabaseWrapper, connection).drop()
            return ["database that can be written"]
        executor = MigrationExecutor(connection)
        behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return [DATABASE]
    newer = [f"release with {name}" for name in newer_data(executor.loader)]
    return newer + [f"migration {migration.app_label}.{migration.name}" for migration, _ in behind]


def missing_comforts() -> list[str]:
    """Return what live numbers need and do not have."""
    deaf = ["live updates"] if current_server().hub.bus.is_deaf else []
    try:
        no_room = cache.get(FULL_DISK)
    except RedisError:
        # The signs of life of the others are stored there.
        return ["valkey", *deaf]
    away = [component for component in ("worker", "beat") if not liveness.is_alive(component)]
    away += deaf
    if PeriodicTask.objects.filter(enabled=True, last_run_at__gt=timezone.now() + CLOCKS_DIFFER).exists():
        away.append("clock")
    return ["room in the database", *away] if no_room else away
