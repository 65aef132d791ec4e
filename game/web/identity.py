"""
The identity of a player: a secret in a signed, HttpOnly cookie, and its hash in the database.

It is neither a connection nor an account, so a player keeps the seat after a reload, sleep, a change of network or a
restart of the server.
"""

import functools
import hashlib
import secrets
from collections.abc import Mapping

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

COOKIE: str = settings.PLAYER_COOKIE_NAME
AGE_SECONDS = 180 * 24 * 3600


@functools.cache
def _signer() -> signing.Signer:
    return signing.Signer(salt="game.identity")


def read(cookies: Mapping[str, str]) -> str | None:
    """Return the secret of the signed cookie, or None when it is absent or was tampered with."""
    try:
        return _signer().unsign(cookies[COOKIE])
    except (KeyError, signing.BadSignature):
        return None


def sign(secret: str) -> str:
    return _signer().sign(secret)


def new_secret() -> str:
    return secrets.token_urlsafe(16)


def ensure(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Give the browser an identity unless it has a valid one."""
    if read(request.COOKIES) is None:
        response.set_cookie(
            COOKIE,
            sign(new_secret()),
            max_age=AGE_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response


def hashed(secret: str) -> str:
    """Return what is stored: nobody can take a seat with the database alone."""
    return hashlib.sha256(secret.encode()).hexdigest()
