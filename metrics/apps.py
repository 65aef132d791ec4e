from django.apps import AppConfig


class MetricsConfig(AppConfig):
    name = "metrics"

    def ready(self) -> None:
        # Connects Celery's signals, in whatever process this is.
        from metrics import liveness  # noqa: F401
