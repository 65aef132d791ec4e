from django.apps import AppConfig
from django.conf import settings


class MetricsConfig(AppConfig):
    name = "metrics"

    def ready(self) -> None:
        # Connects Celery's signals, in whatever process this is.
        from metrics import liveness, measure, prometheus, task_times  # noqa: F401

        if settings.METRICS_PORT:
            prometheus.serve(settings.METRICS_HOST, settings.METRICS_PORT)
