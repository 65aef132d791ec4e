"""
Tokens by which programs ask the operators' API: `Authorization: Bearer chsh_...`.

A token acts for the person who made it, never with more rights, until it expires or is deleted.  Its hash is stored.
"""

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone

from metrics.models import ApiToken

SCHEME = "bearer "
PREFIX = "chsh_"
MOST_DAYS = 366
# A row is written this often at most.
USE_NOTED_SECONDS = 60


class BadToken(ValueError):
    """A token that is unknown or expired, or whose person may not log in any more."""


def create(user: User, name: str, scope: str, days: int) -> tuple[ApiToken, str]:
    """Make a token; return its row and the token itself, which is told this once."""
    if not 1 <= days <= MOST_DAYS:
        raise ValueError(f"days={days}: use 1 to {MOST_DAYS}")
    if not (user.is_active and user.is_staff):
        raise ValueError(f"user={user.get_username()!r}: only for staff who may log in")
    token = PREFIX + secrets.token_urlsafe(32)
    expires_at = timezone.now() + timedelta(days=days)
    return ApiToken.objects.create(
        user=user, name=name, scope=scope, digest=_digest(token), expires_at=expires_at
    ), token


def of_request(request: HttpRequest) -> ApiToken | None:
    """Return the token that a request bears, or None without one; raises BadToken."""
    header = request.headers.get("Authorization", "")
    if not header.lower().startswith(SCHEME):
        return None
    digest = _digest(header[len(SCHEME) :].strip())
    token = ApiToken.objects.select_related("user").filter(digest=digest).first()
    now = timezone.now()
    if token is None:
        raise BadToken("This token is unknown.")
    if token.expires_at <= now:
        raise BadToken(f"This token expired on {token.expires_at:%Y-%m-%d}.")
    if not token.user.is_active:
        raise BadToken("The account of this token is closed.")
    if token.last_used_at is None or now - token.last_used_at > timedelta(seconds=USE_NOTED_SECONDS):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


def _digest(token: str) -> str:
    # The token has 256 random bits: a slow hash would add nothing.
    return hashlib.sha256(token.encode()).hexdigest()
