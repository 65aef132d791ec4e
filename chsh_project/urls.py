from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, include, path


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that nothing is here; Django's own view reads the form first, and fails where the body is none."""
    return render(request, "404.html", status=404)


urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("game.urls")),
    path("", include("dashboard.urls")),
    path("", include("metrics.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
]
if settings.DEBUG:
    from debug_toolbar.toolbar import debug_toolbar_urls

    urlpatterns += debug_toolbar_urls()
