"""Users of the admin, and its addresses."""

from django.contrib.auth.models import Group, User
from django.test import Client


def staff(name: str, *groups: str, **fields) -> Client:
    user = User.objects.create_user(name, is_staff=True, **fields)
    user.groups.set(Group.objects.filter(name__in=groups))
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def url(model, suffix: str = "") -> str:
    return f"/admin/game/{model._meta.model_name}/{suffix}"
