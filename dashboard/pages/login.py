"""
How often a password may be tried: by address, or by browser where somebody has logged in before.

Pupils never log in, but a class may share its instructor's address.  A browser that has logged in is known by a signed
cookie and counted by itself, so that nobody's guesses at the same address lock its user out.
"""

import secrets
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

from game.web.quotas import Quota, too_many

PATHS = ("/login/", "/admin/login/")
COOKIE = "device"
_SALT = "dashboard.login"
AGE_SECONDS = 180 * 24 * 3600

# Failed attempts and those in progress; django-axes locks a name for its address after ten.
_addresses = Quota("login", 30, 300)
_devices = Quota("login", 10, 900)

View = Callable[..., HttpResponseBase]


def limited(view: View) -> View:
    """Limit the attempts of a view that logs in; a successful one is not counted."""

    @wraps(view)
    def counted(request: HttpRequest, *args: Any, **options: Any) -> HttpResponseBase:
        if request.method != "POST":
            return view(request, *args, **options)
        device = _device(request.COOKIES)
        quota, who = (_devices, device) if device else (_addresses, f"address {request.META.get('REMOTE_ADDR', '')}")
        if quota.count(who) > quota.limit:
            return too_many(request, quota.what, quota.wait_seconds())
        response = view(request, *args, **options)
        if isinstance(request.user, User):
            quota.give_back(who)
            _remember(response, request.user)
        return response

    return counted


def is_by_a_stranger(request: HttpRequest) -> bool:
    """Whether this is an attempt to log in by a browser in which nobody has logged in before."""
    return request.method == "POST" and request.path in PATHS and not _device(request.COOKIES)


def is_known(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> bool:
    """
    Whether django-axes may lock nobody here for the guesses of others.

    True of a user who has logged in with this browser before, and where an institution looks after the passwords.
    """
    if not (credentials or {}).get("username"):
        return True
    name, _, _ = _device(request.COOKIES).rpartition(" ")
    return bool(name) and name == (credentials or {}).get("username")


def _device(cookies: Mapping[str, str]) -> str:
    """Return the name and number of a browser that logged in before, "" for others."""
    try:
        return signing.Signer(salt=_SALT).unsign_object(cookies[COOKIE])
    except (KeyError, signing.BadSignature):
        return ""


def _remember(response: HttpResponseBase, user: User) -> None:
    device = f"{user.get_username()} {secrets.token_urlsafe(8)}"
    response.set_cookie(
        COOKIE, signing.Signer(salt=_SALT).sign_object(device), max_age=AGE_SECONDS, httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
