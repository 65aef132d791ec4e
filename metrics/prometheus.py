"""/metrics, for Prometheus alone: a counter of answers that players could read would tell who has answered."""

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer whoever knows METRICS_TOKEN; where none is set, this machine only."""
    if not _allowed(request):
        return HttpResponse("Only for this machine, or with METRICS_TOKEN.\n", status=403, content_type="text/plain")
    return ExportToDjangoView(request)


def _allowed(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").encode()
        return secrets.compare_digest(given, f"Bearer {settings.METRICS_TOKEN}".encode())
    # A proxy on this machine would make everybody local.
    proxied = any(name in request.headers for name in ("X-Forwarded-For", "X-Real-IP", "Forwarded"))
    return request.META["REMOTE_ADDR"] in ("127.0.0.1", "::1") and not proxied
