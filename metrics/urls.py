from django.urls import path

from metrics import health, prometheus

urlpatterns = [
    path("health", health.health, name="health"),
    path("ready", health.ready, name="ready"),
    path("metrics", prometheus.metrics, name="metrics"),
]
