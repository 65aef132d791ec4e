import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chsh_project.settings")

app = Celery("chsh_project")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["dashboard.statistics", "dashboard.replay"])
app.set_default()
