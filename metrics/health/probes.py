"""Answer /health, /ready and /metrics before the host check: programs ask by addresses that are no host of ours."""

from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from metrics.health.health import health, health_for_staff, ready
from metrics.monitoring.prometheus import metrics

Answer = HttpResponseBase | Awaitable[HttpResponseBase]
VIEWS: dict[str, Callable[[HttpRequest], HttpResponseBase]] = {
    "/health": health_for_staff,
    "/ready": ready,
    "/metrics": metrics,
}


@sync_and_async_middleware
def probes(
    get_response: Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]],
) -> Callable[..., object]:
    async def ask(request: HttpRequest) -> HttpResponseBase:
        if request.path_info == "/health" and not _names_somebody(request):
            # In the event loop: a database that hangs must not make the process look dead.
            return health(request)
        if view := VIEWS.get(request.path_info):
            return await sync_to_async(view)(request)
        return await get_response(request)  # type: ignore[misc]

    def ask_here(request: HttpRequest) -> Answer:
        return VIEWS.get(request.path_info, get_response)(request)

    return ask if iscoroutinefunction(get_response) else ask_here


def _names_somebody(request: HttpRequest) -> bool:
    """Whether a token or a session comes along, which only the database knows."""
    return "Authorization" in request.headers or settings.SESSION_COOKIE_NAME in request.COOKIES
