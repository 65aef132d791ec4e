"""
Log in by an institution: the code flow of OpenID Connect with PKCE, state and nonce, by mozilla-django-oidc.

Beyond what that library checks, a token must be for us (aud, azp), of our institution (iss), of now, and of the person
whom the userinfo describes (sub).  A person is known by issuer and subject, never by a mail address.
"""

from typing import Any, cast

import jwt
import requests
import structlog
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from mozilla_django_oidc.auth import OIDCAuthenticationBackend
from mozilla_django_oidc.views import OIDCAuthenticationCallbackView, OIDCAuthenticationRequestView

from dashboard.account import provider
from game.accounts import sign_on
from game.lobby.refusal import Refusal
from game.web.quotas import Quota, too_many

log = structlog.get_logger(__name__)

# Each asks the institution's server twice or more.
_attempts = Quota("sign_on", 60, 300)
CLOCKS_DIFFER_SECONDS = 60
REQUIRED = ["iss", "sub", "aud", "exp", "iat"]
# What goes wrong between us and the institution, or is not as it must be.
FAILURES = (requests.RequestException, jwt.PyJWTError, SuspiciousOperation, provider.BadProvider, KeyError, TypeError)


class Backend(OIDCAuthenticationBackend):
    """Made at each request of a logged-in account, so it asks the institution for nothing before it must."""

    def __init__(self) -> None:
        self.UserModel = User

    def __getattr__(self, name: str) -> Any:
        if name.startswith("OIDC_"):
            return self.get_settings(name, None)
        raise AttributeError(name)

    @staticmethod
    def get_settings(attr: str, *args: Any) -> Any:
        return provider.setting(attr, *args)

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        # A login by password asks all backends.
        if request is None or not credentials.get("nonce"):
            return None
        try:
            return cast(User | None, super().authenticate(request, **credentials))
        except Refusal as refusal:
            messages.error(request, refusal.text)
        except FAILURES as error:
            log.warning("sign_on_failed", error=repr(error))
            messages.error(request, failed())
        return None

    def get_payload_data(self, token: str, key: Any) -> dict[str, Any]:
        payload: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[settings.OIDC_RP_SIGN_ALGO],
            audience=settings.OIDC_RP_CLIENT_ID,
            issuer=settings.OIDC_ISSUER,
            leeway=CLOCKS_DIFFER_SECONDS,
            options={"require": REQUIRED},
        )
        if payload.get("azp", settings.OIDC_RP_CLIENT_ID) != settings.OIDC_RP_CLIENT_ID:
            raise SuspiciousOperation(f"azp={payload['azp']!r}: the token is another client's")
        return payload

    def get_or_create_user(self, access_token: str, id_token: str, payload: dict[str, Any]) -> User:
        described = self.get_userinfo(access_token, id_token, payload)
        if described.get("sub") != payload["sub"]:
            raise SuspiciousOperation("the userinfo is of another person than the token")
        here = self.request.user if self.request.user.is_authenticated else None
        return sign_on.account_of({**described, **payload}, here)


def failed() -> str:
    return _("Your institution could not log you in. Try again, or log in with a password.")


class _Begin(OIDCAuthenticationRequestView):
    get_settings = staticmethod(provider.setting)


class _End(OIDCAuthenticationCallbackView):
    def login_failure(self) -> HttpResponseBase:
        # Whoever has ended it at the institution hears it, too.
        if not messages.get_messages(self.request):
            messages.error(self.request, failed())
        return redirect("account" if self.request.user.is_authenticated else "login")


@require_safe
@never_cache
def begin(request: HttpRequest) -> HttpResponseBase:
    """Send the browser to the institution."""
    try:
        return _Begin.as_view()(request)
    except FAILURES as error:
        log.warning("sign_on_failed", error=repr(error))
        messages.error(request, failed())
        return redirect("login")


@require_safe
@never_cache
def end(request: HttpRequest) -> HttpResponseBase:
    """What the institution sends the browser back to."""
    if _attempts.count(f"address {request.META.get('REMOTE_ADDR', '')}") > _attempts.limit:
        return too_many(request, _attempts.what, _attempts.wait_seconds())
    return _End.as_view()(request)
