from django.urls import URLPattern, path

from metrics import views
from metrics.api import endpoints

urlpatterns: list[URLPattern] = [
    path("operations/", views.operations, name="operations"),
    path("operations/reports/<int:pk>/", views.report, name="operations_report"),
    path("operations/reports/<int:pk>.md", views.report_markdown, name="operations_report_markdown"),
    path("api/", views.api_root),
    *endpoints.URLS,
]
