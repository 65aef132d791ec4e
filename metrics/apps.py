from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate


class MetricsConfig(AppConfig):
    name = "metrics"

    def ready(self) -> None:
        # Importing them connects Celery's signals, registers checks and makes counters.
        from metrics.cache import counters  # noqa: F401
        from metrics.health import database_checks, newer_data  # noqa: F401
        from metrics.history import measure  # noqa: F401
        from metrics.monitoring import database_watch, liveness, prometheus, task_times  # noqa: F401

        post_migrate.connect(database_watch.count_statements, sender=self)

        if settings.METRICS_PORT:
            prometheus.serve(settings.METRICS_HOST, settings.METRICS_PORT)
