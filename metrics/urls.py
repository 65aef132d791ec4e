from django.urls import URLPattern

from metrics import api

urlpatterns: list[URLPattern] = [*api.URLS]
