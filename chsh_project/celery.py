import os
from typing import Any

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chsh_project.settings")

app = Celery("chsh_project")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["dashboard.statistics", "dashboard.replay"])
app.set_default()


@worker_init.connect
def _trace(**kwargs: Any) -> None:
    from django.conf import settings

    if settings.TRACES_ENDPOINT:
        from chsh_project.telemetry import traces
        from game.realtime.server import current_server

        traces.start(current_server())
