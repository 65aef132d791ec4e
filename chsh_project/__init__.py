# Celery looks here for its application, and every process that sends a task needs it loaded.
from chsh_project.celery import app as celery_app

__all__ = ["celery_app"]
